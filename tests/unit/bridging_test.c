/* Bridging alone, beside a stand-in for placement that keeps every byte it is sent. */
#include "bridging_desk.h"

#include "contract/placement.contract.h"
#include "wire/message.h"

/* --- a placement that only receives and erases --- */

static status_t stand_in_receive (txn_t *txn, const ProtobufCMessage *message, ProtobufCMessage *reply, fault_t *reterr)
{
    (void) reply;
    const Placement__ReceiveReferralRequest *request = (const Placement__ReceiveReferralRequest *) message;
    if (strcmp (txn_actor (txn), "refuse") == 0)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_FULL", "not now");
    uint8_t packed[WIRE_MESSAGE_MAX];
    size_t size = protobuf_c_message_pack (message, packed);
    (void) txn_run (txn, "INSERT INTO seen (id, bytes) VALUES ($1, $2)", txn_new_id (txn), bytes_of (packed, size));
    (void) txn_run (txn,
                    "INSERT INTO held (pseudonym) SELECT $1 WHERE NOT EXISTS"
                    " (SELECT 1 FROM tombstone WHERE pseudonym = $1)",
                    request->pseudonym);
    return STATUS_OK;
}

static status_t stand_in_erase (txn_t *txn, const ProtobufCMessage *message, ProtobufCMessage *reply, fault_t *reterr)
{
    const Placement__EraseReferralRequest *request = (const Placement__EraseReferralRequest *) message;
    if (strcmp (txn_actor (txn), "refuse") == 0)
        return fault (reterr, STATUS_PERMISSION_DENIED, "PLACEMENT_LOCKED", "not now");
    (void) txn_run (txn, "DELETE FROM held WHERE pseudonym = $1", request->pseudonym);
    (void) txn_run (txn, "INSERT INTO tombstone (pseudonym) VALUES ($1) ON CONFLICT (pseudonym) DO NOTHING",
                    request->pseudonym);
    ((Placement__EraseReferralReply *) reply)->erased_at = txn_now (txn);
    return STATUS_OK;
}

static const migration_t stand_in_schema[] = {
    { 1, "001_stand_in",
      "CREATE TABLE seen (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
      "CREATE TABLE held (pseudonym INTEGER PRIMARY KEY) STRICT;"
      "CREATE TABLE tombstone (pseudonym INTEGER PRIMARY KEY) STRICT;" },
    { 0, 0, 0 },
};

enum { PLACEMENT_METHODS_MAX = 128 };
static handler_t stand_in_handlers[PLACEMENT_METHODS_MAX];
static const service_t stand_in = { .name = "placement",
                                    .identity = CALLER_PLACEMENT,
                                    .contract = &placement_contract,
                                    .handlers = stand_in_handlers,
                                    .schema = stand_in_schema };

static rig_t *begin (void)
{
    static const service_t *const SERVICES[] = { &bridging_service, &stand_in, NULL };
    cr_assert (placement_contract.n_methods <= PLACEMENT_METHODS_MAX);
    stand_in_handlers[PLACEMENT_RECEIVE_REFERRAL - placement_methods] = stand_in_receive;
    stand_in_handlers[PLACEMENT_ERASE_REFERRAL - placement_methods] = stand_in_erase;
    return rig_new (SERVICES, "2026-03-02T09:00:00Z");
}

static bool placement_holds (rig_t *rig, uint64_t pseudonym)
{
    store_t *store = rig_store (rig, "placement");
    store_begin (store);
    rows_t *row = store_row (store, "SELECT 1 FROM held WHERE pseudonym = $1", pseudonym);
    bool held = row != NULL;
    if (row)
        rows_close (row);
    store_rollback (store);
    return held;
}

/* The message that placement was sent last, as bytes. */
static bytes_t last_seen (rig_t *rig, uint8_t *out, size_t max)
{
    store_t *store = rig_store (rig, "placement");
    store_begin (store);
    rows_t *row = store_row (store, "SELECT bytes FROM seen ORDER BY id DESC LIMIT 1");
    cr_assert (row);
    bytes_t bytes = rows_blob (row, 0);
    cr_assert (bytes.size <= max);
    memcpy (out, bytes.data, bytes.size);
    bytes.data = out;
    rows_close (row);
    store_rollback (store);
    return bytes;
}

/* --- B1 --- */

Test (vault, neither_name_nor_cpr_nor_barrier_is_on_disk_in_the_open)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig);
    uint64_t under = consent (rig, person);
    (void) refer (rig, person, under);
    (void) SOF ("Clients/ListClients", "{}");
    cr_assert (on_disk (rig, "bridging", "småjob"), "the search finds what is there");
    cr_assert (!on_disk (rig, "bridging", NAME));
    cr_assert (!on_disk (rig, "bridging", CPR));
    cr_assert (!on_disk (rig, "bridging", BARRIERS));
    rig_restart (rig, "bridging");
    cr_assert (!on_disk (rig, "bridging", NAME));
    json_t *held = SOF ("Clients/GetClient", "{'client': %llu}", (unsigned long long) person);
    cr_assert_str_eq (rig_text (json_object_get (held, "record"), "name"), NAME);
    rig_destroy (&rig);
}

Test (vault, a_request_that_is_badly_written_is_not_kept_in_the_open)
{
    rig_t *rig = begin ();
    SOF_REFUSED ("Clients/RegisterClient", "WIRE_BAD_FIELD", "{'record': {'name': '%s', 'cpr': '3102701232'}}", NAME);
    cr_assert_eq (count_in (rig, "bridging", "SELECT count (*) FROM quarantine"), 1);
    cr_assert (!on_disk (rig, "bridging", NAME));
    cr_assert (!on_disk (rig, "bridging", "3102701232"));
    rig_destroy (&rig);
}

Test (vault, what_was_erased_cannot_be_read_from_an_older_copy_of_its_row)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig);
    uint8_t sealed[8192], wrapped[256];
    store_t *store = rig_store (rig, "bridging");
    store_begin (store);
    rows_t *row = store_row (store, "SELECT sealed, wrapped FROM client, client_key WHERE client = id");
    bytes_t was = rows_blob (row, 0), key = rows_blob (row, 1);
    cr_assert (was.size <= sizeof sealed && key.size <= sizeof wrapped);
    memcpy (sealed, was.data, was.size);
    memcpy (wrapped, key.data, key.size);
    size_t key_size = key.size;
    bytes_t copy = bytes_of (sealed, was.size);
    rows_close (row);
    store_rollback (store);

    (void) SOF ("Rights/EraseClient", "{'client': %llu}", (unsigned long long) person);
    rig_restart (rig, "bridging"); /* closes the log of the database, as a service that stops does */
    owned_buffer disk = BUFFER (256 * 1024 * 1024);
    disk_of (rig, "bridging", &disk);
    cr_assert (!contains (buffer_bytes (&disk), wrapped, key_size), "the key is gone from the file itself");
    cr_assert (!contains (buffer_bytes (&disk), sealed, copy.size));
    cr_assert (!on_disk (rig, "bridging", NAME));
    cr_assert (!on_disk (rig, "bridging", CPR));

    store = rig_store (rig, "bridging");
    store_begin (store);
    (void) store_run (store, "UPDATE client SET sealed = $1, cpr_lookup = $1, erased_at = NULL", copy);
    fault_t why = { 0 };
    cr_assert_eq (store_commit (store, &why), STATUS_OK, "%s", why.message);
    SOF_REFUSED ("Clients/GetClient", "BRIDGING_KEY_DAMAGED", "{'client': %llu}", (unsigned long long) person);
    rig_destroy (&rig);
}

Test (vault, one_clients_record_does_not_open_in_anothers_place)
{
    rig_t *rig = begin ();
    uint64_t one = client_named (rig, "Anna", "0101701232"), other = client_named (rig, "Bo", "0202701239");
    store_t *store = rig_store (rig, "bridging");
    store_begin (store);
    (void) store_run (
        store, "UPDATE client SET sealed = (SELECT sealed FROM client AS other WHERE other.id = $1) WHERE id = $2", one,
        other);
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
    SOF_REFUSED ("Clients/GetClient", "BRIDGING_RECORD_DAMAGED", "{'client': %llu}", (unsigned long long) other);
    store_begin (store);
    (void) store_run (
        store,
        "UPDATE client_key SET wrapped = (SELECT wrapped FROM client_key AS other WHERE other.client = $1)"
        " WHERE client = $2",
        one, other);
    cr_assert_eq (store_commit (store, NULL), STATUS_OK);
    SOF_REFUSED ("Clients/GetClient", "BRIDGING_KEY_DAMAGED", "{'client': %llu}", (unsigned long long) other);
    rig_destroy (&rig);
}

Test (clients, a_number_that_fails_its_check_digit_warns_and_is_taken)
{
    rig_t *rig = begin ();
    static const struct {
        const char *cpr;
        bool warns;
    } CASES[] = { { "0101701232", true }, { "0707614285", false }, { "6707614285", true } };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        json_t *reply = SOF ("Clients/RegisterClient", "{'record': {'name': 'A', 'cpr': '%s'}}", CASES[i].cpr);
        cr_assert_eq (json_is_true (json_object_get (reply, "cpr_check_failed")), CASES[i].warns, "%s", CASES[i].cpr);
    }
    rig_destroy (&rig);
}

Test (clients, are_found_by_their_number_once_and_only_by_sof)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig);
    SOF_REFUSED ("Clients/RegisterClient", "BRIDGING_CLIENT_KNOWN", "{'record': {'name': 'B', 'cpr': '%s'}}", CPR);
    cr_assert_eq (id_of (SOF ("Clients/FindClient", "{'cpr': '%s'}", CPR), "client"), person);
    SOF_REFUSED ("Clients/FindClient", "BRIDGING_CLIENT_UNKNOWN", "{'cpr': '0202701239'}");
    rig_refused (rig, CALLER_BIF_DESK, "bridging", "Clients/FindClient", "CALLER_NOT_ALLOWED", "{'cpr': '%s'}", CPR);
    rig_refused (rig, CALLER_PLACEMENT, "bridging", "Clients/ListClients", "CALLER_NOT_ALLOWED", "{}");
    rig_actor (rig, "Mette", "");
    SOF_REFUSED ("Clients/ListClients", "REASON_REQUIRED", "{}");
    rig_destroy (&rig);
}

Test (clients, a_changed_record_keeps_its_client_and_its_number_stays_unique)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig);
    (void) client_named (rig, "Bo", "0202701239");
    SOF_REFUSED ("Clients/UpdateClient", "BRIDGING_CLIENT_KNOWN",
                 "{'client': %llu, 'record': {'name': 'Anna', 'cpr': '0202701239'}}", (unsigned long long) person);
    (void) SOF ("Clients/UpdateClient", "{'client': %llu, 'record': {'name': 'Anna', 'cpr': '0303701236'}}",
                (unsigned long long) person);
    cr_assert_eq (id_of (SOF ("Clients/FindClient", "{'cpr': '0303701236'}"), "client"), person);
    SOF_REFUSED ("Clients/FindClient", "BRIDGING_CLIENT_UNKNOWN", "{'cpr': '%s'}", CPR);
    json_t *list = SOF ("Clients/ListClients", "{'limit': 1}");
    cr_assert_eq (rig_count (list, "clients"), 1);
    cr_assert_str_eq (rig_text (rig_item (list, "clients", 0), "name"), "Anna");
    rig_destroy (&rig);
}

Test (clients, a_word_stands_once_in_a_record)
{
    rig_t *rig = begin ();
    static const char FORM[] = "{'record': {'name': 'A', 'cpr': '0101701232', %s}}";
    SOF_REFUSED ("Clients/RegisterClient", "BRIDGING_BAD_WORDS", FORM, "'conditions': ['quiet', 'step-free', 'quiet']");
    SOF_REFUSED ("Clients/RegisterClient", "BRIDGING_BAD_WORDS", FORM,
                 "'abilities': [{'dimension': 'lifting', 'level': 1}, {'dimension': 'lifting', 'level': 2}]");
    SOF_REFUSED ("Clients/RegisterClient", "BRIDGING_BAD_WORDS", FORM,
                 "'conditions': ['a-condition-whose-name-is-far-too-long-to-be-one']");
    rig_destroy (&rig);
}

/* --- B2 --- */

Test (clients, an_hour_of_the_week_stands_once_in_a_record)
{
    rig_t *rig = begin ();
    static const char FORM[] = "{'record': {'name': 'Bo', 'cpr': '0202701239', 'times': [%s]}}";
    SOF_REFUSED ("Clients/RegisterClient", "BRIDGING_BAD_TIMES", FORM,
                 "{'day': 'MONDAY', 'from_hour': 9, 'until_hour': 12}, {'day': 'MONDAY', 'from_hour': 11,"
                 " 'until_hour': 13}");
    SOF_REFUSED ("Clients/RegisterClient", "BRIDGING_BAD_TIMES", FORM,
                 "{'day': 'MONDAY', 'from_hour': 12, 'until_hour': 9}");
    SOF ("Clients/RegisterClient", FORM,
         "{'day': 'MONDAY', 'from_hour': 9, 'until_hour': 12}, {'day': 'MONDAY', 'from_hour': 12, 'until_hour': 13}");
    rig_destroy (&rig);
}

Test (consent, is_purpose_and_recipient_and_fields_and_period)
{
    rig_t *rig = begin ();
    unsigned long long person = client (rig);
    static const char FORM[] = "{'client': %llu, 'recipient': '%s', 'purpose': 'Match til småjob', 'fields': [%s],"
                               " 'from_day': '%s', 'until_day': '%s'}";
    SOF_REFUSED ("Consents/GiveConsent", "BRIDGING_RECIPIENT_UNKNOWN", FORM, person, "lease", "'HOURS'", "2026-03-01",
                 "2026-03-31");
    SOF_REFUSED ("Consents/GiveConsent", "BRIDGING_FIELDS_EMPTY", FORM, person, "placement",
                 "'CONSENT_FIELD_UNSPECIFIED'", "2026-03-01", "2026-03-31");
    SOF_REFUSED ("Consents/GiveConsent", "BRIDGING_PERIOD_EMPTY", FORM, person, "placement", "'HOURS'", "2026-03-31",
                 "2026-03-01");
    SOF_REFUSED ("Consents/GiveConsent", "BRIDGING_CLIENT_UNKNOWN", FORM, person + 1, "placement", "'HOURS'",
                 "2026-03-01", "2026-03-31");
    json_t *given =
        SOF ("Consents/GiveConsent", FORM, person, "placement", "'HOURS', 'DISTRICT'", "2026-03-01", "2026-03-31");
    json_t *listed = rig_item (SOF ("Consents/ListConsents", "{'client': %llu}", person), "consents", 0);
    cr_assert_eq (id_of (listed, "consent"), id_of (given, "consent"));
    cr_assert_eq (rig_count (listed, "fields"), 2);
    cr_assert_str_eq (rig_text (listed, "state"), "STANDING");
    rig_destroy (&rig);
}

Test (consent, that_shared_nothing_has_its_receipt_at_once)
{
    rig_t *rig = begin ();
    uint64_t under = consent (rig, client (rig));
    cr_assert (!complete (rig, under));
    withdraw (rig, under);
    json_t *proof = receipt (rig, under);
    cr_assert (json_is_true (json_object_get (proof, "complete")));
    cr_assert (strstr (rig_text (proof, "text"), "Intet er givet videre."));
    SOF_REFUSED ("Consents/WithdrawConsent", "BRIDGING_CONSENT_ENDED", "{'consent': %llu}", (unsigned long long) under);
    rig_destroy (&rig);
}

Test (consent, withdrawn_while_placement_is_down_is_acknowledged_when_it_is_back)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person), sent = refer (rig, person, under);
    uint64_t pseudonym = pseudonym_of (rig, sent);
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_RECEIVED");
    cr_assert (placement_holds (rig, pseudonym));
    rig_down (rig, "placement");
    withdraw (rig, under);
    rig_advance (rig, 5000);
    rig_restart (rig, "bridging");
    rig_advance (rig, 60000);
    cr_assert (!complete (rig, under), "nobody has said that it is gone");
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_REVOKED");
    cr_assert (strstr (rig_text (receipt (rig, under), "text"), "Vi venter på"));
    rig_up (rig, "placement");
    rig_advance (rig, 60000);
    cr_assert (complete (rig, under));
    cr_assert (!placement_holds (rig, pseudonym));
    json_t *share = rig_item (receipt (rig, under), "shares", 0);
    cr_assert_eq (rig_count (share, "fields"), 4);
    cr_assert (json_object_get (share, "erased_at"));
    cr_assert_eq (pseudonym_of (rig, sent), 0);
    rig_destroy (&rig);
}

/* What waited to be sent again when consent was withdrawn was sent again after it. */
Test (consent, withdrawn_while_the_referral_is_on_its_way_sends_nothing_more)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person);
    rig_down (rig, "placement");
    uint64_t sent = refer (rig, person, under), pseudonym = pseudonym_of (rig, sent);
    withdraw (rig, under);
    rig_up (rig, "placement");
    rig_advance (rig, 60000);
    cr_assert (complete (rig, under));
    cr_assert (!placement_holds (rig, pseudonym));
    cr_assert_eq (count_in (rig, "placement", "SELECT count (*) FROM seen"), 0);
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_REVOKED");
    cr_assert_eq (count_in (rig, "bridging", "SELECT count (*) FROM call"), 0);
    rig_destroy (&rig);
}

Test (consent, that_expires_is_called_back_like_one_that_is_withdrawn)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person), sent = refer (rig, person, under);
    uint64_t pseudonym = pseudonym_of (rig, sent);
    answer (rig, pseudonym, "ACCEPTED", "");
    rig_set_time (rig, "2026-06-30T21:59:59Z"); /* the last second of the last day in Copenhagen */
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_ACCEPTED");
    rig_restart (rig, "bridging");
    rig_set_time (rig, "2026-06-30T22:00:00Z");
    json_t *proof = receipt (rig, under);
    cr_assert_str_eq (rig_text (json_object_get (proof, "consent"), "state"), "EXPIRED");
    cr_assert (json_is_true (json_object_get (proof, "complete")));
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_REVOKED");
    cr_assert (!placement_holds (rig, pseudonym));
    rig_destroy (&rig);
}

Test (consent, an_erasure_that_is_refused_is_asked_for_until_it_is_done)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person), sent = refer (rig, person, under);
    uint64_t pseudonym = pseudonym_of (rig, sent);
    rig_actor (rig, "refuse", "test");
    withdraw (rig, under);
    rig_actor (rig, "tester", "test");
    cr_assert (!complete (rig, under) && placement_holds (rig, pseudonym));
    rig_restart (rig, "bridging");
    rig_advance (rig, 60 * 60 * 1000);
    cr_assert (complete (rig, under) && !placement_holds (rig, pseudonym));
    rig_destroy (&rig);
}

static size_t events_in (json_t *feed, size_t record)
{
    return rig_count (rig_item (json_object_get (feed, "body"), "records", record), "events");
}

Test (consent, that_ended_says_so_in_the_log_and_who_acknowledged_it)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person);
    (void) refer (rig, person, under);
    withdraw (rig, under);
    withdraw (rig, consent (rig, person));
    json_t *feed = rig_ok (rig, CALLER_REPORTING, "bridging", "Node/ReadFeed", "{}");
    cr_assert_eq (rig_count (json_object_get (feed, "body"), "records"), 5);
    cr_assert_eq (events_in (feed, 0), 1, "the client is registered");
    cr_assert_eq (events_in (feed, 1), 1, "the referral is made");
    cr_assert_eq (events_in (feed, 2), 2, "the consent is withdrawn and the referral revoked");
    cr_assert_eq (events_in (feed, 3), 1, "placement acknowledges");
    cr_assert_eq (events_in (feed, 4), 1, "the other is withdrawn, and nobody acknowledges what they never had");
    cr_assert_eq (count_in (rig, "bridging", "SELECT count (*) FROM timer"), 0, "nothing is left to happen");
    rig_destroy (&rig);
}

/* --- B3, B4 --- */

Test (referral, carries_only_what_the_consent_opens)
{
    static const struct {
        const char *fields;
        size_t abilities, conditions;
        uint32_t minutes;
        int32_t district;
        size_t times;
        uint32_t travel;
    } CASES[] = {
        { "'ABILITIES'", 1, 0, 0, 0, 0, 0 },
        { "'CONDITIONS'", 0, 2, 0, 0, 0, 0 },
        { "'HOURS'", 0, 0, 480, 0, 0, 0 },
        { "'DISTRICT'", 0, 0, 0, 3, 0, 0 },
        { "'TIMES'", 0, 0, 0, 0, 1, 0 },
        { "'TRAVEL'", 0, 0, 0, 0, 0, 40 },
        { "'CONDITIONS', 'HOURS', 'HOURS'", 0, 2, 480, 0, 0, 0 },
    };
    rig_t *rig = begin ();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char cpr[11];
        (void) snprintf (cpr, sizeof cpr, "010170%04zu", 1000 + i);
        uint64_t person = client_named (rig, NAME, cpr);
        uint64_t sent = refer (rig, person, consent_to (rig, person, CASES[i].fields));
        uint8_t bytes[WIRE_MESSAGE_MAX];
        bytes_t seen = last_seen (rig, bytes, sizeof bytes);
        cr_assert (!contains (seen, NAME, strlen (NAME)) && !contains (seen, cpr, 10) &&
                   !contains (seen, "Har boet", 8));
        cr_assert_eq (contains (seen, "lifting", 7), CASES[i].abilities > 0);
        cr_assert_eq (contains (seen, "quiet", 5), CASES[i].conditions > 0);
        Placement__ReceiveReferralRequest *message =
            placement__receive_referral_request__unpack (NULL, seen.size, seen.data);
        cr_assert_eq (message->base.n_unknown_fields, 0);
        cr_assert_eq (message->n_abilities, CASES[i].abilities);
        cr_assert_eq (message->n_conditions, CASES[i].conditions);
        cr_assert_eq (message->weekly_minutes_most, CASES[i].minutes);
        cr_assert_eq (message->district, CASES[i].district);
        cr_assert_eq (message->n_times, CASES[i].times);
        cr_assert_eq (message->travel_minutes_most, CASES[i].travel);
        cr_assert_eq (message->pseudonym, pseudonym_of (rig, sent));
        cr_assert (message->pseudonym != person && message->pseudonym != sent);
        placement__receive_referral_request__free_unpacked (message, NULL);
    }
    cr_assert (!on_disk (rig, "placement", NAME));
    rig_destroy (&rig);
}

Test (referral, needs_a_consent_of_this_client_that_stands_today)
{
    rig_t *rig = begin ();
    unsigned long long person = client (rig), other = client_named (rig, "Bo", "0202701239");
    unsigned long long under = consent (rig, person), begins = 0, of_other = consent (rig, other);
    static const char FORM[] = "{'client': %llu, 'consent': %llu, 'answer_by': '%s'}";
    static const char SOON[] = "2026-03-16T12:00:00Z";
    begins = id_of (SOF ("Consents/GiveConsent",
                         "{'client': %llu, 'recipient': 'placement', 'purpose': 'Match', 'fields': ['HOURS'],"
                         " 'from_day': '2026-03-03', 'until_day': '2026-06-30'}",
                         person),
                    "consent");
    SOF_REFUSED ("Referrals/ReferClient", "BRIDGING_CONSENT_UNKNOWN", FORM, person, under + 1, SOON);
    SOF_REFUSED ("Referrals/ReferClient", "BRIDGING_CONSENT_UNKNOWN", FORM, person, of_other, SOON);
    SOF_REFUSED ("Referrals/ReferClient", "BRIDGING_CONSENT_NOT_BEGUN", FORM, person, begins, SOON);
    SOF_REFUSED ("Referrals/ReferClient", "BRIDGING_ANSWER_BY_PAST", FORM, person, under, "2026-03-02T09:00:00Z");
    SOF_REFUSED ("Referrals/ReferClient", "BRIDGING_CLIENT_UNKNOWN", FORM, other + 1, under, SOON);
    withdraw (rig, under);
    SOF_REFUSED ("Referrals/ReferClient", "BRIDGING_CONSENT_ENDED", FORM, person, under, SOON);
    cr_assert_eq (count_in (rig, "placement", "SELECT count (*) FROM seen"), 0);
    rig_destroy (&rig);
}

Test (referral, of_one_client_is_open_once)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person), sent = refer (rig, person, under);
    SOF_REFUSED ("Referrals/ReferClient", "BRIDGING_REFERRAL_OPEN",
                 "{'client': %llu, 'consent': %llu, 'answer_by': '2026-03-16T12:00:00Z'}", (unsigned long long) person,
                 (unsigned long long) under);
    uint64_t first = pseudonym_of (rig, sent);
    (void) SOF ("Referrals/RevokeReferral", "{'referral': %llu}", (unsigned long long) sent);
    cr_assert (!placement_holds (rig, first));
    uint64_t again = refer (rig, person, under);
    cr_assert (pseudonym_of (rig, again) != first, "nobody can connect the two");
    cr_assert_eq (
        rig_count (SOF ("Referrals/ListReferrals", "{'client': %llu}", (unsigned long long) person), "referrals"), 2);
    cr_assert_eq (rig_count (SOF ("Referrals/ListReferrals", "{'state': 'REFERRAL_REVOKED'}"), "referrals"), 1);
    rig_destroy (&rig);
}

Test (referral, the_referrer_always_learns_the_outcome)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person);
    rig_down (rig, "placement");
    uint64_t sent = refer (rig, person, under), pseudonym = pseudonym_of (rig, sent);
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_SENT");
    rig_set_time (rig, "2026-03-16T12:00:00Z");
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_UNANSWERED");
    rig_up (rig, "placement");
    rig_advance (rig, 60000);
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_UNANSWERED", "that it arrived is no answer");
    answer (rig, pseudonym, "ACCEPTED", "");
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_ACCEPTED", "a late answer still counts");
    answer (rig, pseudonym, "DONE", "");
    answer (rig, pseudonym, "DONE", "");
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_DONE");
    rig_refused (rig, CALLER_PLACEMENT, "bridging", "Referrals/AnswerReferral", "BRIDGING_REFERRAL_CLOSED",
                 "{'pseudonym': '%llu', 'outcome': 'REJECTED'}", (unsigned long long) pseudonym);
    rig_destroy (&rig);
}

Test (referral, a_refusal_by_placement_is_an_outcome_too)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person);
    rig_actor (rig, "refuse", "test");
    uint64_t sent = refer (rig, person, under);
    rig_actor (rig, "tester", "test");
    json_t *now = json_object_get (referral (rig, sent), "referral");
    cr_assert_str_eq (rig_text (now, "state"), "REFERRAL_REJECTED");
    cr_assert_str_eq (rig_text (now, "reason"), "PLACEMENT_FULL");
    rig_destroy (&rig);
}

Test (referral, rejection_carries_its_reason_and_lets_the_bridge_builder_try_again)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person), sent = refer (rig, person, under);
    answer (rig, pseudonym_of (rig, sent), "REJECTED", "Ingen opgaver med løft i marts");
    json_t *now = json_object_get (referral (rig, sent), "referral");
    cr_assert_str_eq (rig_text (now, "reason"), "Ingen opgaver med løft i marts");
    uint64_t again = refer (rig, person, under);
    rig_set_time (rig, "2026-03-16T12:00:00Z");
    cr_assert_str_eq (state_of (rig, sent), "REFERRAL_REJECTED");
    cr_assert_str_eq (state_of (rig, again), "REFERRAL_UNANSWERED");
    withdraw (rig, under);
    cr_assert (complete (rig, under));
    cr_assert_eq (count_in (rig, "placement", "SELECT count (*) FROM held"), 0, "the rejected one goes too");
    rig_destroy (&rig);
}

Test (referral, that_was_revoked_is_unknown_to_who_answers_late)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person), sent = refer (rig, person, under);
    unsigned long long pseudonym = pseudonym_of (rig, sent);
    rig_down (rig, "placement");
    withdraw (rig, under);
    rig_refused (rig, CALLER_PLACEMENT, "bridging", "Referrals/AnswerReferral", "REFERRAL_UNKNOWN",
                 "{'pseudonym': '%llu', 'outcome': 'ACCEPTED'}", pseudonym);
    rig_refused (rig, CALLER_SOF_DESK, "bridging", "Referrals/AnswerReferral", "CALLER_NOT_ALLOWED",
                 "{'pseudonym': '%llu', 'outcome': 'ACCEPTED'}", pseudonym);
    rig_refused (rig, CALLER_PLACEMENT, "bridging", "Referrals/AnswerReferral", "BRIDGING_OUTCOME_UNFIT",
                 "{'pseudonym': '%llu', 'outcome': 'REVOKED'}", pseudonym);
    SOF_REFUSED ("Referrals/RevokeReferral", "BRIDGING_REFERRAL_CLOSED", "{'referral': %llu}",
                 (unsigned long long) sent);
    SOF_REFUSED ("Referrals/RevokeReferral", "BRIDGING_REFERRAL_UNKNOWN", "{'referral': %llu}", pseudonym);
    rig_destroy (&rig);
}

/* --- B8 --- */

Test (rights, an_export_holds_everything_and_an_erasure_leaves_only_receipts)
{
    rig_t *rig = begin ();
    uint64_t person = client (rig), under = consent (rig, person), sent = refer (rig, person, under);
    uint64_t pseudonym = pseudonym_of (rig, sent);
    json_t *export = SOF ("Rights/ExportClient", "{'client': %llu}", (unsigned long long) person);
    cr_assert_str_eq (rig_text (json_object_get (export, "record"), "barriers"), BARRIERS);
    cr_assert_eq (rig_count (export, "consents"), 1);
    cr_assert_eq (id_of (rig_item (export, "referrals", 0), "pseudonym"), pseudonym);
    (void) SOF ("Rights/EraseClient", "{'client': %llu}", (unsigned long long) person);
    SOF_REFUSED ("Rights/ExportClient", "BRIDGING_CLIENT_ERASED", "{'client': %llu}", (unsigned long long) person);
    SOF_REFUSED ("Rights/EraseClient", "BRIDGING_CLIENT_ERASED", "{'client': %llu}", (unsigned long long) person);
    SOF_REFUSED ("Clients/FindClient", "BRIDGING_CLIENT_UNKNOWN", "{'cpr': '%s'}", CPR);
    cr_assert_eq (rig_count (SOF ("Clients/ListClients", "{}"), "clients"), 0);
    cr_assert (!placement_holds (rig, pseudonym));
    cr_assert (complete (rig, under));
    cr_assert (client (rig) != person, "who comes back is somebody new");
    rig_destroy (&rig);
}

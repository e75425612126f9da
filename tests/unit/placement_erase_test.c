/* P2, B2, B3: what comes over the bridge, what goes back, and that nothing is left when it has to go. */
#include "unit/placement_house.h"

#include <stdlib.h>
#include <unistd.h>

/* --- looking for a number in every byte of the database, indexes and freed pages too --- */

static bool found (const uint8_t *bytes, size_t size, const void *needle, size_t length)
{
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp (bytes + i, needle, length) == 0)
            return true;
    return false;
}

/* As the store keeps an integer, as protobuf packs one, and as text. */
static bool holds_number (const uint8_t *bytes, size_t size, uint64_t number)
{
    uint8_t big_endian[8], varint[10];
    char text[24];
    size_t length = 0;
    for (int i = 0; i < 8; i++)
        big_endian[i] = (uint8_t) (number >> (56 - 8 * i));
    for (uint64_t rest = number; rest; rest >>= 7)
        varint[length++] = (uint8_t) ((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    int digits = snprintf (text, sizeof text, "%" PRIu64, number);
    return found (bytes, size, big_endian, sizeof big_endian) || found (bytes, size, varint, length) ||
           found (bytes, size, text, (size_t) digits);
}

static bool database_holds (rig_t *rig, uint64_t number, const char *text)
{
    char path[] = "/tmp/fyr-erase-XXXXXX";
    int file = mkstemp (path);
    cr_assert (file >= 0 && store_backup (rig_store (rig, "placement"), path, NULL) == STATUS_OK);
    off_t size = lseek (file, 0, SEEK_END);
    uint8_t *bytes = malloc ((size_t) size);
    cr_assert (size > 0 && bytes && pread (file, bytes, (size_t) size, 0) == size);
    bool held = holds_number (bytes, (size_t) size, number) || found (bytes, (size_t) size, text, strlen (text));
    free (bytes);
    close (file);
    unlink (path);
    return held;
}

/* A referred candidate with something in every table: proposed, overridden, declined, at work, paid. */
static uint64_t live_a_little (rig_t *rig)
{
    refer (rig, "2026-12-31");
    uint64_t job = open_position (rig, 1, 300, ", 'conditions': ['quiet']"), loud = open_position (rig, 1, 300, "");
    ask (rig, "Matches/ProposeMatch", PAIR ", 'override_reason': 'Xylofonrummet er stille'}", PSEUDONYM, loud);
    ask (rig, "Matches/DecideMatch", PAIR ", 'by': 'CITIZEN', 'reason': 'Xylofonen'}", PSEUDONYM, loud);
    uint64_t placement = place (rig, PSEUDONYM, job);
    ask (rig, "Placements/ReportHours",
         "{'placement': " ID ", 'month': '2026-03', 'source': 'FRIKORT', 'paid_minutes': 60, 'wage_ore': 14000}",
         placement);
    return placement;
}

Test (erasure, leaves_nothing_of_the_pseudonym_in_any_table_and_keeps_what_was_counted, .description = "P2, B2")
{
    owned (rig) rig = open_rig ();
    uint64_t placement = live_a_little (rig);
    cr_assert (database_holds (rig, PSEUDONYM, "Xylofon"), "the test looks where there is something to find");
    cr_assert (database_holds (rig, 0x5EC2E7A1B2C3D4E6, "Xylofon") &&
               !database_holds (rig, 0x5EC2E7A1B2C3D4E6, "Zylofon"));

    cr_assert_str_eq (rig_text (erase_referral (rig), "erased_at"), "2026-03-02T09:00:00Z");
    cr_assert (!database_holds (rig, PSEUDONYM, "Xylofon"));
    refuse (rig, "Matches/ExplainMatch", "PLACEMENT_CANDIDATE_UNKNOWN", PAIR "}", PSEUDONYM, UINT64_C (1));
    cr_assert_eq (rig_count (ask (rig, "Matches/ListMatches", "{'with_over': true}"), "matches"), 0);

    json_t *kept = rig_item (ask (rig, "Placements/ListPlacements", "{}"), "placements", 0);
    cr_assert_eq (rig_number (kept, "placement"), (int64_t) placement);
    cr_assert_eq (rig_number (kept, "citizen"), (int64_t) events[n_events - 1].a,
                  "the number that CandidateErased named");
    cr_assert_eq (events[n_events - 1].kind, PLACEMENT__EVENT__EVENT_CANDIDATE_ERASED);
    cr_assert_eq (rig_count (ask (rig, "Placements/ListHours", "{'placement': " ID "}", placement), "hours"), 1);
    ask (rig, "Placements/ReportHours",
         "{'placement': " ID ", 'month': '2026-04', 'source': 'FRIKORT', 'paid_minutes': 30}", placement);
}

Test (erasure, that_comes_first_closes_the_door, .description = "P2, B2")
{
    owned (rig) rig = open_rig ();
    erase_referral (rig);
    rig_refused (rig, CALLER_BRIDGING, "placement", "Referrals/ReceiveReferral", "PLACEMENT_REFERRAL_ERASED", REFERRAL,
                 PSEUDONYM, "2026-12-31");
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_CANDIDATE_ERASED), 0, "nobody was there");
    rig_set_time (rig, "2026-03-05T09:00:00Z");
    cr_assert_str_eq (rig_text (erase_referral (rig), "erased_at"), "2026-03-02T09:00:00Z", "it was gone since then");
    cr_assert (!database_holds (rig, PSEUDONYM, "sober-house"));
}

Test (erasure, comes_by_itself_at_midnight_after_the_last_day_of_consent, .description = "P2, B2")
{
    owned (rig) rig = open_rig ();
    refer (rig, "2026-03-31");
    rig_restart (rig, "placement");
    rig_set_time (rig, "2026-03-31T21:59:59Z"); /* summer time: one second before midnight in Copenhagen */
    cr_assert_eq (rig_count (ask (rig, "Candidates/ListCandidates", "{}"), "candidates"), 1);
    rig_set_time (rig, "2026-03-31T22:00:00Z");
    cr_assert_eq (rig_count (ask (rig, "Candidates/ListCandidates", "{}"), "candidates"), 0);
    cr_assert (!database_holds (rig, PSEUDONYM, "sober-house"));
    rig_refused (rig, CALLER_BRIDGING, "placement", "Referrals/ReceiveReferral", "PLACEMENT_REFERRAL_ERASED", REFERRAL,
                 PSEUDONYM, "2026-12-31");
}

Test (erasure, of_an_own_candidate_is_bifs_and_of_a_referred_one_is_not, .description = "P2")
{
    owned (rig) rig = open_rig ();
    uint64_t own = register_candidate (rig, 600, ", 'conditions': ['xylophone-free']");
    uint64_t placement = place (rig, own, open_position (rig, 1, 300, ", 'conditions': ['xylophone-free']"));
    refer (rig, "2026-12-31");
    refuse (rig, "Candidates/EraseCandidate", "PLACEMENT_CANDIDATE_REFERRED", "{'candidate': " ID "}", PSEUDONYM);
    ask (rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", own);
    refuse (rig, "Candidates/EraseCandidate", "PLACEMENT_CANDIDATE_UNKNOWN", "{'candidate': " ID "}", own);
    cr_assert_eq (rig_count (ask (rig, "Candidates/ListCandidates", "{}"), "candidates"), 1);
    json_t *kept = rig_item (ask (rig, "Placements/ListPlacements", "{}"), "placements", 0);
    cr_assert_eq (rig_number (kept, "placement"), (int64_t) placement);
    cr_assert_eq (n_answers, 0, "nobody refers one of BIF's own, so nobody is told");
}

/* The kept reply of RegisterCandidate still told which pseudonym the citizen's number had. */
Test (erasure, of_an_own_candidate_takes_the_kept_reply_with_it, .description = "P2")
{
    owned (rig) rig = open_rig ();
    uint64_t own = register_candidate (rig, 600, ", 'conditions': ['xylophone-free']");
    cr_assert (database_holds (rig, own, "xylophone-free"));
    ask (rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", own);
    cr_assert (!database_holds (rig, own, "xylophone-free"));
}

/* --- B3 --- */

Test (referral, the_consultants_yes_takes_the_candidate_on_and_the_first_job_is_done_each_told_once,
      .description = "B3")
{
    owned (rig) rig = open_rig ();
    refer (rig, "2026-12-31");
    uint64_t first = open_position (rig, 1, 300, ", 'conditions': ['quiet']"),
             second = open_position (rig, 1, 300, ", 'conditions': ['quiet']");
    ask (rig, "Matches/ProposeMatch", PAIR "}", PSEUDONYM, first);
    cr_assert_eq (n_answers, 0, "a proposal decides nothing");
    say (rig, PSEUDONYM, first, "CONSULTANT", true);
    cr_assert_eq (n_answers, 1);
    say (rig, PSEUDONYM, first, "CITIZEN", true);
    say (rig, PSEUDONYM, first, "ENTERPRISE", true);
    ask (rig, "Placements/StartPlacement", START "}", PSEUDONYM, first);
    place (rig, PSEUDONYM, second);
    cr_assert_eq (n_answers, 2);
    cr_assert_eq (answers[0].outcome, BRIDGING__REFERRAL_OUTCOME__ACCEPTED);
    cr_assert_eq (answers[1].outcome, BRIDGING__REFERRAL_OUTCOME__DONE);
    cr_assert_eq (answers[1].pseudonym, PSEUDONYM);
    refuse (rig, "Candidates/RejectReferral", "PLACEMENT_REFERRAL_DECIDED", "{'candidate': " ID ", 'reason': 'nej'}",
            PSEUDONYM);
    json_t *listed = rig_item (ask (rig, "Candidates/ListCandidates", "{}"), "candidates", 0);
    cr_assert_str_eq (rig_text (listed, "referral"), "WORKING");
    cr_assert_eq (rig_number (listed, "weekly_minutes_placed"), 600);
}

Test (referral, an_answer_reaches_a_bridge_that_was_down, .description = "B3, X1")
{
    owned (rig) rig = open_rig ();
    refer (rig, "2026-12-31");
    rig_down (rig, "bridging");
    ask (rig, "Candidates/AcceptReferral", "{'candidate': " ID "}", PSEUDONYM);
    refuse (rig, "Candidates/AcceptReferral", "PLACEMENT_REFERRAL_DECIDED", "{'candidate': " ID "}", PSEUDONYM);
    cr_assert_eq (n_answers, 0);
    rig_up (rig, "bridging");
    rig_advance (rig, 40000);
    cr_assert_eq (n_answers, 1);
    cr_assert_eq (answers[0].outcome, BRIDGING__REFERRAL_OUTCOME__ACCEPTED);
}

Test (referral, a_rejected_one_is_told_with_its_reason_and_erased_at_once, .description = "B3, P2")
{
    owned (rig) rig = open_rig ();
    refer (rig, "2026-12-31");
    ask (rig, "Candidates/RejectReferral", "{'candidate': " ID ", 'reason': 'Ingen opgaver i bydelen i år'}",
         PSEUDONYM);
    cr_assert_eq (n_answers, 1);
    cr_assert_eq (answers[0].outcome, BRIDGING__REFERRAL_OUTCOME__REJECTED);
    cr_assert_str_eq (answers[0].reason, "Ingen opgaver i bydelen i år");
    cr_assert (!database_holds (rig, PSEUDONYM, "Ingen opgaver"));
    cr_assert_eq (heard (PLACEMENT__EVENT__EVENT_CANDIDATE_ERASED), 1);
}

Test (referral, what_bridging_would_not_take_is_shown_beside_the_candidate, .description = "B3")
{
    owned (rig) rig = open_rig ();
    refer (rig, "2026-12-31");
    bridge_refuses = true;
    ask (rig, "Candidates/AcceptReferral", "{'candidate': " ID "}", PSEUDONYM);
    json_t *listed = rig_item (ask (rig, "Candidates/ListCandidates", "{}"), "candidates", 0);
    cr_assert_str_eq (rig_text (listed, "answer_refused"), "REFERRAL_UNKNOWN");
}

Test (referral, comes_once_under_its_pseudonym_and_not_after_its_consent, .description = "B3")
{
    owned (rig) rig = open_rig ();
    rig_refused (rig, CALLER_BRIDGING, "placement", "Referrals/ReceiveReferral", "PLACEMENT_CONSENT_OVER", REFERRAL,
                 PSEUDONYM, "2026-03-01");
    refer (rig, "2026-03-02");
    rig_refused (rig, CALLER_BRIDGING, "placement", "Referrals/ReceiveReferral", "PLACEMENT_REFERRAL_KNOWN", REFERRAL,
                 PSEUDONYM, "2026-12-31");
    uint64_t own = register_candidate (rig, 600, "");
    refuse (rig, "Candidates/AcceptReferral", "PLACEMENT_NOT_REFERRED", "{'candidate': " ID "}", own);
}

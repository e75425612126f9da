#include "promises.h"

#include <stddef.h>

/* What was made, by which commands, in which table. */
#define ONCE(service, table, key, which, commands)                                                                     \
    { service "." table ": everything was made by one acknowledged command",                                           \
      "SELECT 1 FROM " service "." table " x WHERE " which                                                             \
      " AND 1 <> (SELECT count (*) FROM told WHERE name IN (" commands ") AND made = x." key                           \
      " AND status = 0 AND service = '" service "')" },                                                                \
    {                                                                                                                  \
        service "." table ": everything acknowledged was made",                                                        \
            "SELECT 1 FROM told WHERE name IN (" commands ") AND status = 0 AND service = '" service                   \
            "' AND made NOT IN (SELECT " key " FROM " service "." table " x WHERE " which ")"                          \
    }

/* A command that moves something to a state where nothing else does. */
#define EXACTLY(sentence, service, table, key, moved, commands)                                                        \
    {                                                                                                                  \
        sentence, "SELECT 1 FROM " service "." table " x WHERE (" moved                                                \
                  ") <> EXISTS (SELECT 1 FROM told WHERE name IN (" commands ") AND about = x." key " AND status = 0)" \
    }

const promise_t PROMISES_OF_EACH[] = {
    { "every command was answered", "SELECT 1 FROM told WHERE service = '$' AND status IN (2, 8, 13, 14, 15)" },
    { "every answer stands in the journal, as it was given",
      "SELECT 1 FROM told t LEFT JOIN $.journal j ON j.caller = t.caller AND j.request_id = t.id WHERE t.service = '$'"
      " AND CASE WHEN t.reason = 'REPLY_FORGOTTEN' THEN j.status IS NOT 0 OR j.reply IS NOT NULL"
      " ELSE j.status IS NOT t.status OR j.refusal IS NOT t.reason OR j.method IS NOT t.method"
      " OR (t.status = 0 AND j.reply IS NOT t.reply AND NOT (j.reply IS NULL AND t.name = 'RegisterCandidate')) END" },
    { "nothing stands there that nobody was told",
      "SELECT 1 FROM $.journal j WHERE caller LIKE '%-desk' AND request_id IS NOT NULL AND NOT EXISTS"
      " (SELECT 1 FROM told t WHERE t.service = '$' AND t.caller = j.caller AND t.id = j.request_id)" },
    { "the journal has no gap",
      "SELECT 1 FROM (SELECT count (*) AS n, max (seq) AS head FROM $.journal) WHERE n <> head" },
    { "no request waits for an answer", "SELECT 1 FROM $.call" },
    { "no job waits for its end", "SELECT 1 FROM $.job" },
    { "nothing was sent that could not be understood", "SELECT 1 FROM $.quarantine" },
    { "who follows it has read all of its log",
      "SELECT 1 FROM (SELECT max (seq) AS head FROM $.journal WHERE record IS NOT NULL) JOIN"
      " (SELECT owner, position FROM reporting.feed UNION ALL SELECT owner, position FROM guidance.feed"
      "  UNION ALL SELECT owner, position FROM derived.feed) ON owner = '$' WHERE position < head" },
    { "who follows it has not read more than there is",
      "SELECT 1 FROM (SELECT max (seq) AS head FROM $.journal) JOIN"
      " (SELECT owner, position FROM reporting.feed UNION ALL SELECT owner, position FROM guidance.feed"
      "  UNION ALL SELECT owner, position FROM derived.feed) ON owner = '$' WHERE position > head" },
    { "the database is whole", "SELECT 1 FROM pragma_integrity_check (1, '$') WHERE integrity_check <> 'ok'" },
    { NULL, NULL },
};

const promise_t PROMISES[] = {
    /* Acknowledged once, made once. */
    ONCE ("lease", "booking", "id", "booked_by = 'tmf_desk'", "'BookRoom'"),
    ONCE ("lease", "lease", "id", "1", "'OfferLease', 'AcceptWaitlistOffer'"),
    ONCE ("lease", "tenant", "id", "1", "'RegisterTenant'"),
    ONCE ("lease", "waitlist_entry", "id", "1", "'JoinWaitlist'"),
    ONCE ("guidance", "session", "id", "1", "'BookSession'"),
    ONCE ("guidance", "participant", "id", "1", "'RegisterParticipant'"),
    ONCE ("placement", "position", "id", "1", "'OpenPosition'"),
    ONCE ("bridging", "client", "id", "1", "'RegisterClient'"),
    ONCE ("bridging", "consent", "id", "1", "'GiveConsent'"),
    ONCE ("bridging", "referral", "id", "1", "'ReferClient'"),
    EXACTLY ("a session is cancelled when that was acknowledged", "guidance", "session", "id", "state = 4",
             "'CancelSession'"),
    EXACTLY ("a session is held when that was acknowledged", "guidance", "session", "id", "state = 5",
             "'RecordAttendance'"),
    EXACTLY ("a lease is withdrawn when that was acknowledged", "lease", "lease", "id", "state = 6", "'WithdrawLease'"),
    EXACTLY ("a lease is signed when that was acknowledged", "lease", "lease", "id", "state IN (2, 3, 4, 5)",
             "'SignLease'"),
    EXACTLY ("a consent is withdrawn when that was acknowledged", "bridging", "consent", "id", "state = 2",
             "'WithdrawConsent'"),
    EXACTLY ("a position is closed when that was acknowledged", "placement", "position", "id", "closed = 1",
             "'ClosePosition'"),
    { "a desk's booking is released when that was acknowledged",
      "SELECT 1 FROM lease.booking b WHERE booked_by = 'tmf_desk' AND (released_at IS NOT NULL) <> EXISTS"
      " (SELECT 1 FROM told WHERE name = 'ReleaseRoom' AND about = b.id AND status = 0)" },

    /* No effect twice. */
    { "no room is booked twice for one moment",
      "SELECT 1 FROM lease.booking a JOIN lease.booking b ON a.room = b.room AND a.id < b.id"
      " WHERE a.released_at IS NULL AND b.released_at IS NULL AND a.starts_at < b.ends_at AND b.starts_at < "
      "a.ends_at" },
    { "no desk is let twice for one day", "SELECT 1 FROM lease.desk_hold a JOIN lease.desk_hold b ON a.desk = b.desk "
                                          "AND a.rowid < b.rowid WHERE a.stands = 1"
                                          " AND b.stands = 1 AND a.from_day <= coalesce (b.last_day, 1000000) AND "
                                          "b.from_day <= coalesce (a.last_day, 1000000)" },
    { "a lease holds as many desks as it says",
      "SELECT 1 FROM lease.lease l WHERE l.desks <> (SELECT count (*) FROM lease.desk_hold h WHERE h.lease = l.id)" },
    { "a lease that came to nothing holds no desk", "SELECT 1 FROM lease.lease l JOIN lease.desk_hold h ON h.lease = "
                                                    "l.id WHERE h.stands <> (l.state NOT IN (6, 7))" },
    { "no guide has two sessions at once",
      "SELECT 1 FROM guidance.session a JOIN guidance.session b ON a.guide = b.guide AND a.id < b.id WHERE a.state IN"
      " (1, 2, 5) AND b.state IN (1, 2, 5) AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at" },
    { "each amount in the ledger replaced the one before it",
      "SELECT 1 FROM (SELECT made, row_number () OVER (ORDER BY made) - 1 AS before FROM told WHERE name = "
      "'PostActual')"
      " WHERE made <> before" },
    { "the ledger shows the last amount that was posted",
      "SELECT 1 FROM reporting.actual WHERE amount_ore <> (SELECT count (*) FROM told WHERE name = 'PostActual')" },

    /* No saga half done. */
    { "no session waits for its room", "SELECT 1 FROM guidance.session WHERE state = 1" },
    { "a session that is booked or held has its room, and no other has one",
      "SELECT 1 FROM guidance.session s LEFT JOIN lease.booking b ON b.booked_by = 'guidance' AND b.reference = s.id "
      "AND"
      " b.released_at IS NULL AND b.room = s.room AND b.starts_at = s.starts_at AND b.ends_at = s.ends_at"
      " WHERE (s.state IN (2, 5)) <> (b.id IS NOT NULL)" },
    { "no room is held for a session that there is not", "SELECT 1 FROM lease.booking WHERE booked_by = 'guidance' AND "
                                                         "reference NOT IN (SELECT id FROM guidance.session)" },
    { "a referral that is open at SOF is a candidate at BIF, and in the same state",
      "SELECT 1 FROM bridging.referral r LEFT JOIN placement.candidate c ON c.pseudonym = r.pseudonym"
      " LEFT JOIN placement.referral p ON p.citizen = c.citizen WHERE r.state IN (1, 2, 3, 5)"
      " AND CASE r.state WHEN 2 THEN p.state IS NOT 1 WHEN 3 THEN p.state IS NOT 2 ELSE 1 END" },
    { "nobody is a candidate whose referral has ended",
      "SELECT 1 FROM placement.candidate c JOIN placement.referral p ON p.citizen = c.citizen LEFT JOIN "
      "bridging.referral r"
      " ON r.pseudonym = c.pseudonym WHERE r.state IS NULL OR r.state NOT IN (2, 3)" },
    { "withdrawn consent is acknowledged, and nothing is left",
      "SELECT 1 FROM bridging.consent c WHERE c.state = 2 AND (c.acknowledged_at IS NULL OR EXISTS"
      " (SELECT 1 FROM bridging.referral r WHERE r.consent = c.id AND r.pseudonym IS NOT NULL))" },
    { "bridging took every answer", "SELECT 1 FROM placement.referral WHERE answer_refused <> ''" },

    /* Followers. */
    { "guidance knows the tenants that lease has",
      "SELECT * FROM (SELECT cvr, id FROM lease.tenant EXCEPT SELECT cvr, tenant FROM guidance.tenant) UNION ALL"
      " SELECT * FROM (SELECT cvr, tenant FROM guidance.tenant EXCEPT SELECT cvr, id FROM lease.tenant)" },
    { "reporting has the leases that were signed",
      "SELECT * FROM (SELECT id, tenant, desks FROM lease.lease WHERE state IN (2, 3, 4, 5) EXCEPT"
      " SELECT lease, tenant, desks FROM reporting.lease) UNION ALL SELECT * FROM (SELECT lease, tenant, desks FROM"
      " reporting.lease EXCEPT SELECT id, tenant, desks FROM lease.lease WHERE state IN (2, 3, 4, 5))" },
    { "reporting has every referral",
      "SELECT * FROM (SELECT id FROM bridging.referral EXCEPT SELECT referral FROM"
      " reporting.referral) UNION ALL SELECT * FROM (SELECT referral FROM reporting.referral"
      " EXCEPT SELECT id FROM bridging.referral)" },
    { NULL, NULL },
};

#define FIRST(table, column, which) "(SELECT min (" column ") FROM " table " WHERE " which ")"

const promise_t FORGERIES[] = {
    { "an acknowledged command is lost",
      "DELETE FROM lease.journal WHERE seq = " FIRST ("lease.journal", "seq", "request_id IS NOT NULL") },
    { "the last acknowledged command is lost", "DELETE FROM reporting.journal WHERE seq = (SELECT max (seq) FROM"
                                               " reporting.journal WHERE request_id IS NOT NULL)" },
    { "an answer is another than was given",
      "UPDATE guidance.journal SET reply = x'0801' WHERE seq = " FIRST ("guidance.journal", "seq",
                                                                        "method LIKE '%/BookSession' AND status = 0") },
    { "a command was carried out that was refused",
      "UPDATE lease.journal SET status = 0, refusal = '' WHERE seq = " FIRST ("lease.journal", "seq", "status <> 0") },
    { "a booking was made twice",
      "INSERT INTO lease.booking (id, room, starts_at, ends_at, title, booked_by) SELECT id + 1000000000, room, "
      "ends_at +"
      " 864000000, ends_at + 864000001, title, booked_by FROM lease.booking WHERE booked_by = 'tmf_desk' LIMIT 1" },
    { "a room is booked twice for one moment",
      "INSERT INTO lease.booking (id, room, starts_at, ends_at, title, booked_by) SELECT id + 1000000000, room, "
      "ends_at - 1,"
      " ends_at, title, 'bridging' FROM lease.booking WHERE released_at IS NULL LIMIT 1" },
    { "a desk is held for nobody",
      "UPDATE lease.desk_hold SET stands = 1, from_day = from_day + 100000, last_day = from_day + 100000 WHERE rowid "
      "= " FIRST ("lease.desk_hold", "rowid", "stands = 0 AND lease IS NOT NULL") },
    { "a session has lost its room",
      "DELETE FROM lease.booking WHERE reference = " FIRST ("guidance.session", "id", "state IN (2, 5)") },
    { "a session waits for ever",
      "UPDATE guidance.session SET state = 1 WHERE id = " FIRST ("guidance.session", "id", "state IN (2, 5)") },
    { "a cancelled session is booked again",
      "UPDATE guidance.session SET state = 2, starts_at = starts_at - 86400000000, ends_at = ends_at - 86400000000"
      " WHERE id = " FIRST ("guidance.session", "id", "state = 4") },
    { "a candidate stays when the referral is revoked",
      "UPDATE bridging.referral SET state = 6 WHERE id = " FIRST ("bridging.referral", "id", "state IN (2, 3)") },
    { "a withdrawal was not acknowledged",
      "UPDATE bridging.consent SET acknowledged_at = NULL WHERE id = " FIRST ("bridging.consent", "id", "state = 2") },
    { "a follower has missed a record",
      "DELETE FROM reporting.referral WHERE referral = " FIRST ("reporting.referral", "referral", "1") },
    { "a follower has applied a record twice",
      "INSERT INTO reporting.referral_answer SELECT referral, number + 1, day, outcome FROM reporting.referral_answer"
      " ORDER BY referral, number DESC LIMIT 1" },
    { "a follower has missed a tenant",
      "DELETE FROM guidance.tenant WHERE cvr = " FIRST ("guidance.tenant", "cvr", "1") },
    { "a follower is behind", "UPDATE reporting.feed SET position = 1 WHERE owner = 'bridging'" },
    { "a follower is ahead", "UPDATE guidance.feed SET position = 1000000000 WHERE owner = 'lease'" },
    { "a request waits for ever",
      "INSERT INTO guidance.call VALUES (1, 'lease', 'x', x'', 'room_booked', 1, '', '', 0, 0, 0)" },
    { "an amount has come in the wrong order", "UPDATE reporting.actual SET amount_ore = amount_ore - 1" },
    { NULL, NULL },
};

const char *const DERIVED_TABLES[] = { "heard",    "desk",      "lease", "waitlist_entry", "attendance",      "citizen",
                                       "proposal", "placement", "paid",  "referral",       "referral_answer", NULL };

/* P1, P2, P3: when the work lies and when a citizen can; how long the way to work is and can be. */
#include "unit/placement_house.h"

#define MORNING "{'day': 'TUESDAY', 'from_hour': 9, 'until_hour': 12}"
#define AFTERNOON "{'day': 'TUESDAY', 'from_hour': 12, 'until_hour': 15}"

static json_t *only_exclusion (rig_t *rig, uint64_t candidate, uint64_t position)
{
    json_t *reply = ask (rig, "Matches/ExplainMatch", PAIR "}", candidate, position);
    json_t *exclusions = json_object_get (reply, "exclusions");
    cr_assert (json_array_size (exclusions) <= 1);
    return json_array_get (exclusions, 0);
}

Test (times, work_at_an_hour_in_which_the_citizen_cannot_is_excluded_and_the_hour_is_named, .description = "P3, P4")
{
    rig_t *rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, ", 'times': [" MORNING ", " AFTERNOON "]");
    uint64_t anytime = open_position (rig, 1, 300, "");
    uint64_t mornings = register_candidate (rig, 600, ", 'times': [" MORNING "]");
    uint64_t days = register_candidate (rig, 600, ", 'times': [" AFTERNOON ", " MORNING "]");
    uint64_t silent = register_candidate (rig, 600, "");
    json_t *line = only_exclusion (rig, mornings, job);
    cr_assert_str_eq (rig_text (line, "name"), "times");
    cr_assert_str_eq (rig_text (line, "danish"), "Muligt, hvis arbejdet ikke lå tirsdag 12-15");
    cr_assert_str_eq (rig_text (line, "english"), "Possible if the work were not on Tuesday 12-15");
    cr_assert_null (only_exclusion (rig, mornings, anytime));
    cr_assert_null (only_exclusion (rig, days, job));
    cr_assert_null (only_exclusion (rig, silent, job));
    rig_destroy (&rig);
}

Test (times, are_shown_as_they_were_given_and_an_hour_stands_there_once, .description = "P1, P2")
{
    rig_t *rig = open_rig ();
    open_position (rig, 1, 300, ", 'times': [" AFTERNOON ", " MORNING "]");
    register_candidate (rig, 600, ", 'times': [" MORNING "], 'travel_minutes_most': 45");
    json_t *position = json_array_get (json_object_get (ask (rig, "Positions/ListPositions", "{}"), "positions"), 0);
    json_t *time = json_array_get (json_object_get (position, "times"), 0);
    cr_assert_eq (json_array_size (json_object_get (position, "times")), 1, "what touches is one");
    cr_assert_str_eq (rig_text (time, "day"), "TUESDAY");
    cr_assert_eq (rig_number (time, "from_hour"), 9);
    cr_assert_eq (rig_number (time, "until_hour"), 15);
    json_t *candidate =
        json_array_get (json_object_get (ask (rig, "Candidates/ListCandidates", "{}"), "candidates"), 0);
    cr_assert_eq (json_array_size (json_object_get (candidate, "times")), 1);
    cr_assert_eq (rig_number (candidate, "travel_minutes_most"), 45);
    refuse (rig, "Candidates/RegisterCandidate", "PLACEMENT_BAD_TIMES",
            "{'weekly_minutes_most': 600, 'times': [" MORNING ", " MORNING "]}");
    refuse (rig, "Positions/OpenPosition", "PLACEMENT_BAD_TIMES",
            "{'cvr': '64942212', 'name': 'A', 'title': 'B', 'weekly_minutes': 181, 'hourly_wage_ore': 14000,"
            " 'openings': 1, 'district': 4, 'times': [" MORNING "]}");
    rig_destroy (&rig);
}

Test (times, and_the_limit_of_travel_go_with_an_erasure, .description = "P2, B2")
{
    rig_t *rig = open_rig ();
    uint64_t candidate = register_candidate (rig, 600, ", 'times': [" MORNING "], 'travel_minutes_most': 45");
    cr_assert_eq (only_int (store_row (rig_store (rig, "placement"), "SELECT count (*) FROM candidate_time")), 1);
    ask (rig, "Candidates/EraseCandidate", "{'candidate': " ID "}", candidate);
    cr_assert_eq (only_int (store_row (rig_store (rig, "placement"), "SELECT count (*) FROM candidate_time")), 0);
    rig_destroy (&rig);
}

Test (times, what_one_more_span_or_a_longer_way_would_give_is_told, .description = "P3, P4")
{
    rig_t *rig = open_rig ();
    open_position (rig, 1, 300, ", 'times': [" MORNING ", " AFTERNOON "]");
    uint64_t mornings = register_candidate (rig, 600, ", 'times': [" MORNING "]");
    uint64_t far = register_candidate (rig, 600, ", 'district': 7, 'travel_minutes_most': 30");
    json_t *change = json_array_get (
        json_object_get (ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", mornings), "changes"), 0);
    cr_assert_str_eq (rig_text (change, "kind"), "MORE_TIMES");
    cr_assert_eq (rig_number (change, "after"), 3);
    cr_assert_str_eq (rig_text (change, "danish"), "hvis borgeren også kunne tirsdag 12-15, var der en plads");
    change = json_array_get (
        json_object_get (ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", far), "changes"), 0);
    cr_assert_str_eq (rig_text (change, "kind"), "LONGER_WAY");
    cr_assert_eq (rig_number (change, "before"), 30);
    cr_assert_eq (rig_number (change, "after"), 60);
    cr_assert_str_eq (rig_text (change, "english"),
                      "a way to work of 60 minutes instead of 30 would give a place; the minutes are an estimate");
    cr_assert_str_eq (rig_text (change, "danish"),
                      "60 i stedet for 30 minutters vej til arbejde ville give en plads; minutterne er et skøn");
    rig_destroy (&rig);
}

/* Its times were held against nothing. */
Test (times, who_is_at_work_already_is_proposed_nothing_at_the_same_hour_until_that_work_ends, .description = "P3, P5")
{
    owned (rig) rig = open_rig ();
    uint64_t first = open_position (rig, 1, 300, ", 'times': [" MORNING ", " AFTERNOON "]");
    uint64_t candidate = register_candidate (rig, 1200, "");
    uint64_t work = place (rig, candidate, first), same_hour = open_position (rig, 1, 120, ", 'times': [" MORNING "]");
    json_t *line = only_exclusion (rig, candidate, same_hour);
    cr_assert_str_eq (rig_text (line, "name"), "at-work");
    cr_assert_str_eq (rig_text (line, "danish"),
                      "Muligt, hvis arbejdet ikke lå tirsdag 9-12, hvor borgeren allerede er på arbejde");
    json_t *why = ask (rig, "Matches/ExplainUnplaced", "{'candidate': " ID "}", candidate);
    cr_assert_eq (rig_number (why, "placed"), 0);
    cr_assert_eq (json_array_size (json_object_get (why, "changes")), 0, "more times would not help");
    uint64_t run = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{'jobs_most': 3}"), "run");
    cr_assert_eq (rig_number (ask (rig, "Matches/GetRun", "{'run': " ID "}", run), "proposed"), 0);
    open_position (rig, 1, 120, ", 'times': [{'day': 'TUESDAY', 'from_hour': 15, 'until_hour': 17}]");
    run = (uint64_t) rig_number (ask (rig, "Matches/ProposeMatches", "{}"), "run");
    cr_assert_eq (rig_number (ask (rig, "Matches/GetRun", "{'run': " ID "}", run), "proposed"), 1, "right behind it");
    ask (rig, "Placements/EndPlacement", "{'placement': " ID ", 'day': '2026-03-09', 'cause': 'CITIZEN_WISHED'}", work);
    cr_assert_not_null (only_exclusion (rig, candidate, same_hour), "up to and with its last day");
    rig_set_time (rig, "2026-03-10T09:00:00Z");
    cr_assert_null (only_exclusion (rig, candidate, same_hour));
}

/* Every two districts `minutes` from each other, and the row that is left out or changed. */
static void write_table (buffer_t *out, int minutes, const char *confidence, int left_out)
{
    buffer_append_text (out, "from;to;minutes;source;confidence\\n");
    for (int from = 1, row = 0; from <= 10; from++)
        for (int to = from; to <= 10; to++, row++)
            if (row != left_out)
                buffer_printf (out, "%d;%d;%d;rejseplan;%s\\n", to, from, minutes, confidence);
}

static void load (rig_t *rig, const char *csv)
{
    ask (rig, "Travel/LoadTravel", "{'csv': '%s', 'reason': 'ny plan'}", csv);
}

Test (travel, a_way_longer_than_the_citizen_can_have_is_excluded_and_an_estimate_is_called_one, .description = "P3, P4")
{
    rig_t *rig = open_rig ();
    uint64_t job = open_position (rig, 1, 300, "");
    uint64_t candidate = register_candidate (rig, 600, ", 'district': 7, 'travel_minutes_most': 30");
    uint64_t nowhere = register_candidate (rig, 600, ", 'travel_minutes_most': 30");
    json_t *line = only_exclusion (rig, candidate, job);
    cr_assert_str_eq (rig_text (line, "name"), "travel");
    cr_assert_str_eq (rig_text (line, "english"),
                      "Possible if the way to work were at most 30 minutes; it is 60 by an estimate");
    cr_assert_null (only_exclusion (rig, nowhere, job));
    owned_buffer near = BUFFER (8192), far = BUFFER (8192);
    write_table (&near, 30, "high", -1);
    write_table (&far, 31, "high", -1);
    load (rig, buffer_text (&near));
    cr_assert_null (only_exclusion (rig, candidate, job));
    load (rig, buffer_text (&far));
    line = only_exclusion (rig, candidate, job);
    cr_assert_str_eq (rig_text (line, "danish"), "Muligt, hvis vejen til arbejdet var højst 30 minutter; den er 31");
    rig_destroy (&rig);
}

Test (travel, a_table_is_whole_or_refused_and_the_one_in_force_is_published, .description = "P2, P3")
{
    rig_t *rig = open_rig ();
    json_t *reply = rig_ok (rig, CALLER_TMF_DESK, "placement", "Travel/GetTravel", "{}");
    cr_assert_eq (json_array_size (json_object_get (reply, "times")), 55);
    cr_assert_eq (rig_number (reply, "version"), 0);
    cr_assert (!json_is_true (json_object_get (reply, "certain")), "an assumption says so");
    for (int row = 0; row < 55; row += 9) {
        owned_buffer holed = BUFFER (8192);
        write_table (&holed, 30, "high", row);
        refuse (rig, "Travel/LoadTravel", "PLACEMENT_TRAVEL_UNREADABLE", "{'csv': '%s', 'reason': 'ny'}",
                buffer_text (&holed));
        buffer_append_text (&holed, "11;1;5;x;high\\n");
        refuse (rig, "Travel/LoadTravel", "PLACEMENT_TRAVEL_UNREADABLE", "{'csv': '%s', 'reason': 'ny'}",
                buffer_text (&holed));
    }
    owned_buffer twice = BUFFER (8192), long_way = BUFFER (8192), doubtful = BUFFER (8192);
    write_table (&twice, 30, "high", -1);
    buffer_append_text (&twice, "1;2;30;rejseplan;high\\n");
    write_table (&long_way, 241, "high", -1);
    write_table (&doubtful, 25, "medium", -1);
    refuse (rig, "Travel/LoadTravel", "PLACEMENT_TRAVEL_UNREADABLE", "{'csv': '%s', 'reason': 'ny'}",
            buffer_text (&twice));
    refuse (rig, "Travel/LoadTravel", "PLACEMENT_TRAVEL_UNREADABLE", "{'csv': '%s', 'reason': 'ny'}",
            buffer_text (&long_way));
    load (rig, buffer_text (&doubtful));
    reply = rig_ok (rig, CALLER_TMF_DESK, "placement", "Travel/GetTravel", "{}");
    cr_assert_eq (rig_number (json_array_get (json_object_get (reply, "times"), 54), "minutes"), 25);
    cr_assert_str_eq (rig_text (reply, "reason"), "ny plan");
    cr_assert (!json_is_true (json_object_get (reply, "certain")));
    rig_destroy (&rig);
}

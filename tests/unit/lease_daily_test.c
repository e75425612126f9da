/* L9 to L11: the days of the house manager. */
#include "unit/lease_kit.h"

/* --- L9 --- */

static number_t task (rig_t *rig, const char *title, const char *owner, const char *due, const char *more)
{
    return id_of (ok (rig, "Operations/OpenTask", "{'kind': 'FAULT', 'title': '%s', 'owner': '%s', 'due_day': '%s'%s}",
                      title, owner, due, more),
                  "task");
}

Test (tasks, what_is_due_first_comes_first_and_what_is_late_is_said_to_be, .description = "L9")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t where = room (rig);
    char place[40];
    snprintf (place, sizeof place, ", 'room': %llu", where);
    task (rig, "Lampe", "jens", "2026-03-10", "");
    number_t late = task (rig, "Radiator drypper", "mette", "2026-03-01", place);
    task (rig, "Dørpumpe", "mette", "2026-03-02", "");
    json_t *list = ok (rig, "Operations/ListTasks", "{}");
    cr_assert_eq (rig_count (list, "tasks"), 3);
    json_t *first = rig_item (list, "tasks", 0);
    cr_assert_eq (id_of (first, "task"), late);
    cr_assert (json_is_true (json_object_get (first, "overdue")));
    cr_assert (strstr (rig_text (first, "where"), ", Fyret"));
    cr_assert_not (json_is_true (json_object_get (rig_item (list, "tasks", 1), "overdue")), "today is not late");
    cr_assert_eq (rig_count (ok (rig, "Operations/ListTasks", "{'owner': 'mette'}"), "tasks"), 2);
    cr_assert_eq (rig_count (ok (rig, "Operations/ListTasks", "{'overdue': true}"), "tasks"), 1);
    ok (rig, "Operations/HandTask", "{'task': %llu, 'owner': 'jens', 'due_day': '2026-03-20'}", late);
    cr_assert_eq (rig_count (ok (rig, "Operations/ListTasks", "{'owner': 'jens'}"), "tasks"), 2);
    ok (rig, "Operations/CloseTask", "{'task': %llu, 'outcome': 'Ny pakning'}", late);
    refused (rig, "Operations/CloseTask", "LEASE_TASK_CLOSED", "{'task': %llu, 'outcome': 'x'}", late);
    refused (rig, "Operations/HandTask", "LEASE_TASK_UNKNOWN", "{'task': 99}");
    refused (rig, "Operations/OpenTask", "LEASE_ROOM_UNKNOWN",
             "{'kind': 'JOB', 'title': 'x', 'owner': 'x', 'due_day': '2026-03-10', 'room': 99}");
    json_t *done = rig_item (ok (rig, "Operations/ListTasks", "{'closed': true}"), "tasks", 0);
    cr_assert_str_eq (rig_text (done, "outcome"), "Ny pakning");
    rig_destroy (&rig);
}

Test (tasks, an_inspection_comes_back_from_the_day_it_was_due_and_never_in_the_past, .description = "L9")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t yearly = task (rig, "Brandslukkere", "jens", "2026-02-28", ", 'repeat_months': 12");
    json_t *reply = ok (rig, "Operations/CloseTask", "{'task': %llu, 'outcome': 'I orden'}", yearly);
    cr_assert_str_eq (rig_text (reply, "next_due_day"), "2027-02-28");
    rig_set_time (rig, "2029-06-01T09:00:00Z");
    reply = ok (rig, "Operations/CloseTask", "{'task': %llu, 'outcome': 'Sent'}", id_of (reply, "next_task"));
    cr_assert_str_eq (rig_text (reply, "next_due_day"), "2030-02-28");
    number_t monthly = task (rig, "Elevator", "jens", "2029-01-31", ", 'repeat_months': 1");
    reply = ok (rig, "Operations/CloseTask", "{'task': %llu, 'outcome': 'x'}", monthly);
    cr_assert_str_eq (rig_text (reply, "next_due_day"), "2029-06-30",
                      "counted from the 31st, not from a shorter month");
    rig_destroy (&rig);
}

/* --- L10 --- */

Test (partners, what_was_agreed_and_what_became_of_it_stays, .description = "L10")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    char log[64];
    number_t partner = id_of (
        ok (rig, "Partners/AddPartner", "{'kind': 'HOUSING_ORGANISATION', 'name': 'Boligforeningen 3B'}"), "partner");
    refused (rig, "Partners/AddPartner", "LEASE_PARTNER_EXISTS",
             "{'kind': 'OTHER_PARTNER', 'name': 'Boligforeningen 3B'}");
    ok (rig, "Partners/RecordMeeting",
        "{'partner': %llu, 'about': 'Cykler', 'agreed': 'De giver 20', 'next_day': '2026-04-01'}", partner);
    refused (rig, "Partners/RecordMeeting", "LEASE_DAYS_REVERSED",
             "{'partner': %llu, 'about': 'x', 'next_day': '2026-03-01'}", partner);
    refused (rig, "Partners/RecordMeeting", "LEASE_PARTNER_UNKNOWN", "{'partner': 99, 'about': 'x'}");
    number_t tried =
        id_of (ok (rig, "Partners/StartInitiative",
                   "{'title': 'Cykelværksted', 'purpose': 'Småjob', 'district': 8, 'partner': %llu}", partner),
               "initiative");
    json_t *listed = rig_item (ok (rig, "Partners/ListPartners", "{}"), "partners", 0);
    cr_assert_eq (rig_number (listed, "running"), 1);
    cr_assert_str_eq (rig_text (listed, "next_day"), "2026-04-01");
    cr_assert_str_eq (rig_text (rig_item (ok (rig, "Partners/ListMeetings", "{}"), "meetings", 0), "agreed"),
                      "De giver 20");
    static const char CONCLUDE[] = "{'initiative': %llu, 'outcome': 'REACHED', 'result': '3 småjob', 'day': '%s'}";
    refused (rig, "Partners/ConcludeInitiative", "LEASE_DAYS_REVERSED", CONCLUDE, tried, "2026-03-01");
    ok (rig, "Partners/ConcludeInitiative", CONCLUDE, tried, "2026-09-01");
    refused (rig, "Partners/ConcludeInitiative", "LEASE_INITIATIVE_CONCLUDED", CONCLUDE, tried, "2026-09-02");
    refused (rig, "Partners/ConcludeInitiative", "LEASE_INITIATIVE_UNKNOWN", CONCLUDE, 99ull, "2026-09-02");
    cr_assert_eq (rig_count (ok (rig, "Partners/ListInitiatives", "{'running': true}"), "initiatives"), 0);
    json_t *ended =
        rig_item (rig_ok (rig, CALLER_STEERING_DESK, "lease", "Partners/ListInitiatives", "{}"), "initiatives", 0);
    cr_assert_str_eq (rig_text (ended, "result"), "3 småjob");
    cr_assert_str_eq (events (rig, log, sizeof log), "21 22");
    rig_destroy (&rig);
}

/* --- L11 --- */

Test (equipment, an_item_is_with_one_tenant_at_a_time_and_comes_back_in_a_condition, .description = "L11")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t who = tenant (rig, 0), other = tenant (rig, 1);
    number_t bike = id_of (ok (rig, "Equipment/AddItem", "{'kind': 'cykel', 'name': 'Cykel 4'}"), "item");
    refused (rig, "Equipment/AddItem", "LEASE_ITEM_EXISTS", "{'kind': 'cykel', 'name': 'Cykel 4'}");
    static const char LEND[] = "{'item': %llu, 'tenant': %llu, 'due_day': '%s'}";
    refused (rig, "Equipment/LendItem", "LEASE_DAYS_REVERSED", LEND, bike, who, "2026-03-01");
    ok (rig, "Equipment/LendItem", LEND, bike, who, "2026-03-09");
    refused (rig, "Equipment/LendItem", "LEASE_ITEM_OUT", LEND, bike, other, "2026-03-09");
    rig_set_time (rig, "2026-03-10T09:00:00Z");
    json_t *out = rig_item (ok (rig, "Equipment/ListItems", "{'out': true}"), "items", 0);
    cr_assert_str_eq (rig_text (out, "lent_to"), "Virksomhed 0");
    cr_assert (json_is_true (json_object_get (out, "overdue")));
    json_t *back = ok (rig, "Equipment/ReturnItem", "{'item': %llu, 'condition': 'DAMAGED', 'remark': 'Kæden'}", bike);
    cr_assert (json_is_true (json_object_get (back, "late")));
    refused (rig, "Equipment/ReturnItem", "LEASE_ITEM_IN", "{'item': %llu, 'condition': 'GOOD'}", bike);
    refused (rig, "Equipment/LendItem", "LEASE_ITEM_UNFIT", LEND, bike, other, "2026-03-19");
    ok (rig, "Equipment/SetCondition", "{'item': %llu, 'condition': 'GOOD'}", bike);
    ok (rig, "Equipment/LendItem", LEND, bike, other, "2026-03-19");
    json_t *loans = ok (rig, "Equipment/ListLoans", "{'item': %llu}", bike);
    cr_assert_eq (rig_count (loans, "loans"), 2);
    cr_assert_str_eq (rig_text (rig_item (loans, "loans", 1), "remark"), "Kæden");
    refused (rig, "Equipment/LendItem", "LEASE_ITEM_UNKNOWN", LEND, 99ull, who, "2026-03-19");
    rig_destroy (&rig);
}

/* L3: rent below the market's is aid, and aid has a ceiling. */
#include "unit/lease_kit.h"

static void market (rig_t *rig, number_t premises, const char *from_day, int ore)
{
    ok (rig, "Aid/SetMarketRent", "{'premises': %llu, 'from_day': '%s', 'monthly_rent_ore': %d, 'source': 'Vurdering'}",
        premises, from_day, ore);
}

static number_t aid (rig_t *rig, number_t who, const char *day, int kroner)
{
    return id_of (ok (rig, "Aid/RecordAid", "{'tenant': %llu, 'amount_ore': %d00, 'basis': 'Art. 3', 'day': '%s'}", who,
                      kroner, day),
                  "aid");
}

Test (aid, rent_is_held_against_the_market_rent_of_its_day, .description = "L3, LEA-08")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = premises_with (rig, 5), who = tenant (rig, 0);
    sign (rig, offer (rig, who, premises, 2, "2026-03-02"));
    json_t *check = rig_item (ok (rig, "Aid/CheckRents", "{}"), "rents", 0);
    cr_assert_str_eq (rig_text (check, "verdict"), "MARKET_UNKNOWN");
    market (rig, premises, "2026-01-01", 150000);
    market (rig, premises, "2026-07-01", 180000);
    check = rig_item (ok (rig, "Aid/CheckRents", "{}"), "rents", 0);
    cr_assert_str_eq (rig_text (check, "verdict"), "AT_MARKET");
    check = rig_item (ok (rig, "Aid/CheckRents", "{'day': '2026-07-01'}"), "rents", 0);
    cr_assert_str_eq (rig_text (check, "verdict"), "BELOW_MARKET");
    cr_assert_eq (rig_number (check, "yearly_aid_ore"), 12 * 2 * 30000);
    cr_assert_eq (rig_count (ok (rig, "Aid/CheckRents", "{'day': '2026-03-01'}"), "rents"), 0);
    rig_destroy (&rig);
}

/* Leases that are over and leases that run, each begun in turn: a page of a day that is over has both, in order. */
Test (aid, a_day_that_is_over_has_the_leases_that_have_ended_since, .description = "L3, LEA-08")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = premises_with (rig, 6), who = tenant (rig, 0), leases[6];
    for (int i = 0; i < 6; i++) {
        leases[i] = id_of (ok (rig, "Leases/OfferLease",
                               "{'tenant': %llu, 'premises': %llu, 'desk_count': 1, 'from_day': '2026-03-02'%s}", who,
                               premises, i % 2 ? ", 'last_day': '2026-03-31'" : ""),
                           "lease");
        sign (rig, leases[i]);
    }
    rig_set_time (rig, "2026-04-20T09:00:00Z");
    cr_assert_eq (rig_count (ok (rig, "Aid/CheckRents", "{}"), "rents"), 3);
    number_t after = 0;
    for (int page = 0; page < 3; page++) {
        json_t *rents = ok (rig, "Aid/CheckRents", "{'day': '2026-03-20', 'limit': 2, 'after': %llu}", after);
        cr_assert_eq (rig_count (rents, "rents"), 2);
        for (int i = 0; i < 2; i++)
            cr_assert_eq (after = id_of (rig_item (rents, "rents", (size_t) i), "lease"), leases[2 * page + i]);
    }
    rig_destroy (&rig);
}

/* 300.000 euro at 7,46 are 2.238.000 kroner. */
Test (aid, no_three_years_hold_more_than_the_ceiling, .description = "L3, LEA-10")
{
    rig_t *rig = rig_at ("2030-03-02T09:00:00Z");
    number_t who = tenant (rig, 0), other = tenant (rig, 1);
    aid (rig, who, "2027-03-02", 1000000);
    aid (rig, who, "2028-06-01", 1000000);
    json_t *list = ok (rig, "Aid/ListAid", "{'tenant': %llu, 'day': '2030-03-01'}", who);
    cr_assert_eq (rig_number (list, "ceiling_ore"), 223800000);
    cr_assert_eq (rig_number (list, "left_ore"), 23800000);
    cr_assert (!json_is_true (json_object_get (list, "certain")), "the rate is not that of the day");
    cr_assert_eq (rig_number (ok (rig, "Aid/ListAid", "{'tenant': %llu}", who), "granted_ore"), 100000000,
                  "what is three years old counts no more");
    static const char GRANT[] = "{'tenant': %llu, 'amount_ore': 23800100, 'basis': 'Art. 3', 'day': '%s'}";
    refused (rig, "Aid/RecordAid", "LEASE_AID_CEILING", GRANT, who, "2030-03-01");
    refused (rig, "Aid/RecordAid", "LEASE_AID_CEILING", GRANT, who, "2027-06-01");
    ok (rig, "Aid/RecordAid", GRANT, other, "2027-06-01");
    ok (rig, "Aid/RecordAid", GRANT, who, "2030-03-02");
    ok (rig, "Aid/RecordAid",
        "{'tenant': %llu, 'amount_ore': 200000000, 'basis': 'Erklæring', 'by_others': true, 'day': '2030-03-02'}", who);
    cr_assert_eq (rig_number (ok (rig, "Aid/ListAid", "{'tenant': %llu}", who), "left_ore"), 0);
    rig_destroy (&rig);
}

Test (aid, what_the_house_granted_waits_for_the_central_register, .description = "L3, LEA-11")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t who = tenant (rig, 0), grant = aid (rig, who, "2026-02-01", 5000);
    number_t declared = id_of (
        ok (rig, "Aid/RecordAid", "{'tenant': %llu, 'amount_ore': 100, 'basis': 'Erklæring', 'by_others': true}", who),
        "aid");
    cr_assert_eq (rig_number (ok (rig, "Aid/ListAid", "{'tenant': %llu}", who), "to_report"), 1);
    ok (rig, "Aid/ReportAid", "{'aid': %llu, 'reference': 'DM-2026-17'}", grant);
    cr_assert_eq (rig_number (ok (rig, "Aid/ListAid", "{'tenant': %llu}", who), "to_report"), 0);
    refused (rig, "Aid/ReportAid", "LEASE_AID_REPORTED", "{'aid': %llu, 'reference': 'x'}", grant);
    refused (rig, "Aid/ReportAid", "LEASE_AID_OF_OTHERS", "{'aid': %llu, 'reference': 'x'}", declared);
    refused (rig, "Aid/ReportAid", "LEASE_AID_UNKNOWN", "{'aid': 99, 'reference': 'x'}");
    number_t lease = offer (rig, tenant (rig, 1), premises_with (rig, 1), 1, "2026-03-02");
    refused (rig, "Aid/RecordAid", "LEASE_OF_OTHERS",
             "{'tenant': %llu, 'amount_ore': 100, 'basis': 'x', 'lease': %llu}", who, lease);
    rig_destroy (&rig);
}

Test (imports, a_desk_that_has_a_name_keeps_it_and_an_offer_can_be_tried_first, .description = "L2, L4")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = premises_with (rig, 1), who = tenant (rig, 0);
    static const char DESK_12[] = "{'premises': %llu, 'name_prefix': 'A', 'number': 12, 'from_day': '2026-01-01'}";
    number_t desk = id_of (ok (rig, "House/AddDesk", DESK_12, premises), "desk");
    refused (rig, "House/AddDesk", "LEASE_DESK_EXISTS", DESK_12, premises);
    ok (rig, "House/AddDesks", "{'premises': %llu, 'count': 1, 'name_prefix': 'A'}", premises);
    json_t *desks = ok (rig, "House/ListDesks", "{}");
    cr_assert_str_eq (rig_text (rig_item (desks, "desks", 1), "name"), "A12");
    cr_assert_str_eq (rig_text (rig_item (desks, "desks", 2), "name"), "A13");
    static const char OFFER[] = "{'tenant': %llu, 'desks': [%llu], 'from_day': '2026-03-02'}";
    ok (rig, "Leases/CheckOffer", OFFER, who, desk);
    cr_assert_eq (rig_count (ok (rig, "Leases/ListLeases", "{}"), "leases"), 0, "nothing was offered");
    ok (rig, "Leases/OfferLease", OFFER, who, desk);
    refused (rig, "Leases/CheckOffer", "LEASE_DESK_TAKEN", OFFER, who, desk);
    rig_destroy (&rig);
}

/* L8 and the letters, through the lease service's own door. */
#include "unit/lease_kit.h"

#include "lease/economy_rules.h"
#include "lease/letter_rules.h"

/* --- templates --- */

static const char *const ROW_NAMES[] = { "post", "beløb", NULL };

static letter_t letter_with_rows (letter_fields_t *rows, size_t n_rows)
{
    letter_t letter = { .own = { { { "lejer", "Ærø Øl & Ål" }, { "dato", "2. marts 2026" } } },
                        .rows = rows,
                        .n_rows = n_rows,
                        .row_names = ROW_NAMES };
    return letter;
}

static void check_written (const char *template_text, const letter_t *letter, const char *expected)
{
    letter_problem_t problem;
    owned_buffer out = BUFFER (1000);
    cr_assert (letter_write (template_text, letter, &out, &problem), "%s", template_text);
    cr_assert_str_eq (buffer_text (&out), expected);
}

Test (letter_rules, fields_and_rows_take_their_place)
{
    letter_fields_t rows[] = { { { { "post", "Leje" }, { "beløb", "7,00" } } },
                               { { { "post", "Depositum på tværs" }, { "beløb", "1.234,50" } } } };
    letter_t letter = letter_with_rows (rows, 2), empty = letter_with_rows (NULL, 0);
    check_written ("Kære {lejer}, {{altså}", &letter, "Kære Ærø Øl & Ål, {altså}");
    check_written ("a\n{hver}\n{post:6}|{beløb:>9}|\n{slut}\nb", &letter,
                   "a\nLeje  |     7,00|\nDepositum på tværs| 1.234,50|\nb");
    check_written ("a {hver}{post}, {lejer}; {slut}b", &letter,
                   "a Leje, Ærø Øl & Ål; Depositum på tværs, Ærø Øl & Ål; b");
    check_written ("a\n{hver}\n{post}\n{slut}\nb", &empty, "a\nb");
    check_written ("", &empty, "");
}

Test (letter_rules, what_is_wrong_in_a_template_is_said_with_line_and_column)
{
    static const struct {
        const char *text;
        size_t line, column;
        const char *reason;
    } cases[] = {
        { "Kære {lejre}", 1, 6, "what stands first is none of the names {lejre}: {lejer} {dato}" },
        { "æøå\næ {lejer", 2, 3, "a brace is not closed on its line; one that is meant itself is {{" },
        { "{hver}\n{post}", 1, 1, "{hver} without {slut}" },
        { "\n\n {slut}", 3, 2, "{slut} without {hver}" },
        { "{hver}\n{beloeb}\n{slut}", 2, 1,
          "what stands first is none of the names {beloeb}: {lejer} {dato} {post} {beløb}" },
        { "{post}", 1, 1, "what stands first is none of the names {post}: {lejer} {dato}" },
        { "{hver}{hver}{slut}{slut}", 1, 7, "{hver} stands within another {hver}" },
        { "{lejer:x}", 1, 8, "a width is a number from 1 to 200" },
        { "{lejer:999}", 1, 8, "a width is a number from 1 to 200" },
        { "{}", 1, 1, "a name is missing, or too long, after {" },
    };
    letter_t letter = letter_with_rows (NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        letter_problem_t problem;
        owned_buffer out = BUFFER (1000);
        cr_assert_not (letter_write (cases[i].text, &letter, &out, &problem), "%s", cases[i].text);
        cr_assert (problem.line == cases[i].line && problem.column == cases[i].column, "%s: %zu:%zu", cases[i].text,
                   problem.line, problem.column);
        char said[400];
        snprintf (said, sizeof said, "%s%s", problem.flaw, problem.about);
        cr_assert_str_eq (said, cases[i].reason);
    }
}

/* Whatever bytes an operator gives, there is an end to it, and no read beyond. */
Test (letter_rules, any_text_is_a_template_or_is_refused)
{
    static const char *const PIECES[] = { "{",       "}",  "{{", "{hver}", "{slut}", "{post}",
                                          "{lejer}", "\n", "å",  ":",      "9",      ">" };
    letter_fields_t rows[] = { { { { "post", "Leje" } } } };
    uint64_t seed = 5;
    int refused = 0;
    for (int round = 0; round < 20000; round++) {
        char text[100] = "";
        for (unsigned n = draw (&seed, 9); n > 0; n--)
            strncat (text, PIECES[draw (&seed, sizeof PIECES / sizeof PIECES[0])], 20);
        letter_t letter = letter_with_rows (rows, draw (&seed, 2));
        letter_problem_t problem = { 0 };
        owned_buffer out = BUFFER (1000);
        if (!letter_write (text, &letter, &out, &problem)) {
            cr_assert (problem.line > 0 && problem.column > 0 && problem.flaw[0]);
            refused++;
        }
    }
    cr_assert (refused > 1000 && refused < 19000);
}

/* --- letters of the service --- */

static const char *letter (rig_t *rig, const char *kind, number_t about)
{
    return rig_text (ok (rig, "Letters/WriteLetter", "{'kind': '%s', 'about': %llu}", kind, about), "text");
}

#define has(text, part) cr_assert (strstr ((text), (part)), "%s\nis not in\n%s", (part), (text))

Test (letters, a_tenants_letters_are_danish_from_offer_to_demand, .description = "L4, L5, L6")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = premises_with (rig, 3), who = tenant (rig, 0);
    number_t lease = id_of (ok (rig, "Leases/OfferLease",
                                "{'tenant': %llu, 'premises': %llu, 'desk_count': 2, 'from_day': '2026-03-01',"
                                " 'deposit_ore': 450000, 'vat': true, 'answer_by': '2026-03-29T09:30:00Z'}",
                                who, premises),
                            "lease");
    has (letter (rig, "LEASE_OFFER", lease), "29. marts 2026 kl. 11.30"); /* the clock went forward that night */
    has (letter (rig, "LEASE_OFFER", lease), "3.000,00 kr. om måneden med tillæg af moms (1.500,00 kr. pr. plads)");
    sign (rig, lease);
    has (letter (rig, "LEASE_CONTRACT", lease), "§ 1. Lejemålet er 2 kontorpladser i");
    has (letter (rig, "LEASE_CONTRACT", lease), "3 måneder til den første i en måned");
    ok (rig, "Rent/RunCharges", "{}");
    number_t payment =
        id_of (ok (rig, "Rent/RecordPayment", "{'lease': %llu, 'amount_ore': 500000, 'reference': 'Kære Øl'}", lease),
               "payment");
    const char *receipt = letter (rig, "RECEIPT", payment);
    has (receipt, "  Depositum                            4.500,00 kr.\n");
    has (receipt, "  Husleje marts 2026                     500,00 kr.\n");
    has (receipt, "Skyldigt efter betalingen:            3.250,00 kr.");
    rig_set_time (rig, "2026-03-06T09:00:00Z");
    number_t demand = id_of (ok (rig, "Rent/DemandPayment", "{'lease': %llu}", lease), "demand");
    has (letter (rig, "DEMAND", demand), "betalt senest 9. marts 2026");
    has (letter (rig, "ARREARS_LIST", 0), "I alt 3.250,00 kr.");
    has (letter (rig, "RENT_LIST", 0), "1. marts 2026 – 31. marts 2026");
    number_t entry = join (rig, tenant (rig, 1), 3);
    has (letter (rig, "WAITLIST_ANSWER", entry), "nummer 1 af 1");
    has (letter (rig, "WAITLIST_ANSWER", entry), "Står først. Ønsker 3 pladser samlet; 1 er ledig.");
    has (letter (rig, "WAITLIST_LIST", 0), "  1. Virksomhed 1");
    refused (rig, "Letters/WriteLetter", "LEASE_PAYMENT_UNKNOWN", "{'kind': 'RECEIPT', 'about': %llu}", demand);
    refused (rig, "Letters/WriteLetter", "LEASE_DEMAND_UNKNOWN", "{'kind': 'DEMAND', 'about': %llu}", payment);
    refused (rig, "Letters/WriteLetter", "LEASE_UNKNOWN", "{'kind': 'LEASE_OFFER', 'about': 99}");
    rig_destroy (&rig);
}

Test (letters, a_template_is_checked_before_it_is_used_and_can_be_taken_back, .description = "L6")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    premises_with (rig, 0);
    number_t entry = join (rig, tenant (rig, 0), 1);
    const char *built_in = strdup (letter (rig, "WAITLIST_ANSWER", entry));
    refused (rig, "Letters/SetTemplate", "LEASE_TEMPLATE_WRONG", "{'kind': 'WAITLIST_ANSWER', 'text': 'Hej {navn}'}");
    refused (rig, "Letters/SetTemplate", "LEASE_TEMPLATE_WRONG", "{'kind': 'LEASE_OFFER', 'text': '{nummer}'}");
    ok (rig, "Letters/SetTemplate", "{'kind': 'WAITLIST_ANSWER', 'text': 'Hej {lejer}: nr. {nummer}, æøå'}");
    cr_assert_str_eq (letter (rig, "WAITLIST_ANSWER", entry), "Hej Virksomhed 0: nr. 1, æøå");
    cr_assert_str_eq (rig_text (ok (rig, "Letters/GetTemplate", "{'kind': 'WAITLIST_ANSWER'}"), "text"),
                      "Hej {lejer}: nr. {nummer}, æøå");
    ok (rig, "Letters/SetTemplate", "{'kind': 'WAITLIST_ANSWER'}");
    cr_assert_str_eq (letter (rig, "WAITLIST_ANSWER", entry), built_in);
    free ((void *) (uintptr_t) built_in);
    rig_destroy (&rig);
}

/* Each template that comes with the program passes the check that TMF's own must pass. */
Test (letters, what_comes_with_the_program_would_be_taken)
{
    static const char *const KINDS[] = { "LEASE_OFFER",     "LEASE_CONTRACT", "RECEIPT",       "DEMAND",
                                         "WAITLIST_ANSWER", "ARREARS_LIST",   "WAITLIST_LIST", "RENT_LIST" };
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        json_t *request =
            json_pack ("{s:s, s:O}", "kind", KINDS[i], "text",
                       json_object_get (ok (rig, "Letters/GetTemplate", "{'kind': '%s'}", KINDS[i]), "text"));
        char *text = json_dumps (request, 0);
        ok (rig, "Letters/SetTemplate", "%s", text);
        free (text);
        json_decref (request);
    }
    rig_destroy (&rig);
}

/* --- L8 --- */

Test (economy_rules, it_pays_for_itself_from_the_first_month_after_which_there_is_no_deficit, .description = "L8")
{
    house_month_t months[] = {
        { .month = 12 * 2026, .rent_ore = 100, .cost_ore = 90, .let_days = 310, .desk_days = 310 },
        { .month = 12 * 2026 + 1, .rent_ore = 80, .cost_ore = 90, .let_days = 280, .desk_days = 280 },
        { .month = 12 * 2026 + 2, .rent_ore = 100, .cost_ore = 90, .let_days = 310, .desk_days = 310 },
        { .month = 12 * 2026 + 3, .rent_ore = 90, .cost_ore = 90, .let_days = 270, .desk_days = 300 },
    };
    cr_assert_eq (self_supporting_from (months, 4, 0), 2);
    cr_assert_eq (self_supporting_from (months, 4, 1), 4, "one desk less, and April has a deficit");
    cr_assert_eq (self_supporting_from (months, 3, 1), 2);
    cr_assert_eq (rent_of_a_desk (&months[3]), 10);
    cr_assert_eq (break_even_desks (&months[3]), 9);
    cr_assert_eq (balance_with_empty (&months[3], 1000), -90, "rent does not fall below nothing");
    house_month_t empty = { .month = 12 * 2026, .cost_ore = 90 };
    cr_assert_eq (break_even_desks (&empty), 0);
}

Test (economy, the_house_runs_by_itself_when_enough_desks_are_let_and_the_note_has_no_rent_after_2026,
      .description = "L8")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t premises = premises_with (rig, 10);
    ok (rig, "Economy/SetHeadLease", "{'premises': %llu, 'from_month': '2026-03', 'monthly_ore': 1200000}", premises);
    ok (rig, "Economy/SetRentBudget", "{'year': 2026, 'amount_ore': 50000000, 'source': 'TM157'}");
    ok (rig, "Economy/SetRentBudget", "{'year': 2027, 'amount_ore': 0, 'source': 'TM157'}");
    ok (rig, "Economy/SetRentBudget", "{'year': 2028, 'amount_ore': 0, 'source': 'TM157'}");
    number_t who = tenant (rig, 0);
    sign (rig, offer (rig, who, premises, 4, "2026-03-01"));
    sign (rig, offer (rig, who, premises, 4, "2026-06-01"));
    number_t ends = id_of (ok (rig, "Leases/OfferLease",
                               "{'tenant': %llu, 'premises': %llu, 'desk_count': 2, 'from_day': '2026-03-16',"
                               " 'last_day': '2027-08-31'}",
                               who, premises),
                           "lease");
    sign (rig, ends);
    ok (rig, "Rent/RunCharges", "{}");
    json_t *economy = ok (rig, "Economy/GetEconomy", "{}");
    cr_assert_eq (rig_count (economy, "months"), 36);
    json_t *march = rig_item (economy, "months", 2), *july = rig_item (economy, "months", 6);
    cr_assert (json_is_true (json_object_get (march, "charged")));
    cr_assert_eq (rig_number (march, "rent_ore"), 600000 + 154839, "four desks, and 16 of 31 days of two");
    cr_assert_eq (rig_number (july, "rent_ore"), 1500000);
    cr_assert_eq (rig_number (july, "break_even_desks"), 8);
    cr_assert_eq (rig_number (july, "let_permille"), 1000);
    cr_assert_eq (rig_number (july, "with_empty_ore"), 1500000 - 450000 - 1200000);
    cr_assert_str_eq (rig_text (economy, "self_supporting_from"), "2026-06");
    cr_assert_null (json_object_get (economy, "with_empty_from"));
    json_t *vacancy = rig_item (economy, "vacancies", 0);
    cr_assert_str_eq (rig_text (vacancy, "from_day"), "2027-09-01");
    cr_assert_eq (rig_number (vacancy, "desks"), 2);
    json_t *findings = json_object_get (economy, "findings");
    static const char *const EXPECTED[] = {
        "Huset løber rundt af sig selv fra juni 2026.",
        "Står yderligere 3 pladser tomme, løber det ikke rundt i perioden.",
        ("Det kræver 8 af 10 pladser udlejet (80 %) ved 1.500,00 kr. pr. plads og en udgift på 12.000,00 kr. om "
         "måneden "
         "(december 2028)."),
    };
    for (size_t i = 0; i < 3; i++)
        cr_assert_str_eq (json_string_value (json_array_get (findings, i)), EXPECTED[i]);
    has (json_string_value (json_array_get (findings, 4)), "2027: budgettet har intet til husleje");
    refused (rig, "Economy/GetEconomy", "LEASE_PERIOD", "{'from_month': '2026-01', 'to_month': '2031-01'}");
    refused (rig, "Economy/GetEconomy", "LEASE_PREMISES_UNKNOWN", "{'premises': 99}");
    json_t *steering =
        rig_ok (rig, CALLER_STEERING_DESK, "lease", "Economy/GetEconomy", "{'premises': %llu}", premises);
    cr_assert_eq (rig_count (steering, "months"), 36);
    rig_destroy (&rig);
}

/* The edge: each rule of a field, what JSON says of a message and takes from a person, and the tables of a contract. */
#include "base/time.h"
#include "unit/wire_kit.h"
#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads as JSON and validates; `said` is NULL when nothing is wrong, and `secret` what no fault may repeat. */
static void expect_json (const message_rule_t *rule, const char *text, const char *reason, const char *said,
                         const char *secret)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault = { 0 };
    status_t status = json_parse_message (rule, text, strlen (text), arena, &message, &fault);
    if (status == STATUS_OK)
        status = message_validate (rule, message, &fault);
    cr_assert_eq (status, said ? STATUS_INVALID_ARGUMENT : STATUS_OK, "%s: %s", text, fault.message);
    if (!said)
        return;
    cr_assert_str_eq (fault.reason, reason, "%s: %s", text, fault.message);
    cr_assert_str_eq (fault.message, said, "%s", text);
    cr_assert (!secret || !strstr (fault.message, secret));
}

/* --- the rules, one by one --- */

typedef struct {
    const char *json;
    const char *said; /* NULL: allowed */
    const char *secret;
} rule_case_t;

static void expect_rules (const message_rule_t *rule, const rule_case_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_json (rule, cases[i].json, "WIRE_BAD_FIELD", cases[i].said, cases[i].secret);
}

#define EXPECT_RULES(rule, ...)                                                                                        \
    do {                                                                                                               \
        static const rule_case_t CASES[] = { __VA_ARGS__ };                                                            \
        expect_rules (&(rule), CASES, sizeof CASES / sizeof CASES[0]);                                                 \
    } while (0)

Test (rules, formats)
{
    EXPECT_RULES (
        specimen_formats_rule, { "{}", NULL, NULL }, { "{\"cpr\": \"0107575234\"}", NULL, NULL },
        { "{\"cpr\": \"6107575234\"}", NULL, NULL },
        { "{\"cpr\": \"3202575234\"}", "cpr is not a CPR number", "3202575234" },
        { "{\"cpr\": \"010757523\"}", "cpr is not a CPR number", "010757523" },
        { "{\"cpr\": \"010757-5234\"}", "cpr is too long", "5234" },
        { "{\"cvr\": \"12345678\"}", "cvr is not a CVR number", "12345678" }, { "{\"cvr\": \"64942212\"}", NULL, NULL },
        { "{\"day\": \"1900-01-01\", \"month\": \"2999-12\"}", NULL, NULL },
        { "{\"tenant_id\": 9223372036854775807}", NULL, NULL },
        { "{\"tenant_id\": \"9223372036854775808\"}", "tenant_id is outside its bounds", "775808" },
        { "{\"rent_ore\": -5}", NULL, NULL }, { "{\"district\": 10}", NULL, NULL },
        { "{\"district\": 11}", "district is not a district from 1 to 10", NULL },
        { "{\"district\": -1}", "district is not a district from 1 to 10", NULL },
        { "{\"slug\": \"wheel-chair-2\"}", NULL, NULL },
        { "{\"slug\": \"2wheel\"}", "slug is not a name of a-z, 0-9 and '-' that begins with a letter", "2wheel" },
        { "{\"slug\": \"Wheel\"}", "slug is not a name of a-z, 0-9 and '-' that begins with a letter", "Wheel" },
        { "{\"slug\": \"a-name-of-21-letters-\"}", "slug is too long", NULL });
}

Test (rules, a_day_an_instant_and_a_month_lie_between_1900_and_2999)
{
    Specimen__Formats formats = SPECIMEN__FORMATS__INIT;
    fault_t fault = { 0 };
    formats.day = day_from_civil ((civil_t){ 3000, 1, 1 });
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "day is not a day of the years 1900 to 2999");
    formats.day = 0;
    formats.instant = INT64_MIN;
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "instant is not an instant of the years 1900 to 2999");
    formats.instant = 0;
    formats.month = 7;
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "month is not a month of the years 1900 to 2999");
    formats.month = 0;
    cr_assert_eq (message_validate (&specimen_formats_rule, &formats.base, &fault), STATUS_OK);
}

Test (rules, bounds_are_included_and_count_for_zero_too)
{
    EXPECT_RULES (specimen_bounded_rule, { "{\"hours\": 1, \"total\": 100, \"share\": -1}", NULL, NULL },
                  { "{\"hours\": 37, \"share\": 1.0}", NULL, NULL },
                  { "{\"hours\": 38}", "hours is outside its bounds", "38" },
                  { "{}", "hours is outside its bounds", NULL },
                  { "{\"hours\": 1, \"total\": 101}", "total is outside its bounds", NULL },
                  { "{\"hours\": 1, \"total\": \"18446744073709551615\"}", "total is outside its bounds", NULL },
                  { "{\"hours\": 1, \"share\": 1.001}", "share is outside its bounds", NULL });
}

Test (rules, a_real_number_is_finite)
{
    Specimen__Numbers numbers = SPECIMEN__NUMBERS__INIT;
    fault_t fault = { 0 };
    numbers.a_double = 1.0 / 0.0;
    cr_assert_eq (message_validate (&specimen_numbers_rule, &numbers.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "a_double is not a finite number");
}

#define PRESENT(field)                                                                                                 \
    "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}, "                              \
    "\"numbers\": [0], \"blob\": \"00\", \"day\": \"2026-03-02\"" field "}"

Test (rules, what_is_required_is_there)
{
    EXPECT_RULES (
        specimen_required_rule, { PRESENT (""), NULL, NULL }, { "{\"number\": 1}", "text is missing", NULL },
        { "{\"text\": \"a\"}", "number is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"SHADE_UNSPECIFIED\"}", "shade is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"BELOW\"}", "bounded is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {}}",
          "bounded.hours is outside its bounds", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}}", "numbers is missing",
          NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}, \"numbers\": [0]}",
          "blob is missing", NULL },
        { "{\"text\": \"a\", \"number\": 1, \"shade\": \"DARK\", \"bounded\": {\"hours\": 1}, \"numbers\": [0], "
          "\"blob\": \"00\"}",
          "day is missing", NULL });
}

Test (rules, text_bytes_and_lists_end_at_their_maximum)
{
    EXPECT_RULES (specimen_specimen_rule,
                  { "{\"note\": \"12345678901234567890123456789012\", \"data\": \"01020304\"}", NULL, NULL },
                  { "{\"note\": \"123456789012345678901234567890123\"}", "note is too long", "1234" },
                  { "{\"note\": \"1234567890123456789012345678901ø\"}", "note is too long", NULL },
                  { "{\"data\": \"0102030405\"}", "data is too long", NULL },
                  { "{\"word\": \"12345678901234567\"}", "word is too long", NULL },
                  { "{\"lists\": {\"slugs\": [\"a\", \"\"]}}",
                    "lists.slugs[1] is not a name of a-z, 0-9 and '-' that begins with a letter", NULL },
                  { "{\"lists\": {\"formats\": [{}, {\"district\": 99}]}}",
                    "lists.formats[1].district is not a district from 1 to 10", NULL });
    REFUSED (specimen_lists_rule, "\x0a\x06\x01\x01\x01\x01\x01\x01", "WIRE_BAD_FIELD", "int32s has too many items");
    char text[LIST_TEXT_MAX + 2];
    char *texts[] = { text };
    Specimen__Lists lists = SPECIMEN__LISTS__INIT;
    fault_t fault = { 0 };
    memset (text, 'x', sizeof text);
    text[LIST_TEXT_MAX] = '\0';
    lists.n_texts = 1;
    lists.texts = texts;
    cr_assert_eq (message_validate (&specimen_lists_rule, &lists.base, &fault), STATUS_OK);
    text[LIST_TEXT_MAX] = 'x';
    text[LIST_TEXT_MAX + 1] = '\0';
    cr_assert_eq (message_validate (&specimen_lists_rule, &lists.base, &fault), STATUS_INVALID_ARGUMENT);
    cr_assert_str_eq (fault.message, "texts[0] is too long");
}

/* --- JSON --- */

static json_t *json_of (const char *text)
{
    json_error_t error;
    json_t *json = json_loads (text, 0, &error);
    cr_assert (json, "%s in %s", error.text, text);
    return json;
}

static void expect_bad_json (const message_rule_t *rule, const char *text, const char *said)
{
    expect_json (rule, text, "JSON_BAD_FIELD", said, NULL);
}

Test (json, says_where_it_is_not_what_the_contract_wants)
{
    expect_bad_json (&specimen_specimen_rule, "[]", "message has to be an object");
    expect_bad_json (&specimen_specimen_rule, "{\"colour\": 1}", "colour is no field of this message");
    expect_bad_json (&specimen_specimen_rule, "{\"numbers\": 5}", "numbers has to be an object");
    expect_bad_json (&specimen_specimen_rule, "{\"numbers\": {\"a_bool\": 1}}",
                     "numbers.a_bool has to be true or false");
    expect_bad_json (&specimen_specimen_rule, "{\"lists\": {\"int32s\": {}}}", "lists.int32s has to be a list");
    expect_bad_json (&specimen_specimen_rule, "{\"lists\": {\"int32s\": [1, null]}}",
                     "lists.int32s[1] has to be a number in the range of its type");
    expect_bad_json (&specimen_specimen_rule, "{\"lists\": {\"int32s\": [1, 2, 3, 4, 5, 6]}}",
                     "lists.int32s has too many items");
    expect_bad_json (&specimen_specimen_rule, "{\"note\": 5}", "note has to be text without NUL");
    expect_bad_json (&specimen_specimen_rule, "{\"word\": \"a\", \"day\": \"2026-03-02\"}",
                     "day is one choice too many");
    expect_bad_json (&specimen_specimen_rule, "{\"data\": \"0\"}", "data has to be bytes in lower-case hexadecimal");
    expect_bad_json (&specimen_specimen_rule, "{\"data\": \"0G\"}", "data has to be bytes in lower-case hexadecimal");
    expect_bad_json (&specimen_formats_rule, "{\"day\": \"2026-02-30\"}", "day has to be a day such as \"2026-03-02\"");
    expect_bad_json (&specimen_formats_rule, "{\"day\": 5}", "day has to be a day such as \"2026-03-02\"");
    expect_bad_json (&specimen_formats_rule, "{\"month\": \"2026-13\"}", "month has to be a month such as \"2026-03\"");
    expect_bad_json (&specimen_formats_rule, "{\"instant\": \"2026-03-02\"}",
                     "instant has to be an instant such as \"2026-03-02T09:00:00Z\"");
    expect_bad_json (&specimen_formats_rule, "{\"tenantId\": 1, \"tenant_id\": 2}", "tenant_id is there twice");
}

/* Found by the fuzzer: the fault ended in half a character. */
Test (json, a_long_name_of_an_unknown_field_is_cut_between_characters)
{
    for (int before = 0; before < 4; before++) {
        owned (arena) arena = arena_new (PLENTY);
        owned_buffer text = BUFFER (1000);
        ProtobufCMessage *message = NULL;
        fault_t fault = { 0 };
        buffer_printf (&text, "{\"%.*s", before, "aaaa");
        for (int i = 0; i < 60; i++)
            buffer_append_text (&text, "𝄞");
        buffer_append_text (&text, "\": 1}");
        cr_assert_eq (
            json_parse_message (&specimen_specimen_rule, buffer_text (&text), text.size, arena, &message, &fault),
            STATUS_INVALID_ARGUMENT);
        cr_assert (utf8_valid (fault.message, strlen (fault.message)), "%s", fault.message);
        cr_assert (strstr (fault.message, " is no field of this message"), "%s", fault.message);
    }
}

Test (json, a_number_stays_in_the_range_of_its_type)
{
    static const char *const BAD[] = { "\"a_int32\": 2147483648",
                                       "\"a_int32\": 1.0",
                                       "\"a_int32\": \"1\"",
                                       "\"a_uint32\": -1",
                                       "\"a_uint32\": 4294967296",
                                       "\"a_uint64\": -1",
                                       "\"a_uint64\": \"-1\"",
                                       "\"a_int64\": \"\"",
                                       "\"a_int64\": \" 1\"",
                                       "\"a_int64\": \"1x\"",
                                       "\"a_int64\": \"--1\"",
                                       "\"a_int64\": true",
                                       "\"a_double\": \"1\"",
                                       "\"a_uint64\": \"18446744073709551616\"",
                                       "\"a_int64\": \"9223372036854775808\"" };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char text[96], said[96];
        snprintf (text, sizeof text, "{%s}", BAD[i]);
        snprintf (said, sizeof said, "%.*s has to be a number in the range of its type",
                  (int) (strchr (BAD[i] + 1, '"') - BAD[i] - 1), BAD[i] + 1);
        expect_bad_json (&specimen_numbers_rule, text, said);
    }
    expect_bad_json (&specimen_numbers_rule, "{\"a_shade\": \"MAUVE\"}",
                     "a_shade has to be one of the names of its enum");
    expect_bad_json (&specimen_numbers_rule, "{\"a_shade\": 1}", "a_shade has to be one of the names of its enum");
}

Test (json, malformed_text_is_located_and_not_repeated)
{
    expect_json (&specimen_specimen_rule, "{\"note\":\n \"0107575234\" oops}", "JSON_MALFORMED",
                 "not JSON: line 2, column 18", "0107575234");
    expect_json (&specimen_specimen_rule, "", "JSON_MALFORMED", "not JSON: line 1, column 0", NULL);
}

Test (json, reads_what_it_writes_and_what_a_person_may_write)
{
    owned (arena) arena = arena_new (PLENTY);
    ProtobufCMessage *message = NULL;
    fault_t fault = { 0 };
    json_t *json = json_of ("{\"instant\": \"2026-03-02T10:00+01:00\", \"rentOre\": \"123456789012345678\", "
                            "\"tenantId\": 9007199254740993, \"cpr\": null, \"month\": \"1970-01\"}");
    cr_assert_eq (json_to_message (&specimen_formats_rule, json, arena, &message, &fault), STATUS_OK, "%s",
                  fault.message);
    json_decref (json);
    json = json_from_message (&specimen_formats_rule, message, true);
    char *text = json_dumps (json, JSON_COMPACT);
    cr_assert_str_eq (text, "{\"instant\":\"2026-03-02T09:00:00Z\",\"month\":\"1970-01\",\"cpr\":\"\",\"cvr\":\"\","
                            "\"rent_ore\":\"123456789012345678\",\"tenant_id\":\"9007199254740993\",\"district\":0,"
                            "\"slug\":\"\"}");
    free (text);
    json_decref (json);
}

Test (json, the_chosen_one_of_a_choice_is_written_even_when_empty)
{
    Specimen__Specimen specimen = SPECIMEN__SPECIMEN__INIT;
    specimen.choice_case = SPECIMEN__SPECIMEN__CHOICE_DAY;
    json_t *json = json_from_message (&specimen_specimen_rule, &specimen.base, true);
    char *text = json_dumps (json, JSON_COMPACT);
    cr_assert_str_eq (text, "{\"day\":\"1970-01-01\",\"note\":\"\",\"data\":\"\"}");
    free (text);
    json_decref (json);
}

Test (json, hides_every_personal_field)
{
    Specimen__Formats formats = SPECIMEN__FORMATS__INIT;
    Specimen__Specimen specimen = SPECIMEN__SPECIMEN__INIT;
    formats.cpr = (char *) "0107575234";
    formats.district = 3;
    specimen.formats = &formats;
    specimen.note = (char *) "secret";
    json_t *json = json_from_message (&specimen_specimen_rule, &specimen.base, false);
    char *text = json_dumps (json, JSON_COMPACT);
    cr_assert_str_eq (text, "{\"formats\":{\"cpr\":null,\"cvr\":\"\",\"rent_ore\":0,\"tenant_id\":0,\"district\":3,"
                            "\"slug\":\"\"},\"note\":null,\"data\":\"\"}");
    free (text);
    json_decref (json);
}

/* --- the tables --- */

static void expect_table (const message_rule_t *rule)
{
    for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->descriptor->fields[i];
        const message_rule_t *submessage = rule->submessages[i];
        cr_assert_eq (submessage != NULL, field->type == PROTOBUF_C_TYPE_MESSAGE);
        if (!submessage)
            continue;
        cr_assert_eq ((const void *) submessage->descriptor, field->descriptor);
        cr_assert (rule->personal || !submessage->personal);
        expect_table (submessage);
    }
}

Test (contract, the_rules_stand_in_the_order_of_the_descriptor)
{
    expect_table (&specimen_specimen_rule);
    cr_assert_eq (specimen_formats_rule.fields[0].format, FORMAT_DAY);
    cr_assert_eq (specimen_formats_rule.fields[3].format, FORMAT_CPR);
    cr_assert (specimen_formats_rule.fields[3].personal);
    cr_assert (specimen_lists_rule.personal);
    cr_assert_not (specimen_calendar_rule.personal);
}

Test (contract, every_caller_has_a_name_that_leads_back_to_it)
{
    for (caller_t caller = CALLER_NONE + 1; caller < CALLER_COUNT; caller++)
        cr_assert_eq (caller_by_name (caller_name (caller)), caller);
    cr_assert_null (caller_name (CALLER_NONE));
    cr_assert_null (caller_name (CALLER_COUNT));
    cr_assert_eq (caller_by_name (""), CALLER_NONE);
    cr_assert_eq (caller_by_name ("mayor"), CALLER_NONE);
}

Test (contract, a_method_is_found_by_its_whole_name_and_allows_only_its_callers)
{
    static const method_t METHODS[] = {
        { .name = "x.A/One", .callers = 1u << CALLER_LEASE | 1u << CALLER_OPERATOR },
        { .name = "x.A/Any", .callers = 1u << CALLER_ANYONE },
    };
    static const contract_t CONTRACT = { .package = "x", .methods = METHODS, .n_methods = 2 };
    const method_t *one = contract_method (&CONTRACT, "x.A/One");
    const method_t *any = contract_method (&CONTRACT, "x.A/Any");
    cr_assert (one == &METHODS[0] && any == &METHODS[1]);
    cr_assert_null (contract_method (&CONTRACT, "x.A/On"));
    for (caller_t caller = CALLER_NONE; caller <= CALLER_COUNT; caller++) {
        cr_assert_eq (method_allows (one, caller), caller == CALLER_LEASE || caller == CALLER_OPERATOR);
        cr_assert_eq (method_allows (any, caller), caller > CALLER_NONE && caller < CALLER_ANYONE);
    }
}

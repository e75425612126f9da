/* Words that come near, and names found by it: against the definition of a distance, and against looking at every name.
 */
#include "base/near.h"

#include "unit/lease_kit.h"

#include <stdint.h>

enum { ROUNDS = 3000, LETTERS_MAX = 6, WORD_SIZE = 2 * LETTERS_MAX + 1 };

/* --- letters: what is one on paper is one here, and capitals are the same --- */

static const char *const LETTERS[] = { "a", "b", "å", "ø", "é", " ", "A", "B", "Å", "Ø", "É", " " };
enum { SMALL = 6, LETTER_COUNT = 12 };

typedef struct {
    size_t count;
    unsigned letter[LETTERS_MAX];
    char text[WORD_SIZE];
} word_t;

static word_t draw_word (uint64_t *seed)
{
    word_t word = { .count = draw (seed, LETTERS_MAX + 1) };
    for (size_t i = 0; i < word.count; i++) {
        word.letter[i] = draw (seed, LETTER_COUNT);
        snprintf (word.text + strlen (word.text), WORD_SIZE - strlen (word.text), "%s", LETTERS[word.letter[i]]);
    }
    return word;
}

static bool same_letter (unsigned a, unsigned b)
{
    return a % SMALL == b % SMALL;
}

/* As the word says it: what is left when one letter is taken from either or both. */
static size_t distance_of (const word_t *a, size_t i, const word_t *b, size_t j)
{
    if (i == a->count || j == b->count)
        return a->count - i + b->count - j;
    size_t without_a = 1 + distance_of (a, i + 1, b, j), without_b = 1 + distance_of (a, i, b, j + 1);
    size_t both = distance_of (a, i + 1, b, j + 1) + !same_letter (a->letter[i], b->letter[j]);
    size_t least = without_a < without_b ? without_a : without_b;
    return both < least ? both : least;
}

static bool begins (const word_t *text, const word_t *beginning)
{
    for (size_t i = 0; i < beginning->count; i++)
        if (i == text->count || !same_letter (text->letter[i], beginning->letter[i]))
            return false;
    return true;
}

Test (near, a_distance_counts_letters_added_left_out_and_changed_and_capitals_and_danish_letters_are_letters)
{
    uint64_t seed = 1;
    for (int round = 0; round < ROUNDS; round++) {
        word_t a = draw_word (&seed), b = draw_word (&seed);
        size_t distance = distance_of (&a, 0, &b, 0);
        cr_assert_eq (near_distance (a.text, b.text), distance, "'%s' and '%s'", a.text, b.text);
        cr_assert_eq (near_same (a.text, b.text), distance == 0, "'%s' and '%s'", a.text, b.text);
        cr_assert_eq (near_begins (a.text, b.text), begins (&a, &b), "'%s' and '%s'", a.text, b.text);
        cr_assert_eq (near_enough (a.text, b.text), distance <= (a.count >= 6 ? 2 : 1), "'%s' and '%s'", a.text,
                      b.text);
    }
}

Test (near, keys_sort_what_begins_or_ends_alike_together)
{
    uint64_t seed = 2;
    for (int round = 0; round < ROUNDS; round++) {
        word_t a = draw_word (&seed), b = draw_word (&seed);
        char key_a[WORD_SIZE], key_b[WORD_SIZE], back[WORD_SIZE], forth[WORD_SIZE];
        near_key (a.text, key_a);
        near_key (b.text, key_b);
        near_key_back (a.text, back);
        near_key_back (back, forth);
        cr_assert_eq (strncmp (key_a, key_b, strlen (key_b)) == 0, begins (&a, &b), "'%s' and '%s'", a.text, b.text);
        cr_assert_str_eq (forth, key_a, "back and forth it is '%s'", forth);
    }
}

Test (near, bytes_that_are_no_letters_and_words_without_end_are_far_and_not_fatal)
{
    static const char *const ODD[] = { "\xC3", "\xFF\xFE", "\x80\x80", "a\xC3", "\xF0\x9F\x98\x80" };
    char endless[400], key[400];
    memset (endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    cr_expect_eq (near_distance (endless, "a"), SIZE_MAX);
    cr_expect (!near_enough (endless, endless) && near_same (endless, endless));
    for (size_t i = 0; i < sizeof ODD / sizeof ODD[0]; i++) {
        near_key_back (ODD[i], key);
        cr_expect_eq (strlen (key), strlen (ODD[i]));
        cr_expect_eq (near_distance (ODD[i], ODD[i]), 0);
    }
    cr_expect_eq (near_distance ("\xF0\x9F\x98\x80", ""), 1, "one letter of four bytes");
}

/* --- names: a look-up finds what looking at every name would --- */

enum { TENANTS = 1500, NAME_SIZE = 96, LISTED = 6, NEIGHBOURS = 32 };

static char NAMES[TENANTS][NAME_SIZE];

/* Much alike, as names are: a few first words, a number, some capitals; and some twice. */
static void name_tenants (rig_t *rig, uint64_t *seed)
{
    static const char *const FIRST[] = { "Virksomhed", "VIRKSOMHED", "Økologisk Køkken", "Ærlig Vask", "Åens Cykler" };
    for (int i = 0; i < TENANTS; i++) {
        char cvr[9];
        snprintf (NAMES[i], NAME_SIZE, "%s %u", FIRST[draw (seed, 5)], draw (seed, 2 * TENANTS));
        ok (rig, "Tenants/RegisterTenant", "{'cvr': '%s', 'name': '%s'}", cvr_number (i, cvr), NAMES[i]);
    }
}

static json_t *found (rig_t *rig, const char *text)
{
    return ok (rig, "Names/FindNames", "{'kind': 'NAMED_TENANT', 'name': '%s'}", text);
}

static size_t count_all (const char *text, bool (*holds) (const char *name, const char *text))
{
    size_t count = 0;
    for (int i = 0; i < TENANTS; i++)
        count += holds (NAMES[i], text);
    return count;
}

/* As many as there are to show, those called so first; every one begins so. */
static void expect_beginning (rig_t *rig, const char *text)
{
    json_t *reply = found (rig, text);
    size_t all = count_all (text, near_begins), same = count_all (text, near_same), exact = 0;
    cr_assert_eq (rig_count (reply, "names"), all < LISTED ? all : LISTED, "'%s'", text);
    for (size_t i = 0; i < rig_count (reply, "names"); i++) {
        const char *name = rig_text (rig_item (reply, "names", i), "name");
        cr_assert (near_begins (name, text), "'%s' for '%s'", name, text);
        exact += near_same (name, text);
        cr_assert (exact == i + 1 || i >= same, "'%s' stands before those called '%s'", name, text);
    }
}

static bool ends (const char *name, const char *ending)
{
    return strlen (name) >= strlen (ending) && near_same (name + strlen (name) - strlen (ending), ending);
}

/* Another letter somewhere, one left out or one too many. True where the index shows what was meant: not too many
 * others share what stands before that letter, or not too many what stands behind it. */
static bool mistype (uint64_t *seed, const char *name, char out[NAME_SIZE])
{
    size_t at = draw (seed, (unsigned) strlen (name));
    while (at > 0 && (name[at] & 0xC0) == 0x80)
        at--;
    unsigned how = draw (seed, 3);
    const char *behind = name + at + (how == 2 ? 0 : (name[at] & 0x80) ? 2 : 1);
    char before[NAME_SIZE];
    snprintf (before, sizeof before, "%.*s", (int) at, name);
    snprintf (out, NAME_SIZE, "%.40s%s%.40s", before, how == 0 ? "" : "q", behind);
    return count_all (before, near_begins) <= NEIGHBOURS || count_all (behind, ends) <= NEIGHBOURS;
}

/* True where there was something to look for. */
static bool expect_near (rig_t *rig, uint64_t *seed, const char *name)
{
    char text[NAME_SIZE];
    if (!mistype (seed, name, text) || count_all (text, near_begins))
        return false;
    json_t *reply = found (rig, text);
    cr_assert_gt (rig_count (reply, "names"), 0, "nothing for '%s'", text);
    const char *nearest = rig_text (rig_item (reply, "names", 0), "name");
    cr_assert_eq (near_distance (text, nearest), 1, "'%s' for '%s', which is one letter from '%s'", nearest, text,
                  name);
    return true;
}

Test (names, a_look_up_finds_what_begins_so_and_of_a_mistyped_name_one_that_is_a_letter_away, .description = "X5, L3",
      .timeout = 120)
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    uint64_t seed = 3;
    int mistyped = 0;
    name_tenants (rig, &seed);
    for (int round = 0; round < 400; round++) {
        const char *name = NAMES[draw (&seed, TENANTS)];
        char text[NAME_SIZE];
        size_t length = 1 + draw (&seed, (unsigned) strlen (name));
        while (length < strlen (name) && (name[length] & 0xC0) == 0x80)
            length++;
        snprintf (text, sizeof text, "%.*s", (int) length, name);
        expect_beginning (rig, text);
        mistyped += expect_near (rig, &seed, name);
    }
    cr_expect_gt (mistyped, 200, "only %d names were mistyped", mistyped);
    rig_destroy (&rig);
}

Test (names, a_lease_goes_by_its_tenant_and_what_is_over_is_not_meant, .description = "X5, L4, L6")
{
    rig_t *rig = rig_at ("2026-03-02T09:00:00Z");
    number_t house = premises_with (rig, 3), who = tenant (rig, 1), desk = 0;
    number_t over = offer (rig, who, house, 1, "2026-04-01"), lease = offer (rig, who, house, 1, "2026-04-01");
    ok (rig, "Leases/WithdrawLease", "{'lease': %llu}", over);
    json_t *reply = ok (rig, "Names/FindNames", "{'kind': 'NAMED_LEASE', 'name': 'virksomhed 1'}");
    cr_assert_eq (rig_count (reply, "names"), 1);
    cr_expect_eq (id_of (rig_item (reply, "names", 0), "id"), lease);
    number_t entry = join (rig, who, 40);
    reply = ok (rig, "Names/FindNames", "{'kind': 'NAMED_ENTRY', 'name': 'Virksomhed 7'}");
    cr_assert_eq (rig_count (reply, "names"), 1);
    cr_expect_eq (id_of (rig_item (reply, "names", 0), "id"), entry);
    reply = ok (rig, "Names/FindNames", "{'kind': 'NAMED_DESK', 'name': 'a2'}");
    desk = id_of (rig_item (ok (rig, "House/ListDesks", "{}"), "desks", 1), "desk");
    cr_assert_eq (rig_count (reply, "names"), 1);
    cr_expect_eq (id_of (rig_item (reply, "names", 0), "id"), desk);
    rig_destroy (&rig);
}

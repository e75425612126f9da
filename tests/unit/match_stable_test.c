/* P7: the stable plan, and the pairs that would rather have each other, by their definition. */
#include "match_kit.h"

#include "placement/match/stable.h"

enum { CASES = 3000, LIKED = 5 };

typedef struct {
    case_t c;
    instance_t *instance;
    uint16_t liking[CASE_PAIRS]; /* in the order of the pool */
} wishes_t;

static uint32_t at_of (const wishes_t *w, uint32_t citizen, uint32_t position)
{
    const list_t *list = &w->instance->of_citizen.list[citizen];
    for (uint32_t k = list->start; k < list->start + list->count; k++)
        if (pair_other (w->instance->of_citizen.pool[k]) == position)
            return k;
    return UINT32_MAX;
}

static bool citizen_prefers (const wishes_t *w, const uint16_t *liking, uint32_t citizen, uint32_t a, uint32_t b)
{
    if (b == MATCH_NOWHERE)
        return true;
    uint32_t x = at_of (w, citizen, a), y = at_of (w, citizen, b);
    int32_t score_a = pair_score (w->instance->of_citizen.pool[x]),
            score_b = pair_score (w->instance->of_citizen.pool[y]);
    if (liking && liking[x] != liking[y])
        return liking[x] > liking[y];
    return score_a != score_b ? score_a > score_b : a < b;
}

static bool position_prefers (const wishes_t *w, uint32_t position, uint32_t a, uint32_t b)
{
    uint32_t x = score_of (&w->c, a, position), y = score_of (&w->c, b, position);
    return x != y ? x > y : a < b;
}

static bool blocks (const wishes_t *w, const uint16_t *liking, const uint32_t *place, uint32_t citizen,
                    uint32_t position)
{
    uint32_t held = 0;
    bool pushes_out = false;
    if (place[citizen] == position || w->c.openings[position] == 0 ||
        !citizen_prefers (w, liking, citizen, position, place[citizen]))
        return false;
    for (uint32_t i = 0; i < w->c.citizens; i++)
        if (place[i] == position) {
            held++;
            pushes_out |= position_prefers (w, position, citizen, i);
        }
    return pushes_out || held < w->c.openings[position];
}

static uint64_t count_blocking (const wishes_t *w, const uint16_t *liking, const uint32_t *place)
{
    uint64_t count = 0;
    for (uint32_t k = 0; k < w->c.n_pairs; k++)
        count += blocks (w, liking, place, w->c.pairs[k].citizen, w->c.pairs[k].position);
    return count;
}

static void draw_wishes (wishes_t *w, int n, uint32_t citizens, uint32_t positions, uint64_t *seed)
{
    draw_case (&w->c, (shape_t) (n % SHAPES), citizens, positions, seed);
    w->instance = build (&w->c);
    for (uint32_t k = 0; k < w->c.n_pairs; k++)
        w->liking[k] = (uint16_t) draw_below (seed, LIKED);
}

/* Every stable plan of a tiny case: does one of them give somebody what they prefer to the one that was found? */
static void try_stable (const wishes_t *w, const uint16_t *liking, uint32_t citizen, uint32_t *now, uint32_t *left,
                        const uint32_t *found)
{
    if (citizen == w->c.citizens) {
        if (count_blocking (w, liking, now) > 0)
            return;
        for (uint32_t i = 0; i < w->c.citizens; i++)
            cr_assert (now[i] == found[i] || (found[i] != MATCH_NOWHERE && now[i] == MATCH_NOWHERE) ||
                       citizen_prefers (w, liking, i, found[i], now[i]));
        return;
    }
    now[citizen] = MATCH_NOWHERE;
    try_stable (w, liking, citizen + 1, now, left, found);
    for (uint32_t k = 0; k < w->c.n_pairs; k++) {
        uint32_t position = w->c.pairs[k].position;
        if (w->c.pairs[k].citizen != citizen || left[position] == 0)
            continue;
        left[position]--;
        now[citizen] = position;
        try_stable (w, liking, citizen + 1, now, left, found);
        left[position]++;
    }
}

Test (match_stable, nobody_and_no_position_would_rather_have_each_other)
{
    uint64_t seed = 21;
    for (int n = 0; n < CASES; n++) {
        static wishes_t w;
        uint32_t place[CASE_CITIZENS], now[TINY], left[TINY];
        const uint16_t *liking = n % 3 ? w.liking : NULL;
        bool tiny = n % 10 > 0;
        draw_wishes (&w, n, draw_below (&seed, tiny ? TINY - 1 : 60), draw_below (&seed, tiny ? TINY - 1 : 20), &seed);
        cr_assert (stable_plan (w.instance, liking, place));
        cr_assert_eq (count_blocking (&w, liking, place), 0, "case %d", n);
        if (tiny) {
            memcpy (left, w.c.openings, sizeof left);
            try_stable (&w, liking, 0, now, left, place);
        }
        instance_destroy (&w.instance);
    }
}

/* What it says that both have instead is what they have. */
static void check_instead (const wishes_t *w, const uint32_t *place, const blocking_t *pair)
{
    uint32_t held = 0, least = MATCH_NOWHERE;
    for (uint32_t i = 0; i < w->c.citizens; i++)
        if (place[i] == pair->position) {
            held++;
            if (least == MATCH_NOWHERE || position_prefers (w, pair->position, least, i))
                least = i;
        }
    if (held < w->c.openings[pair->position])
        least = MATCH_NOWHERE;
    cr_assert_eq (pair->score, score_of (&w->c, pair->citizen, pair->position));
    cr_assert_eq (pair->place, place[pair->citizen]);
    cr_assert_eq (pair->place_score, score_of (&w->c, pair->citizen, pair->place));
    cr_assert_eq (pair->holder, least);
    cr_assert_eq (pair->holder_score, score_of (&w->c, least, pair->position));
}

Test (match_stable, blocking_pairs_are_those_of_the_definition_in_any_plan)
{
    uint64_t seed = 22, seen = 0;
    for (int n = 0; n < CASES; n++) {
        static wishes_t w;
        uint32_t place[CASE_CITIZENS] = { 0 };
        uint64_t count = 0;
        blocking_t pairs[3];
        const uint16_t *liking = n % 2 ? w.liking : NULL;
        draw_wishes (&w, n, draw_below (&seed, 30), draw_below (&seed, 12), &seed);
        instance_t *copy = build (&w.c);
        matching_t *m = matching_new (&copy);
        cr_assert (matching_solve (m));
        for (uint32_t i = 0; i < w.c.citizens; i++)
            place[i] = draw_below (&seed, 5) ? matching_place (m, i) : MATCH_NOWHERE;
        cr_assert (blocking_pairs (w.instance, liking, place, pairs, 3, &count));
        cr_assert_eq (count, count_blocking (&w, liking, place));
        for (uint64_t k = 0; k < count && k < 3; k++) {
            cr_assert (blocks (&w, liking, place, pairs[k].citizen, pairs[k].position));
            check_instead (&w, place, &pairs[k]);
        }
        seen += count;
        matching_destroy (&m);
        instance_destroy (&w.instance);
    }
    cr_assert (seen > 1000);
}

/*
 * So many people placed, and nearly the highest score: an auction with a smallest step that shrinks from round to
 * round.
 *
 * Openings bid for citizens. So that exactly `placed` are placed, two more things are for sale and on the market:
 *   tokens     what an opening holds that stays empty; as many as must stay empty, worth nothing to anybody
 *   the group  of those who stay unplaced; it takes the cheapest citizens, as many as must be left out
 * Who is outbid asks again. A bid leaves the bidder one step worse off than its next choice would, so a round ends, and
 * every pair in its plan is within a step of what would be best at its prices. The next round starts from the prices.
 *
 * Prices may be above and below zero, and only mean something beside each other. The result is a good guess and no
 * more: `price_persons` brings back the cover and `mend` ends what is still wrong. So the smallest step is more than a
 * point, and a case that would go on for long or far may be broken off.
 */
#include "placement/match/cheapest.h"
#include "placement/match/engine.h"
#include "placement/match/ring.h"

#include "base/own.h"

enum { STEP_FIRST = 200, STEP_SHRINKS_BY = 10, STEP_LAST = 2, PASSES_MOST = 400, PRICE_MOST = 1 << 29 };

typedef struct {
    matching_t *m;
    uint32_t in_group; /* m->place of who is in the group */
    int32_t *price;    /* of citizens, then tokens */
    uint32_t *token_place;
    lists_t tokens;     /* of every position */
    cheapest_t outside; /* citizens who are not in the group */
    cheapest_t tokens_by_price;
    uint32_t n_tokens;
    uint32_t *group; /* and some who have left it */
    uint32_t n_group, group_count, group_wants;
    int32_t group_price, step;
    ring_t waiting;
    uint64_t looked_at, looks_most;
    bool broken_off;
} auction_t;

/* --- start and rounds --- */

static bool start (auction_t *a, arena_t *memory, uint32_t placed)
{
    const instance_t *instance = a->m->instance;
    uint64_t seekers = 0, openings = 0;
    uint32_t *room = engine_alloc (memory, instance->positions, sizeof *room);
    if (!room)
        return false;
    for (uint32_t i = 0; i < instance->citizens; i++)
        seekers += list_count (&instance->of_citizen, i) > 0;
    for (uint32_t p = 0; p < instance->positions; p++)
        openings += room[p] = seats (a->m, p);
    a->group_wants = (uint32_t) (seekers - placed);
    a->n_tokens = (uint32_t) (openings - placed);
    a->in_group = instance->positions;
    a->looks_most = PASSES_MOST * ((uint64_t) instance->pairs + 1000);
    a->price = engine_alloc (memory, (size_t) instance->citizens + a->n_tokens, sizeof *a->price);
    a->token_place = engine_alloc (memory, a->n_tokens, sizeof *a->token_place);
    a->outside.entry = engine_alloc (memory, instance->citizens, sizeof *a->outside.entry);
    a->tokens_by_price.entry = engine_alloc (memory, a->n_tokens, sizeof *a->tokens_by_price.entry);
    a->group = engine_alloc (memory, instance->citizens, sizeof *a->group);
    a->waiting.size = instance->positions + 1;
    a->waiting.entry = engine_alloc (memory, instance->positions, sizeof *a->waiting.entry);
    a->waiting.waits = engine_alloc (memory, instance->positions, sizeof *a->waiting.waits);
    return a->price && a->token_place && a->outside.entry && a->tokens_by_price.entry && a->group && a->waiting.entry &&
           a->waiting.waits && lists_init (&a->tokens, instance->positions, room);
}

/* Everything is for sale again, at the prices of the round before. */
static void start_round (auction_t *a)
{
    const instance_t *instance = a->m->instance;
    engine_forget_plan (a->m);
    a->outside.count = a->tokens_by_price.count = 0;
    a->n_group = a->group_count = 0;
    for (uint32_t i = 0; a->group_wants > 0 && i < instance->citizens; i++)
        if (list_count (&instance->of_citizen, i) > 0)
            cheapest_add (&a->outside, a->price[i], i);
    for (uint32_t t = 0; t < a->n_tokens; t++) {
        a->token_place[t] = MATCH_NOWHERE;
        cheapest_add (&a->tokens_by_price, a->price[instance->citizens + t], instance->citizens + t);
    }
    for (uint32_t p = 0; p < instance->positions; p++) {
        a->tokens.list[p].count = 0;
        if (seats (a->m, p) > 0)
            ring_put (&a->waiting, p);
    }
}

/* --- a position bids --- */

static inline uint32_t still_wanted (const auction_t *a, uint32_t position)
{
    return empty_seats (a->m, position) - list_count (&a->tokens, position);
}

static void best_citizens (const auction_t *a, uint32_t position, shortlist_t *best)
{
    const matching_t *m = a->m;
    const int32_t *price = a->price;
    const uint32_t *end = list_end (&m->instance->of_position, position);
    int32_t least = INT32_MIN; /* of what may still get in */
    for (const uint32_t *x = list_first (&m->instance->of_position, position); x < end; x++) {
        uint32_t citizen = pair_other (*x);
        int32_t worth = pair_score (*x) - price[citizen];
        if (worth < least || m->place[citizen] == position)
            continue;
        uint64_t entry = shortlist_entry (flipped (worth), citizen);
        if (entry <= best->bar)
            continue;
        shortlist_add (best, entry);
        if (best->count == best->most)
            least = unflipped (shortlist_worth (best, best->most - 1));
    }
}

/* `aside` holds the tokens that were looked at; they go back when the bid is over. */
static uint32_t best_tokens (auction_t *a, uint32_t position, shortlist_t *best, uint32_t *aside)
{
    uint32_t citizens = a->m->instance->citizens, n_aside = 0, fresh = 0, token;
    while (fresh < best->most && n_aside < 2 * SHORTLIST_MOST) {
        int32_t most = best->count < best->most ? PRICE_MOST : -unflipped (shortlist_worth (best, best->most - 1));
        if (!cheapest_take (&a->tokens_by_price, a->price, most, &token))
            break;
        aside[n_aside++] = token;
        if (a->token_place[token - citizens] == position)
            continue;
        fresh++;
        uint64_t entry = shortlist_entry (flipped (-a->price[token]), token);
        if (entry > best->bar)
            shortlist_add (best, entry);
    }
    return n_aside;
}

static void take_token (auction_t *a, uint32_t position, uint32_t token)
{
    uint32_t t = token - a->m->instance->citizens, old = a->token_place[t];
    if (old != MATCH_NOWHERE) {
        list_drop (&a->tokens, old, token);
        ring_put (&a->waiting, old);
    }
    list_add (&a->tokens, position, token);
    a->token_place[t] = position;
}

static void take_citizen (auction_t *a, uint32_t position, uint32_t citizen)
{
    uint32_t old = a->m->place[citizen];
    if (old == a->in_group) {
        a->group_count--;
        cheapest_add (&a->outside, a->price[citizen], citizen);
    } else if (old != MATCH_NOWHERE) {
        leave (a->m, citizen);
        ring_put (&a->waiting, old);
    }
    enter (a->m, position, citizen);
}

/* What is left to the position after this bid; what it holds already gets dearer by what it loses. */
static void leave_to_position (auction_t *a, uint32_t position, int32_t left)
{
    int32_t less = a->m->opening_price[position] - left;
    a->m->opening_price[position] = left;
    if (less <= 0)
        return;
    for (uint32_t *i = list_first (&a->m->held, position), *end = list_end (&a->m->held, position); i < end; i++)
        a->price[*i] += less;
    for (uint32_t *t = list_first (&a->tokens, position), *end = list_end (&a->tokens, position); t < end; t++)
        a->price[*t] += less;
}

static void bid_of_position (auction_t *a, uint32_t position)
{
    uint32_t aside[2 * SHORTLIST_MOST], wanted = still_wanted (a, position);
    if (wanted > SHORTLIST_MOST - 1)
        wanted = SHORTLIST_MOST - 1;
    shortlist_t best;
    shortlist_start (&best, wanted + 1);
    best_citizens (a, position, &best);
    uint32_t n_aside = best_tokens (a, position, &best, aside);
    if (best.count > 0) {
        uint32_t next = best.count > wanted ? wanted : best.count - 1;
        int32_t left = unflipped (shortlist_worth (&best, next)) - a->step;
        a->broken_off |= left < -PRICE_MOST;
        leave_to_position (a, position, left);
        for (uint32_t k = 0; k < best.count && k < wanted; k++) {
            uint32_t number = shortlist_number (&best, k);
            a->price[number] += unflipped (shortlist_worth (&best, k)) - left;
            if (number < a->m->instance->citizens)
                take_citizen (a, position, number);
            else
                take_token (a, position, number);
        }
        if (still_wanted (a, position) > 0)
            ring_put (&a->waiting, position);
    }
    while (n_aside > 0) {
        uint32_t token = aside[--n_aside];
        cheapest_add (&a->tokens_by_price, a->price[token], token);
    }
}

/* --- the group bids --- */

/* It takes the cheapest that it lacks, and all in it are worth to it what the next one would have cost, and a step. */
static void bid_of_group (auction_t *a)
{
    uint32_t kept = 0, citizen;
    for (uint32_t k = 0; k < a->n_group; k++)
        if (a->m->place[a->group[k]] == a->in_group)
            a->group[kept++] = a->group[k];
    a->n_group = kept;
    int32_t next = a->group_price;
    while (a->group_count < a->group_wants && cheapest_take (&a->outside, a->price, PRICE_MOST, &citizen)) {
        uint32_t old = a->m->place[citizen];
        if (old != MATCH_NOWHERE) {
            leave (a->m, citizen);
            ring_put (&a->waiting, old);
        }
        a->m->place[citizen] = a->in_group;
        a->group[a->n_group++] = citizen;
        a->group_count++;
    }
    if (cheapest_take (&a->outside, a->price, PRICE_MOST, &citizen)) {
        next = a->price[citizen];
        cheapest_add (&a->outside, next, citizen);
    }
    a->broken_off |= a->group_count < a->group_wants;
    a->group_price = next + a->step;
    for (uint32_t k = 0; k < a->n_group; k++)
        a->price[a->group[k]] = a->group_price;
    a->looked_at += a->n_group;
}

static void round_of_bids (auction_t *a)
{
    start_round (a);
    while (!a->broken_off && (a->waiting.count > 0 || a->group_count < a->group_wants)) {
        a->broken_off |= a->looked_at > a->looks_most || !may_go_on (a->m);
        if (a->waiting.count == 0) {
            bid_of_group (a);
            continue;
        }
        uint32_t position = ring_take (&a->waiting);
        if (still_wanted (a, position) == 0)
            continue;
        a->looked_at += list_count (&a->m->instance->of_position, position);
        bid_of_position (a, position);
    }
}

bool auction (matching_t *m, uint32_t placed, levels_t *ret_levels)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    auction_t a = { .m = m };
    if (!start (&a, memory, placed)) {
        lists_clear (&a.tokens);
        return false;
    }
    for (uint32_t p = 0; p < m->instance->positions; p++)
        m->opening_price[p] = 0;
    for (a.step = STEP_FIRST; !a.broken_off && a.step >= STEP_LAST; a.step /= STEP_SHRINKS_BY)

        round_of_bids (&a);
    for (uint32_t i = 0; i < m->instance->citizens; i++) {
        m->citizen_price[i] = a.price[i];
        if (m->place[i] == a.in_group)
            m->place[i] = MATCH_NOWHERE;
    }
    *ret_levels = (levels_t){ .unplaced = a.group_price, .empty = a.n_tokens > 0 ? INT32_MIN : 0 };
    for (uint32_t t = 0; t < a.n_tokens; t++)
        if (a.price[m->instance->citizens + t] > ret_levels->empty)
            ret_levels->empty = a.price[m->instance->citizens + t];
    lists_clear (&a.tokens);
    return may_go_on (m);
}

/*
 * Exact bids: whoever is scarce asks for the best there is and offers as much as the next best would leave it, no more.
 * No price ever goes beyond what the best plan can bear, so nothing has to be taken back. A tie cannot be decided by an
 * offer; it is left to matching_mend, as is everything once a bidder has come too often or the budget is spent.
 */
#include "placement/match/engine.h"
#include "placement/match/ring.h"
#include "placement/match/shortlist.h"

#include "base/own.h"

enum { POSITION_TRIES_MOST = 8, CITIZEN_TRIES_MOST = 12 };

typedef struct {
    ring_t waiting;
    uint8_t *tries;
    int32_t *offer; /* of a citizen who holds an opening */
    int32_t *score; /* and of the pair that it was for */
    uint64_t looked_at, looks_most;
} bids_t;

static bool start (bids_t *bids, arena_t *memory, uint32_t bidders, uint64_t looks_most)
{
    *bids = (bids_t){ .looks_most = looks_most };
    bids->waiting.size = bidders + 1;
    bids->waiting.entry = engine_alloc (memory, bidders, sizeof *bids->waiting.entry);
    bids->waiting.waits = engine_alloc (memory, bidders, sizeof *bids->waiting.waits);
    bids->tries = engine_alloc (memory, bidders, sizeof *bids->tries);
    bids->offer = engine_alloc (memory, bidders, sizeof *bids->offer);
    bids->score = engine_alloc (memory, bidders, sizeof *bids->score);
    return bids->waiting.entry && bids->waiting.waits && bids->tries && bids->offer && bids->score;
}

/* --- openings are scarce: positions bid for citizens --- */

/* worth * 2, and 1 more for who is unplaced: of two who are worth the same, nobody is driven out. */
static void best_citizens (matching_t *m, uint32_t position, shortlist_t *best)
{
    const int32_t *price = m->citizen_price;
    const uint32_t *end = list_end (&m->instance->of_position, position);
    for (const uint32_t *x = list_first (&m->instance->of_position, position); x < end; x++) {
        uint32_t citizen = pair_other (*x);
        int32_t worth = MATCH_PERSON + pair_score (*x) - price[citizen];
        if (worth <= 0 || shortlist_entry (2 * (uint32_t) worth + 1, citizen) <= best->bar ||
            m->place[citizen] == position)
            continue;
        bool unplaced = m->place[citizen] == MATCH_NOWHERE;
        uint64_t entry = shortlist_entry (2 * (uint32_t) worth + unplaced, citizen);
        if (entry > best->bar)
            shortlist_add (best, entry);
    }
}

static void bid_of_position (matching_t *m, bids_t *bids, uint32_t position)
{
    uint32_t wanted = empty_seats (m, position);
    if (wanted > SHORTLIST_MOST - 1)
        wanted = SHORTLIST_MOST - 1;
    shortlist_t best;
    shortlist_start (&best, wanted + 1);
    best_citizens (m, position, &best);
    int32_t next = best.count > wanted ? (int32_t) (shortlist_worth (&best, wanted) / 2) : 0;
    lower_opening_price (m, position, m->opening_price[position] - next);
    for (uint32_t k = 0; k < best.count && k < wanted; k++) {
        uint32_t citizen = shortlist_number (&best, k), old = m->place[citizen];
        int32_t more = (int32_t) (shortlist_worth (&best, k) / 2) - next;
        if (old != MATCH_NOWHERE) {
            if (more == 0)
                continue;
            leave (m, citizen);
            ring_put (&bids->waiting, old);
        }
        m->citizen_price[citizen] += more;
        enter (m, position, citizen);
    }
}

bool bids_of_positions (matching_t *m, uint64_t looks_most)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    bids_t bids;
    if (!start (&bids, memory, m->instance->positions, looks_most))
        return false;
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        m->citizen_price[i] = 0;
    for (uint32_t p = 0; p < m->instance->positions; p++) {
        m->opening_price[p] = MATCH_PERSON + PAIR_SCORE_MOST;
        ring_put (&bids.waiting, p);
    }
    while (bids.waiting.count > 0 && bids.looked_at <= bids.looks_most && may_go_on (m)) {
        uint32_t position = ring_take (&bids.waiting);
        if (empty_seats (m, position) == 0 || bids.tries[position]++ >= POSITION_TRIES_MOST)
            continue;
        bids.looked_at += list_count (&m->instance->of_position, position);
        bid_of_position (m, &bids, position);
    }
    return may_go_on (m);
}

/* --- citizens are scarce: they bid for openings --- */

static uint32_t lowest_offer (const matching_t *m, const bids_t *bids, uint32_t position)
{
    const uint32_t *held = list_first (&m->held, position);
    uint32_t lowest = 0;
    for (uint32_t k = 1; k < list_count (&m->held, position); k++)
        if (bids->offer[held[k]] < bids->offer[held[lowest]])
            lowest = k;
    return held[lowest];
}

typedef struct {
    uint32_t position; /* MATCH_NOWHERE: none is worth more than staying unplaced */
    int32_t worth, next;
} choice_t;

/* Of two that are worth the same, the one with an empty opening. */
static choice_t best_position (const matching_t *m, uint32_t citizen)
{
    choice_t choice = { MATCH_NOWHERE, -MATCH_PERSON, -MATCH_PERSON };
    const uint32_t *end = list_end (&m->instance->of_citizen, citizen);
    for (const uint32_t *x = list_first (&m->instance->of_citizen, citizen); x < end; x++) {
        uint32_t position = pair_other (*x);
        int32_t worth = pair_score (*x) - m->opening_price[position];
        if (worth <= choice.next)
            continue;
        bool better = worth > choice.worth || (worth == choice.worth && choice.position != MATCH_NOWHERE &&
                                               empty_seats (m, position) > 0 && empty_seats (m, choice.position) == 0);
        choice.next = better ? choice.worth : worth;
        if (better) {
            choice.worth = worth;
            choice.position = position;
        }
    }
    return choice;
}

static void bid_of_citizen (matching_t *m, bids_t *bids, uint32_t citizen)
{
    choice_t choice = best_position (m, citizen);
    uint32_t position = choice.position;
    if (position == MATCH_NOWHERE)
        return;
    bids->score[citizen] = m->opening_price[position] + choice.worth;
    bids->offer[citizen] = bids->score[citizen] - choice.next;
    if (empty_seats (m, position) == 0) {
        if (bids->offer[citizen] == m->opening_price[position])
            return;
        uint32_t loser = lowest_offer (m, bids, position);
        leave (m, loser);
        ring_put (&bids->waiting, loser);
    }
    enter (m, position, citizen);
    if (empty_seats (m, position) == 0)
        m->opening_price[position] = bids->offer[lowest_offer (m, bids, position)];
}

/* What is left to each at the prices of the openings: that is the citizen's price, and it covers. For who holds an
 * opening that is the best still: elsewhere prices have only risen, and here not above the offer. */
static void price_citizens (matching_t *m, const bids_t *bids)
{
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        m->citizen_price[i] = m->place[i] == MATCH_NOWHERE
                                  ? least_citizen_price (m, i)
                                  : MATCH_PERSON + bids->score[i] - m->opening_price[m->place[i]];
}

bool bids_of_citizens (matching_t *m, uint64_t looks_most)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    bids_t bids;
    if (!start (&bids, memory, m->instance->citizens, looks_most))
        return false;
    for (uint32_t p = 0; p < m->instance->positions; p++) /* where nothing is open nobody needs to look */
        m->opening_price[p] = seats (m, p) > 0 ? 0 : MATCH_PERSON + PAIR_SCORE_MOST;
    for (uint32_t i = 0; i < m->instance->citizens; i++)
        ring_put (&bids.waiting, i);
    while (bids.waiting.count > 0 && bids.looked_at <= bids.looks_most && may_go_on (m)) {
        uint32_t citizen = ring_take (&bids.waiting);
        if (bids.tries[citizen]++ >= CITIZEN_TRIES_MOST)
            continue;
        bids.looked_at += list_count (&m->instance->of_citizen, citizen);
        bid_of_citizen (m, &bids, citizen);
    }
    price_citizens (m, &bids);
    return may_go_on (m);
}

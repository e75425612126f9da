/*
 * The largest number that can be placed, whatever the scores, by pushing from the side of the openings.
 *
 * citizen_price holds a depth instead of a price: at least how many would have to move up before this citizen's opening
 * could go to somebody who is unplaced; 0 for those. A position with an empty opening takes the shallowest citizens it
 * can, from other positions if need be, and those positions ask in turn; who is taken becomes deeper than the next
 * choice would have been. Now and then the true depths are counted afresh from the unplaced; a position that none of
 * them leads to has no more to gain, and when that holds for all that are not full, the number is the largest.
 */
#include "placement/match/engine.h"
#include "placement/match/ring.h"
#include "placement/match/shortlist.h"

#include "base/own.h"

enum { OUT_OF_REACH = 1 << 29 };

typedef struct {
    uint32_t *queue; /* citizens */
    bool *reached;   /* positions */
    ring_t waiting;
} push_t;

static bool start (push_t *push, arena_t *memory, const instance_t *instance)
{
    push->queue = engine_alloc (memory, instance->citizens, sizeof *push->queue);
    push->reached = engine_alloc (memory, instance->positions, sizeof *push->reached);
    push->waiting.size = instance->positions + 1;
    push->waiting.entry = engine_alloc (memory, instance->positions, sizeof *push->waiting.entry);
    push->waiting.waits = engine_alloc (memory, instance->positions, sizeof *push->waiting.waits);
    return push->queue && push->reached && push->waiting.entry && push->waiting.waits;
}

/* Everybody takes the first empty opening they see. */
static uint32_t place_greedily (matching_t *m)
{
    uint32_t placed = 0;
    engine_forget_plan (m);
    for (uint32_t i = 0; i < m->instance->citizens; i++) {
        const uint32_t *x = list_first (&m->instance->of_citizen, i), *end = list_end (&m->instance->of_citizen, i);
        while (x < end && empty_seats (m, pair_other (*x)) == 0)
            x++;
        if (x == end)
            continue;
        enter (m, pair_other (*x), i);
        placed++;
    }
    return placed;
}

/* Breadth first from the unplaced. */
static void count_depths (matching_t *m, push_t *push)
{
    int32_t *depth = m->citizen_price;
    uint32_t known = 0;
    for (uint32_t p = 0; p < m->instance->positions; p++)
        push->reached[p] = false;
    for (uint32_t i = 0; i < m->instance->citizens; i++) {
        bool unplaced = m->place[i] == MATCH_NOWHERE;
        depth[i] = unplaced ? 0 : OUT_OF_REACH;
        if (unplaced)
            push->queue[known++] = i;
    }
    for (uint32_t next = 0; next < known; next++) {
        uint32_t citizen = push->queue[next];
        const uint32_t *end = list_end (&m->instance->of_citizen, citizen);
        for (const uint32_t *x = list_first (&m->instance->of_citizen, citizen); x < end; x++) {
            uint32_t position = pair_other (*x);
            if (push->reached[position])
                continue;
            push->reached[position] = true;
            for (uint32_t *i = list_first (&m->held, position), *last = list_end (&m->held, position); i < last; i++) {
                depth[*i] = depth[citizen] + 1;
                push->queue[known++] = *i;
            }
        }
    }
}

/* Worth of a citizen to a position: the shallower the better, and nothing out of reach. */
static void shallowest (const matching_t *m, uint32_t position, shortlist_t *best)
{
    const int32_t *depth = m->citizen_price;
    const uint32_t *end = list_end (&m->instance->of_position, position);
    for (const uint32_t *x = list_first (&m->instance->of_position, position); x < end; x++) {
        uint32_t citizen = pair_other (*x);
        if (depth[citizen] >= OUT_OF_REACH || m->place[citizen] == position)
            continue;
        uint64_t entry = shortlist_entry ((uint32_t) (OUT_OF_REACH - depth[citizen]), citizen);
        if (entry > best->bar)
            shortlist_add (best, entry);
        if (best->count == best->most && shortlist_worth (best, best->most - 1) == OUT_OF_REACH)
            return; /* all of them unplaced */
    }
}

/* How many more are placed by it: those taken who were unplaced. */
static uint32_t push_from (matching_t *m, push_t *push, uint32_t position)
{
    int32_t *depth = m->citizen_price;
    uint32_t more = 0, wanted = empty_seats (m, position);
    if (wanted > SHORTLIST_MOST - 1)
        wanted = SHORTLIST_MOST - 1;
    shortlist_t best;
    shortlist_start (&best, wanted + 1);
    shallowest (m, position, &best);
    if (best.count == 0 || OUT_OF_REACH - (int32_t) shortlist_worth (&best, 0) > (int32_t) m->instance->positions)
        return 0; /* no way is longer than through all positions */
    uint32_t next = best.count > wanted ? wanted : best.count - 1;
    int32_t deeper = OUT_OF_REACH - (int32_t) shortlist_worth (&best, next) + 1;
    for (uint32_t *i = list_first (&m->held, position), *end = list_end (&m->held, position); i < end; i++)
        if (depth[*i] < deeper)
            depth[*i] = deeper;
    for (uint32_t k = 0; k < best.count && k < wanted; k++) {
        uint32_t citizen = shortlist_number (&best, k), old = m->place[citizen];
        if (old == MATCH_NOWHERE) {
            more++;
        } else {
            leave (m, citizen);
            ring_put (&push->waiting, old);
        }
        depth[citizen] = deeper;
        enter (m, position, citizen);
    }
    return more;
}

bool most_placed (matching_t *m, uint32_t *ret_placed)
{
    owned (arena) memory = arena_new (SIZE_MAX / 2);
    push_t push = { 0 };
    if (!start (&push, memory, m->instance))
        return false;
    uint32_t placed = place_greedily (m);
    uint64_t looks_most = m->instance->pairs;
    while (may_go_on (m)) {
        count_depths (m, &push);
        for (uint32_t p = 0; p < m->instance->positions; p++)
            if (push.reached[p] && empty_seats (m, p) > 0)
                ring_put (&push.waiting, p);
        if (push.waiting.count == 0) {
            *ret_placed = placed;
            return true;
        }
        uint32_t before = placed;
        for (uint64_t looked_at = 0; push.waiting.count > 0 && looked_at < looks_most && may_go_on (m);) {
            uint32_t position = ring_take (&push.waiting);
            if (empty_seats (m, position) == 0)
                continue;
            looked_at += list_count (&m->instance->of_position, position);
            placed += push_from (m, &push, position);
        }
        while (push.waiting.count > 0)
            ring_take (&push.waiting);
        if (placed == before)
            looks_most *= 2; /* left alone for long enough it ends by itself: depths only grow, and not for ever */
    }
    return false;
}

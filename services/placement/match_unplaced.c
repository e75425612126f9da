/*
 * P3, P4: why a candidate has no place in the plan that a run would propose now, or not this place, and what would give
 * them one, in plain Danish and English. It says what the work, the workplace or the week would have to be, and never
 * what somebody is.
 */
#include "base/own.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"
#include "placement/match_holders.h"
#include "placement/match_run.h"
#include "placement/match_words.h"

/* Of a candidate's decisions told, and who and what is looked at, as in matches.proto. */
enum { DECIDED_MAX = 20, ASKED_CANDIDATES = 500, ASKED_POSITIONS = 400 };

static void tell_loss (const nearest_t *nearest, match_language_t language, buffer_t *out)
{
    bool danish = language == MATCH_DANISH;
    if (nearest->full)
        buffer_append_text (out, danish ? "alle åbninger er taget" : "every opening is taken");
    else if (nearest->people > 0)
        buffer_printf (out, danish ? "der ville blive plads til %lld færre" : "%lld fewer would have a place",
                       (long long) nearest->people);
    else if (nearest->group > 0)
        buffer_printf (out,
                       danish ? "gulvet for dem, der er sværest at placere, ville mangle %lld"
                              : "of those hardest to place %lld fewer would have a place than the floor asks for",
                       (long long) nearest->group);
    else if (nearest->points > 0)
        buffer_printf (out,
                       danish ? "de andre, der har plads, får tilsammen %lld point mere"
                              : "those who have a place have %lld points more together",
                       (long long) nearest->points);
    else
        buffer_append_text (out, danish ? "andre passer lige så godt og har ventet længere"
                                        : "others fit as well and have waited longer");
}

static void tell_change (const change_t *change, match_language_t language, buffer_t *out)
{
    bool danish = language == MATCH_DANISH;
    const char *word = match_word (change->word, language);
    switch (change->kind) {
    case CHANGE_HOURS:
        match_minutes_text (change->to - change->from, language, out);
        buffer_append_text (out, danish ? " mere om ugen ville give en plads" : " more a week would give a place");
        break;
    case CHANGE_ABILITY:
        buffer_printf (
            out, danish ? "%d i stedet for %d i %s ville give en plads" : "%d instead of %d in %s would give a place",
            change->to, change->from, word);
        break;
    case CHANGE_CONDITION:
        buffer_printf (out,
                       danish ? "hvis stillingen tilbød %s, var der en plads"
                              : "if the position offered %s there would be a place",
                       word);
        break;
    case CHANGE_TIMES:
        buffer_append_text (out, danish ? "hvis borgeren også kunne " : "if the candidate could also work ");
        match_times_text (&change->times, language, out);
        buffer_append_text (out, danish ? ", var der en plads" : " there would be a place");
        break;
    case CHANGE_TRAVEL:
        buffer_printf (out,
                       danish ? "%d i stedet for %d minutters vej til arbejde ville give en plads"
                              : "a way to work of %d minutes instead of %d would give a place",
                       change->to, change->from);
        if (!change->certain)
            buffer_append_text (out, danish ? "; minutterne er et skøn" : "; the minutes are an estimate");
        break;
    case CHANGE_OPENING:
        buffer_append_text (out, danish ? "en åbning mere i stillingen ville give en plads"
                                        : "one more opening in the position would give a place");
        break;
    case CHANGE_BAN:
        buffer_append_text (out, danish ? "hvis borgeren igen måtte foreslås her, var der en plads"
                                        : "if the candidate could be proposed here again there would be a place");
        break;
    case CHANGE_LOCK:
        buffer_append_text (out, danish ? "hvis låsen blev taget tilbage, var der en plads"
                                        : "if the lock were taken back there would be a place");
        break;
    }
}

#define TELL(txn, tell, what, ret_danish, ret_english)                                                                 \
    do {                                                                                                               \
        owned_buffer danish_ = BUFFER (MATCH_TEXT_MAX), english_ = BUFFER (MATCH_TEXT_MAX);                            \
        tell ((what), MATCH_DANISH, &danish_);                                                                         \
        tell ((what), MATCH_ENGLISH, &english_);                                                                       \
        (ret_danish) = txn_text ((txn), buffer_text (&danish_));                                                       \
        (ret_english) = txn_text ((txn), buffer_text (&english_));                                                     \
    } while (0)

/* What is asked, and about whom. */
typedef struct {
    txn_t *txn;
    world_t world;
    matching_t *matching;
    proposed_t proposed;
    size_t candidate; /* world.n_candidates: takes no part in a run */
    bool in_part;     /* more wait or is open than the world has */
} question_t;

static void fill_nearest (question_t *q, const nearest_t *nearest, Placement__Nearest *entry)
{
    entry->position = q->world.positions[nearest->position].position;
    entry->score = (uint32_t) nearest->score;
    entry->full = nearest->full;
    if (!nearest->full) {
        entry->people_fewer = (uint32_t) nearest->people;
        entry->group_fewer = nearest->people == 0 ? (uint32_t) nearest->group : 0;
        entry->points_lower = nearest->people == 0 && nearest->group == 0 ? (uint64_t) nearest->points : 0;
    }
    TELL (q->txn, tell_loss, nearest, entry->danish, entry->english);
    holders_fill (q->txn, &q->world, &q->proposed, q->candidate, nearest, entry);
}

static void fill_change (question_t *q, const change_t *change, Placement__SmallestChange *entry)
{
    static const Placement__ChangeKind kinds[] = {
        [CHANGE_HOURS] = PLACEMENT__CHANGE_KIND__MORE_MINUTES,
        [CHANGE_ABILITY] = PLACEMENT__CHANGE_KIND__HIGHER_ABILITY,
        [CHANGE_CONDITION] = PLACEMENT__CHANGE_KIND__ONE_MORE_CONDITION,
        [CHANGE_OPENING] = PLACEMENT__CHANGE_KIND__ONE_MORE_OPENING,
        [CHANGE_TIMES] = PLACEMENT__CHANGE_KIND__MORE_TIMES,
        [CHANGE_TRAVEL] = PLACEMENT__CHANGE_KIND__LONGER_WAY,
        [CHANGE_BAN] = PLACEMENT__CHANGE_KIND__BAN_TAKEN_BACK,
        [CHANGE_LOCK] = PLACEMENT__CHANGE_KIND__LOCK_TAKEN_BACK,
    };
    entry->kind = kinds[change->kind];
    entry->word = txn_text (q->txn, change->word);
    entry->before = (uint32_t) (change->from > 0 ? change->from : 0);
    entry->after = (uint32_t) change->to;
    if (change->kind == CHANGE_LOCK) {
        uint64_t citizen = q->world.candidates[change->other].citizen;
        entry->candidate = candidate_pseudonym (q->txn, citizen);
        entry->position = pair_locked_position (q->txn, citizen);
    } else {
        entry->position = q->world.positions[change->position].position;
    }
    TELL (q->txn, tell_change, change, entry->danish, entry->english);
}

static const char *decided_in (Placement__PairKind kind, bool waits, match_language_t language)
{
    static const char *const texts[][2] = {
        { "det er besluttet, at borgeren ikke foreslås her", "people have decided that it is not proposed" },
        { "det er besluttet, at borgeren får denne stilling",
          "people have decided that the candidate gets this position" },
        { "det er besluttet, at borgeren får denne stilling, men den har ingen fri åbning eller passer ikke nu",
          "people have decided on this position, but it has no free opening or does not fit now" },
    };
    return texts[kind == PLACEMENT__PAIR_KIND__FORBIDDEN ? 0 : waits ? 2 : 1][language];
}

static void tell_decided (txn_t *txn, uint64_t citizen, bool waits, Placement__ExplainUnplacedReply *reply)
{
    rows_t *rows = txn_query (txn,
                              "SELECT position, kind, reason FROM pair WHERE citizen = $1 AND ended_at IS NULL"
                              " ORDER BY kind, id DESC LIMIT $2",
                              citizen, DECIDED_MAX);
    while (rows_next (rows)) {
        Placement__Decided *entry = txn_add (txn, reply->decided, reply->n_decided, placement__decided);
        entry->position = rows_uint (rows, 0);
        entry->kind = (Placement__PairKind) rows_int (rows, 1);
        entry->reason = txn_text (txn, rows_text (rows, 2));
        entry->danish = txn_text (txn, decided_in (entry->kind, waits, MATCH_DANISH));
        entry->english = txn_text (txn, decided_in (entry->kind, waits, MATCH_ENGLISH));
    }
}

static status_t no_memory (fault_t *reterr)
{
    return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the question does not fit in memory");
}

/* What a run with several jobs gives depends on how it goes; the plan that it begins with does not. */
static uint32_t several_told (const question_t *q)
{
    return q->world.jobs_most > 1 ? q->world.jobs_most : 0;
}

/* The world as a run would see it now, under this floor, and the plan that it would propose. */
static status_t ask (question_t *q, uint64_t citizen, uint32_t floor_percent, arena_t *arena, fault_t *reterr)
{
    Placement__Snapshot snapshot;
    snapshot_begin (q->txn, &snapshot);
    uint64_t more_wait = snapshot_candidates (q->txn, 0, ASKED_CANDIDATES, &snapshot);
    uint64_t more_open = snapshot_positions (q->txn, 0, ASKED_POSITIONS, true, &snapshot);
    q->in_part = more_wait || more_open;
    if (floor_percent)
        snapshot.weights->floor_percent = floor_percent;
    whole_t whole;
    status_t status = world_with_pairs (&snapshot, arena, &q->world, reterr);
    if (status == STATUS_OK)
        status = world_match (&q->world, NULL, arena, &q->matching, &whole, reterr);
    if (status == STATUS_OK && !why_proposed (&q->world, q->matching, arena, &q->proposed))
        status = no_memory (reterr);
    q->candidate = 0;
    while (status == STATUS_OK && q->candidate < q->world.n_candidates &&
           q->world.candidates[q->candidate].citizen != citizen)
        q->candidate++;
    return status;
}

static status_t explain (question_t *q, arena_t *arena, Placement__ExplainUnplacedReply *reply, fault_t *reterr)
{
    nearest_t nearest[NEAREST_MAX];
    change_t changes[CHANGES_MAX];
    size_t n_nearest = 0, n_changes = 0;
    bool locked = q->world.lock[q->candidate] != NO_LOCK;
    if (!locked && !why_nearest (&q->world, q->matching, &q->proposed, q->candidate, nearest, &n_nearest))
        return no_memory (reterr);
    if (!why_changes (&q->world, q->matching, arena, q->candidate, changes, &n_changes))
        return no_memory (reterr);
    for (size_t k = 0; k < n_nearest; k++)
        fill_nearest (q, &nearest[k], txn_add (q->txn, reply->nearest, reply->n_nearest, placement__nearest));
    for (size_t k = 0; k < n_changes; k++)
        fill_change (q, &changes[k], txn_add (q->txn, reply->changes, reply->n_changes, placement__smallest_change));
    return STATUS_OK;
}

status_t placement_explain_unplaced (txn_t *txn, const Placement__ExplainUnplacedRequest *request,
                                     Placement__ExplainUnplacedReply *reply, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    question_t q = { .txn = txn };
    uint64_t citizen = 0;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status == STATUS_OK)
        status = ask (&q, citizen, request->floor_percent, arena, reterr);
    if (status == STATUS_OK && q.candidate == q.world.n_candidates)
        status = fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_NOT_IN_RUN", "%s",
                        proposal_undecided (txn, citizen)
                            ? "an undecided match keeps the candidate out of runs: ListMatches tells which"
                            : "more came before than this question looks at");
    if (status == STATUS_OK) {
        tell_decided (txn, citizen, q.world.lock[q.candidate] == LOCK_WAITS, reply);
        reply->floor_percent = q.world.floor_percent;
        reply->in_part = q.in_part;
        reply->jobs_most = several_told (&q);
        size_t place = why_place (&q.world, &q.proposed, q.candidate);
        if (place < q.world.n_positions)
            reply->placed = q.world.positions[place].position;
        else
            status = explain (&q, arena, reply, reterr);
    }
    matching_destroy (&q.matching);
    return status;
}

/* Where a run would propose the candidate, and when that is not this position although they fit: who has it instead. */
static status_t fill_instead (question_t *q, uint64_t position, Placement__ExplainMatchReply *reply, fault_t *reterr)
{
    const world_t *world = &q->world;
    size_t p = 0, place = why_place (world, &q->proposed, q->candidate);
    nearest_t nearest;
    if (place < world->n_positions)
        reply->placed = world->positions[place].position;
    while (p < world->n_positions && world->positions[p].position != position)
        p++;
    if (p == place || p == world->n_positions || world->lock[q->candidate] != NO_LOCK ||
        world->left_out[q->candidate * world->n_positions + p] != NOT_LEFT_OUT)
        return STATUS_OK;
    if (world->positions[p].openings == 0)
        nearest = (nearest_t){ .position = p, .score = (int) reply->score, .full = true };
    else if (!why_not (world, q->matching, &q->proposed, q->candidate, p, &nearest))
        return no_memory (reterr);
    reply->instead = (Placement__Nearest *) txn_message (q->txn, &placement__nearest__descriptor);
    fill_nearest (q, &nearest, reply->instead);
    return STATUS_OK;
}

status_t explain_instead (txn_t *txn, uint64_t citizen, uint64_t position, Placement__ExplainMatchReply *reply,
                          fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    question_t q = { .txn = txn };
    status_t status = ask (&q, citizen, 0, arena, reterr);
    reply->jobs_most = status == STATUS_OK ? several_told (&q) : 0;
    if (status == STATUS_OK && q.candidate < q.world.n_candidates)
        status = fill_instead (&q, position, reply, reterr);
    matching_destroy (&q.matching);
    return status;
}

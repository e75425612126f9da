/*
 * P3, P4: why a candidate has no place in the best plan as things stand now, and what would give them one, in plain
 * Danish and English. It says what the work, the workplace or the week would have to be, and never what somebody is.
 */
#include "base/own.h"
#include "contract/placement.contract.h"
#include "contract/placement.handlers.h"
#include "placement/match_run.h"
#include "placement/match_why.h"
#include "placement/match_words.h"

enum { DECIDED_MAX = 20 }; /* of a candidate's decisions told, as in matches.proto */

static void tell_loss (const nearest_t *nearest, match_language_t language, buffer_t *out)
{
    bool danish = language == MATCH_DANISH;
    if (nearest->people > 0)
        buffer_printf (out, danish ? "der ville blive plads til %u færre" : "%u fewer would have a place",
                       nearest->people);
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
        buffer_printf (
            out, danish ? "%d minutter mere om ugen ville give en plads" : "%d more minutes a week would give a place",
            change->to - change->from);
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
        break;
    case CHANGE_OPENING:
        buffer_append_text (out, danish ? "en åbning mere i stillingen ville give en plads"
                                        : "one more opening in the position would give a place");
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

static void fill_nearest (txn_t *txn, const world_t *world, const nearest_t *nearest, Placement__Nearest *entry)
{
    entry->position = world->positions[nearest->position].position;
    entry->score = (uint32_t) nearest->score;
    entry->people_fewer = nearest->people;
    entry->points_lower = nearest->people == 0 ? (uint64_t) nearest->points : 0;
    TELL (txn, tell_loss, nearest, entry->danish, entry->english);
}

static void fill_change (txn_t *txn, const world_t *world, const change_t *change, Placement__SmallestChange *entry)
{
    static const Placement__ChangeKind kinds[] = {
        [CHANGE_HOURS] = PLACEMENT__CHANGE_KIND__MORE_MINUTES,
        [CHANGE_ABILITY] = PLACEMENT__CHANGE_KIND__HIGHER_ABILITY,
        [CHANGE_CONDITION] = PLACEMENT__CHANGE_KIND__ONE_MORE_CONDITION,
        [CHANGE_OPENING] = PLACEMENT__CHANGE_KIND__ONE_MORE_OPENING,
        [CHANGE_TIMES] = PLACEMENT__CHANGE_KIND__MORE_TIMES,
        [CHANGE_TRAVEL] = PLACEMENT__CHANGE_KIND__LONGER_WAY,
    };
    entry->kind = kinds[change->kind];
    entry->position = world->positions[change->position].position;
    entry->word = txn_text (txn, change->word);
    entry->before = (uint32_t) (change->from > 0 ? change->from : 0);
    entry->after = (uint32_t) change->to;
    TELL (txn, tell_change, change, entry->danish, entry->english);
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

static status_t explain (txn_t *txn, const world_t *world, matching_t *matching, size_t candidate,
                         Placement__ExplainUnplacedReply *reply, fault_t *reterr)
{
    nearest_t nearest[NEAREST_MAX];
    change_t changes[CHANGES_MAX];
    size_t n_nearest = 0, n_changes = 0;
    if (!why_nearest (world, matching, candidate, nearest, &n_nearest) ||
        !why_changes (world, matching, candidate, changes, &n_changes))
        return fault (reterr, STATUS_RESOURCE_EXHAUSTED, "PLACEMENT_RUN_MEMORY", "the question does not fit in memory");
    for (size_t k = 0; k < n_nearest; k++)
        fill_nearest (txn, world, &nearest[k], txn_add (txn, reply->nearest, reply->n_nearest, placement__nearest));
    for (size_t k = 0; k < n_changes; k++)
        fill_change (txn, world, &changes[k],
                     txn_add (txn, reply->changes, reply->n_changes, placement__smallest_change));
    return STATUS_OK;
}

status_t placement_explain_unplaced (txn_t *txn, const Placement__ExplainUnplacedRequest *request,
                                     Placement__ExplainUnplacedReply *reply, fault_t *reterr)
{
    owned (arena) arena = arena_new (RUN_MEMORY_MAX);
    owned (matching) matching = NULL;
    uint64_t citizen = 0;
    Placement__Snapshot snapshot;
    world_t world;
    status_t status = candidate_find (txn, request->candidate, &citizen, reterr);
    if (status != STATUS_OK)
        return status;
    snapshot_take (txn, &snapshot);
    status = world_of_snapshot (&snapshot, arena, &world, reterr);
    if (status == STATUS_OK)
        status = world_match (&world, NULL, arena, &matching, reterr);
    if (status != STATUS_OK)
        return status;
    size_t candidate = 0;
    while (candidate < world.n_candidates && world.candidates[candidate].citizen != citizen)
        candidate++;
    if (candidate == world.n_candidates)
        return fault (reterr, STATUS_FAILED_PRECONDITION, "PLACEMENT_NOT_IN_RUN",
                      "an undecided match keeps the candidate out of runs, or too many have waited longer");
    tell_decided (txn, citizen, world.lock[candidate] == LOCK_WAITS, reply);
    size_t place = world_place (&world, matching, candidate);
    if (place < world.n_positions)
        reply->placed = world.positions[place].position;
    else if (world.lock[candidate] == NO_LOCK)
        return explain (txn, &world, matching, candidate, reply, reterr);
    return STATUS_OK;
}

#include "placement/match_holders.h"

#include "placement/match_words.h"

enum { HOLDERS_MAX = 5 }; /* as in matches.proto */

static const char *const TEXTS[][2] = {
    [PLACEMENT__RIGHT__RIGHT_UNSPECIFIED] = { "", "" },
    [PLACEMENT__RIGHT__RIGHT_LOCK] = { "det er besluttet, at pladsen er dennes",
                                       "people have decided that the place is theirs" },
    [PLACEMENT__RIGHT__RIGHT_FLOOR] = { "er en af dem, der er sværest at placere, og gulvet sætter dem først",
                                        "is one of those hardest to place, whom the floor puts first" },
    [PLACEMENT__RIGHT__RIGHT_SCORE] = { "passer bedre her", "fits better here" },
    [PLACEMENT__RIGHT__RIGHT_PLAN] = { "alle tilsammen får mest, når pladsen er dennes",
                                       "all together have most when the place is theirs" },
    [PLACEMENT__RIGHT__RIGHT_WAIT] = { "den samlede plan er lige god, og denne har ventet længere",
                                       "the plan is as good either way, and this one has waited longer" },
    [PLACEMENT__RIGHT__RIGHT_PROPOSED] = { "er foreslået her, og ingen har sagt nej",
                                           "is proposed here, and nobody has said no" },
    [PLACEMENT__RIGHT__RIGHT_AT_WORK] = { "arbejder her", "works here" },
};

static void add (txn_t *txn, Placement__Nearest *entry, uint64_t pseudonym, int score, Placement__Right right)
{
    if (entry->n_holders == HOLDERS_MAX)
        return;
    Placement__Holder *holder = txn_add (txn, entry->holders, entry->n_holders, placement__holder);
    holder->candidate = pseudonym;
    holder->score = (uint32_t) score;
    holder->right = right;
    holder->danish = txn_text (txn, TEXTS[right][MATCH_DANISH]);
    holder->english = txn_text (txn, TEXTS[right][MATCH_ENGLISH]);
}

static Placement__Right right_of (const world_t *world, const proposed_t *proposed, size_t holder, int score,
                                  size_t candidate, const nearest_t *nearest)
{
    bool by_floor = proposed->without[holder] == MATCH_NOWHERE || (nearest->people <= 0 && nearest->group > 0);
    if (world->lock[holder] != NO_LOCK)
        return PLACEMENT__RIGHT__RIGHT_LOCK;
    if (proposed->least > 0 && proposed->in_group[holder] && by_floor)
        return PLACEMENT__RIGHT__RIGHT_FLOOR;
    if (score > nearest->score)
        return PLACEMENT__RIGHT__RIGHT_SCORE;
    bool tie = nearest->people == 0 && nearest->group == 0 && nearest->points == 0;
    return tie && holder < candidate ? PLACEMENT__RIGHT__RIGHT_WAIT : PLACEMENT__RIGHT__RIGHT_PLAN;
}

static void add_planned (txn_t *txn, const world_t *world, const proposed_t *proposed, size_t candidate,
                         const nearest_t *nearest, Placement__Nearest *entry)
{
    for (size_t c = 0; c < world->n_candidates; c++) {
        match_assessment_t assessment;
        if (c == candidate || why_place (world, proposed, c) != nearest->position)
            continue;
        match_assess (&world->candidates[c], &world->positions[nearest->position], &world->weights, &assessment);
        add (txn, entry, candidate_pseudonym (txn, world->candidates[c].citizen), assessment.score,
             right_of (world, proposed, c, assessment.score, candidate, nearest));
    }
}

static void add_undecided (txn_t *txn, uint64_t position, Placement__Nearest *entry)
{
    rows_t *rows = txn_query (txn,
                              "SELECT pseudonym, score FROM proposal"
                              " JOIN candidate ON candidate.citizen = proposal.citizen"
                              " WHERE position = $1" UNDER_WAY " ORDER BY id LIMIT $2",
                              position, HOLDERS_MAX);
    while (rows_next (rows))
        add (txn, entry, rows_uint (rows, 0), (int) rows_int (rows, 1), PLACEMENT__RIGHT__RIGHT_PROPOSED);
}

static void add_at_work (txn_t *txn, uint64_t position, Placement__Nearest *entry)
{
    rows_t *rows = txn_query (txn,
                              "SELECT coalesce (pseudonym, 0) FROM placement"
                              " LEFT JOIN candidate ON candidate.citizen = placement.citizen"
                              " WHERE position = $1 AND (end_day IS NULL OR end_day >= $2) ORDER BY id LIMIT $3",
                              position, txn_today (txn), HOLDERS_MAX);
    while (rows_next (rows))
        add (txn, entry, rows_uint (rows, 0), 0, PLACEMENT__RIGHT__RIGHT_AT_WORK);
}

void holders_fill (txn_t *txn, const world_t *world, const proposed_t *proposed, size_t candidate,
                   const nearest_t *nearest, Placement__Nearest *entry)
{
    add_planned (txn, world, proposed, candidate, nearest, entry);
    add_undecided (txn, entry->position, entry);
    add_at_work (txn, entry->position, entry);
}

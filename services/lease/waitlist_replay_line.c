/* L6: the line of a replay, in pieces.
 *
 * Invariant: pieces are in the order of who stands first in each, and entries in each in the order of the rule. A piece
 * that is not read yet has the list NULL; one that is read is as in the database. */
#include "lease/waitlist_replay.h"

#include <string.h>

enum { PIECE_MOST = 128 };

typedef struct {
    uint64_t number;
    wish_t first;
    size_t count;
    uint32_t least_desks; /* among those without an offer; 0: all have one */
    waiting_t *list;
    bool changed;
} piece_t;

struct replay_line {
    txn_t *txn;
    uint64_t replay;
    waitlist_rule_t rule;
    piece_t *pieces;
    size_t n_pieces, capacity;
    uint64_t last_number;
};

/* --- order --- */

/* How many pieces begin no later than where it belongs. */
static size_t pieces_until (const replay_line_t *self, const wish_t *wish)
{
    size_t from = 0, to = self->n_pieces;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (waitlist_before (&self->rule, wish, &self->pieces[middle].first))
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}

static size_t entries_before (const replay_line_t *self, const piece_t *piece, const wish_t *wish)
{
    size_t from = 0, to = piece->count;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (waitlist_before (&self->rule, &piece->list[middle].wish, wish))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void put_piece (replay_line_t *self, size_t at, const piece_t *piece)
{
    if (self->n_pieces == self->capacity) {
        self->capacity = self->capacity ? 2 * self->capacity : 64;
        piece_t *larger = txn_alloc (self->txn, self->capacity * sizeof *larger);
        if (self->n_pieces)
            memcpy (larger, self->pieces, self->n_pieces * sizeof *larger);
        self->pieces = larger;
    }
    memmove (&self->pieces[at + 1], &self->pieces[at], (self->n_pieces - at) * sizeof *piece);
    self->pieces[at] = *piece;
    self->n_pieces++;
}

/* It has entries: who stands first in it, and the smallest wish. */
static void look_again (piece_t *piece)
{
    piece->first = piece->list[0].wish;
    piece->least_desks = 0;
    piece->changed = true;
    for (size_t i = 0; i < piece->count; i++) {
        const waiting_t *one = &piece->list[i];
        if (!one->has_offer && (!piece->least_desks || one->wish.desks < piece->least_desks))
            piece->least_desks = one->wish.desks;
    }
}

static void put_entry (replay_line_t *self, piece_t *piece, const waiting_t *one)
{
    size_t at = entries_before (self, piece, &one->wish);
    memmove (&piece->list[at + 1], &piece->list[at], (piece->count - at) * sizeof *one);
    piece->list[at] = *one;
    piece->count++;
}

/* --- from the database and back --- */

#define WISH "entry, desks, hours, lapses, since_day, turn"

static wish_t take_wish (rows_t *rows)
{
    return (wish_t){ .entry = rows_uint (rows, 0),
                     .desks = (uint32_t) rows_uint (rows, 1),
                     .hours = (uint32_t) rows_uint (rows, 2),
                     .lapses = (uint32_t) rows_uint (rows, 3),
                     .since_day = (int32_t) rows_int (rows, 4),
                     .turn = rows_uint (rows, 5) };
}

static waiting_t *new_list (replay_line_t *self)
{
    return txn_alloc (self->txn, (PIECE_MOST + 1) * sizeof (waiting_t));
}

replay_line_t *replay_line_read (txn_t *txn, uint64_t replay, const waitlist_rule_t *rule)
{
    replay_line_t *self = txn_alloc (txn, sizeof *self);
    *self = (replay_line_t){ .txn = txn, .replay = replay, .rule = *rule };
    rows_t *rows = txn_query (
        txn, "SELECT " WISH ", piece, entries, least_desks FROM replay_piece WHERE replay = $1 ORDER BY piece", replay);
    while (rows_next (rows)) {
        piece_t piece = { .first = take_wish (rows),
                          .number = rows_uint (rows, 6),
                          .count = (size_t) rows_uint (rows, 7),
                          .least_desks = (uint32_t) rows_uint (rows, 8) };
        self->last_number = piece.number;
        put_piece (self, pieces_until (self, &piece.first), &piece);
    }
    return self;
}

static void read_entries (replay_line_t *self, piece_t *piece)
{
    if (piece->list)
        return;
    piece->list = new_list (self);
    piece->count = 0;
    rows_t *rows =
        txn_query (self->txn, "SELECT " WISH ", has_offer FROM replay_entry WHERE replay = $1 AND piece = $2 LIMIT $3",
                   self->replay, piece->number, PIECE_MOST);
    while (rows_next (rows))
        put_entry (self, piece, &(waiting_t){ take_wish (rows), rows_int (rows, 6) != 0 });
}

static void write_entry (const replay_line_t *self, const piece_t *piece, const waiting_t *one)
{
    const wish_t *wish = &one->wish;
    (void) txn_run (self->txn,
                    "INSERT INTO replay_entry (replay, piece, " WISH ", has_offer)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (replay, entry)"
                    " DO UPDATE SET piece = $2, lapses = $6, since_day = $7, turn = $8, has_offer = $9",
                    self->replay, piece->number, wish->entry, wish->desks, wish->hours, wish->lapses, wish->since_day,
                    wish->turn, one->has_offer);
}

void replay_line_keep (replay_line_t *self)
{
    for (size_t i = 0; i < self->n_pieces; i++) {
        const piece_t *piece = &self->pieces[i];
        const wish_t *first = &piece->first;
        if (piece->changed)
            (void) txn_run (self->txn,
                            "INSERT INTO replay_piece (replay, piece, entries, least_desks, " WISH ")"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (replay, piece)"
                            " DO UPDATE SET entries = $3, least_desks = $4, entry = $5, desks = $6, hours = $7,"
                            " lapses = $8, since_day = $9, turn = $10",
                            self->replay, piece->number, piece->count, piece->least_desks, first->entry, first->desks,
                            first->hours, first->lapses, first->since_day, first->turn);
    }
}

/* --- who comes and goes --- */

/* Its second half becomes a piece of its own. */
static void split (replay_line_t *self, size_t at)
{
    piece_t *piece = &self->pieces[at];
    size_t half = piece->count / 2;
    piece_t later = { .number = ++self->last_number, .list = new_list (self), .count = piece->count - half };
    memcpy (later.list, &piece->list[half], later.count * sizeof *later.list);
    piece->count = half;
    look_again (piece);
    look_again (&later);
    for (size_t i = 0; i < later.count; i++)
        (void) txn_run (self->txn, "UPDATE replay_entry SET piece = $3 WHERE replay = $1 AND entry = $2", self->replay,
                        later.list[i].wish.entry, later.number);
    put_piece (self, at + 1, &later);
}

static void enter (replay_line_t *self, const waiting_t *one)
{
    size_t until = pieces_until (self, &one->wish), at = until ? until - 1 : 0;
    if (self->n_pieces == 0)
        put_piece (self, 0, &(piece_t){ .number = ++self->last_number, .list = new_list (self) });
    piece_t *piece = &self->pieces[at];
    read_entries (self, piece);
    put_entry (self, piece, one);
    look_again (piece);
    write_entry (self, piece, one);
    if (piece->count > PIECE_MOST)
        split (self, at);
}

void replay_line_enter (replay_line_t *self, const wish_t *wish)
{
    enter (self, &(waiting_t){ *wish, false });
}

void replay_line_leave (replay_line_t *self, replay_place_t place)
{
    piece_t *piece = &self->pieces[place.piece];
    (void) txn_run (self->txn, "DELETE FROM replay_entry WHERE replay = $1 AND entry = $2", self->replay,
                    piece->list[place.index].wish.entry);
    piece->count--;
    memmove (&piece->list[place.index], &piece->list[place.index + 1],
             (piece->count - place.index) * sizeof *piece->list);
    if (piece->count > 0) {
        look_again (piece);
        return;
    }
    (void) txn_run (self->txn, "DELETE FROM replay_piece WHERE replay = $1 AND piece = $2", self->replay,
                    piece->number);
    self->n_pieces--;
    memmove (piece, piece + 1, (self->n_pieces - place.piece) * sizeof *piece);
}

void replay_line_give_offer (replay_line_t *self, replay_place_t place)
{
    piece_t *piece = &self->pieces[place.piece];
    piece->list[place.index].has_offer = true;
    look_again (piece);
    write_entry (self, piece, &piece->list[place.index]);
}

void replay_line_sort (replay_line_t *self, const waitlist_rule_t *rule)
{
    size_t count = 0, length = replay_line_length (self);
    waiting_t *all = txn_alloc (self->txn, (length + 1) * sizeof *all);
    for (size_t i = 0; i < self->n_pieces; i++) {
        read_entries (self, &self->pieces[i]);
        memcpy (&all[count], self->pieces[i].list, self->pieces[i].count * sizeof *all);
        count += self->pieces[i].count;
    }
    (void) txn_run (self->txn, "DELETE FROM replay_piece WHERE replay = $1", self->replay);
    self->n_pieces = 0;
    self->rule = *rule;
    for (size_t i = 0; i < count; i++)
        enter (self, &all[i]);
}

/* --- looking --- */

static bool among_entries (const piece_t *piece, uint64_t entry, size_t *ret_index)
{
    for (size_t i = piece->count; piece->list && i > 0; i--)
        if (piece->list[i - 1].wish.entry == entry) {
            *ret_index = i - 1;
            return true;
        }
    return false;
}

/* Among the pieces that are read already, the last first: what happens, happens mostly where it last did. */
static bool find_among_read (const replay_line_t *self, uint64_t entry, replay_place_t *ret_place)
{
    for (size_t p = self->n_pieces; p > 0; p--)
        if (among_entries (&self->pieces[p - 1], entry, &ret_place->index)) {
            ret_place->piece = p - 1;
            return true;
        }
    return false;
}

bool replay_line_find (replay_line_t *self, uint64_t entry, replay_place_t *ret_place)
{
    if (find_among_read (self, entry, ret_place))
        return true;
    rows_t *row =
        txn_row (self->txn, "SELECT piece FROM replay_entry WHERE replay = $1 AND entry = $2", self->replay, entry);
    uint64_t number = row ? rows_uint (row, 0) : 0;
    rows_close (row);
    for (size_t p = 0; number && p < self->n_pieces; p++)
        if (self->pieces[p].number == number)
            read_entries (self, &self->pieces[p]);
    return number && find_among_read (self, entry, ret_place);
}

bool replay_line_first (replay_line_t *self, uint32_t desks_most, replay_place_t *ret_place)
{
    for (size_t p = 0; p < self->n_pieces; p++) {
        piece_t *piece = &self->pieces[p];
        if (!piece->least_desks || piece->least_desks > desks_most)
            continue;
        read_entries (self, piece);
        for (size_t i = 0; i < piece->count; i++)
            if (!piece->list[i].has_offer && piece->list[i].wish.desks <= desks_most) {
                *ret_place = (replay_place_t){ p, i };
                return true;
            }
    }
    return false;
}

bool replay_line_at (replay_line_t *self, size_t position, replay_place_t *ret_place)
{
    size_t piece = 0, index = position - 1;
    while (piece < self->n_pieces && index >= self->pieces[piece].count)
        index -= self->pieces[piece++].count;
    *ret_place = (replay_place_t){ piece, index };
    if (piece < self->n_pieces)
        read_entries (self, &self->pieces[piece]);
    return piece < self->n_pieces;
}

const wish_t *replay_line_wish (replay_line_t *self, replay_place_t place)
{
    return &self->pieces[place.piece].list[place.index].wish;
}

uint32_t replay_line_position (const replay_line_t *self, replay_place_t place)
{
    size_t before = place.index;
    for (size_t p = 0; p < place.piece; p++)
        before += self->pieces[p].count;
    return (uint32_t) before + 1;
}

uint32_t replay_line_length (const replay_line_t *self)
{
    size_t length = 0;
    for (size_t p = 0; p < self->n_pieces; p++)
        length += self->pieces[p].count;
    return (uint32_t) length;
}

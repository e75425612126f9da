/* L6: places in the line.
 *
 * Invariant: every entry in line lies in one piece, the last that begins at its place or before; a piece says how many
 * lie in it, and none holds more than PIECE_MOST. So a place is counted from the list of pieces and within one of
 * them, however long the line is. */
#include "lease/lease.h"

#include <string.h>

enum { PIECE_MOST = 128, PIECE_HALF = 64 };

/* As the line is sorted: by the keys of the rule, and then by turn. */
typedef struct {
    int64_t at[LINE_KEYS];
} place_t;

#define KEYS "key1, key2, key3, turn"
#define PLACE(place) (place).at[0], (place).at[1], (place).at[2], (place).at[3]

static place_t take_place (rows_t *row, int column)
{
    place_t place;
    for (int i = 0; i < 4; i++)
        place.at[i] = rows_int (row, column + i);
    return place;
}

static bool place_of (txn_t *txn, uint64_t entry, place_t *ret_place)
{
    rows_t *row = txn_row (txn, "SELECT " KEYS " FROM waitlist_entry WHERE id = $1 AND has_left = 0", entry);
    if (!row)
        return false;
    *ret_place = take_place (row, 0);
    rows_close (row);
    return true;
}

/* --- pieces --- */

typedef struct {
    place_t begins;
    int64_t entries;
} piece_t;

static bool take_piece (rows_t *row, piece_t *ret_piece)
{
    if (!row)
        return false;
    *ret_piece = (piece_t){ take_place (row, 0), rows_int (row, 4) };
    rows_close (row);
    return true;
}

static bool piece_with (txn_t *txn, place_t place, piece_t *ret_piece)
{
    return take_piece (txn_row (txn,
                                "SELECT " KEYS ", entries FROM waitlist_piece WHERE (" KEYS ") <= ($1, $2, $3, $4)"
                                " ORDER BY key1 DESC, key2 DESC, key3 DESC, turn DESC LIMIT 1",
                                PLACE (place)),
                       ret_piece);
}

static void add_piece (txn_t *txn, place_t begins, int64_t entries)
{
    (void) txn_run (txn, "INSERT INTO waitlist_piece (" KEYS ", entries) VALUES ($1, $2, $3, $4, $5)", PLACE (begins),
                    entries);
}

static void set_entries (txn_t *txn, const piece_t *piece, int64_t entries)
{
    if (entries > 0)
        (void) txn_run (txn, "UPDATE waitlist_piece SET entries = $5 WHERE (" KEYS ") = ($1, $2, $3, $4)",
                        PLACE (piece->begins), entries);
    else
        (void) txn_run (txn, "DELETE FROM waitlist_piece WHERE (" KEYS ") = ($1, $2, $3, $4)", PLACE (piece->begins));
}

/* Its second half becomes a piece of its own. */
static void split (txn_t *txn, const piece_t *piece, int64_t entries)
{
    rows_t *row = txn_row (txn,
                           "SELECT " KEYS " FROM waitlist_entry WHERE has_left = 0 AND (" KEYS ") >= ($1, $2, $3, $4)"
                           " ORDER BY " KEYS " LIMIT 1 OFFSET $5",
                           PLACE (piece->begins), PIECE_HALF);
    if (!row)
        return;
    place_t half = take_place (row, 0);
    rows_close (row);
    set_entries (txn, piece, PIECE_HALF);
    add_piece (txn, half, entries - PIECE_HALF);
}

/* The first piece begins where the line does. */
static bool lower_first (txn_t *txn, place_t place, piece_t *ret_piece)
{
    if (!take_piece (txn_row (txn, "SELECT " KEYS ", entries FROM waitlist_piece ORDER BY " KEYS " LIMIT 1"),
                     ret_piece))
        return false;
    set_entries (txn, ret_piece, 0);
    ret_piece->begins = place;
    add_piece (txn, place, ret_piece->entries);
    return true;
}

void line_enter (txn_t *txn, uint64_t entry)
{
    place_t place;
    piece_t piece;
    if (!place_of (txn, entry, &place))
        return;
    if (!piece_with (txn, place, &piece) && !lower_first (txn, place, &piece)) {
        add_piece (txn, place, 1);
        return;
    }
    set_entries (txn, &piece, piece.entries + 1);
    if (piece.entries + 1 > PIECE_MOST)
        split (txn, &piece, piece.entries + 1);
}

void line_leave (txn_t *txn, uint64_t entry)
{
    place_t place;
    piece_t piece;
    if (place_of (txn, entry, &place) && piece_with (txn, place, &piece))
        set_entries (txn, &piece, piece.entries - 1);
}

void line_sort (txn_t *txn)
{
    (void) txn_run (txn, "DELETE FROM waitlist_piece");
    (void) txn_run (txn,
                    "INSERT INTO waitlist_piece (" KEYS ", entries) SELECT " KEYS ","
                    " CASE WHEN place + $1 > entries THEN entries - place ELSE $1 END FROM (SELECT " KEYS ","
                    "   row_number () OVER (ORDER BY " KEYS ") - 1 AS place, count (*) OVER () AS entries"
                    "   FROM waitlist_entry WHERE has_left = 0) AS line WHERE place % $1 = 0",
                    PIECE_HALF);
}

/* --- places --- */

static int64_t number_in (rows_t *row)
{
    int64_t number = row ? rows_int (row, 0) : 0;
    if (row)
        rows_close (row);
    return number;
}

uint32_t line_position (txn_t *txn, uint64_t entry)
{
    place_t place;
    piece_t piece;
    if (!place_of (txn, entry, &place) || !piece_with (txn, place, &piece))
        return 0;
    int64_t before = number_in (txn_row (txn,
                                         "SELECT coalesce (sum (entries), 0) FROM waitlist_piece"
                                         " WHERE (" KEYS ") < ($1, $2, $3, $4)",
                                         PLACE (piece.begins)));
    int64_t within = number_in (txn_row (txn,
                                         "SELECT count (*) FROM waitlist_entry WHERE has_left = 0"
                                         " AND (" KEYS ") >= ($1, $2, $3, $4) AND (" KEYS ") <= ($5, $6, $7, $8)",
                                         PLACE (piece.begins), PLACE (place)));
    return (uint32_t) (before + within);
}

bool line_place (txn_t *txn, uint64_t entry, int64_t ret_keys[LINE_KEYS])
{
    place_t place;
    if (!place_of (txn, entry, &place))
        return false;
    memcpy (ret_keys, place.at, sizeof place.at);
    return true;
}

uint64_t line_ahead (txn_t *txn, uint64_t entry)
{
    place_t place;
    if (!place_of (txn, entry, &place))
        return 0;
    return (uint64_t) number_in (txn_row (txn,
                                          "SELECT id FROM waitlist_entry WHERE has_left = 0"
                                          " AND (" KEYS ") < ($1, $2, $3, $4)"
                                          " ORDER BY key1 DESC, key2 DESC, key3 DESC, turn DESC LIMIT 1",
                                          PLACE (place)));
}

uint32_t line_length (txn_t *txn)
{
    return (uint32_t) number_in (txn_row (txn, "SELECT coalesce (sum (entries), 0) FROM waitlist_piece"));
}

/* --- whose turn it is --- */

/* Of those with the smallest wish that is at least so large, the first in line. */
static bool first_with_wish (txn_t *txn, size_t least, size_t most, uint64_t *ret_entry, size_t *ret_desks,
                             place_t *ret_place)
{
    rows_t *row = txn_row (txn,
                           "SELECT id, desks, " KEYS " FROM waitlist_entry WHERE has_left = 0 AND has_offer = 0"
                           " AND desks >= $1 AND desks <= $2 ORDER BY desks, " KEYS " LIMIT 1",
                           least, most);
    if (!row)
        return false;
    *ret_entry = rows_uint (row, 0);
    *ret_desks = (size_t) rows_uint (row, 1);
    *ret_place = take_place (row, 2);
    rows_close (row);
    return true;
}

static bool before (const place_t *a, const place_t *b)
{
    int i = 0;
    while (i < 3 && a->at[i] == b->at[i])
        i++;
    return a->at[i] < b->at[i];
}

/* One look for each size of wish, and nobody wishes for more than DESKS_MAX. */
bool line_next (txn_t *txn, size_t desks_most, uint64_t *ret_entry, size_t *ret_desks)
{
    place_t first, place;
    bool found = false;
    uint64_t entry;
    size_t desks = 0;
    while (first_with_wish (txn, desks + 1, desks_most, &entry, &desks, &place))
        if (!found || before (&place, &first)) {
            found = true;
            first = place;
            *ret_entry = entry;
            *ret_desks = desks;
        }
    return found;
}

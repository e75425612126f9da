/*
 * Things by name: what a person types instead of an id.
 *
 * Nobody reads through all names for that. An index of the names and one of the names read backwards give the
 * neighbours of what was typed in both orders: a letter typed wrong leaves the beginning and the end of the name as
 * they are, so what was meant stands close by in one of the two, unless more than 32 others share its beginning up to
 * that letter and as many its end. What it costs does not grow with the number of names.
 *
 * The indexes are on (name_key (NAME), id) and (name_key_back (NAME), id).
 */
#ifndef FYR_NODE_NAMES_H
#define FYR_NODE_NAMES_H

#include "node/txn.h"

enum { NAMES_FOUND_MAX = 6 };

typedef struct {
    const char *after, *before, *back_after, *back_before;
} named_t;

/* The things of a table that a condition holds for ("TRUE": of all), by the text or expression that names them. */
#define NAMED_IN(table, name, condition)                                                                               \
    {                                                                                                                  \
        "SELECT id, " name " FROM " table " WHERE " condition " AND name_key (" name ") >= name_key ($1)"              \
        " ORDER BY name_key (" name "), id LIMIT $2",                                                                  \
            "SELECT id, " name " FROM " table " WHERE " condition " AND name_key (" name ") < name_key ($1)"           \
            " ORDER BY name_key (" name ") DESC, id DESC LIMIT $2",                                                    \
            "SELECT id, " name " FROM " table " WHERE " condition " AND name_key_back (" name                          \
            ") >= name_key_back ($1)"                                                                                  \
            " ORDER BY name_key_back (" name "), id LIMIT $2",                                                         \
            "SELECT id, " name " FROM " table " WHERE " condition " AND name_key_back (" name ") < name_key_back ($1)" \
            " ORDER BY name_key_back (" name ") DESC, id DESC LIMIT $2"                                                \
    }

typedef struct {
    uint64_t id;
    const char *name; /* lives as long as the step */
} found_name_t;

/* Those that are called so, then those whose names begin so; when there are none, those that come near, the nearest
 * first. The number of them. */
size_t names_find (txn_t *txn, const named_t *named, const char *text, found_name_t out[NAMES_FOUND_MAX]);

#endif

/* Functions that statements and indexes use and the database does not bring: names as they are looked up. Their results
 * stand in indexes, so they never change. */
#include "base/ensure.h"
#include "base/near.h"
#include "store/internal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

typedef void (*key_of_t) (const char *text, char *out);

static void give_key (sqlite3_context *context, sqlite3_value *value, key_of_t key_of)
{
    const char *text = (const char *) sqlite3_value_text (value);
    if (!text)
        return; /* NULL gives NULL */
    char *out = malloc (strlen (text) + 1);
    ensure (out);
    key_of (text, out);
    sqlite3_result_text (context, out, -1, free);
}

static void name_key (sqlite3_context *context, int count, sqlite3_value **values)
{
    (void) count;
    give_key (context, values[0], near_key);
}

static void name_key_back (sqlite3_context *context, int count, sqlite3_value **values)
{
    (void) count;
    give_key (context, values[0], near_key_back);
}

int store_add_functions (struct sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int code = sqlite3_create_function_v2 (db, "name_key", 1, flags, NULL, name_key, NULL, NULL, NULL);
    return code == SQLITE_OK
               ? sqlite3_create_function_v2 (db, "name_key_back", 1, flags, NULL, name_key_back, NULL, NULL, NULL)
               : code;
}

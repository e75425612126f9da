#include "fuzz/sheets.h"

#include "base/own.h"
#include "console/script.h"

void sheets_read (const char *folder, void (*take) (void *context, const sheet_row_t *row), void *context)
{
    owned (script) script = script_load (&(char *){ (char *) (uintptr_t) folder }, 1, NULL, NULL);
    for (size_t i = 0; script && i < script_count (script); i++) {
        const act_t *act = script_act (script, i);
        size_t number = 0;
        for (size_t n = 0; n < i; n++)
            number += script_act (script, n)->sheet == act->sheet;
        take (context, &(sheet_row_t){ .method = script_sheet (script, act)->entry.method,
                                       .number = number,
                                       .at = act->at,
                                       .cells = act->cells });
    }
}

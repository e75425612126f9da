#include "base/text.h"

#include "base/ensure.h"

#include <string.h>

const char *embedded_text (const embedded_text_t *list, const char *name)
{
    while (list->name && strcmp (list->name, name) != 0)
        list++;
    ensure (list->name);
    return list->text;
}

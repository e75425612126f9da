#include "danish/district.h"

#include <stddef.h>
#include <string.h>

/* Names: GEO-01. Ticks and areas: TM157, where a tick box follows the name it belongs to. */
static const district_t DISTRICTS[DISTRICT_COUNT] = {
    { 1, "Indre By", "Indre by", "", false },
    { 2, "Østerbro", "Østerbro", "", false },
    { 3, "Nørrebro", "Nørrebro", "", true },
    { 4, "Vesterbro-Kongens Enghave", "Vesterbro/Kgs. Enghave", "Sydhavnen", true },
    { 5, "Valby", "Valby", "", true },
    { 6, "Vanløse", "Vanløse", "", false },
    { 7, "Brønshøj-Husum", "Brønshøj/Husum", "Husum Nord", true },
    { 8, "Bispebjerg", "Bispebjerg", "Bispebjerg", true },
    { 9, "Amager Øst", "Amager Øst", "", false },
    { 10, "Amager Vest", "Amager Vest", "", false },
};

const district_t *district_by_number (int number)
{
    if (number < 1 || number > DISTRICT_COUNT)
        return NULL;
    return &DISTRICTS[number - 1];
}

const district_t *district_by_name (const char *name)
{
    for (int i = 0; i < DISTRICT_COUNT; i++)
        if (strcmp (DISTRICTS[i].name, name) == 0 || strcmp (DISTRICTS[i].name_in_note, name) == 0)
            return &DISTRICTS[i];
    return NULL;
}

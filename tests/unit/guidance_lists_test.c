/* G2, G5: sessions as they are listed, for all guides and for one, however the list is cut. */
#include "guidance/guidance.h"
#include "unit/guidance_house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { GUIDES = 3, DAYS = 5, HOURS = 8, SESSIONS_MAX = GUIDES * DAYS * HOURS, TEXT_SIZE = SESSIONS_MAX * 24 };

typedef struct {
    ident_t id, guide;
    int day, hour;
} booked_t;

/* By day, hour and id. */
static int compare_booked (const void *a, const void *b)
{
    const booked_t *left = a, *right = b;
    int order = left->day != right->day ? left->day - right->day : left->hour - right->hour;
    return order ? order : left->id < right->id ? -1 : 1;
}

static ident_t guide_of_the_week (rig_t *rig, int n)
{
    char json[600];
    size_t length =
        (size_t) snprintf (json, sizeof json, "{'name': 'Guide %d', 'competences': ['WORKSHOP'], 'plan': [", n);
    for (int weekday = 1; weekday <= DAYS; weekday++)
        length += (size_t) snprintf (json + length, sizeof json - length,
                                     "%s{'weekday': %d, 'from_minute': 480, 'to_minute': 1020}", weekday > 1 ? "," : "",
                                     weekday);
    (void) snprintf (json + length, sizeof json - length, "]}");
    return new_guide (rig, json);
}

static size_t book_a_week (rig_t *rig, const ident_t *guides, ident_t offer, dice_t *dice, booked_t *booked)
{
    ident_t participant = new_participant (rig, "{'kind': 'FOUNDER', 'name': 'Samira', 'stage': 'IDEA'}");
    size_t count = 0;
    for (int g = 0; g < GUIDES; g++)
        for (int day = DAYS - 1; day >= 0; day--)
            for (int hour = 0; hour < HOURS; hour++) {
                if (roll (dice, 2))
                    continue;
                json_t *reply = rig_ok (rig, BIF, "guidance", "Sessions/BookSession",
                                        "{'offer': %llu, 'guide': %llu, 'participant': %llu, 'starts_at':"
                                        " '2026-03-%02dT%02d:00:00Z'}",
                                        offer, guides[g], participant, 9 + day, 7 + hour);
                booked[count++] = (booked_t){ (ident_t) rig_number (reply, "session"), guides[g], day, hour };
            }
    qsort (booked, count, sizeof *booked, compare_booked);
    return count;
}

static void put_together (rig_t *rig, ident_t guide, int from, int to, unsigned size, char *out)
{
    ident_t after = 0;
    size_t length = 0, count = size;
    out[0] = '\0';
    while (count == size) {
        json_t *page = rig_ok (rig, BIF, "guidance", "Sessions/ListSessions",
                               "{'from_day': '2026-03-%02d', 'to_day': '2026-03-%02d', 'guide': %llu, 'after': %llu,"
                               " 'limit': %u}",
                               9 + from, 9 + to, guide, after, size);
        count = rig_count (page, "sessions");
        for (size_t i = 0; i < count; i++) {
            after = (ident_t) rig_number (rig_item (page, "sessions", i), "session");
            length += (size_t) snprintf (out + length, 24, "%llu ", after);
        }
    }
}

Test (sessions, a_list_is_the_days_asked_for_in_order_for_all_guides_or_for_one, .description = "G2, G5")
{
    static const service_t *const SERVICES[] = { &guidance_service, NULL };
    static char expected[TEXT_SIZE], listed[TEXT_SIZE + 24];
    static booked_t booked[SESSIONS_MAX];
    rig_t *rig = rig_new (SERVICES, "2026-03-02T07:00:00Z");
    dice_t dice = { 7 };
    ident_t guides[GUIDES],
        offer = new_offer (rig, "{'kind': 'WORKSHOP', 'title': 'Budget', 'duration_minutes': 60, 'seats': 2}");
    for (int g = 0; g < GUIDES; g++)
        guides[g] = guide_of_the_week (rig, g);
    size_t count = book_a_week (rig, guides, offer, &dice, booked);
    for (int round = 0; round < 40; round++) {
        int from = (int) roll (&dice, DAYS), to = from + (int) roll (&dice, 4);
        ident_t guide = roll (&dice, 2) ? guides[roll (&dice, GUIDES)] : 0;
        size_t length = 0;
        expected[0] = '\0';
        for (size_t i = 0; i < count; i++)
            if (booked[i].day >= from && booked[i].day <= to && (!guide || booked[i].guide == guide))
                length += (size_t) snprintf (expected + length, 24, "%llu ", booked[i].id);
        put_together (rig, guide, from, to, 1 + roll (&dice, 7), listed);
        cr_assert_str_eq (listed, expected);
    }
    rig_refused (rig, BIF, "guidance", "Sessions/ListSessions", "GUIDANCE_SESSION_UNKNOWN",
                 "{'from_day': '2026-03-09', 'to_day': '2026-03-13', 'after': 99}");
    rig_destroy (&rig);
}

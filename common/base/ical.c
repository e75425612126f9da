#include "base/ical.h"

#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { OCTETS_PER_LINE = 75, STAMP_SIZE = 48, LINE_OCTETS_MAX = 16384, HOUR_MS = 3600000 };

/* A line that is too long goes on in the next, behind a space; never in the middle of a character. */
static void fold (buffer_t *out, const char *line)
{
    size_t used = 0;
    while (*line) {
        size_t size = 1;
        while (((unsigned char) line[size] & 0xC0) == 0x80)
            size++;
        if (used + size > OCTETS_PER_LINE) {
            buffer_append_text (out, "\r\n ");
            used = 1;
        }
        buffer_append (out, line, size);
        line += size;
        used += size;
    }
    buffer_append_text (out, "\r\n");
}

void ical_line (buffer_t *out, const char *property, const char *value)
{
    owned_buffer line = BUFFER (LINE_OCTETS_MAX);
    buffer_printf (&line, "%s:%s", property, value);
    fold (out, buffer_text (&line));
}

void ical_text (buffer_t *out, const char *property, const char *text)
{
    owned_buffer value = BUFFER (LINE_OCTETS_MAX);
    for (; *text; text++) {
        if (*text == '\n')
            buffer_append_text (&value, "\\n");
        else if (strchr ("\\;,", *text))
            buffer_printf (&value, "\\%c", *text);
        else if ((unsigned char) *text >= ' ')
            buffer_append (&value, text, 1);
    }
    ical_line (out, property, buffer_text (&value));
}

static const char *utc_text (int64_t instant, char out[STAMP_SIZE])
{
    char iso[ISO_INSTANT_SIZE];
    int read = 0;
    instant_text (instant - (instant % 1000 + 1000) % 1000, iso);
    for (const char *at = iso; *at && read < STAMP_SIZE - 1; at++)
        if (*at != '-' && *at != ':')
            out[read++] = *at;
    out[read] = '\0';
    return out;
}

void ical_utc (buffer_t *out, const char *property, int64_t instant)
{
    char text[STAMP_SIZE];
    ical_line (out, property, utc_text (instant, text));
}

void ical_local (buffer_t *out, const char *property, int64_t instant)
{
    int32_t day = copenhagen_day (instant);
    int minute = copenhagen_minute (instant);
    int64_t past_minute = (instant % 60000 + 60000) % 60000;
    if (copenhagen_minute (instant - HOUR_MS) == minute || copenhagen_minute (instant + HOUR_MS) == minute) {
        ical_utc (out, property, instant);
        return;
    }
    char name[STAMP_SIZE], text[STAMP_SIZE];
    civil_t civil = day_to_civil (day);
    snprintf (name, sizeof name, "%s;TZID=Europe/Copenhagen", property);
    snprintf (text, sizeof text, "%04d%02d%02dT%02d%02d%02d", civil.year, civil.month, civil.day, minute / 60,
              minute % 60, (int) (past_minute / 1000));
    ical_line (out, name, text);
}

/* CAL-02. The rules have held there since 1996, and nothing here is older. */
void ical_begin (buffer_t *out, const char *name)
{
    buffer_append_text (out,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fyrtaarn//lease//DA\r\nCALSCALE:GREGORIAN\r\n");
    ical_text (out, "X-WR-CALNAME", name);
    buffer_append_text (out, "X-WR-TIMEZONE:Europe/Copenhagen\r\n"
                             "BEGIN:VTIMEZONE\r\nTZID:Europe/Copenhagen\r\n"
                             "BEGIN:DAYLIGHT\r\nTZNAME:CEST\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
                             "DTSTART:19960331T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"
                             "BEGIN:STANDARD\r\nTZNAME:CET\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
                             "DTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
                             "END:VTIMEZONE\r\n");
}

void ical_end (buffer_t *out)
{
    buffer_append_text (out, "END:VCALENDAR\r\n");
}

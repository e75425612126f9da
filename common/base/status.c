#include "base/status.h"

#include "base/ensure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const NAMES[] = {
    "ok",        "cancelled",       "unknown",           "invalid_argument",   "deadline_exceeded",
    "not_found", "already_exists",  "permission_denied", "resource_exhausted", "failed_precondition",
    "aborted",   "out_of_range",    "unimplemented",     "internal",           "unavailable",
    "data_loss", "unauthenticated",
};

/* Cutting text by bytes may leave half a character at the end: step back to where it began. */
static void trim_partial_utf8 (char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && ((unsigned char) text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char) text[start - 1];
    size_t needs = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - (start - 1) < needs)
        text[start - 1] = '\0';
}

/* --- what a message speaks of --- */

enum { FORMAT_MAX = 512 };

/* A format without its marks, and where they stood in it. */
typedef struct {
    char text[FORMAT_MAX];
    size_t count;
    struct {
        const char *name; /* borrowed from the format, up to its '=' */
        size_t from, to;  /* of `text` */
    } marks[FAULT_VALUES_MAX];
} plain_t;

static bool begins_mark (const char *at)
{
    size_t name = *at == '{' ? strspn (at + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
    return name > 0 && at[1 + name] == '=';
}

static void read_format (const char *format, plain_t *ret_plain)
{
    size_t used = 0;
    bool inside = false;
    ret_plain->count = 0;
    for (const char *at = format; *at; at++) {
        ensure (used + 1 < FORMAT_MAX);
        if (!inside && begins_mark (at)) {
            ensure (ret_plain->count < FAULT_VALUES_MAX);
            ret_plain->marks[ret_plain->count].name = at + 1;
            ret_plain->marks[ret_plain->count].from = used;
            at = strchr (at, '=');
            inside = true;
        } else if (inside && *at == '}') {
            ret_plain->marks[ret_plain->count++].to = used;
            inside = false;
        } else {
            ret_plain->text[used++] = *at;
        }
    }
    ensure (!inside);
    ret_plain->text[used] = '\0';
}

/* How much of the message the first `size` bytes of the format make. */
static size_t length_of (const char *format, size_t size, va_list args)
{
    char beginning[FORMAT_MAX];
    memcpy (beginning, format, size);
    beginning[size] = '\0';
    int length = vsnprintf (NULL, 0, beginning, args);
    return length > 0 ? (size_t) length : 0;
}

/* A line is one value: a line break in it becomes a space. */
static void keep_value (fault_t *out, const char *name, size_t from, size_t to)
{
    size_t used = strlen (out->values), name_length = strcspn (name, "="), whole = strlen (out->message);
    from = from < whole ? from : whole;
    to = to < whole ? to : whole;
    if (used + name_length + (to - from) + sizeof "=\n" > FAULT_TEXT_MAX)
        return;
    char *at = out->values + used;
    memcpy (at, name, name_length);
    at += name_length;
    *at++ = '=';
    for (size_t i = from; i < to; i++)
        *at++ = (char) (out->message[i] == '\n' ? ' ' : out->message[i]);
    *at++ = '\n';
    *at = '\0';
}

status_t fault (fault_t *reterr, status_t status, const char *reason, const char *format, ...)
{
    if (!reterr)
        return status;
    plain_t plain;
    va_list args;
    read_format (format, &plain);
    reterr->status = status;
    snprintf (reterr->reason, sizeof reterr->reason, "%s", reason);
    va_start (args, format);
    int wanted = vsnprintf (reterr->message, sizeof reterr->message, plain.text, args);
    va_end (args);
    if (wanted >= MESSAGE_MAX)
        trim_partial_utf8 (reterr->message, strlen (reterr->message));
    reterr->values[0] = '\0';
    for (size_t i = 0; i < plain.count; i++) {
        size_t ends[2] = { plain.marks[i].from, plain.marks[i].to };
        for (size_t k = 0; k < 2; k++) {
            va_start (args, format);
            ends[k] = length_of (plain.text, ends[k], args);
            va_end (args);
        }
        keep_value (reterr, plain.marks[i].name, ends[0], ends[1]);
    }
    return status;
}

const char *fault_value (const char *values, const char *name, size_t *ret_length)
{
    size_t length = strlen (name);
    for (const char *line = values; *line; line += strcspn (line, "\n"), line += *line == '\n')
        if (strncmp (line, name, length) == 0 && line[length] == '=') {
            *ret_length = strcspn (line + length + 1, "\n");
            return line + length + 1;
        }
    return NULL;
}

const char *status_name (int status)
{
    if (status < 0 || (size_t) status >= sizeof NAMES / sizeof NAMES[0])
        return "unknown";
    return NAMES[status];
}

bool status_is_fault (status_t status)
{
    switch (status) {
    case STATUS_UNKNOWN:
    case STATUS_RESOURCE_EXHAUSTED:
    case STATUS_INTERNAL:
    case STATUS_UNAVAILABLE:
    case STATUS_DATA_LOSS:
        return true;
    case STATUS_OK:
    case STATUS_CANCELLED:
    case STATUS_INVALID_ARGUMENT:
    case STATUS_DEADLINE_EXCEEDED:
    case STATUS_NOT_FOUND:
    case STATUS_ALREADY_EXISTS:
    case STATUS_PERMISSION_DENIED:
    case STATUS_FAILED_PRECONDITION:
    case STATUS_ABORTED:
    case STATUS_OUT_OF_RANGE:
    case STATUS_UNIMPLEMENTED:
    case STATUS_UNAUTHENTICATED:
        return false;
    }
    return true;
}

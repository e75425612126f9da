#include "base/status.h"

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

status_t fault (fault_t *reterr, status_t status, const char *reason, const char *format, ...)
{
    if (!reterr)
        return status;
    reterr->status = status;
    snprintf (reterr->reason, sizeof reterr->reason, "%s", reason);
    va_list args;
    va_start (args, format);
    int wanted = vsnprintf (reterr->message, sizeof reterr->message, format, args);
    va_end (args);
    if (wanted >= MESSAGE_MAX)
        trim_partial_utf8 (reterr->message, strlen (reterr->message));
    return status;
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

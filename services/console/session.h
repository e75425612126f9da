/*
 * One run of the console: what the command line said, and the keys at hand.
 *
 * A person has the keys of one desk or of several (a demonstration has all). The console takes, for each method, a key
 * that may call it, unless --as says which.
 */
#ifndef FYR_CONSOLE_SESSION_H
#define FYR_CONSOLE_SESSION_H

#include "bus/client.h"
#include "console/catalogue.h"

#include <jansson.h>

typedef struct {
    const char *keys; /* directory with NAME.secret files, and the registry */
    const char *registry;
    const char *as;    /* NULL: whichever key may */
    const char *actor; /* the person */
    const char *reason;
    const char *clock;
    int timeout_ms;
    bool json;
} settings_t;

typedef struct session session_t;

session_t *session_new (const settings_t *settings);
void session_destroy (session_t **self);
const settings_t *session_settings (const session_t *self);

/* The request as JSON (borrowed), the reply as JSON (yours). A reply breaking its contract is a fault:
 * REPLY_UNREADABLE. */
status_t session_call (session_t *self, catalogue_entry_t entry, const char *service, json_t *request,
                       json_t **ret_reply, fault_t *reterr);

/* The same of a request as text that anybody wrote: read within the limits of wire/json.h. */
status_t session_call_text (session_t *self, catalogue_entry_t entry, const char *service, bytes_t request,
                            json_t **ret_reply, fault_t *reterr);

/* What session_call refuses before it sends anything: a request that breaks its contract. */
status_t session_check (session_t *self, catalogue_entry_t entry, json_t *request, fault_t *reterr);

/* The same as session_call for a method by name; a bug when there is none. */
status_t session_ask (session_t *self, const char *method, const char *service, json_t *request, json_t **ret_reply,
                      fault_t *reterr);

/* What is sent with the next calls, where one run speaks for several people. */
void session_act_as (session_t *self, const char *as, const char *actor, const char *reason);
void session_because (session_t *self, const char *reason);

/* How long to wait where the command line does not say. */
void session_patience (session_t *self, int timeout_ms);

/* The next call carries this id (16 bytes): made again with the same one, it changes nothing. */
void session_repeatable (session_t *self, const uint8_t *request_id);

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_UNAVAILABLE = 3 };

#endif

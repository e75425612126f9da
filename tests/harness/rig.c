#include "rig.h"

#include "base/arena.h"
#include "base/own.h"
#include "contract/bus.contract.h"
#include "contract/node.contract.h"
#include "plans.h"
#include "wire/json.h"
#include "wire/message.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVICES_MAX = 8, LETTERS_MAX = 65536, RESULTS_MAX = 4, SETTLE_ROUNDS_MAX = 10000, FROM_TEST = 1 };

/* One message under way. Owns its bytes. */
typedef struct {
    input_kind_t kind;
    size_t from, to;
    uint64_t route;
    status_t status;
    uint8_t *header, *body;
    size_t header_size, body_size;
} letter_t;

typedef struct {
    const service_t *service;
    node_t *node;
    char path[64];
    bool down;
    bool looked_into; /* statements of the test are among those of the service */
} seat_t;

struct rig {
    seat_t seats[SERVICES_MAX];
    size_t n_seats;
    int64_t now;
    uint64_t requests;
    const char *actor, *reason;
    letter_t letters[LETTERS_MAX];
    size_t first, n_letters;
    bool worker_busy;
    letter_t results[RESULTS_MAX]; /* while it is */
    size_t n_results;
    bool answered; /* the test's own call */
    fault_t answer;
    buffer_t answer_body;
    json_t *replies;
    arena_t *arena;
};

static void draw (void *context, void *out, size_t size)
{
    (void) context;
    randombytes_buf (out, size);
}

static void open_seat (rig_t *self, seat_t *seat)
{
    fault_t why = { 0 };
    node_ports_t ports = { .random = draw, .version = "test", .master_key = { 7 } };
    store_t *store = store_open (seat->path, &why);
    cr_assert (store, "%s: %s", why.reason, why.message);
    seat->node = node_new (seat->service, store, &ports, self->now, &why);
    cr_assert (seat->node, "%s: %s %s", seat->service->name, why.reason, why.message);
}

rig_t *rig_new (const service_t *const *services, const char *now)
{
    cr_assert (sodium_init () >= 0);
    rig_t *self = calloc (1, sizeof *self);
    cr_assert (self && instant_parse (now, &self->now), "not an instant: %s", now);
    self->actor = "tester";
    self->reason = "test";
    self->replies = json_array ();
    self->arena = arena_new (64 * 1024 * 1024);
    self->answer_body = BUFFER (WIRE_PAGE_MAX);
    char directory[] = "/tmp/fyr-rig-XXXXXX";
    cr_assert (mkdtemp (directory));
    for (; services[self->n_seats]; self->n_seats++) {
        seat_t *seat = &self->seats[self->n_seats];
        seat->service = services[self->n_seats];
        snprintf (seat->path, sizeof seat->path, "%s/%s.db", directory, seat->service->name);
        open_seat (self, seat);
    }
    return self;
}

static void hold_to_plans (seat_t *seat)
{
    if (!seat->looked_into)
        (void) plans_hold (node_store (seat->node));
}

void rig_destroy (rig_t **self)
{
    if (!*self)
        return;
    rig_t *rig = *self;
    for (size_t i = 0; i < rig->n_seats; i++) {
        char *slash = strrchr (rig->seats[i].path, '/');
        hold_to_plans (&rig->seats[i]);
        node_destroy (&rig->seats[i].node);
        remove (rig->seats[i].path);
        *slash = '\0';
    }
    if (rig->n_seats)
        remove (rig->seats[0].path);
    for (size_t i = 0; i < rig->n_results; i++) {
        free (rig->results[i].header);
        free (rig->results[i].body);
    }
    for (size_t i = rig->first; i < rig->first + rig->n_letters; i++) {
        free (rig->letters[i % LETTERS_MAX].header);
        free (rig->letters[i % LETTERS_MAX].body);
    }
    json_decref (rig->replies);
    buffer_clear (&rig->answer_body);
    arena_destroy (&rig->arena);
    free (rig);
    *self = NULL;
}

static size_t seat_index (rig_t *self, const char *service)
{
    for (size_t i = 0; i < self->n_seats; i++)
        if (strcmp (self->seats[i].service->name, service) == 0)
            return i;
    return SERVICES_MAX;
}

static seat_t *seat_of (rig_t *self, const char *service)
{
    size_t index = seat_index (self, service);
    cr_assert (index < self->n_seats, "no %s in this rig", service);
    return &self->seats[index];
}

/* --- the post between services --- */

static uint8_t *duplicate (bytes_t bytes)
{
    uint8_t *copy = malloc (bytes.size + 1);
    cr_assert (copy);
    if (bytes.size)
        memcpy (copy, bytes.data, bytes.size);
    return copy;
}

static void send (rig_t *self, letter_t letter)
{
    cr_assert (self->n_letters < LETTERS_MAX);
    self->letters[(self->first + self->n_letters++) % LETTERS_MAX] = letter;
}

static void post (rig_t *self, letter_t letter, bytes_t header, bytes_t body)
{
    letter.header = duplicate (header);
    letter.header_size = header.size;
    letter.body = duplicate (body);
    letter.body_size = body.size;
    if (letter.kind != INPUT_JOB || !self->worker_busy) {
        send (self, letter);
        return;
    }
    cr_assert (self->n_results < RESULTS_MAX);
    self->results[self->n_results++] = letter;
}

static void run_job (rig_t *self, size_t seat, const output_t *output)
{
    const job_handler_t *job = self->seats[seat].service->jobs;
    while (strcmp (job->name, output->target) != 0)
        job++;
    owned_buffer result = BUFFER (32 * 1024 * 1024);
    letter_t letter = { .kind = INPUT_JOB, .from = seat, .to = seat, .route = output->route };
    letter.status = job->run (NULL, output->body, &result, NULL);
    post (self, letter, (bytes_t){ 0 }, buffer_bytes (&result));
}

static void take_answer (rig_t *self, const output_t *output)
{
    ProtobufCMessage *message = NULL;
    cr_assert (message_decode (&bus_reply_header_rule, output->header, WIRE_MESSAGE_MAX, self->arena, &message, NULL) ==
               STATUS_OK);
    const Bus__ReplyHeader *header = (const Bus__ReplyHeader *) message;
    self->answered = true;
    self->answer = (fault_t){ 0 };
    (void) fault (&self->answer, (status_t) header->status, header->reason, "%s", header->message);
    snprintf (self->answer.values, sizeof self->answer.values, "%s", header->values);
    buffer_rewind (&self->answer_body);
    buffer_append (&self->answer_body, output->body.data, output->body.size);
}

static void send_out (rig_t *self, size_t from, const output_t *output)
{
    size_t to;
    switch (output->kind) {
    case OUTPUT_REPLY:
        if (output->route == FROM_TEST)
            take_answer (self, output);
        else
            post (self, (letter_t){ .kind = INPUT_ANSWER, .from = from, .to = (size_t) output->route - 2 },
                  output->header, output->body);
        break;
    case OUTPUT_CALL:
        to = seat_index (self, output->target);
        if (to < self->n_seats)
            post (self, (letter_t){ .kind = INPUT_REQUEST, .from = from, .to = to, .route = from + 2 }, output->header,
                  output->body);
        break;
    case OUTPUT_FEED:
        for (size_t i = 0; i < self->n_seats; i++)
            if (i != from)
                post (self, (letter_t){ .kind = INPUT_FEED, .from = from, .to = i }, output->header, output->body);
        break;
    case OUTPUT_JOB:
        run_job (self, from, output);
        break;
    case OUTPUT_STOP_JOB: /* it ran when it was asked for */
    case OUTPUT_NOTE:
        break;
    }
}

static void step (rig_t *self, size_t seat, const input_t *input)
{
    if (self->seats[seat].down)
        return;
    outputs_t out = node_step (self->seats[seat].node, self->now, input, input ? 1 : 0);
    for (size_t i = 0; i < out.count; i++)
        send_out (self, seat, &out.list[i]);
}

static void deliver_first (rig_t *self)
{
    letter_t letter = self->letters[self->first % LETTERS_MAX];
    self->first++;
    self->n_letters--;
    const service_t *from = self->seats[letter.from].service;
    input_t input = {
        .kind = letter.kind,
        .peer = from->name,
        .caller = from->identity,
        .header = bytes_of (letter.header, letter.header_size),
        .body = bytes_of (letter.body, letter.body_size),
        .route = letter.route,
        .status = letter.status,
    };
    if (!self->seats[letter.from].down)
        step (self, letter.to, &input);
    free (letter.header);
    free (letter.body);
}

void rig_settle (rig_t *self)
{
    for (int round = 0; round < SETTLE_ROUNDS_MAX; round++) {
        for (size_t i = 0; i < self->n_seats; i++)
            step (self, i, NULL);
        if (self->n_letters == 0)
            return;
        while (self->n_letters)
            deliver_first (self);
    }
    cr_assert_fail ("the services never come to rest");
}

void rig_advance (rig_t *self, int64_t milliseconds)
{
    int64_t end = self->now + milliseconds;
    for (int steps = 0; self->now < end && steps < 120; steps++) {
        self->now = end - self->now > 1000 ? self->now + 1000 : end;
        rig_settle (self);
    }
    self->now = end;
    rig_settle (self);
}

void rig_set_time (rig_t *self, const char *now)
{
    cr_assert (instant_parse (now, &self->now), "not an instant: %s", now);
    rig_settle (self);
}

void rig_down (rig_t *self, const char *service)
{
    seat_of (self, service)->down = true;
}

void rig_up (rig_t *self, const char *service)
{
    seat_of (self, service)->down = false;
}

void rig_worker_busy (rig_t *self, bool busy)
{
    self->worker_busy = busy;
    for (size_t i = 0; !busy && i < self->n_results; i++)
        send (self, self->results[i]);
    self->n_results = busy ? self->n_results : 0;
    rig_settle (self);
}

void rig_restart (rig_t *self, const char *service)
{
    seat_t *seat = seat_of (self, service);
    node_destroy (&seat->node);
    open_seat (self, seat);
}

void rig_actor (rig_t *self, const char *actor, const char *reason)
{
    self->actor = actor;
    self->reason = reason;
}

store_t *rig_store (rig_t *self, const char *service)
{
    seat_t *seat = seat_of (self, service);
    hold_to_plans (seat);
    seat->looked_into = true;
    return node_store (seat->node);
}

/* --- the test's own calls --- */

static const method_t *find_method (const service_t *service, const char *name)
{
    char full[160];
    snprintf (full, sizeof full, "fyrtaarn.%s.v1.%s", service->name, name);
    const method_t *method = contract_method (service->contract, full);
    if (!method) {
        snprintf (full, sizeof full, "fyrtaarn.node.v1.%s", name);
        method = contract_method (&node_contract, full);
    }
    cr_assert (method, "%s has no %s", service->name, name);
    return method;
}

static void pack_header (rig_t *self, const method_t *method, buffer_t *out)
{
    uint8_t id[16] = { 0 };
    uint64_t number = ++self->requests;
    memcpy (id, &number, sizeof number);
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) method->name;
    header.request_id = (ProtobufCBinaryData){ sizeof id, id };
    header.actor = (char *) (uintptr_t) self->actor;
    header.reason = (char *) (uintptr_t) self->reason;
    message_pack (&header.base, out);
}

static const method_t *call (rig_t *self, caller_t caller, const char *service, const char *name, const char *format,
                             va_list args)
{
    seat_t *seat = seat_of (self, service);
    const method_t *method = find_method (seat->service, name);
    char text[8192];
    int length = vsnprintf (text, sizeof text, format, args);
    cr_assert (length >= 0 && (size_t) length < sizeof text);
    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    arena_reset (self->arena);
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    status_t status = json_parse_message (method->request, text, (size_t) length, self->arena, &message, &why);
    cr_assert (status == STATUS_OK, "%s %s: %s", name, text, why.message);
    owned_buffer header = BUFFER (WIRE_MESSAGE_MAX), body = BUFFER (WIRE_MESSAGE_MAX);
    pack_header (self, method, &header);
    message_pack (message, &body);
    self->answered = false;
    step (self, seat_index (self, service),
          &(input_t){ .kind = INPUT_REQUEST,
                      .peer = caller_name (caller),
                      .caller = caller,
                      .header = buffer_bytes (&header),
                      .body = buffer_bytes (&body),
                      .route = FROM_TEST });
    cr_assert (self->answered, "%s did not answer %s", service, name);
    return method;
}

static json_t *take_reply (rig_t *self, const method_t *method, const char *name)
{
    ProtobufCMessage *message = NULL;
    fault_t why = { 0 };
    status_t status =
        message_decode (method->reply, buffer_bytes (&self->answer_body), WIRE_PAGE_MAX, self->arena, &message, &why);
    cr_assert (status == STATUS_OK, "the reply of %s breaks its contract: %s", name, why.message);
    json_t *reply = json_from_message (method->reply, message, true);
    json_array_append_new (self->replies, reply);
    rig_settle (self);
    return reply;
}

json_t *rig_ok (rig_t *self, caller_t caller, const char *service, const char *name, const char *format, ...)
{
    va_list args;
    va_start (args, format);
    const method_t *method = call (self, caller, service, name, format, args);
    va_end (args);
    cr_assert (self->answer.status == STATUS_OK, "%s was refused: %s (%s)", name, self->answer.reason,
               self->answer.message);
    return take_reply (self, method, name);
}

json_t *rig_try (rig_t *self, caller_t caller, const char *service, const char *name, const char *format, ...)
{
    va_list args;
    va_start (args, format);
    const method_t *method = call (self, caller, service, name, format, args);
    va_end (args);
    if (self->answer.status == STATUS_OK)
        return take_reply (self, method, name);
    cr_assert_neq (self->answer.status, STATUS_INTERNAL, "%s: %s", name, self->answer.message);
    return NULL;
}

void rig_refused (rig_t *self, caller_t caller, const char *service, const char *name, const char *reason,
                  const char *format, ...)
{
    va_list args;
    va_start (args, format);
    (void) call (self, caller, service, name, format, args);
    va_end (args);
    cr_assert (self->answer.status != STATUS_OK, "%s was carried out; expected %s", name, reason);
    cr_assert_str_eq (self->answer.reason, reason, "%s was refused with %s (%s); expected %s", name,
                      self->answer.reason, self->answer.message, reason);
    rig_settle (self);
}

const fault_t *rig_answer (const rig_t *self)
{
    return &self->answer;
}

void rig_repeat (rig_t *self)
{
    self->requests--;
}

int64_t rig_number (json_t *reply, const char *field)
{
    json_t *value = json_object_get (reply, field);
    cr_assert (value, "no %s in the reply", field);
    return json_is_string (value) ? strtoll (json_string_value (value), NULL, 10) : json_integer_value (value);
}

const char *rig_text (json_t *reply, const char *field)
{
    json_t *value = json_object_get (reply, field);
    cr_assert (json_is_string (value), "no text %s in the reply", field);
    return json_string_value (value);
}

json_t *rig_item (json_t *reply, const char *field, size_t index)
{
    json_t *item = json_array_get (json_object_get (reply, field), index);
    cr_assert (item, "no %s[%zu] in the reply", field, index);
    return item;
}

size_t rig_count (json_t *reply, const char *field)
{
    json_t *list = json_object_get (reply, field);
    cr_assert (json_is_array (list), "no list %s in the reply", field);
    return json_array_size (list);
}

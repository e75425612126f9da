/* Clients: each asks for one thing at a time, repeats it until it is told, and sometimes does what it should not. */
#include "commands.h"
#include "ledger.h"
#include "sim.h"

#include "base/arena.h"
#include "base/ensure.h"
#include "base/own.h"
#include "contract/bus.contract.h"
#include "wire/json.h"
#include "wire/message.h"

#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "fyrtaarn/placement/v1/matches.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    THINK_MS = 1000,
    PATIENCE_MS = 1500, /* then the same bytes are sent again */
    ABANDON_THOUSANDTH = 15,
    OLD_AGAIN_THOUSANDTH = 20,
    NOT_ALLOWED_THOUSANDTH = 20
};

static const struct {
    const char *name;
    caller_t caller;
} DESKS[CLIENTS] = {
    { "tmf-desk-1", CALLER_TMF_DESK }, { "tmf-desk-2", CALLER_TMF_DESK },           { "bif-desk-1", CALLER_BIF_DESK },
    { "bif-desk-2", CALLER_BIF_DESK }, { "bif-desk-3", CALLER_BIF_DESK },           { "sof-desk-1", CALLER_SOF_DESK },
    { "sof-desk-2", CALLER_SOF_DESK }, { "steering-desk-1", CALLER_STEERING_DESK },
};

static void plan_turn (sim_t *self, int number, int64_t delay_ms)
{
    client_t *client = &self->clients[number];
    client->next_turn = self->now + delay_ms;
    agenda_add (&self->agenda, client->next_turn, EVENT_CLIENT, number, 0, NULL);
}

void clients_open (sim_t *self)
{
    for (int i = 0; i < CLIENTS; i++) {
        snprintf (self->clients[i].name, sizeof self->clients[i].name, "%s", DESKS[i].name);
        self->clients[i].caller = DESKS[i].caller;
        plan_turn (self, i, 1 + (int64_t) below (self, THINK_MS));
    }
}

/* --- asking --- */

static void write_id (const sim_t *self, entry_t *entry)
{
    uint64_t ms = (uint64_t) self->now;
    for (int i = 0; i < 6; i++)
        entry->id[i] = (uint8_t) (ms >> (40 - 8 * i));
    for (int i = 0; i < 8; i++)
        entry->id[8 + i] = (uint8_t) (entry->number >> (56 - 8 * i));
}

static void write_header (const client_t *client, entry_t *entry)
{
    Bus__RequestHeader header = BUS__REQUEST_HEADER__INIT;
    header.method = (char *) (uintptr_t) entry->method->name;
    header.request_id = (ProtobufCBinaryData){ sizeof entry->id, entry->id };
    header.actor = (char *) (uintptr_t) client->name;
    header.reason = (char *) (uintptr_t) "simuleret sagsgang";
    entry->header_size = bus__request_header__get_packed_size (&header);
    entry->header = malloc (entry->header_size);
    ensure (entry->header);
    (void) bus__request_header__pack (&header, entry->header);
}

static void send (sim_t *self, entry_t *entry)
{
    entry->sent++;
    sim_say (self, "%s asks %llu: %s", self->clients[entry->client].name, (unsigned long long) entry->number,
             entry->method->name);
    post_send (self,
               letter_new (INPUT_REQUEST, SEATS + entry->client, entry->seat,
                           bytes_of (entry->header, entry->header_size), bytes_of (entry->body, entry->body_size)));
}

static entry_t *new_entry (sim_t *self, int number, int seat, const method_t *method, bytes_t body)
{
    entry_t *entry = ledger_add (self->ledger);
    entry->client = number;
    entry->seat = seat;
    entry->method = method;
    write_id (self, entry);
    write_header (&self->clients[number], entry);
    entry->body_size = body.size;
    entry->body = malloc (body.size + 1);
    ensure (entry->body);
    if (body.size)
        memcpy (entry->body, body.data, body.size);
    return entry;
}

static void ask (sim_t *self, int number)
{
    command_t command;
    if (!command_draw (self, self->clients[number].caller, &command)) {
        plan_turn (self, number, THINK_MS);
        return;
    }
    self->turns--;
    entry_t *entry = new_entry (self, number, command.seat, command.method, buffer_bytes (&command.body));
    buffer_clear (&command.body);
    self->clients[number].waiting = entry;
    self->clients[number].tries = 0;
    send (self, entry);
    plan_turn (self, number, PATIENCE_MS);
}

/* --- what a client should not do --- */

/* An old request once more: the kept answer comes again. */
static void ask_old_again (sim_t *self, int number)
{
    entry_t *entry = ledger_by_number (self->ledger, 1 + below (self, self->ledger->count + 1));
    if (entry && entry->client == number && entry->state == ENTRY_TOLD && !entry->excused)
        send (self, entry);
}

static void ask_what_is_not_allowed (sim_t *self, int number)
{
    int seat = (int) below (self, SEATS);
    const contract_t *contract = self->seats[seat].service.contract;
    const method_t *method = &contract->methods[below (self, contract->n_methods)];
    if (method_allows (method, self->clients[number].caller))
        return;
    entry_t *entry = new_entry (self, number, seat, method, (bytes_t){ 0 });
    entry->expected = "CALLER_NOT_ALLOWED";
    entry->state = ENTRY_ABANDONED;
    send (self, entry);
}

/* Bytes that are nothing, as a request, an answer or a feed of somebody. */
static void send_garbage (sim_t *self, int number)
{
    uint8_t noise[2][96];
    size_t sizes[2] = { below (self, sizeof noise[0]), below (self, sizeof noise[1]) };
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < sizes[i]; j++)
            noise[i][j] = (uint8_t) below (self, 256);
    int to = (int) below (self, SEATS), owner = (int) below (self, SEATS);
    input_kind_t kinds[] = { INPUT_REQUEST, INPUT_ANSWER, INPUT_FEED };
    input_kind_t kind = kinds[below (self, 3)];
    int from = kind == INPUT_REQUEST ? SEATS + number : owner;
    noise[0][0] = 0xff; /* no message of ours begins so: it is nobody's word, whatever follows */
    noise[1][0] = 0xff;
    if (from == to)
        return;
    self->counts.garbage++;
    post_send (self, letter_new (kind, from, to, bytes_of (noise[0], sizes[0] + 1), bytes_of (noise[1], sizes[1] + 1)));
}

static void misbehave (sim_t *self, int number)
{
    if (of_thousand (self, OLD_AGAIN_THOUSANDTH))
        ask_old_again (self, number);
    if (of_thousand (self, NOT_ALLOWED_THOUSANDTH))
        ask_what_is_not_allowed (self, number);
    if (of_thousand (self, self->profile.garbage))
        send_garbage (self, number);
}

void client_turn (sim_t *self, int number)
{
    client_t *client = &self->clients[number];
    if (client->next_turn != self->now)
        return; /* planned anew meanwhile */
    if (!self->calm)
        misbehave (self, number);
    if (!client->waiting) {
        if (!self->closing)
            ask (self, number);
        return;
    }
    if (!self->calm && client->tries > 2 && of_thousand (self, ABANDON_THOUSANDTH)) {
        client->waiting->state = ENTRY_ABANDONED;
        client->waiting = NULL;
        plan_turn (self, number, THINK_MS);
        return;
    }
    client->tries++;
    send (self, client->waiting);
    plan_turn (self, number, PATIENCE_MS);
}

/* --- being told --- */

static entry_t *asked (const sim_t *self, int number, const Bus__ReplyHeader *header)
{
    uint64_t which = 0;
    for (size_t i = 8; i < 16 && header->request_id.len == 16; i++)
        which = which << 8 | header->request_id.data[i];
    entry_t *entry = ledger_by_number (self->ledger, which);
    return entry && entry->client == number ? entry : NULL;
}

static void learn (sim_t *self, const entry_t *entry, bytes_t body)
{
    owned (arena) arena = arena_new (16 * 1024 * 1024);
    ProtobufCMessage *request = NULL, *reply = NULL;
    fault_t why = { 0 };
    if (message_decode (entry->method->reply, body, WIRE_PAGE_MAX, arena, &reply, &why) != STATUS_OK)
        sim_fail (self, "the reply of %s breaks its contract: %s", entry->method->name, why.message);
    ensure (message_decode (entry->method->request, bytes_of (entry->body, entry->body_size), WIRE_MESSAGE_MAX, arena,
                            &request, NULL) == STATUS_OK);
    command_learn (self, entry->method, request, reply);
    const Placement__Repetition *repeated = reply->descriptor == &placement__get_run_reply__descriptor
                                                ? ((Placement__GetRunReply *) reply)->repeated
                                                : NULL;
    if (repeated && repeated->ended_at && !repeated->same && !repeated->failed)
        sim_fail (self, "a run is not the same when it is repeated from its record");
}

/* The id of an old request with another body: refused, loudly. Only when nothing gets lost, so that the answer is to
 * this. */
bool client_probe (sim_t *self, int number)
{
    for (size_t tries = 0; tries < 20; tries++) {
        entry_t *entry = ledger_by_number (self->ledger, 1 + below (self, self->ledger->count + 1));
        if (!entry || entry->client != number || entry->state != ENTRY_TOLD || entry->excused || entry->expected ||
            !entry->method->command || entry->status != STATUS_OK || entry->body_size == 0)
            continue;
        static const uint8_t MORE[] = { 0xC0, 0x3E, 1 }; /* field 1000, which nobody knows and everybody passes over */
        owned_buffer body = BUFFER (WIRE_MESSAGE_MAX);
        buffer_append (&body, entry->body, entry->body_size);
        buffer_append (&body, MORE, sizeof MORE);
        self->clients[number].probe = entry;
        post_send (self, letter_new (INPUT_REQUEST, SEATS + number, entry->seat,
                                     bytes_of (entry->header, entry->header_size), buffer_bytes (&body)));
        return true;
    }
    return false;
}

void client_arrival (sim_t *self, letter_t *letter)
{
    int number = letter->to - SEATS;
    client_t *client = &self->clients[number];
    owned (arena) arena = arena_new (1024 * 1024);
    ProtobufCMessage *message = NULL;
    if (message_decode (&bus_reply_header_rule, bytes_of (letter->header, letter->header_size), WIRE_MESSAGE_MAX, arena,
                        &message, NULL) != STATUS_OK)
        sim_fail (self, "%s got a reply header that cannot be read", client->name);
    const Bus__ReplyHeader *header = (const Bus__ReplyHeader *) message;
    entry_t *entry = asked (self, number, header);
    bytes_t body = bytes_of (letter->body, letter->body_size);
    status_t status = (status_t) header->status;
    if (entry && client->probe == entry) {
        if (strcmp (header->reason, "REQUEST_ID_REUSED") != 0)
            sim_fail (self, "%s with the id of another request was answered %s", entry->method->name,
                      status == STATUS_OK ? "as carried out" : header->reason);
        client->probe = NULL;
    } else if (entry && !status_is_fault (status)) {
        bool first = entry->state == ENTRY_WAITING;
        sim_say (self, "%s is told %llu: %s", client->name, (unsigned long long) entry->number,
                 status == STATUS_OK ? "done" : header->reason);
        entry->excused |= letter->life != self->seats[entry->seat].restored; /* said before the restore */
        ledger_tell (self, entry, status, header->reason, body);
        if (first && status == STATUS_OK)
            learn (self, entry, body);
        if (client->waiting == entry) {
            client->waiting = NULL;
            plan_turn (self, number, 1 + (int64_t) below (self, THINK_MS));
        }
    }
    letter_destroy (&letter);
}

/*
 * X2: a client that shares no code with the suite. It knows what docs/bus.md and the .proto files say, writes its
 * protobuf by hand, and uses libzmq alone. If this breaks, the document is wrong or the wire has changed.
 */
#include "suite.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

TestSuite (foreign_client, .timeout = 120);

typedef struct {
    unsigned char data[8192];
    size_t size;
} frame_t;

/* Field with length: tag, length, bytes. Everything this client says is shorter than 16384 bytes. */
static void put_bytes (frame_t *frame, unsigned field, const void *bytes, size_t size)
{
    frame->data[frame->size++] = (unsigned char) (field << 3 | 2);
    if (size >= 128)
        frame->data[frame->size++] = (unsigned char) (size & 0x7F) | 0x80;
    frame->data[frame->size++] = (unsigned char) (size >= 128 ? size >> 7 : size);
    memcpy (frame->data + frame->size, bytes, size);
    frame->size += size;
}

static unsigned long long get_varint (const unsigned char **at)
{
    unsigned long long value = 0;
    int shift = 0;
    do
        value |= (unsigned long long) (**at & 0x7F) << shift;
    while (shift += 7, *(*at)++ & 0x80);
    return value;
}

/* The value of a number field, or 0, which is what proto3 means by leaving it out. */
static unsigned long long get_number (const frame_t *frame, unsigned wanted)
{
    const unsigned char *at = frame->data, *end = frame->data + frame->size;
    while (at < end) {
        unsigned long long tag = get_varint (&at);
        if ((tag & 7) == 2) {
            unsigned long long size = get_varint (&at);
            at += size;
        } else {
            unsigned long long value = get_varint (&at);
            if (tag >> 3 == wanted)
                return value;
        }
    }
    return 0;
}

/* Moves `at` behind the next field with a length, of which all of ours have one. */
static frame_t next_field (const unsigned char **at)
{
    frame_t content;
    (void) get_varint (at);
    content.size = (size_t) get_varint (at);
    cr_assert (content.size <= sizeof content.data);
    memcpy (content.data, *at, content.size);
    *at += content.size;
    return content;
}

static bool holds_text (const frame_t *frame, const char *text)
{
    return memmem (frame->data, frame->size, text, strlen (text)) != NULL;
}

/* The key table is columns: name, role, state, key, requests, feed. */
static void look_up (suite_t *suite, const char *name, char key[64], char endpoint[128])
{
    char path[512], line[512], found[64];
    snprintf (path, sizeof path, "%s/keys/registry", suite_directory (suite));
    FILE *file = fopen (path, "r");
    cr_assert (file);
    while (fgets (line, sizeof line, file))
        if (sscanf (line, "%63s %*s %*s %63s %127s", found, key, endpoint) == 3 && strcmp (found, name) == 0)
            break;
    fclose (file);
    cr_assert_str_eq (found, name);
}

static void *connect_as (suite_t *suite, void *context, const char *party, const char *service)
{
    char secret[64] = "", public_key[64], server_key[64], endpoint[128], unused[128], path[512];
    int patience = 5000, none = 0;
    look_up (suite, service, server_key, endpoint);
    look_up (suite, party, public_key, unused);
    snprintf (path, sizeof path, "%s/keys/%s.secret", suite_directory (suite), party);
    FILE *file = fopen (path, "r");
    cr_assert (file && fscanf (file, "%63s", secret) == 1);
    fclose (file);
    void *dealer = zmq_socket (context, ZMQ_DEALER);
    cr_assert (zmq_setsockopt (dealer, ZMQ_CURVE_SERVERKEY, server_key, 41) == 0);
    cr_assert (zmq_setsockopt (dealer, ZMQ_CURVE_PUBLICKEY, public_key, 41) == 0);
    cr_assert (zmq_setsockopt (dealer, ZMQ_CURVE_SECRETKEY, secret, 41) == 0);
    zmq_setsockopt (dealer, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt (dealer, ZMQ_LINGER, &none, sizeof none);
    cr_assert (zmq_connect (dealer, endpoint) == 0);
    return dealer;
}

static frame_t request_header (const char *method, unsigned char last_byte)
{
    frame_t header = { .size = 0 };
    unsigned char id[16] = { 0 };
    id[15] = last_byte;
    put_bytes (&header, 1, method, strlen (method));
    put_bytes (&header, 2, id, sizeof id);
    put_bytes (&header, 4, "jane", 4);
    return header;
}

static void exchange (void *dealer, const frame_t *header, const frame_t *body, frame_t *ret_header, frame_t *ret_body)
{
    cr_assert (zmq_send (dealer, header->data, header->size, ZMQ_SNDMORE) >= 0);
    cr_assert (zmq_send (dealer, body->data, body->size, 0) >= 0);
    int size = zmq_recv (dealer, ret_header->data, sizeof ret_header->data, 0);
    cr_assert (size >= 0, "no reply");
    ret_header->size = (size_t) size;
    size = zmq_recv (dealer, ret_body->data, sizeof ret_body->data, 0);
    ret_body->size = (size_t) size;
}

/* CreatePremises {name = 1, district = 3, monthly_rent_ore = 5, notice_months = 6}: numbers as in the .proto file. */
static frame_t premises (const char *name)
{
    static const unsigned char NUMBERS[] = { 3 << 3, 8, 5 << 3, 0xF0, 0x93, 0x09, 6 << 3, 3 };
    frame_t body = { .size = 0 };
    put_bytes (&body, 1, name, strlen (name));
    memcpy (body.data + body.size, NUMBERS, sizeof NUMBERS);
    body.size += sizeof NUMBERS;
    return body;
}

Test (foreign_client, a_client_written_from_the_document_alone_can_command_and_repeat)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    void *context = zmq_ctx_new (), *dealer = connect_as (suite, context, "tmf-desk", "lease");
    frame_t header = request_header ("fyrtaarn.lease.v1.House/CreatePremises", 1), body = premises ("Huset");
    frame_t reply, first, again;
    exchange (dealer, &header, &body, &reply, &first);
    cr_expect (get_number (&reply, 2) == 0 && get_number (&first, 1) > 0, "the premises have an id");
    exchange (dealer, &header, &body, &reply, &again);
    cr_expect (get_number (&reply, 2) == 0);
    cr_expect (again.size == first.size && memcmp (again.data, first.data, first.size) == 0,
               "the kept reply, byte for byte");
    body = premises ("Et andet hus");
    exchange (dealer, &header, &body, &reply, &again);
    cr_expect (get_number (&reply, 2) == 3 && holds_text (&reply, "REQUEST_ID_REUSED"));
    zmq_close (dealer);
    zmq_ctx_term (context);
    suite_stop (&suite);
}

enum { TOGETHER = 32 }; /* as many as one bundle may have */

/* The request with this number of a bundle: nonsense, a query, or a command. */
static void put_letter (frame_t *bundle, unsigned number)
{
    frame_t letter = { .size = 0 }, nothing = { .size = 0 };
    frame_t header = request_header ("fyrtaarn.lease.v1.House/CreatePremises", (unsigned char) (100 + number));
    frame_t body = number >= 2 ? premises ("Huset") : nothing;
    if (number == 0)
        header = (frame_t){ .data = { 0xFF }, .size = 1 };
    if (number == 1)
        header = request_header ("fyrtaarn.node.v1.Node/GetHealth", 101);
    put_bytes (&letter, 1, header.data, header.size);
    put_bytes (&letter, 2, body.data, body.size);
    put_bytes (bundle, 1, letter.data, letter.size);
}

/* Notes under the last byte of its request id what was answered; 0 where the id could not be read. */
static void note_replies (const frame_t *frame, frame_t replies[256], unsigned *count)
{
    for (const unsigned char *at = frame->data; at < frame->data + frame->size; (*count)++) {
        frame_t letter = next_field (&at);
        const unsigned char *in = letter.data;
        frame_t header = next_field (&in);
        const unsigned char *id = header.data;
        bool named = (header.data[0] >> 3) == 1;
        replies[named ? next_field (&id).data[15] : 0] = letter;
    }
}

static void exchange_bundle (void *dealer, const frame_t *bundle, frame_t replies[256])
{
    cr_assert (zmq_send (dealer, bundle->data, bundle->size, 0) >= 0);
    for (unsigned count = 0; count < TOGETHER;) {
        frame_t frame;
        int size = zmq_recv (dealer, frame.data, sizeof frame.data, 0), more;
        size_t more_size = sizeof more;
        cr_assert (size > 0 && size <= (int) sizeof frame.data, "%u replies of %d", count, TOGETHER);
        cr_assert (zmq_getsockopt (dealer, ZMQ_RCVMORE, &more, &more_size) == 0 && !more);
        frame.size = (size_t) size;
        note_replies (&frame, replies, &count);
    }
}

Test (foreign_client, requests_of_a_bundle_are_each_as_if_they_had_come_alone)
{
    static frame_t first[256], again[256];
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    void *context = zmq_ctx_new (), *dealer = connect_as (suite, context, "tmf-desk", "lease");
    frame_t bundle = { .size = 0 };
    for (unsigned i = 0; i < TOGETHER; i++)
        put_letter (&bundle, i);
    exchange_bundle (dealer, &bundle, first);
    cr_expect (holds_text (&first[0], "WIRE_MALFORMED"));
    cr_expect (holds_text (&first[101], "lease"), "the query");
    exchange_bundle (dealer, &bundle, again);
    for (unsigned i = 102; i < 100 + TOGETHER; i++) {
        cr_expect (first[i].size > 0 && !holds_text (&first[i], "WIRE_"), "command %u", i);
        cr_expect (again[i].size == first[i].size && memcmp (again[i].data, first[i].data, first[i].size) == 0);
        cr_expect (i == 102 || memcmp (first[i].data, first[102].data, first[i].size) != 0, "an id of its own");
    }
    zmq_close (dealer);
    zmq_ctx_term (context);
    suite_stop (&suite);
}

/* More than a round of the server's takes, and no bundle ends where the round does. */
Test (foreign_client, bundles_that_come_faster_than_they_are_carried_out_are_all_answered)
{
    enum { BUNDLES = 20, EACH = TOGETHER - 1 };
    static frame_t replies[256];
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    void *context = zmq_ctx_new (), *dealer = connect_as (suite, context, "tmf-desk", "lease");
    frame_t bundle = { .size = 0 }, frame;
    for (unsigned i = 0; i < EACH; i++)
        put_letter (&bundle, 2 + i);
    for (unsigned i = 0; i < BUNDLES; i++)
        cr_assert (zmq_send (dealer, bundle.data, bundle.size, 0) >= 0);
    for (unsigned count = 0; count < BUNDLES * EACH;) {
        int size = zmq_recv (dealer, frame.data, sizeof frame.data, 0);
        cr_assert (size > 0, "%u replies", count);
        frame.size = (size_t) size;
        note_replies (&frame, replies, &count);
    }
    zmq_close (dealer);
    zmq_ctx_term (context);
    suite_stop (&suite);
}

/* What is no bundle is dropped like any message of the wrong shape, and what follows on the connection is answered. */
Test (foreign_client, one_frame_that_is_no_bundle_is_dropped_and_the_connection_goes_on)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    void *context = zmq_ctx_new (), *dealer = connect_as (suite, context, "tmf-desk", "lease");
    frame_t header = request_header ("fyrtaarn.node.v1.Node/GetHealth", 1), nothing = { .size = 0 }, reply, body;
    cr_assert (zmq_send (dealer, header.data, header.size, 0) >= 0);
    frame_t too_many = { .size = 0 };
    for (unsigned i = 0; i <= TOGETHER; i++)
        put_letter (&too_many, i);
    cr_assert (zmq_send (dealer, too_many.data, too_many.size, 0) >= 0);
    header = request_header ("fyrtaarn.node.v1.Node/GetHealth", 2);
    exchange (dealer, &header, &nothing, &reply, &body);
    cr_expect (get_number (&reply, 2) == 0 && holds_text (&body, "lease"));
    zmq_close (dealer);
    zmq_ctx_term (context);
    suite_stop (&suite);
}

Test (foreign_client, the_checks_answer_in_the_order_of_the_document)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    void *context = zmq_ctx_new (), *dealer = connect_as (suite, context, "bif-desk", "lease");
    frame_t reply, body = { .size = 0 }, nothing = { .size = 0 };
    frame_t garbage = { .data = { 0xFF, 0xFF, 0xFF }, .size = 3 };
    exchange (dealer, &garbage, &nothing, &reply, &body);
    cr_expect (get_number (&reply, 2) == 3 && holds_text (&reply, "WIRE_MALFORMED"));
    frame_t header = request_header ("fyrtaarn.lease.v1.House/NoSuch", 2);
    exchange (dealer, &header, &nothing, &reply, &body);
    cr_expect (get_number (&reply, 2) == 12 && holds_text (&reply, "METHOD_UNKNOWN"));
    header = request_header ("fyrtaarn.lease.v1.House/CreatePremises", 3);
    exchange (dealer, &header, &nothing, &reply, &body);
    cr_expect (get_number (&reply, 2) == 7 && holds_text (&reply, "CALLER_NOT_ALLOWED"));
    header = request_header ("fyrtaarn.node.v1.Node/GetHealth", 4);
    exchange (dealer, &header, &nothing, &reply, &body);
    cr_expect (get_number (&reply, 2) == 0 && holds_text (&body, "lease"));
    zmq_close (dealer);
    zmq_ctx_term (context);
    suite_stop (&suite);
}

/* A feed frame is topic, FeedHeader, FeedBody; a silent owner sends a heartbeat every second. */
Test (foreign_client, a_follower_hears_the_heartbeat)
{
    suite_t *suite = suite_start (SUITE_REAL_TIME);
    char key[64], own[64], requests[128], feed[128], secret[41];
    look_up (suite, "lease", key, requests);
    snprintf (feed, sizeof feed, "%.*s:%d", (int) (strrchr (requests, ':') - requests), requests,
              (int) strtol (strrchr (requests, ':') + 1, NULL, 10) + 1);
    char path[512];
    snprintf (path, sizeof path, "%s/keys/operator.secret", suite_directory (suite));
    FILE *file = fopen (path, "r");
    cr_assert (file && fread (secret, 1, 40, file) == 40);
    fclose (file);
    secret[40] = '\0';
    cr_assert (zmq_curve_public (own, secret) == 0);
    void *context = zmq_ctx_new (), *subscriber = zmq_socket (context, ZMQ_SUB);
    int patience = 5000, none = 0;
    zmq_setsockopt (subscriber, ZMQ_CURVE_SERVERKEY, key, 41);
    zmq_setsockopt (subscriber, ZMQ_CURVE_PUBLICKEY, own, 41);
    zmq_setsockopt (subscriber, ZMQ_CURVE_SECRETKEY, secret, 41);
    zmq_setsockopt (subscriber, ZMQ_SUBSCRIBE, "lease", 5);
    zmq_setsockopt (subscriber, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt (subscriber, ZMQ_LINGER, &none, sizeof none);
    cr_assert (zmq_connect (subscriber, feed) == 0);
    frame_t topic, header;
    int size = zmq_recv (subscriber, topic.data, sizeof topic.data, 0);
    cr_expect (size == 5 && memcmp (topic.data, "lease", 5) == 0);
    size = zmq_recv (subscriber, header.data, sizeof header.data, 0);
    cr_assert (size > 0);
    header.size = (size_t) size;
    cr_expect (get_number (&header, 1) == 1, "epoch 1");
    cr_expect (get_number (&header, 2) == get_number (&header, 3) + 1, "first is last + 1: a heartbeat");
    zmq_close (subscriber);
    zmq_ctx_term (context);
    suite_stop (&suite);
}

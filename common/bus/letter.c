#include "bus/letter.h"

#include "base/ensure.h"
#include "bus/curve.h"
#include "fyrtaarn/bus/v1/bus.pb-c.h"
#include "wire/field.h"
#include "wire/message.h"

/* Field numbers of bus.proto. */
enum { BUNDLE_LETTERS = 1, LETTER_HEADER = 1, LETTER_BODY = 2 };

static bytes_t frame_bytes (zmq_msg_t *frame)
{
    return bytes_of (zmq_msg_data (frame), zmq_msg_size (frame));
}

/* --- receiving --- */

/* All of it, however much it is: what is left would be taken for a message of its own. libzmq gives whole messages
 * only. */
static void drain (void *socket)
{
    for (int more = 1; more;) {
        size_t size = sizeof more;
        zmq_msg_t part;
        if (zmq_getsockopt (socket, ZMQ_RCVMORE, &more, &size) != 0 || !more)
            return;
        zmq_msg_init (&part);
        (void) zmq_msg_recv (&part, socket, ZMQ_DONTWAIT);
        zmq_msg_close (&part);
    }
}

/* A header and a body that were packed apart: what is missing is empty, what is unknown is passed over. */
static bool read_letter (bytes_t in, bytes_t *ret_header, bytes_t *ret_body)
{
    *ret_header = *ret_body = (bytes_t){ 0 };
    while (in.size > 0) {
        uint32_t number;
        bytes_t content;
        if (!field_take (&in, &number, &content))
            return false;
        if (number == LETTER_HEADER)
            *ret_header = content;
        if (number == LETTER_BODY)
            *ret_body = content;
    }
    return true;
}

/* 0 when it is no bundle. */
static size_t count_letters (bytes_t in)
{
    size_t letters = 0;
    while (in.size > 0) {
        uint32_t number;
        bytes_t content, header, body;
        if (!field_take (&in, &number, &content))
            return 0;
        if (number != BUNDLE_LETTERS)
            continue;
        letters++;
        if (!content.data || !read_letter (content, &header, &body))
            return 0;
    }
    return letters <= BUNDLE_LETTERS_MAX ? letters : 0;
}

bool letter_receive (void *socket, bool has_prefix, letter_t *letter)
{
    zmq_msg_t *frames[] = { &letter->prefix, &letter->first, &letter->second };
    for (size_t i = 0; i < 3; i++)
        zmq_msg_init (frames[i]);
    letter->bundle = false;
    letter->left = letter->offset = 0;
    size_t count = has_prefix ? 0 : 1;
    for (bool more = true; more && count < 3; count++) {
        if (zmq_msg_recv (frames[count], socket, ZMQ_DONTWAIT) < 0)
            return false;
        more = zmq_msg_more (frames[count]) != 0;
    }
    letter->bundle = count == 2;
    if (letter->bundle)
        letter->left = count_letters (frame_bytes (&letter->first));
    else
        letter->left = count == 3 && !zmq_msg_more (&letter->second);
    drain (socket);
    return true;
}

void letter_close (letter_t *letter)
{
    zmq_msg_close (&letter->prefix);
    zmq_msg_close (&letter->first);
    zmq_msg_close (&letter->second);
}

void letter_move (letter_t *from, letter_t *to)
{
    zmq_msg_t *frames[] = { &from->prefix, &from->first, &from->second };
    zmq_msg_t *places[] = { &to->prefix, &to->first, &to->second };
    *to = *from;
    for (size_t i = 0; i < 3; i++) {
        zmq_msg_init (places[i]);
        zmq_msg_move (places[i], frames[i]);
    }
    letter_close (from);
}

/* They can be read: that was seen when they were counted. */
static void take_from_bundle (letter_t *letter, bytes_t *ret_header, bytes_t *ret_body)
{
    uint32_t number = 0;
    bytes_t all = frame_bytes (&letter->first), content = { 0 };
    bytes_t rest = bytes_of (all.data + letter->offset, all.size - letter->offset);
    while (number != BUNDLE_LETTERS)
        ensure (field_take (&rest, &number, &content));
    ensure (read_letter (content, ret_header, ret_body));
    letter->offset = all.size - rest.size;
}

bool letter_take (letter_t *letter, bytes_t *ret_header, bytes_t *ret_body)
{
    if (letter->left == 0)
        return false;
    letter->left--;
    if (letter->bundle) {
        take_from_bundle (letter, ret_header, ret_body);
    } else {
        *ret_header = frame_bytes (&letter->first);
        *ret_body = frame_bytes (&letter->second);
    }
    return true;
}

/* --- a bundle that is being made --- */

bundle_t bundle_new (void)
{
    return (bundle_t){ .bytes = BUFFER (BUS_REQUEST_MAX) };
}

void bundle_destroy (bundle_t *self)
{
    buffer_clear (&self->bytes);
    self->letters = 0;
}

static ProtobufCBinaryData binary (bytes_t bytes)
{
    return (ProtobufCBinaryData){ bytes.size, (uint8_t *) (uintptr_t) bytes.data };
}

/* Bundles of one letter, one behind the other, are a bundle of all of them. */
bool bundle_add (bundle_t *self, bytes_t header, bytes_t body)
{
    Bus__Letter letter = BUS__LETTER__INIT, *letters = &letter;
    Bus__Bundle one = BUS__BUNDLE__INIT;
    letter.header = binary (header);
    letter.body = binary (body);
    one.letters = &letters;
    one.n_letters = 1;
    size_t size = protobuf_c_message_get_packed_size (&one.base);
    if (self->letters == BUNDLE_LETTERS_MAX || size > self->bytes.max - self->bytes.size)
        return false;
    size_t before = self->bytes.size;
    message_pack (&one.base, &self->bytes);
    if (self->bytes.overflowed) { /* there is no memory: what was in it before still is */
        self->bytes.overflowed = false;
        self->bytes.size = before;
        return false;
    }
    self->letters++;
    return true;
}

void bundle_empty (bundle_t *self)
{
    buffer_rewind (&self->bytes);
    self->letters = 0;
}

bool bundle_send (bundle_t *self, void *socket)
{
    bool sent = self->letters == 0 || zmq_send (socket, self->bytes.data, self->bytes.size, ZMQ_DONTWAIT) >= 0;
    bundle_empty (self);
    return sent;
}

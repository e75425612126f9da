/* Messages of both forms, over real sockets of libzmq within the process. */
#include "bus/letter.h"
#include "unit/bus_kit.h"

#include "base/own.h"
#include "contract/bus.contract.h"
#include "harness/chance.h"
#include "wire/field.h"

#include <string.h>

enum { ROUNDS = 900 }; /* fewer than the high-water mark: nobody waits here */

TestSuite (letter, .init = bus_begin, .fini = bus_end, .timeout = 60);

typedef struct {
    zsock_t *from, *to;
} line_t;

static line_t line_open (void)
{
    line_t line = { .to = zsock_new_pair ("@inproc://letters"), .from = zsock_new_pair (">inproc://letters") };
    cr_assert (line.from && line.to);
    return line;
}

static void line_close (line_t *line)
{
    zsock_destroy (&line->from);
    zsock_destroy (&line->to);
}

static bool receive_letter (line_t *line, letter_t *letter)
{
    return letter_receive (zsock_resolve (line->to), false, letter);
}

static void send_frames (line_t *line, size_t count, const bytes_t *frames)
{
    for (size_t i = 0; i < count; i++)
        cr_assert (zmq_send (zsock_resolve (line->from), frames[i].data, frames[i].size,
                             i + 1 < count ? ZMQ_SNDMORE : 0) >= 0);
}

/* --- what goes in comes out --- */

typedef struct {
    uint8_t bytes[2][600];
    size_t sizes[2];
} pair_t;

static pair_t random_pair (uint64_t *chance)
{
    pair_t pair;
    for (size_t k = 0; k < 2; k++) {
        pair.sizes[k] = draw (chance) % 5 == 0 ? 0 : draw (chance) % (sizeof pair.bytes[k]);
        for (size_t i = 0; i < pair.sizes[k]; i++)
            pair.bytes[k][i] = (uint8_t) draw (chance) % 256;
    }
    return pair;
}

static void expect_pair (letter_t *letter, const pair_t *pair)
{
    bytes_t header, body;
    cr_assert (letter_take (letter, &header, &body));
    cr_expect (bytes_equal (header, bytes_of (pair->bytes[0], pair->sizes[0])));
    cr_expect (bytes_equal (body, bytes_of (pair->bytes[1], pair->sizes[1])));
}

/* Sent with what follows when it is full, taken in two goes with a move in between. */
static void pass_bundle (line_t *line, uint64_t *chance)
{
    static pair_t pairs[BUNDLE_LETTERS_MAX];
    bundle_t bundle = bundle_new ();
    letter_t letter, moved;
    bytes_t header, body;
    size_t count = 1 + draw (chance) % BUNDLE_LETTERS_MAX, first = draw (chance) % count;
    for (size_t i = 0; i < count; i++) {
        pairs[i] = random_pair (chance);
        cr_assert (bundle_add (&bundle, bytes_of (pairs[i].bytes[0], pairs[i].sizes[0]),
                               bytes_of (pairs[i].bytes[1], pairs[i].sizes[1])));
    }
    cr_assert (bundle_send (&bundle, zsock_resolve (line->from)));
    cr_assert (receive_letter (line, &letter) && letter.bundle && letter.left == count);
    for (size_t i = 0; i < first; i++)
        expect_pair (&letter, &pairs[i]);
    letter_move (&letter, &moved);
    for (size_t i = first; i < count; i++)
        expect_pair (&moved, &pairs[i]);
    cr_expect_not (letter_take (&moved, &header, &body));
    letter_close (&moved);
    bundle_destroy (&bundle);
}

Test (letter, what_goes_into_a_bundle_comes_out_of_it)
{
    line_t line = line_open ();
    uint64_t chance = 7;
    for (int i = 0; i < 300; i++)
        pass_bundle (&line, &chance);
    line_close (&line);
}

Test (letter, a_header_and_a_body_in_a_frame_each_are_one_letter)
{
    line_t line = line_open ();
    letter_t letter;
    bytes_t header, body, frames[] = { bytes_of ("head", 4), bytes_of ("", 0) };
    send_frames (&line, 2, frames);
    cr_assert (receive_letter (&line, &letter) && !letter.bundle && letter.left == 1);
    cr_assert (letter_take (&letter, &header, &body));
    cr_expect (bytes_equal (header, frames[0]) && body.size == 0);
    cr_expect_not (letter_take (&letter, &header, &body));
    letter_close (&letter);
    line_close (&line);
}

/* --- limits --- */

Test (letter, a_bundle_is_full_at_its_limits)
{
    static uint8_t much[64 * 1024];
    bundle_t bundle = bundle_new ();
    for (int i = 0; i < BUNDLE_LETTERS_MAX; i++)
        cr_assert (bundle_add (&bundle, bytes_of ("h", 1), bytes_of ("b", 1)));
    cr_expect_not (bundle_add (&bundle, bytes_of ("h", 1), bytes_of ("b", 1)));
    bundle_empty (&bundle);
    cr_assert (bundle_add (&bundle, bytes_of (much, 1000), bytes_of (much, sizeof much)), "the largest request");
    cr_expect_not (bundle_add (&bundle, bytes_of (much, 1000), bytes_of (much, 4000)));
    cr_expect_eq (bundle.letters, 1);
    bundle_destroy (&bundle);
}

Test (letter, the_contract_and_the_code_say_the_same_of_a_bundle)
{
    cr_expect_eq (bus_bundle_rule.fields[0].max, BUNDLE_LETTERS_MAX);
}

/* --- what is none --- */

static void expect_nothing_in (line_t *line, size_t count, const bytes_t *frames)
{
    letter_t letter;
    bytes_t header, body;
    send_frames (line, count, frames);
    cr_assert (receive_letter (line, &letter));
    cr_expect_eq (letter.left, 0);
    cr_expect_not (letter_take (&letter, &header, &body));
    letter_close (&letter);
    cr_assert_not (receive_letter (line, &letter), "something of it is left on the socket");
    letter_close (&letter);
}

Test (letter, a_frame_too_many_or_no_bundle_is_nothing_and_leaves_nothing)
{
    line_t line = line_open ();
    owned_buffer many = BUFFER (4096);
    bytes_t three[] = { bytes_of ("a", 1), bytes_of ("b", 1), bytes_of ("c", 1) };
    expect_nothing_in (&line, 3, three);
    bytes_t empty = { 0 }, text = bytes_of ("hello", 5), number = bytes_of ("\x08\x01", 2);
    expect_nothing_in (&line, 1, &empty);
    expect_nothing_in (&line, 1, &text);
    expect_nothing_in (&line, 1, &number);
    for (int i = 0; i <= BUNDLE_LETTERS_MAX; i++)
        field_append (&many, 1, bytes_of ("", 0));
    bytes_t too_many = buffer_bytes (&many);
    expect_nothing_in (&line, 1, &too_many);
    line_close (&line);
}

/* Whatever byte is changed and wherever it is cut off: as many letters as it says, none beyond its end. */
Test (letter, a_damaged_bundle_gives_no_byte_that_is_not_its_own)
{
    line_t line = line_open ();
    uint64_t chance = 11;
    for (int i = 0; i < ROUNDS; i++) {
        letter_t letter;
        bytes_t header, body;
        bundle_t bundle = bundle_new ();
        for (size_t k = 0; k < 3; k++)
            cr_assert (bundle_add (&bundle, bytes_of ("header", 6), bytes_of ("the body", 8)));
        bundle.bytes.data[draw (&chance) % (bundle.bytes.size)] = (uint8_t) draw (&chance) % 256;
        bundle.bytes.size = 1 + draw (&chance) % (bundle.bytes.size);
        cr_assert (bundle_send (&bundle, zsock_resolve (line.from)));
        cr_assert (receive_letter (&line, &letter));
        const uint8_t *begin = zmq_msg_data (&letter.first), *end = begin + zmq_msg_size (&letter.first);
        for (size_t left = letter.left; left > 0; left--) {
            cr_assert (letter_take (&letter, &header, &body));
            cr_expect (header.size == 0 || (header.data >= begin && header.data + header.size <= end));
            cr_expect (body.size == 0 || (body.data >= begin && body.data + body.size <= end));
        }
        letter_close (&letter);
        bundle_destroy (&bundle);
    }
    line_close (&line);
}

/*
 * A message as it came over a socket, after a ROUTER's identity or a feed's topic: a header and a body in a frame each,
 * or a bundle of them in one frame (bus.proto, Bundle).
 */
#ifndef FYR_BUS_LETTER_H
#define FYR_BUS_LETTER_H

#include "base/bytes.h"

#include <czmq.h>

enum { BUNDLE_LETTERS_MAX = 32 };

/* Borrowed by the step that takes it, closed when that is over. */
typedef struct {
    zmq_msg_t prefix, first, second; /* of a bundle there is no second */
    bool bundle;
    size_t left;   /* pairs of header and body that were not taken yet */
    size_t offset; /* of a bundle: where they begin */
} letter_t;

/* False when nothing waits. Of a message that is neither of the two forms there is nothing to take, and nothing is left
 * of it on the socket. To be closed in every case. */
bool letter_receive (void *socket, bool has_prefix, letter_t *letter);
void letter_close (letter_t *letter);
void letter_move (letter_t *from, letter_t *to); /* `from` is closed, `to` was not open */

/* The next header and body in it, borrowed; false when all have been taken. */
bool letter_take (letter_t *letter, bytes_t *ret_header, bytes_t *ret_body);

/* --- a bundle that is being made --- */

typedef struct {
    buffer_t bytes;
    size_t letters;
} bundle_t;

bundle_t bundle_new (void);
void bundle_destroy (bundle_t *self);

/* False when there is no room beside what is in it; into an empty one fits every request, and of replies those that
 * are no larger. */
bool bundle_add (bundle_t *self, bytes_t header, bytes_t body);

/* Never waits. False when it could not be sent; nothing is left in it in either case. Nothing is sent of an empty one.
 */
bool bundle_send (bundle_t *self, void *socket);
void bundle_empty (bundle_t *self);

#endif

/*
 * A message as it came over a socket: exactly header and body, after a ROUTER's identity or a feed's topic.
 */
#ifndef FYR_BUS_LETTER_H
#define FYR_BUS_LETTER_H

#include <czmq.h>

/* Borrowed by the step that takes it, closed when that is over. */
typedef struct {
    zmq_msg_t identity, header, body;
} letter_t;

/* False when nothing waits. *ret_whole tells whether it had the right number of parts; of one that had not, nothing is
 * left on the socket. To be closed in every case. */
bool letter_receive (void *socket, bool has_prefix, letter_t *letter, bool *ret_whole);
void letter_close (letter_t *letter);

#endif

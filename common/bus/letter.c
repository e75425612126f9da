#include "bus/letter.h"

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

bool letter_receive (void *socket, bool has_prefix, letter_t *letter, bool *ret_whole)
{
    zmq_msg_t *frames[] = { &letter->identity, &letter->header, &letter->body };
    size_t first = has_prefix ? 0 : 1;
    for (size_t i = 0; i < 3; i++)
        zmq_msg_init (frames[i]);
    *ret_whole = true;
    for (size_t i = first; i < 3; i++) {
        if (zmq_msg_recv (frames[i], socket, ZMQ_DONTWAIT) < 0)
            return false;
        bool last = i == 2;
        if ((zmq_msg_more (frames[i]) != 0) == last)
            *ret_whole = false;
        if (!zmq_msg_more (frames[i]))
            break;
    }
    drain (socket);
    return true;
}

void letter_close (letter_t *letter)
{
    zmq_msg_close (&letter->identity);
    zmq_msg_close (&letter->header);
    zmq_msg_close (&letter->body);
}

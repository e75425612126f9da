/* What the system knows of a connection. Apart, because <linux/tcp.h> has more of it than glibc's <netinet/tcp.h>,
 * which czmq includes, and a file can have only one of them. */
#ifndef FYR_BUS_TCP_H
#define FYR_BUS_TCP_H

#include <stdint.h>

uint64_t tcp_received (int file); /* bytes so far; 0 when it is no TCP connection */

#endif

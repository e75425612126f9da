#include "ports.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* They are below those that the system gives to connections (32768), of which a test may have a thousand. */
enum { LOWEST = 20000, ROWS = 1200 };

/* A name that one open file in a network can have, as a port: so the claim reaches as far as the ports do. -1 when
 * somebody has it. */
static int claim (int first)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    int length = snprintf (name.sun_path + 1, sizeof name.sun_path - 1, "fyr-ports-%d", first);
    socklen_t size = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + (size_t) length);
    int file = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert (file >= 0);
    if (bind (file, (struct sockaddr *) &name, size) == 0)
        return file;
    close (file);
    return -1;
}

static bool all_free (int first)
{
    bool free_so_far = true;
    for (int i = 0; free_so_far && i < PORTS_IN_A_ROW; i++) {
        int file = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) (first + i)) };
        address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
        free_so_far = bind (file, (struct sockaddr *) &address, sizeof address) == 0;
        close (file);
    }
    return free_so_far;
}

ports_t ports_claim (void)
{
    for (int i = 0; i < ROWS; i++) {
        int first = LOWEST + (getpid () + i) % ROWS * PORTS_IN_A_ROW;
        ports_t ports = { .first = first, .claim = claim (first) };
        if (ports.claim >= 0 && all_free (first))
            return ports;
        if (ports.claim >= 0)
            ports_let_go (&ports);
    }
    cr_assert_fail ("no free ports");
    return (ports_t){ .claim = -1 };
}

void ports_let_go (ports_t *self)
{
    close (self->claim);
    self->claim = -1;
}

#include "network.h"

#include "base/bytes.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 24, TEXT_MAX = 4096, LINE_SIZE = 512 };

#define SUBNET "10.77.0."
#define NETEM "root netem delay 60ms 40ms"
/* A narrow link: what does not fit at once waits, half a second at most, and what waits longer is lost. */
#define NARROW "root tbf rate 600kbit burst 6kb latency 500ms"

struct network {
    int places[NETWORK_PLACES]; /* namespaces as open files */
    unsigned lost[SUITE_SERVICES];
    bool cut[NETWORK_PLACES][SUITE_SERVICES];
    bool slow[SUITE_SERVICES], has_netem;
};

/* --- running tools there --- */

static void become (int place, int input, int output, char *const *words)
{
    if (prctl (PR_SET_PDEATHSIG, SIGKILL) == 0 && setns (place, CLONE_NEWNET) == 0 && dup2 (input, STDIN_FILENO) >= 0 &&
        (output < 0 || (dup2 (output, STDOUT_FILENO) >= 0 && dup2 (output, STDERR_FILENO) >= 0)))
        execvp (words[0], words);
    _exit (127);
}

/* The line's words, with `input` on stdin; true when it ends well. Says nothing when `quiet`. */
static bool run_line (int place, const char *line, const char *input, bool quiet)
{
    char text[LINE_SIZE], *words[WORDS_MAX + 1], *rest = text;
    size_t count = 0;
    snprintf (text, sizeof text, "%s", line);
    for (char *word; count < WORDS_MAX && (word = strsep (&rest, " "));)
        words[count++] = word;
    words[count] = NULL;
    int file = memfd_create ("input", MFD_CLOEXEC), nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC), status = 0;
    cr_assert (file >= 0 && nowhere >= 0 && write (file, input, strlen (input)) == (ssize_t) strlen (input));
    cr_assert (lseek (file, 0, SEEK_SET) == 0);
    pid_t process = fork ();
    if (process == 0)
        become (place, file, quiet ? nowhere : -1, words);
    cr_assert (process > 0 && waitpid (process, &status, 0) == process);
    close (file);
    close (nowhere);
    return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static void must (int place, const char *format, ...)
{
    char line[LINE_SIZE];
    va_list args;
    va_start (args, format);
    vsnprintf (line, sizeof line, format, args);
    va_end (args);
    cr_assert (run_line (place, line, "", false), "%s", line);
}

/* --- making it --- */

static int current_namespace (void)
{
    return open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* The names of the services, in an /etc/hosts that only we see. */
static bool name_places (void)
{
    char path[] = "/tmp/fyr-hosts-XXXXXX";
    int file = mkostemp (path, O_CLOEXEC);
    bool written = file >= 0 && fchmod (file, 0644) == 0 && dprintf (file, "127.0.0.1 localhost\n") > 0;
    for (size_t i = 0; i < SUITE_SERVICES; i++)
        written = written && dprintf (file, SUBNET "%zu %s\n", i + 1, SUITE_NAMES[i]) > 0;
    bool shown = written && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
                 mount (path, "/etc/hosts", NULL, MS_BIND, NULL) == 0;
    int why = errno;
    close (file);
    unlink (path);
    errno = why;
    return shown;
}

static bool make_namespaces (network_t *self)
{
    if (unshare (CLONE_NEWNET | CLONE_NEWNS) != 0 || !name_places ())
        return false;
    self->places[NETWORK_US] = current_namespace ();
    for (size_t i = 0; i < SUITE_SERVICES; i++) {
        if (unshare (CLONE_NEWNET) != 0)
            return false;
        self->places[i] = current_namespace ();
    }
    return setns (self->places[NETWORK_US], CLONE_NEWNET) == 0;
}

static void wire (network_t *self)
{
    int us = self->places[NETWORK_US];
    must (us, "ip link set lo up");
    must (us, "ip link add bridge type bridge");
    must (us, "ip address add " SUBNET "%d/24 dev bridge", NETWORK_US + 1);
    must (us, "ip link set bridge up");
    for (size_t i = 0; i < SUITE_SERVICES; i++) {
        must (us, "ip link add to-%zu type veth peer name eth0 netns /proc/%d/fd/%d", i, (int) getpid (),
              self->places[i]);
        must (us, "ip link set to-%zu master bridge up", i);
        must (self->places[i], "ip link set lo up");
        must (self->places[i], "ip address add " SUBNET "%zu/24 dev eth0", i + 1);
        must (self->places[i], "ip link set eth0 up");
    }
}

network_t *network_new (const char **ret_why)
{
    network_t *self = calloc (1, sizeof *self);
    cr_assert (self);
    if (!make_namespaces (self)) {
        *ret_why = errno == EPERM ? "this takes root" : strerror (errno);
    } else if (!run_line (self->places[NETWORK_US], "ip -V", "", true) ||
               !run_line (self->places[NETWORK_US], "nft list tables", "", true)) {
        *ret_why = "ip (iproute2) or nft (nftables) does not run here";
    } else {
        wire (self);
        self->has_netem = self->slow[0] = run_line (self->places[0], "tc qdisc replace dev eth0 " NETEM, "", true);
        network_heal (self);
        return self;
    }
    network_destroy (&self);
    return NULL;
}

void network_destroy (network_t **self)
{
    if (!*self)
        return;
    for (size_t i = 0; i < NETWORK_PLACES; i++)
        if ((*self)->places[i] > 0)
            close ((*self)->places[i]);
    free (*self);
    *self = NULL;
}

const int *network_places (const network_t *self)
{
    return self->places;
}

/* --- making it bad --- */

static void set_filter (network_t *self, size_t place)
{
    buffer_t rules = BUFFER (TEXT_MAX);
    buffer_append_text (&rules, "table inet chaos\ndelete table inet chaos\ntable inet chaos {\n chain arrivals {\n"
                                "  type filter hook input priority 0\n");
    for (size_t from = 0; from < NETWORK_PLACES; from++)
        if (self->cut[from][place])
            buffer_printf (&rules, "  ip saddr " SUBNET "%zu drop\n", from + 1);
    if (self->lost[place])
        buffer_printf (&rules, "  iif eth0 numgen random mod 100 < %u drop\n", self->lost[place]);
    buffer_append_text (&rules, " }\n}\n");
    cr_assert (run_line (self->places[place], "nft -f -", buffer_text (&rules), false), "%s", buffer_text (&rules));
    buffer_clear (&rules);
}

void network_lose (network_t *self, size_t place, unsigned percent)
{
    self->lost[place] = percent;
    set_filter (self, place);
}

void network_cut (network_t *self, size_t from, size_t to)
{
    self->cut[from][to] = true;
    set_filter (self, to);
}

void network_slow (network_t *self, size_t place)
{
    self->slow[place] = true;
    must (self->places[place], "tc qdisc replace dev eth0 %s", self->has_netem ? NETEM : NARROW);
}

void network_heal (network_t *self)
{
    memset (self->lost, 0, sizeof self->lost);
    memset (self->cut, 0, sizeof self->cut);
    for (size_t i = 0; i < SUITE_SERVICES; i++) {
        set_filter (self, i);
        if (self->slow[i])
            must (self->places[i], "tc qdisc delete dev eth0 root");
        self->slow[i] = false;
    }
}

const char *network_slowness (const network_t *self)
{
    return self->has_netem ? NETEM : NARROW;
}

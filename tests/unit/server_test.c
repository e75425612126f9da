/* The loop of a service, above all while the disk keeps it waiting: the very main function of a service, in a process
 * of its own on loopback, for the tally of node_kit.h. What is waited for comes, however long that takes; that
 * something does not come is seen for a moment, which on a slow machine says less. */
#include "bus/letter.h"
#include "bus/registry.h"
#include "bus/secret.h"
#include "bus/serve.h"
#include "bus/server.h"
#include "harness/held_disk.h"
#include "harness/ports.h"
#include "unit/node_kit.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
    BATCH = 16,
    AMOUNT = 5,
    COSTLY = 6, /* as the amount of a query: it takes more milliseconds of CPU than this */
    PATIENCE_MS = 30000,
    MOMENT_MS = 200,
    LOOK_MS = 5,
    REPLIES_MAX = 400,
    HEARTBEATS_MAX = 30
};

/* What the handlers of every life have done, in their processes. */
typedef struct {
    _Atomic unsigned added, asked;
} done_t;

static done_t *done;
static keypair_t tally, desk, other;
static ports_t ports;
static pid_t server;
static void *context, *line, *follower, *other_line, *other_feed;

static struct {
    uint64_t id;
    status_t status;
    int64_t total; /* what it said */
} replies[REPLIES_MAX];
static size_t n_replies;

/* --- the service --- */

static status_t count_add (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply, fault_t *reterr)
{
    done->added++;
    return tally_add (txn, request, reply, reterr);
}

static int64_t cpu_ms (void)
{
    struct timespec used;
    cr_assert_eq (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used), 0);
    return used.tv_sec * INT64_C (1000) + used.tv_nsec / 1000000;
}

static status_t count_total (txn_t *txn, const ProtobufCMessage *request, ProtobufCMessage *reply, fault_t *reterr)
{
    int64_t begun = cpu_ms ();
    while (((const Specimen__Numbers *) request)->a_int64 == COSTLY && cpu_ms () - begun <= COSTLY)
        continue;
    done->asked++;
    return tally_total_of (txn, request, reply, reterr);
}

static int serve_tally (void)
{
    const char *arguments[] = { "fyr-tally", "--log", "quiet", NULL };
    handler_t handlers[sizeof TALLY_HANDLERS / sizeof TALLY_HANDLERS[0]];
    service_t service = TALLY_SERVICE;
    memcpy (handlers, TALLY_HANDLERS, sizeof handlers);
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++)
        if (handlers[i] == tally_add)
            handlers[i] = count_add;
        else if (strcmp (TALLY_METHODS[i].name, TALLY ("Total")) == 0)
            handlers[i] = count_total;
    service.handlers = handlers;
    setenv ("FYR_REGISTRY", scratch_path ("registry"), 1);
    setenv ("FYR_SECRET", scratch_path ("tally.secret"), 1);
    setenv ("FYR_MASTER", scratch_path ("tally.master"), 1);
    setenv ("FYR_STORE", scratch_path ("tally.db"), 1);
    return serve (&service, 3, (char **) (uintptr_t) arguments);
}

static void server_start (void)
{
    server = fork ();
    cr_assert (server >= 0);
    if (server == 0)
        _exit (prctl (PR_SET_PDEATHSIG, SIGKILL) == 0 ? serve_tally () : 2);
}

/* -1 while it runs; the exit status; 256 when it was killed. */
static int look_at_server (void)
{
    int ended = 0;
    if (waitpid (server, &ended, WNOHANG) != server)
        return -1;
    return WIFEXITED (ended) ? WEXITSTATUS (ended) : 256;
}

static int end_of_server (void)
{
    int status = -1;
    for (int left = PATIENCE_MS / LOOK_MS; status < 0 && left > 0; left--) {
        (void) poll (NULL, 0, LOOK_MS);
        status = look_at_server ();
    }
    return status;
}

/* --- those who call it and hear it --- */

static const char *endpoint_at (int place)
{
    static char endpoints[4][ENDPOINT_SIZE];
    snprintf (endpoints[place], ENDPOINT_SIZE, "tcp://127.0.0.1:%d", ports.first + place);
    return endpoints[place];
}

static void *socket_of (int type, const keypair_t *own, bool serves)
{
    void *socket = zmq_socket (context, type);
    int none = 0, yes = 1;
    cr_assert (socket && zmq_setsockopt (socket, ZMQ_LINGER, &none, sizeof none) == 0);
    cr_assert (zmq_setsockopt (socket, ZMQ_CURVE_SECRETKEY, own->secret_key, SECRET_KEY_SIZE) == 0);
    if (serves) {
        cr_assert (zmq_setsockopt (socket, ZMQ_CURVE_SERVER, &yes, sizeof yes) == 0);
        return socket;
    }
    cr_assert (zmq_setsockopt (socket, ZMQ_CURVE_PUBLICKEY, own->public_key, SECRET_KEY_SIZE) == 0);
    cr_assert (zmq_setsockopt (socket, ZMQ_CURVE_SERVERKEY, tally.public_key, SECRET_KEY_SIZE) == 0);
    return socket;
}

static bool receive (void *socket, bool has_prefix, int wait_ms, letter_t *letter)
{
    zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };
    (void) zmq_poll (&item, 1, wait_ms);
    return letter_receive (socket, has_prefix, letter);
}

/* The records of the next frame of the feed: 0 of a heartbeat, -1 when none comes. */
static int hear_feed (int wait_ms)
{
    letter_t letter;
    bytes_t header, body;
    ProtobufCMessage *records = NULL;
    int count = -1;
    if (receive (follower, true, wait_ms, &letter) && letter_take (&letter, &header, &body)) {
        cr_assert_eq (message_decode (&bus_feed_body_rule, keep (body), WIRE_PAGE_MAX, bytes_arena, &records, NULL),
                      STATUS_OK);
        count = (int) ((const Bus__FeedBody *) records)->n_records;
    }
    letter_close (&letter);
    return count;
}

/* The records of the next frame that has any; -1 when none comes. */
static int hear_records (int wait_ms)
{
    int count = 0;
    for (int heartbeats = 0; count == 0 && heartbeats < HEARTBEATS_MAX; heartbeats++)
        count = hear_feed (wait_ms);
    return count;
}

/* Until the service sends heartbeats, and so has nothing to do that anybody has not asked it for. */
static void lines_open (void)
{
    context = zmq_ctx_new ();
    line = socket_of (ZMQ_DEALER, &desk, false);
    follower = socket_of (ZMQ_SUB, &desk, false);
    other_line = socket_of (ZMQ_ROUTER, &other, true);
    other_feed = socket_of (ZMQ_PUB, &other, true);
    cr_assert (zmq_setsockopt (follower, ZMQ_SUBSCRIBE, "tally", strlen ("tally")) == 0);
    cr_assert (zmq_bind (other_line, endpoint_at (2)) == 0 && zmq_bind (other_feed, endpoint_at (3)) == 0);
    cr_assert (zmq_connect (line, endpoint_at (0)) == 0 && zmq_connect (follower, endpoint_at (1)) == 0);
    cr_assert_eq (hear_feed (PATIENCE_MS), 0, "the service does not run");
}

static void lines_close (void)
{
    zmq_close (line);
    zmq_close (follower);
    zmq_close (other_line);
    zmq_close (other_feed);
    zmq_ctx_term (context);
}

static void send_all (const bundle_t *bundle)
{
    cr_assert (zmq_send (line, bundle->bytes.data, bundle->bytes.size, 0) >= 0);
}

/* Commands with ids from `first` on, and a last one of another kind. */
static void say_batch_with (uint64_t first, const char *last)
{
    bundle_t bundle = bundle_new ();
    for (uint64_t i = 0; i < BATCH; i++) {
        const char *method = i < BATCH - 1 ? TALLY ("Add") : last;
        cr_assert (bundle_add (&bundle, request_header (method, first + i, "ann", "because"),
                               numbers (1, AMOUNT, STATUS_ABORTED)));
    }
    send_all (&bundle);
    bundle_destroy (&bundle);
}

/* The last of them makes a call. */
static void say_batch (uint64_t first)
{
    say_batch_with (first, TALLY ("Ask"));
}

static void say_one (const char *method, uint64_t id)
{
    bundle_t bundle = bundle_new ();
    cr_assert (bundle_add (&bundle, request_header (method, id, "ann", "because"), numbers (1, AMOUNT, 0)));
    send_all (&bundle);
    bundle_destroy (&bundle);
}

static void say_costly_queries (uint64_t first)
{
    bundle_t bundle = bundle_new ();
    for (uint64_t i = 0; i < BUNDLE_LETTERS_MAX; i++)
        cr_assert (bundle_add (&bundle, request_header (TALLY ("Total"), first + i, "ann", "because"),
                               numbers (1, COSTLY, 0)));
    send_all (&bundle);
    bundle_destroy (&bundle);
}

/* A heartbeat of the one that the tally follows. */
static void speak (void)
{
    Bus__FeedHeader header = BUS__FEED_HEADER__INIT;
    header.epoch = header.first = 1;
    bytes_t packed = pack (&header.base);
    cr_assert (zmq_send (other_feed, "other", strlen ("other"), ZMQ_SNDMORE) >= 0);
    cr_assert (zmq_send (other_feed, packed.data, packed.size, ZMQ_SNDMORE) >= 0);
    cr_assert (zmq_send (other_feed, "", 0, 0) >= 0);
}

static void note_reply (bytes_t header, bytes_t body)
{
    ProtobufCMessage *message = NULL;
    cr_assert (n_replies < REPLIES_MAX);
    cr_assert_eq (message_decode (&bus_reply_header_rule, keep (header), WIRE_MESSAGE_MAX, bytes_arena, &message, NULL),
                  STATUS_OK);
    const Bus__ReplyHeader *reply = (const Bus__ReplyHeader *) message;
    memcpy (&replies[n_replies].id, reply->request_id.data, sizeof (uint64_t));
    replies[n_replies].status = (status_t) reply->status;
    cr_assert_eq (message_decode (&specimen_numbers_rule, keep (body), WIRE_MESSAGE_MAX, bytes_arena, &message, NULL),
                  STATUS_OK);
    replies[n_replies++].total = ((const Specimen__Numbers *) message)->a_int64;
}

static void hear_replies (size_t wanted, int wait_ms)
{
    for (bool more = true; more && n_replies < wanted;) {
        letter_t letter;
        bytes_t header, body;
        more = receive (line, false, wait_ms, &letter);
        while (letter_take (&letter, &header, &body))
            note_reply (header, body);
        letter_close (&letter);
    }
}

static bool hear_call (int wait_ms)
{
    letter_t letter;
    bool heard = receive (other_line, true, wait_ms, &letter);
    letter_close (&letter);
    return heard;
}

/* Replies to all from `first` on, in the order of the requests and none twice. */
static void expect_replies (uint64_t first, size_t count)
{
    hear_replies (count, PATIENCE_MS);
    cr_assert_eq (n_replies, count);
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq (replies[i].id, first + i);
        cr_expect_eq (replies[i].status, STATUS_OK);
    }
}

static void expect_silence (void)
{
    hear_replies (1, MOMENT_MS);
    cr_expect_eq (n_replies, 0);
    cr_expect_eq (hear_records (0), -1);
    cr_expect_not (hear_call (0));
}

static bool comes (_Atomic unsigned *count, unsigned wanted)
{
    for (int left = PATIENCE_MS / LOOK_MS; *count < wanted && left > 0; left--)
        (void) poll (NULL, 0, LOOK_MS);
    return *count == wanted;
}

/* --- a house --- */

/* `before` is what stands before the desk's line. */
static void write_table (const char *before)
{
    FILE *file = fopen (scratch_path ("registry"), "w");
    cr_assert (file);
    fprintf (file, "tally reporting active %s %s %s\n", tally.public_key, endpoint_at (0), endpoint_at (1));
    fprintf (file, "other lease active %s %s %s\n", other.public_key, endpoint_at (2), endpoint_at (3));
    fprintf (file, "%sdesk tmf_desk active %s - -\n", before, desk.public_key);
    cr_assert_eq (fclose (file), 0);
}

static void house_open (void)
{
    cr_assert (sodium_init () >= 0);
    scratch_make ();
    held_disk_make ();
    bytes_arena = arena_new (SIZE_MAX / 2);
    done = mmap (NULL, sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert (done != MAP_FAILED);
    ports = ports_claim ();
    cr_assert_eq (secret_create (scratch_path ("tally.secret"), &tally, NULL), STATUS_OK);
    cr_assert_eq (master_create (scratch_path ("tally.master"), NULL), STATUS_OK);
    zmq_curve_keypair (desk.public_key, desk.secret_key);
    zmq_curve_keypair (other.public_key, other.secret_key);
    write_table ("");
    server_start ();
    lines_open ();
}

static void house_close (void)
{
    lines_close ();
    ports_let_go (&ports);
    arena_destroy (&bytes_arena);
    scratch_remove ();
}

static void expect_good_end (void)
{
    cr_assert_eq (kill (server, SIGTERM), 0);
    cr_expect_eq (end_of_server (), 0);
}

TestSuite (server, .init = house_open, .fini = house_close, .timeout = 300);

/* A batch whose sync is held. */
static void batch_waits (uint64_t first)
{
    held_disk_hold ();
    say_batch (first);
    cr_assert (held_disk_waits ());
}

Test (server, nobody_is_told_before_the_disk_has_it)
{
    batch_waits (1);
    say_batch (1 + BATCH);
    cr_expect (comes (&done->added, 2 * (BATCH - 1)), "the next batch is taken meanwhile");
    expect_silence ();
    held_disk_let_go ();
    expect_replies (1, 2 * BATCH);
    cr_expect_eq (hear_records (PATIENCE_MS), BATCH - 1);
    cr_expect_eq (hear_records (PATIENCE_MS), BATCH - 1);
    cr_expect (hear_call (PATIENCE_MS) && hear_call (PATIENCE_MS));
    expect_good_end ();
}

Test (server, a_query_waits_for_what_it_may_have_seen)
{
    batch_waits (1);
    say_one (TALLY ("Total"), 1 + BATCH);
    cr_expect (comes (&done->asked, 1));
    expect_silence ();
    held_disk_let_go ();
    expect_replies (1, BATCH + 1);
    cr_expect_eq (replies[BATCH].total, (BATCH - 1) * AMOUNT, "it saw what was not on disk yet");
    expect_good_end ();
}

/* Nobody who asks alone waits until another thread has woken up. */
Test (server, a_command_alone_is_synced_by_the_thread_that_carries_it_out)
{
    held_disk_hold ();
    say_one (TALLY ("Add"), 1);
    cr_assert (held_disk_waits ());
    say_one (TALLY ("Total"), 2);
    expect_silence ();
    cr_expect_eq (done->asked, 0);
    held_disk_let_go ();
    expect_replies (1, 2);
    expect_good_end ();
}

Test (server, stopping_answers_what_waits_and_what_was_taken_meanwhile)
{
    batch_waits (1);
    say_batch (1 + BATCH);
    cr_expect (comes (&done->added, 2 * (BATCH - 1)));
    cr_assert_eq (kill (server, SIGTERM), 0);
    expect_silence ();
    cr_expect_eq (look_at_server (), -1);
    held_disk_let_go ();
    expect_replies (1, 2 * BATCH);
    cr_expect_eq (end_of_server (), 0);
}

/* Of a step that is run again because one of its commands failed: a line of the table that had moved meanwhile made
 * them another's, and who asked again had them carried out twice. */
Test (server, who_asked_is_who_it_was_though_the_key_table_changes_meanwhile)
{
    char newcomer[128];
    keypair_t key;
    zmq_curve_keypair (key.public_key, key.secret_key);
    snprintf (newcomer, sizeof newcomer, "newcomer tmf_desk active %s - -\n", key.public_key);
    batch_waits (1);
    say_batch_with (1 + BATCH, TALLY ("Fail"));
    cr_expect (comes (&done->added, 2 * (BATCH - 1)));
    write_table (newcomer);
    (void) poll (NULL, 0, SERVER_REGISTRY_MS + MOMENT_MS);
    held_disk_let_go ();
    hear_replies (2 * BATCH, PATIENCE_MS);
    say_batch_with (1 + BATCH, TALLY ("Fail"));
    say_one (TALLY ("Total"), 1 + 2 * BATCH);
    hear_replies (3 * BATCH + 1, PATIENCE_MS);
    cr_assert_eq (n_replies, 3 * BATCH + 1);
    cr_expect_eq (replies[3 * BATCH].total, 2 * (BATCH - 1) * AMOUNT, "each was carried out once");
    expect_good_end ();
}

/* A round that costs much takes less the next time, and what others say stands behind what is left of a bundle: that
 * was let go then, and nobody answered it. */
Test (server, a_bundle_that_takes_several_rounds_is_answered_whoever_else_speaks_meanwhile)
{
    enum { BUNDLES = 10, ALL = BUNDLES * BUNDLE_LETTERS_MAX };
    for (uint64_t i = 0; i < BUNDLES; i++)
        say_costly_queries (1 + i * BUNDLE_LETTERS_MAX);
    for (int left = PATIENCE_MS / LOOK_MS; n_replies < ALL && left > 0; left--) {
        speak ();
        hear_replies (ALL, LOOK_MS);
    }
    expect_replies (1, ALL);
    expect_good_end ();
}

/* --- a sync that fails --- */

/* A batch, and what was taken after it: nobody hears of either. */
static void fail_a_batch (void)
{
    held_disk_fail_sync ();
    batch_waits (1);
    say_one (TALLY ("Total"), 1 + BATCH);
    cr_expect (comes (&done->asked, 1));
    held_disk_let_go ();
    cr_expect_eq (end_of_server (), 1);
    expect_silence ();
    lines_close ();
}

/* Asked again with the same ids by those who were not answered, a new process answers them all. */
static void ask_again (void)
{
    server_start ();
    lines_open ();
    say_batch (1);
    say_one (TALLY ("Total"), 1 + BATCH);
    expect_replies (1, BATCH + 1);
    cr_expect_eq (replies[BATCH].total, (BATCH - 1) * AMOUNT, "each was carried out once");
    expect_good_end ();
}

Test (server, a_failed_sync_ends_the_process_and_nobody_was_told)
{
    fail_a_batch ();
    ask_again ();
    cr_expect_eq (done->added, BATCH - 1, "the disk has it: the answers are those that were kept");
}

Test (server, what_a_failed_sync_lost_is_carried_out_when_it_is_asked_for_again)
{
    struct stat log;
    cr_assert_eq (stat (scratch_path ("tally.db-wal"), &log), 0);
    fail_a_batch ();
    cr_assert_eq (truncate (scratch_path ("tally.db-wal"), log.st_size), 0);
    ask_again ();
    cr_expect_eq (done->added, 2 * (BATCH - 1));
}

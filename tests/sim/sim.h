/*
 * The simulator: five services with their real handlers, schemas and engine in one process, on disks that fail, over a
 * network that loses, with clocks that jump. Everything follows from one seed: the same seed gives the same run.
 *
 *     clients ──► post ──► seats (service + node + store + disk) ──► post ──► clients, other seats
 *                  │          │
 *               faults     checks: after every step, after every restart, and once at rest
 *
 * A run has two parts. In the first, clients work and faults happen. Then faults stop, everything is mended, and within
 * a while all must be at rest: every command answered, every saga ended, every follower where its owner is.
 *
 * The rooms: agenda.c (what happens next), post.c (the network), seat.c (a service and its death), client.c and
 * commands.c (who asks for what), ledger.c (what they were told), fault.c (what goes wrong when), check_*.c (what must
 * hold), disk.c and database.c (what SQLite stands on). Nothing is read from outside and no address decides anything.
 */
#ifndef FYR_SIM_SIM_H
#define FYR_SIM_SIM_H

#include "disk.h"
#include "node/node.h"

enum {
    SEATS = 5,
    CLIENTS = 8,
    PARTIES = SEATS + CLIENTS, /* a seat's number is its party's; client c is party SEATS + c */
    MAIL_MAX = 4096,
    FEEDS_MAX = 4,
    TIMERS_MAX = 16,
    SEEN_MAX = 4096,
    LIVES_MAX = 8 /* of one log in a run */
};

/* --- what is under way --- */

/* One message, or the result of a job. Owns its bytes. */
typedef struct letter {
    input_kind_t kind;
    bool to_client;
    int from, to; /* parties */
    uint64_t route;
    status_t status;
    uint8_t *header, *body;
    size_t header_size, body_size;
    unsigned life; /* of a letter to itself, the seat's: it dies with the process. Of an answer, how often its sender
                    * had been restored */
} letter_t;

typedef enum { EVENT_ARRIVAL, EVENT_STEP, EVENT_CLIENT, EVENT_FAULT, EVENT_MEND, EVENT_RESTART } event_kind_t;

typedef struct {
    int64_t at;
    uint64_t number; /* decides between two at once */
    event_kind_t kind;
    int who;
    uint64_t what; /* EVENT_STEP: the seat's plan. EVENT_MEND: which fault */
    letter_t *letter;
} event_t;

typedef struct {
    event_t *list; /* a heap */
    size_t count, capacity;
    uint64_t numbers;
} agenda_t;

/* --- what may go wrong, drawn once for a run --- */

typedef struct {
    unsigned drop, twice, late;        /* of a thousand letters */
    int64_t late_ms;                   /* at most */
    unsigned crash;                    /* of a thousand steps */
    unsigned garbage;                  /* of a thousand client turns */
    unsigned memory;                   /* of a thousand steps */
    unsigned events_fail, timers_fail; /* of a thousand */
    unsigned fault_every_ms;           /* on average, one of the following */
    bool partitions, slow, full, sync, readonly, clocks, revoked, restore, upgrade, jobs;
} profile_t;

typedef struct {
    uint64_t dropped, twice, late, partitions, slow, crashes_before_commit, crashes_before_sync, crashes_after_commit,
        process_deaths, full, failed_syncs, readonly, clock_jumps, revoked, garbage, restored, upgraded, failed_jobs,
        torn, lost, no_memory, not_now;
} fault_counts_t;

/* --- who is there --- */

/* One life of a log, remembered outside of it. By row number - 1. */
typedef struct {
    uint64_t epoch;
    uint64_t *rows;   /* what each row says: may never change */
    uint64_t *events; /* digest of all events up to it */
    size_t count, capacity;
} shadow_t;

typedef struct {
    uint64_t epoch, position;
} place_t;

typedef struct {
    service_t service; /* the real one; its followers and timers are observed, its schema grows at an upgrade */
    follower_t followers[FEEDS_MAX + 1];
    timer_handler_t timers[TIMERS_MAX + 1];
    const service_t *real;
    migration_t *schema;
    disk_t *disk, *backup;
    uint64_t backup_head;
    node_t *node; /* NULL while down */
    unsigned life;
    int64_t skew, furthest_skew, slow_ms;
    uint64_t planned; /* the step that is still to come; earlier plans are void */
    bool mail_planned, upgraded, has_backup;
    unsigned restored; /* how often from a backup */
    letter_t *mail[MAIL_MAX];
    size_t n_mail;
    shadow_t lives[LIVES_MAX];   /* of its log; the newest is lives[restored] */
    place_t places[FEEDS_MAX];   /* in the feeds it follows, as last committed */
    uint64_t applied[FEEDS_MAX]; /* digest of all events it has applied */
    bytes_t seen[SEEN_MAX];      /* the events it was given in this step */
    int seen_feed[SEEN_MAX];
    size_t n_seen;
    bool seen_failed;
    uint64_t steps, commits;

    bool waits;                           /* its last step is committed, and the disk is still to keep it: */
    outputs_t held;                       /* what it has to say, */
    letter_t *held_mail[NODE_INPUTS_MAX]; /* to whom, */
    size_t n_held_mail;
    size_t rows_before; /* and what is remembered here if it is lost */
    place_t places_before[FEEDS_MAX];
    uint64_t applied_before[FEEDS_MAX];
} seat_t;

typedef struct {
    char name[24];
    caller_t caller;
    struct entry *waiting; /* for the answer to this one */
    struct entry *probe;   /* whose id was sent with another body; NULL: none */
    int64_t next_turn;
    unsigned tries;
} client_t;

typedef struct ledger ledger_t;
typedef struct pools pools_t;

typedef struct sim {
    uint64_t seed;
    uint64_t chance;      /* network, faults and workload */
    uint64_t disk_chance; /* who waits for the disk, and whether a death is that of the power */
    uint64_t secrets;     /* what services draw for keys and pseudonyms */
    int64_t now;
    agenda_t agenda;
    seat_t seats[SEATS];
    client_t clients[CLIENTS];
    bool blocked[PARTIES][PARTIES];
    bool revoked[PARTIES];
    profile_t profile;
    fault_counts_t counts;
    bool calm;    /* faults have stopped */
    bool closing; /* clients ask for nothing new */
    ledger_t *ledger;
    pools_t *pools;
    uint64_t digest; /* of all that happened: two runs of one seed end with the same */
    uint64_t turns, happened;
    bool talk; /* print every event */
} sim_t;

typedef struct {
    fault_counts_t counts;
    uint64_t commands, steps, events, digest;
} run_t;

/* One run, in which clients ask for `turns` things. Ends the process with exit status 1, and what was wrong on stderr,
 * when a check fails. */
run_t sim_run (uint64_t seed, uint64_t turns, bool talk);

_Noreturn void sim_fail (const sim_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));
void sim_say (sim_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

/* below (n): 0 .. n - 1. of_thousand (n): true n times in a thousand. */
uint64_t below (sim_t *self, uint64_t n);
bool of_thousand (sim_t *self, unsigned n);
const char *party_name (const sim_t *self, int party);
uint64_t digest_of (uint64_t before, bytes_t bytes);
uint64_t digest_number (uint64_t before, uint64_t number);

/* --- agenda.c --- */
void agenda_add (agenda_t *self, int64_t at, event_kind_t kind, int who, uint64_t what, letter_t *letter);
bool agenda_next (agenda_t *self, event_t *ret_event);
void agenda_clear (agenda_t *self);

/* --- post.c --- */
letter_t *letter_new (input_kind_t kind, int from, int to, bytes_t header, bytes_t body);
void letter_destroy (letter_t **self);
void post_send (sim_t *self, letter_t *letter);                   /* over the network: it may not arrive */
void post_keep (sim_t *self, letter_t *letter, int64_t delay_ms); /* within one process: it arrives while that lives */

/* --- seat.c --- */
void seats_open (sim_t *self);
void seats_close (sim_t *self);
void seat_arrival (sim_t *self, letter_t *letter);
void seat_step (sim_t *self, int seat);
void seat_restart (sim_t *self, int seat);
void seat_crash (sim_t *self, int seat); /* as when the power goes */
void seat_back_up (sim_t *self, int seat);
void seat_restore (sim_t *self, int seat);
void seat_upgrade (sim_t *self, int seat);
seat_t *seat_of_node (const node_t *node);
sim_t *sim_under_way (void); /* for who is called by the engine */
int seat_named (const sim_t *self, const char *name);
shadow_t *seat_shadow (seat_t *self);
int64_t seat_time (const sim_t *self, int seat);

/* --- client.c --- */
void clients_open (sim_t *self);
void client_turn (sim_t *self, int client);
void client_arrival (sim_t *self, letter_t *letter);
bool client_probe (sim_t *self, int client); /* false: it has nothing to probe with */

/* --- fault.c --- */
profile_t profile_draw (sim_t *self);
void fault_happens (sim_t *self);
void fault_mended (sim_t *self, int who, uint64_t what);
void faults_stop (sim_t *self);
bool crash_planned (sim_t *self, int seat); /* and armed on its disk */
void memory_planned (sim_t *self);          /* the database may run out of it in the step that comes */

/* --- check_*.c --- */
void check_step (sim_t *self, int seat);     /* what was committed, before anything of it is sent */
void check_reopened (sim_t *self, int seat); /* what was said is still there */
void check_output (sim_t *self, int seat, const output_t *output, int to);
void check_forgotten (sim_t *self, int seat); /* a backup was put in its place: what is gone is gone */
void check_house (sim_t *self, int seat);     /* what must hold in one service between any two steps */
void check_deadlines (sim_t *self, int seat); /* at rest: what was due has happened */
bool check_is_at_rest (sim_t *self);
void check_at_rest (sim_t *self);
void check_between_houses (sim_t *self);
void check_report_derived_again (sim_t *self);
void observe_handlers (sim_t *self, int seat); /* puts us between the engine and a service's followers and timers */

/* --- reading a store between steps --- */
int64_t number_in (sim_t *self, int seat, const char *sql);

#endif

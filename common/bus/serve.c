#include "bus/serve.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "bus/check.h"
#include "bus/curve.h"
#include "bus/door.h"
#include "bus/server.h"

#include <czmq.h>
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *registry, *secret, *master, *store, *clock, *log;
    bool restored, check;
} settings_t;

enum {
    OPTION_REGISTRY = 256,
    OPTION_SECRET,
    OPTION_MASTER,
    OPTION_STORE,
    OPTION_CLOCK,
    OPTION_LOG,
    OPTION_RESTORED,
    OPTION_CHECK
};

static void print_help (const service_t *service)
{
    printf ("fyr-%s %s: the %s service of Fyrtårn\n\n"
            "  --registry FILE  the key table that all share          (or FYR_REGISTRY)\n"
            "  --secret FILE    this service's CURVE secret           (or FYR_SECRET)\n"
            "  --master FILE    the key that protects its own secrets (or FYR_MASTER)\n"
            "  --store FILE     its database, made if missing         (or FYR_STORE)\n"
            "  --clock FILE     time from a clock file: demonstrations and tests only (or FYR_CLOCK)\n"
            "  --log LEVEL      quiet, warn or info (default)         (or FYR_LOG)\n"
            "  --restored       the database comes from a backup: begin a new life of the log, once\n"
            "  --check          ask the one that runs, with its own secret: exit 0 when it answers and takes commands\n"
            "  --help, --version\n\n"
            "It runs in the foreground, logs to stderr, and ends with exit 0 on SIGTERM.\n",
            service->name, FYR_VERSION, service->name);
}

static settings_t settings_from_environment (void)
{
    return (settings_t){
        .registry = getenv ("FYR_REGISTRY"),
        .secret = getenv ("FYR_SECRET"),
        .master = getenv ("FYR_MASTER"),
        .store = getenv ("FYR_STORE"),
        .clock = getenv ("FYR_CLOCK"),
        .log = getenv ("FYR_LOG"),
    };
}

/* -1: go on; else the exit status. */
static int read_options (const service_t *service, int argc, char **argv, settings_t *settings)
{
    static const struct option OPTIONS[] = {
        { "registry", required_argument, NULL, OPTION_REGISTRY },
        { "secret", required_argument, NULL, OPTION_SECRET },
        { "master", required_argument, NULL, OPTION_MASTER },
        { "store", required_argument, NULL, OPTION_STORE },
        { "clock", required_argument, NULL, OPTION_CLOCK },
        { "log", required_argument, NULL, OPTION_LOG },
        { "restored", no_argument, NULL, OPTION_RESTORED },
        { "check", no_argument, NULL, OPTION_CHECK },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },
        { NULL, 0, NULL, 0 },
    };
    const char **texts[] = { &settings->registry, &settings->secret, &settings->master,
                             &settings->store,    &settings->clock,  &settings->log };
    for (int option; (option = getopt_long (argc, argv, "hv", OPTIONS, NULL)) != -1;) {
        if (option >= OPTION_REGISTRY && option <= OPTION_LOG) {
            *texts[option - OPTION_REGISTRY] = optarg;
        } else if (option == OPTION_RESTORED) {
            settings->restored = true;
        } else if (option == OPTION_CHECK) {
            settings->check = true;
        } else if (option == 'h') {
            print_help (service);
            return 0;
        } else if (option == 'v') {
            printf ("fyr-%s %s\n", service->name, FYR_VERSION);
            return 0;
        } else {
            return 2;
        }
    }
    bool can_check = settings->registry && settings->secret;
    bool can_run = can_check && settings->master && settings->store;
    if (optind == argc && (settings->check ? can_check : can_run))
        return -1;
    fprintf (stderr, "fyr-%s: --registry, --secret, --master and --store are needed; see --help\n", service->name);
    return 2;
}

static log_level_t log_level (const char *name)
{
    if (name && strcmp (name, "quiet") == 0)
        return LOG_QUIET;
    return name && strcmp (name, "warn") == 0 ? LOG_WARN : LOG_INFO;
}

static void draw (void *context, void *out, size_t size)
{
    (void) context;
    randombytes_buf (out, size);
}

/* Before any thread: signals are read from a descriptor, and czmq must not install handlers of its own. */
static void prepare_process (void)
{
    sigset_t set;
    sigemptyset (&set);
    sigaddset (&set, SIGTERM);
    sigaddset (&set, SIGINT);
    pthread_sigmask (SIG_BLOCK, &set, NULL);
    signal (SIGPIPE, SIG_IGN);
    door_prepare ();
    curve_prepare ();
}

static status_t run (const service_t *service, const settings_t *settings, fault_t *reterr)
{
    keypair_t own;
    node_ports_t ports = { .random = draw, .version = FYR_VERSION };
    if (secret_load (settings->secret, &own, reterr) != STATUS_OK ||
        master_load (settings->master, ports.master_key, reterr) != STATUS_OK)
        return STATUS_UNAVAILABLE;
    owned (bus_clock) clock = bus_clock_new (settings->clock, reterr);
    owned (registry) registry = clock ? registry_load (settings->registry, reterr) : NULL;
    store_t *store = registry ? store_open (settings->store, reterr) : NULL;
    owned (node) node = store ? node_new (service, store, &ports, bus_clock_now (clock), reterr) : NULL;
    if (!node || (settings->restored && node_begin_epoch (node, reterr) != STATUS_OK))
        return STATUS_UNAVAILABLE;
    owned (server) server = server_new (node, registry, &own, clock, reterr);
    if (!server)
        return STATUS_UNAVAILABLE;
    memory_give_back ();
    log_event (LOG_INFO, bus_clock_now (clock), "started", "version", FYR_VERSION, "store", settings->store, NULL);
    log_flush ();
    server_run (server);
    log_event (LOG_INFO, bus_clock_now (clock), "stopped", NULL);
    log_flush ();
    return STATUS_OK;
}

int serve (const service_t *service, int argc, char **argv)
{
    settings_t settings = settings_from_environment ();
    int ended = read_options (service, argc, argv, &settings);
    if (ended >= 0)
        return ended;
    log_setup (service->name, log_level (settings.log));
    prepare_process ();
    fault_t why = { 0 };
    status_t status = STATUS_INTERNAL;
    if (sodium_init () >= 0)
        status = settings.check ? check_service (service->name, settings.registry, settings.secret, &why)
                                : run (service, &settings, &why);
    if (status != STATUS_OK) {
        fprintf (stderr, "fyr-%s: %s: %s\n", service->name, why.reason, why.message);
        zsys_shutdown ();
        return 1;
    }
    zsys_shutdown ();
    return 0;
}

/* fyr: the command line of the suite. Options first, then a word, then what the word takes. */
#include "console/commands.h"
#include "console/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

static const struct {
    const char *word;
    int (*run) (session_t *session, int argc, char **argv);
    const char *help;
} COMMANDS[] = {
    { "health", command_health, "every service: up, version, head of its log, how far behind" },
    { "report", command_report, "the status report of the steering group" },
    { "methods", command_methods, "every method, its kind, and who may call it" },
    { "call", command_call, "call any method with JSON" },
    { "events", command_events, "what happened at a service" },
    { "keys", command_keys, "make, list and revoke keys" },
    { "play", command_play, "carry out CSV files on the bus" },
    { "clock", command_clock, "the clock file of a demonstration" },
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

static void print_help (FILE *out)
{
    fprintf (out,
             "fyr %s: the command line of Fyrtårn\n\n"
             "usage: fyr [options] COMMAND ...\n\n"
             "the day's work (each lists its words with --help)\n",
             FYR_VERSION);
    for (size_t i = 0; CATALOGUE_SERVICES[i]; i++)
        if (daily_knows (CATALOGUE_SERVICES[i]))
            fprintf (out, "  fyr %s ...\n", CATALOGUE_SERVICES[i]);
    fprintf (out, "\ncommands\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf (out, "  %-10s %s\n", COMMANDS[i].word, COMMANDS[i].help);
    fprintf (out,
             "\noptions\n"
             "  --actor NAME      the person who acts                        (or FYR_ACTOR)\n"
             "  --reason TEXT     why personal data is read                  (or FYR_REASON)\n"
             "  --json            JSON instead of tables\n"
             "  --as PARTY        use this party's key, e.g. tmf-desk; otherwise one that may call\n"
             "  --keys DIR        where NAME.secret files lie, default var/keys (or FYR_KEYS)\n"
             "  --registry FILE   the key table, default DIR/registry        (or FYR_REGISTRY)\n"
             "  --clock FILE      the clock file of a demonstration          (or FYR_CLOCK)\n"
             "  --timeout MS      how long to wait for an answer, default %d\n\n"
             "exit status: 0 done, 1 refused, 2 usage, 3 unavailable; with --json why, as one line of JSON on stderr\n",
             CLIENT_TIMEOUT_MS);
}

static int help (const settings_t *settings)
{
    page_t page;
    page_open (&page);
    print_help (page.out);
    return page_close (&page, settings);
}

typedef struct {
    settings_t settings;
    char registry[PATH_SIZE];
    bool help, version;
} options_t;

static const char *or_else (const char *value, const char *otherwise)
{
    return value && value[0] ? value : otherwise;
}

/* The number of arguments read; -1 for one that is not understood. */
static int read_options (int argc, char **argv, options_t *options)
{
    settings_t *settings = &options->settings;
    const struct {
        const char *name;
        const char **value;
    } texts[] = {
        { "--actor", &settings->actor }, { "--reason", &settings->reason },     { "--as", &settings->as },
        { "--keys", &settings->keys },   { "--registry", &settings->registry }, { "--clock", &settings->clock },
    };
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        size_t k = 0, count = sizeof texts / sizeof texts[0];
        while (k < count && strcmp (argv[i], texts[k].name) != 0)
            k++;
        if (k < count && i + 1 < argc)
            *texts[k].value = argv[++i];
        else if (strcmp (argv[i], "--timeout") == 0 && i + 1 < argc)
            settings->timeout_ms = (int) strtol (argv[++i], NULL, 10);
        else if (strcmp (argv[i], "--json") == 0)
            continue;
        else if (strcmp (argv[i], "--help") == 0 || strcmp (argv[i], "-h") == 0)
            options->help = true;
        else if (strcmp (argv[i], "--version") == 0)
            options->version = true;
        else
            return -1;
    }
    return i;
}

/* Wherever it stands: what is wrong with the rest is said in JSON too. */
static bool wants_json (int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp (argv[i], "--json") == 0)
            return true;
    return false;
}

/* --json and --actor are also understood after the word, where people write them. */
static int take_late_options (int argc, char **argv, settings_t *settings)
{
    int kept = 0;
    for (int i = 0; i < argc; i++) {
        if (strcmp (argv[i], "--json") == 0)
            continue;
        if (strcmp (argv[i], "--actor") == 0 && i + 1 < argc)
            settings->actor = argv[++i];
        else if (strcmp (argv[i], "--reason") == 0 && i + 1 < argc && strcmp (argv[0], "call") == 0)
            settings->reason = argv[++i];
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    return kept;
}

static int run (const settings_t *settings, int argc, char **argv)
{
    int (*command) (session_t *, int, char **) = daily_knows (argv[0]) ? command_daily : NULL;
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp (argv[0], COMMANDS[i].word) == 0 && !command)
            command = COMMANDS[i].run;
    if (!command)
        return say_misused (settings, "", "no command %s; see fyr --help", argv[0]);
    session_t *session = session_new (settings);
    int ended = command (session, argc, argv);
    session_destroy (&session);
    return ended;
}

int main (int argc, char **argv)
{
    options_t options = { .settings = {
                              .actor = getenv ("FYR_ACTOR"),
                              .reason = getenv ("FYR_REASON"),
                              .clock = getenv ("FYR_CLOCK"),
                              .registry = getenv ("FYR_REGISTRY"),
                              .keys = or_else (getenv ("FYR_KEYS"), "var/keys"),
                              .json = wants_json (argc, argv),
                          } };
    int first = read_options (argc, argv, &options);
    if (options.version)
        return say_done (&options.settings, json_pack ("{ss}", "version", FYR_VERSION), "fyr %s", FYR_VERSION);
    if (options.help || argc == 1)
        return help (&options.settings);
    if (first < 0 || first == argc)
        return say_misused (&options.settings, "", "%s; see fyr --help",
                            first < 0 ? "an option is not understood" : "say what to do");
    argc = take_late_options (argc - first, argv + first, &options.settings);
    snprintf (options.registry, sizeof options.registry, "%s/registry", options.settings.keys);
    options.settings.registry = or_else (options.settings.registry, options.registry);
    return run (&options.settings, argc, argv + first);
}

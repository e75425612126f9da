/* What the two ways of fyr-match solve share: with one place each, and with several small jobs. */
#ifndef FYR_PLACEMENT_MATCH_SOLVE_H
#define FYR_PLACEMENT_MATCH_SOLVE_H

#include "placement/match/files.h"

typedef struct {
    const char *instance, *plan, *certificate, *several;
    bool report;
    int floor_percent; /* -1: none */
    int seconds;       /* for several jobs; 0: as much work as is usual */
} arguments_t;

double seconds (void); /* of the processor, so far */
double seconds_by_the_clock (void);
double peak_mb (void);

typedef status_t (*file_reader_t) (instance_source_t source, void *file, void *context, fault_t *reterr);

/* Gives the exit status, 0 for success; else said why. */
int read_file (const char *path, file_reader_t read, void *context);

/* Writes the bytes; to the standard output when there is no path. False: said why. */
bool put (const buffer_t *bytes, const char *path);

/* `matching` is the best plan with one place each. Gives the exit status. */
int solve_several (const arguments_t *arguments, const matching_t *matching);

#endif

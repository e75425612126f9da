/*
 * The works that a service is measured at: real methods of real services, on what bus.sh has put into them.
 */
#ifndef FYR_BENCH_WORKS_H
#define FYR_BENCH_WORKS_H

#include "kit.h"

enum { BODY_MAX = 64 * 1024, LIST_MAX_IDS = 64, TEXT_LEAST = 100, TEXT_MOST = 60000 };

typedef struct {
    uint64_t rooms[LIST_MAX_IDS], guides[LIST_MAX_IDS];
    size_t n_rooms, n_guides;
    uint64_t offer, session;
    char *text; /* of what is written or read: as many bytes as were asked for */
} house_t;

/* A text of `size` bytes, TEXT_LEAST to TEXT_MOST, that all rules of law can be found in. */
char *work_text (size_t size);

/* Same hours, guides and rooms at the same `slot`; free as long as each slot is used once. */
typedef struct {
    const char *name;    /* as on the command line */
    const char *service; /* whom it asks */
    const char *party;   /* who asks */
    const char *actor;   /* "" where none is needed */
    const char *method;
    void (*look) (const char *keys, house_t *house); /* what there is, asked once before the load */
    size_t (*body) (const house_t *house, uint64_t slot, uint8_t out[BODY_MAX]);
} work_t;

/* NULL when there is no such work. */
const work_t *work_by_name (const char *name);

#endif

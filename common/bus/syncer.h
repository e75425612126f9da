/*
 * A thread that waits for the disk. While it syncs what one step has committed, the next step takes its inputs. One
 * sync at a time; syncer_event becomes readable when it has ended.
 */
#ifndef FYR_BUS_SYNCER_H
#define FYR_BUS_SYNCER_H

#include "store/store.h"

typedef struct syncer syncer_t;

typedef enum { SYNC_NONE, SYNC_UNDER_WAY, SYNC_DONE, SYNC_FAILED } sync_state_t;

syncer_t *syncer_new (store_t *store); /* borrowed */
void syncer_destroy (syncer_t **self); /* when what was under way has ended */

void syncer_start (syncer_t *self); /* when none is under way */

/* SYNC_DONE and SYNC_FAILED are told once; then there is none. */
sync_state_t syncer_look (syncer_t *self);
sync_state_t syncer_wait (syncer_t *self); /* never SYNC_UNDER_WAY */
int syncer_event (const syncer_t *self);   /* a file descriptor to poll */

#endif

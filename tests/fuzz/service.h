/*
 * Which service this program fuzzes, and what its scenes are about. The build compiles service_*.c and story.c once for
 * each service.
 */
#ifndef FYR_TESTS_FUZZ_SERVICE_H
#define FYR_TESTS_FUZZ_SERVICE_H

#include "fuzz/scene.h"
#include "node/node.h"

extern const service_t FUZZ_SERVICE;

enum { PENDING_MAX = 64 };
#define SCENE_BEGINS INT64_C (1772442000000) /* 2026-03-02T09:00:00Z */

/* Plays the scene to its end; what the service said and took can be recalled afterwards (recall.h). */
void service_play (bytes_t scene);
bytes_t service_last_played (void);

/* One act more, on the stage as it is. True when it was taken: carried out, applied; then it is part of what is. */
bool service_try (const act_t *act);

unsigned service_carried_out (size_t method); /* how often, since the start of the program */

/* A method of the service or of the engine by its mark. */
const method_t *service_method (const uint8_t *mark);
size_t service_method_count (void);
const method_t *service_method_at (size_t index);

#endif

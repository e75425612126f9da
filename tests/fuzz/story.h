/*
 * A story: the beginning of the demonstration's year as one service sees it, as a scene. It takes the fuzzer at once to
 * where there are leases, sessions, matches; and it grows with the demonstration.
 */
#ifndef FYR_TESTS_FUZZ_STORY_H
#define FYR_TESTS_FUZZ_STORY_H

#include "base/bytes.h"

/* From a folder of plays (console/script.h), a few rows of each file. Plays it. Borrowed; made once. */
bytes_t story_scene (const char *folder);

#endif

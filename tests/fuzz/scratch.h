/*
 * A directory in memory that goes when the program ends, for what is only read from files.
 */
#ifndef FYR_TESTS_FUZZ_SCRATCH_H
#define FYR_TESTS_FUZZ_SCRATCH_H

#include "base/bytes.h"

const char *scratch_folder (void);
const char *scratch_file (const char *name); /* borrowed until the next call */
void scratch_write (const char *name, bytes_t bytes);
void scratch_forget (const char *name);

#endif

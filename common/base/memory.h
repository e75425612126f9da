/* What only a start needed, given back. */
#ifndef FYR_BASE_MEMORY_H
#define FYR_BASE_MEMORY_H

/* Free heap goes back to the system. So do the pages of code and constants of the program and its libraries: they stay
 * in the system's cache of files, and those that are used again come back from there at first use. */
void memory_give_back (void);

#endif

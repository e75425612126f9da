/*
 * Ports of loopback that nobody else uses and no other test is about to use.
 *
 * Whoever starts programs says first on which ports they shall listen, and they listen a while later. Until the caller
 * ends its claim no other claim in this network is given the same ports, whoever makes it and in whatever process.
 */
#ifndef FYR_TESTS_PORTS_H
#define FYR_TESTS_PORTS_H

enum { PORTS_IN_A_ROW = 10 };

typedef struct {
    int first; /* and the PORTS_IN_A_ROW - 1 after it */
    int claim; /* an open file; the claim ends when it is closed, also by the end of the process */
} ports_t;

ports_t ports_claim (void); /* fails the test when there are none */
void ports_let_go (ports_t *self);

#endif

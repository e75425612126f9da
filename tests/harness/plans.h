/*
 * How a service reads its database: no command and no list may go through a table that grows, sort one to take its
 * first rows, or pass over rows until some fit. The rig holds every statement of every test to it that ran before the
 * test looked into the store itself.
 */
#ifndef FYR_TESTS_PLANS_H
#define FYR_TESTS_PLANS_H

#include "store/store.h"

/* The statements that have run in it; fails the test with those that break the rule. Gives how many were looked at. */
size_t plans_hold (store_t *store);

#endif

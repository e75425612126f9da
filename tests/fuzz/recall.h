/*
 * What a service has said and taken, by the names of the fields: so that the next request can be about it. Contracts
 * call one thing by one name, "tenant" in a reply and in a request.
 */
#ifndef FYR_TESTS_FUZZ_RECALL_H
#define FYR_TESTS_FUZZ_RECALL_H

#include "harness/messages.h"

enum { RECALL_TEXT_SIZE = 64 };

void recall_nothing (void); /* but the words */
void recall_learn (const message_rule_t *rule, const ProtobufCMessage *message);

/* What was learned last under this name, as text; false when nothing was. */
bool recall_newest (const char *name, char out[RECALL_TEXT_SIZE]);

/* Words that a service understands: the cells of plays (console/script.h) for its methods, in this folder. They are
 * kept for good. */
void recall_words (const char *folder, const contract_t *contract);

/* drawer_t.recall: most ids, and half of the rest, when there are any of that name. */
bool recall_item (drawer_t *drawer, const ProtobufCFieldDescriptor *field, void *item);

#endif

/*
 * Ownership that costs one word.
 *
 * A room that owns something offers thing_destroy (thing_t **), idempotent and NULL-safe. That is exactly
 * what the compiler's cleanup attribute calls, so
 *
 *     owned (thing) t = thing_new ();          destroyed when t leaves scope
 *     return give (t);                         ... unless it is given away
 */
#ifndef FYR_BASE_OWN_H
#define FYR_BASE_OWN_H

#define owned(T) __attribute__ ((cleanup (T##_destroy))) T##_t *
#define give(p)                                                                                                        \
    __extension__({                                                                                                    \
        __typeof__ (p) given_ = (p);                                                                                   \
        (p) = NULL;                                                                                                    \
        given_;                                                                                                        \
    })

#endif

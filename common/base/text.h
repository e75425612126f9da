/*
 * Text files of a service that are part of its program: letters, rules of law. They stand as files in the tree, where
 * people read and change them, and the build embeds them as they are.
 */
#ifndef FYR_BASE_TEXT_H
#define FYR_BASE_TEXT_H

typedef struct {
    const char *name; /* of the file, without its folder */
    const char *text; /* UTF-8 */
} embedded_text_t;

/* The list ends with a NULL name; asking for a file that is not in it is a bug. */
const char *embedded_text (const embedded_text_t *list, const char *name);

#endif

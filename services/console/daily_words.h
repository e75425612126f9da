/*
 * The day's words of each role. A row costs a line; everything else follows from the contract of the method.
 */
#ifndef FYR_CONSOLE_DAILY_WORDS_H
#define FYR_CONSOLE_DAILY_WORDS_H

typedef struct {
    const char *service, *word;
    const char *method;
    const char *fields; /* what words without -- stand for, in order */
    const char *help;
} daily_word_t;

extern const daily_word_t DAILY_WORDS[]; /* ends with a NULL service */

/* What may stand behind a word, for its --help. */
typedef struct {
    const char *service, *word;
    const char *arguments;
} daily_example_t;

extern const daily_example_t DAILY_EXAMPLES[]; /* ends with a NULL service */

#endif

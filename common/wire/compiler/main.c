/*
 * The contract compiler, a program of the build:
 *
 *     contract-compiler SET.bin OUTDIR
 *
 * It reads the descriptors of all .proto files (protoc --include_imports --descriptor_set_out), refuses contracts that
 * break a rule of the house, and writes the tables, the handlers' prototypes and the wire lock.
 *
 * Read model.h, check.c, write.c, in this order.
 */
#include "base/bytes.h"
#include "wire/compiler/check.h"
#include "wire/compiler/model.h"
#include "wire/compiler/write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SET_MAX = 64 * 1024 * 1024 };

/* NULL, and a line on stderr, when the file cannot be read or is no set of descriptors. */
static descriptor_set_t *read_set (const char *path)
{
    owned_buffer bytes = BUFFER (SET_MAX);
    FILE *file = fopen (path, "r");
    if (!file) {
        fprintf (stderr, "%s: %s\n", path, strerror (errno));
        return NULL;
    }
    uint8_t chunk[4096];
    for (size_t size; (size = fread (chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append (&bytes, chunk, size);
    bool complete = !ferror (file) && !bytes.overflowed;
    fclose (file);
    descriptor_set_t *set =
        complete ? google__protobuf__file_descriptor_set__unpack (NULL, bytes.size, bytes.data) : NULL;
    if (!set)
        fprintf (stderr, "%s: not a set of descriptors\n", path);
    return set;
}

int main (int argc, char **argv)
{
    if (argc != 3) {
        fprintf (stderr, "usage: contract-compiler SET.bin OUTDIR\n");
        return EXIT_FAILURE;
    }
    descriptor_set_t *set = read_set (argv[1]);
    if (!set)
        return EXIT_FAILURE;
    model_t model;
    read_model (&model, set);
    check_model (&model);
    if (model.findings == 0)
        write_model (&model, argv[2]);
    int exit_code = model.findings == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    free_model (&model);
    return exit_code;
}

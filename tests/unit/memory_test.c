#include "base/memory.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

enum { CONSTANTS = 6 * 1024 * 1024, PAGE = 4096, MIDDLE = CONSTANTS / 2 };

/* Longer than what the system maps around a page that is read, be it a huge one. */
static const unsigned char constants[CONSTANTS] = { [0] = 1, [MIDDLE] = 7, [CONSTANTS - 1] = 1 };

static unsigned char read_middle (void)
{
    return *(const volatile unsigned char *) &constants[MIDDLE];
}

/* As the system's own table has it: the highest bit of a page's entry. */
static bool middle_is_mapped (void)
{
    uint64_t entry = 0;
    int file = open ("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    off_t at = (off_t) ((uintptr_t) &constants[MIDDLE] / PAGE * sizeof entry);
    cr_assert_eq (pread (file, &entry, sizeof entry, at), (ssize_t) sizeof entry);
    close (file);
    return entry >> 63;
}

Test (memory, constants_that_are_not_read_again_take_no_memory_and_those_that_are_have_not_changed)
{
    cr_assert_eq (read_middle (), 7);
    cr_assert (middle_is_mapped ());
    memory_give_back ();
    cr_assert (!middle_is_mapped ());
    cr_assert_eq (read_middle (), 7);
    cr_assert (middle_is_mapped ());
}

/* A test that passes and leaks; built with the address sanitizer. */
#include <criterion/criterion.h>
#include <stdlib.h>

Test (memory, leaks)
{
    char *volatile lost = malloc (100);
    cr_assert (lost);
    lost = NULL;
}

/* The one program that includes the new assertions, to see whether they still pass what is false. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

Test (greater, five_is_greater_than_five)
{
    cr_assert (gt (int, 5, 5));
}

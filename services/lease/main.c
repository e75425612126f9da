#include "bus/serve.h"
#include "lease/lease.h"

int main (int argc, char **argv)
{
    return serve (&lease_service, argc, argv);
}

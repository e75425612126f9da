#include "bus/serve.h"

#include "bridging/bridging.h"

int main (int argc, char **argv)
{
    return serve (&bridging_service, argc, argv);
}

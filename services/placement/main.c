#include "bus/serve.h"
#include "placement/placement.h"

int main (int argc, char **argv)
{
    return serve (&placement_service, argc, argv);
}

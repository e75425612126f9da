#include "bus/serve.h"
#include "guidance/guidance.h"

int main (int argc, char **argv)
{
    return serve (&guidance_service, argc, argv);
}

#include "bus/serve.h"
#include "reporting/reporting.h"

int main (int argc, char **argv)
{
    return serve (&reporting_service, argc, argv);
}

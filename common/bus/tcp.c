#include "bus/tcp.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

uint64_t tcp_received (int file)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof info;
    return getsockopt (file, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
}

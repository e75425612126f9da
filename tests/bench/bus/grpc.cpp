// gRPC's way of asking and answering, between two processes on loopback, in plain text: nothing is looked up, nobody is
// asked who they are.
//
//     grpc PORT [--outstanding N] [--seconds N]
//
// Prints a line like the other programs of the bench.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <grpcpp/grpcpp.h>

#include "peer.grpc.pb.h"

namespace {

using Clock = std::chrono::steady_clock;

class Sessions final : public peer::Sessions::CallbackService {
    grpc::ServerUnaryReactor *GetSession (grpc::CallbackServerContext *context, const peer::GetSessionRequest *request,
                                          peer::GetSessionReply *reply) override
    {
        reply->set_session (request->session ());
        reply->set_title ("Workshop");
        reply->set_starts_at (1893456000000);
        reply->set_ends_at (1893459600000);
        auto *reactor = context->DefaultReactor ();
        reactor->Finish (grpc::Status::OK);
        return reactor;
    }
};

void serve (const std::string &address)
{
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    Sessions sessions;
    grpc::ServerBuilder builder;
    builder.AddListeningPort (address, grpc::InsecureServerCredentials ());
    builder.RegisterService (&sessions);
    auto server = builder.BuildAndStart ();
    if (!server)
        std::exit (1);
    server->Wait ();
}

struct Call {
    grpc::ClientContext context;
    peer::GetSessionReply reply;
    grpc::Status status;
    Clock::time_point sent;
    std::unique_ptr<grpc::ClientAsyncResponseReader<peer::GetSessionReply>> reader;
};

class Load {
  public:
    Load (const std::string &address, int outstanding, int seconds)
        : stub (peer::Sessions::NewStub (grpc::CreateChannel (address, grpc::InsecureChannelCredentials ()))),
          outstanding (outstanding), seconds (seconds)
    {
    }

    bool run ()
    {
        begin = Clock::now () + std::chrono::milliseconds (300);
        end = begin + std::chrono::seconds (seconds);
        for (int i = 0; i < outstanding; i++)
            send ();
        for (int under_way = outstanding; under_way > 0;) {
            void *tag = nullptr;
            bool ok = false;
            if (!queue.Next (&tag, &ok))
                return false;
            std::unique_ptr<Call> call (static_cast<Call *> (tag));
            if (!ok || !call->status.ok ())
                return false;
            auto now = Clock::now ();
            if (call->sent >= begin && now <= end)
                latencies.push_back (std::chrono::duration<double, std::micro> (now - call->sent).count ());
            if (now < end)
                send ();
            else
                under_way--;
        }
        return true;
    }

    void print ()
    {
        std::sort (latencies.begin (), latencies.end ());
        size_t count = latencies.size ();
        std::printf ("rate=%.0f count=%zu p50_us=%.1f p99_us=%.1f\n", (double) count / seconds, count,
                     count ? latencies[count / 2] : 0, count ? latencies[count * 99 / 100] : 0);
    }

  private:
    void send ()
    {
        auto *call = new Call;
        peer::GetSessionRequest request;
        request.set_session (next++);
        call->context.set_wait_for_ready (true);
        call->sent = Clock::now ();
        call->reader = stub->AsyncGetSession (&call->context, request, &queue);
        call->reader->Finish (&call->reply, &call->status, call);
    }

    std::unique_ptr<peer::Sessions::Stub> stub;
    grpc::CompletionQueue queue;
    int outstanding, seconds;
    uint64_t next = 1;
    Clock::time_point begin, end;
    std::vector<double> latencies;
};

} // namespace

int main (int argc, char **argv)
{
    int outstanding = 1, seconds = 3;
    for (int i = 2; i + 1 < argc; i += 2)
        if (std::strcmp (argv[i], "--outstanding") == 0)
            outstanding = std::atoi (argv[i + 1]);
        else if (std::strcmp (argv[i], "--seconds") == 0)
            seconds = std::atoi (argv[i + 1]);
    if (argc < 2 || outstanding < 1 || seconds < 1) {
        std::fprintf (stderr, "grpc PORT [--outstanding N] [--seconds N]\n");
        return 2;
    }
    std::string address = std::string ("127.0.0.1:") + argv[1];
    pid_t server = fork (); // before gRPC has threads
    if (server == 0) {
        serve (address);
        return 0;
    }
    Load load (address, outstanding, seconds);
    bool done = load.run ();
    kill (server, SIGKILL);
    waitpid (server, nullptr, 0);
    if (!done) {
        std::fprintf (stderr, "grpc: a call failed\n");
        return 1;
    }
    load.print ();
    return 0;
}

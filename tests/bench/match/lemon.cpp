// match-lemon ns|cost FILE...: LEMON's network simplex or cost scaling (liblemon-dev) on instances of the match.
//
// One line for each: placed N score M solve_s S peak_mb P, where S is the solver alone, in seconds of the processor. The score is taken from the flow and
// every place is checked against the instance, so that a wrong reading of ours would show.
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <ctime>
#include <vector>

using graph = lemon::SmartDigraph;

struct instance {
    uint32_t citizens, positions, pairs;
    std::vector<uint32_t> row, position;
    std::vector<uint16_t> score, openings;
};

template <class T> static void take(FILE *file, std::vector<T> &to, size_t count)
{
    to.resize(count);
    if (fread(to.data(), sizeof(T), count, file) != count)
        exit(2);
}

static instance load(const char *path)
{
    instance in;
    char magic[8];
    uint32_t head[4];
    FILE *file = fopen(path, "rb");
    if (!file || fread(magic, 8, 1, file) != 1 || memcmp(magic, "PMINST1", 8) || fread(head, sizeof head, 1, file) != 1)
        exit(2);
    in.citizens = head[0];
    in.positions = head[1];
    in.pairs = head[2];
    take(file, in.row, in.citizens + size_t(1));
    take(file, in.position, in.pairs);
    take(file, in.score, in.pairs);
    take(file, in.openings, in.positions);
    fclose(file);
    return in;
}

static double processor_seconds()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

static double peak_mb()
{
    char line[128];
    double kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (!strncmp(line, "VmHWM:", 6))
            kb = strtod(line + 6, nullptr);
    if (status)
        fclose(status);
    return kb / 1024;
}

// Arcs in the order: pairs, openings of positions to the end, citizens to the end (unplaced, at the cost of a person).
template <class Solver> static void solve(const instance &in)
{
    graph g;
    g.reserveNode(int(in.citizens + in.positions + 1));
    g.reserveArc(int(in.pairs + in.citizens + in.positions));
    for (uint32_t n = 0; n <= in.citizens + in.positions; n++)
        g.addNode();
    auto citizen = [&](uint32_t i) { return g.nodeFromId(int(i)); };
    auto position = [&](uint32_t p) { return g.nodeFromId(int(in.citizens + p)); };
    auto end = position(in.positions);
    for (uint32_t i = 0; i < in.citizens; i++)
        for (uint32_t k = in.row[i]; k < in.row[i + 1]; k++)
            g.addArc(citizen(i), position(in.position[k]));
    for (uint32_t p = 0; p < in.positions; p++)
        g.addArc(position(p), end);
    for (uint32_t i = 0; i < in.citizens; i++)
        g.addArc(citizen(i), end);

    uint64_t openings = 0;
    for (uint16_t o : in.openings)
        openings += o;
    int64_t person = int64_t(1000 * std::min<uint64_t>(in.citizens, openings) + 1);
    graph::ArcMap<int64_t> cost(g, 0);
    graph::ArcMap<int> most(g, 1);
    graph::NodeMap<int> supply(g, 0);
    for (uint32_t k = 0; k < in.pairs; k++)
        cost[g.arcFromId(int(k))] = 1000 - in.score[k];
    for (uint32_t p = 0; p < in.positions; p++)
        most[g.arcFromId(int(in.pairs + p))] = in.openings[p];
    for (uint32_t i = 0; i < in.citizens; i++) {
        cost[g.arcFromId(int(in.pairs + in.positions + i))] = person;
        supply[citizen(i)] = 1;
    }
    supply[end] = -int(in.citizens);

    Solver solver(g);
    solver.upperMap(most).costMap(cost).supplyMap(supply);
    double begun = processor_seconds();
    if (solver.run() != Solver::OPTIMAL)
        exit(1);
    double seconds = processor_seconds() - begun;

    uint64_t placed = 0, score = 0;
    std::vector<uint32_t> held(in.positions, 0);
    for (uint32_t k = 0; k < in.pairs; k++)
        if (solver.flow(g.arcFromId(int(k))) > 0) {
            placed++;
            score += in.score[k];
            if (++held[in.position[k]] > in.openings[in.position[k]])
                exit(1);
        }
    printf("placed %llu score %llu solve_s %.6f peak_mb %.2f\n", (unsigned long long)placed, (unsigned long long)score,
           seconds, peak_mb());
}

int main(int argc, char **argv)
{
    std::string name = argc > 2 ? argv[1] : "";
    if (name != "ns" && name != "cost") {
        fprintf(stderr, "match-lemon ns|cost FILE...\n");
        return 2;
    }
    for (int k = 2; k < argc; k++) {
        instance in = load(argv[k]);
        if (name == "ns")
            solve<lemon::NetworkSimplex<graph, int, int64_t>>(in);
        else
            solve<lemon::CostScaling<graph, int, int64_t>>(in);
    }
}

"""The match beside other solvers of the same problem: people placed, score, seconds, memory. `make bench-match` runs it.

    BIN=build/gcc/bin TOOLS=build/gcc/tests/match bench.py [INSTANCE ...]

Everybody solves the same files; solver time alone counts, for all, in seconds of the processor (every solver here has one
thread). The rounds are interleaved, so that a ratio compares what ran next to each other. ROUNDS (5) medians; a solver that takes long has fewer runs, and the table says how many.
All exact solvers must agree, and every plan of ours must be proved. RESULTS is the JSON file.

Then one change at a time from warm prices, CHANGES (500) of each kind, beside a cold solve by the same program.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

BIN, TOOLS = os.environ.get("BIN", "build/gcc/bin"), os.environ.get("TOOLS", "build/gcc/tests/match")
ROUNDS = int(os.environ.get("ROUNDS", 5))
RESULTS = os.environ.get("RESULTS", "build/bench-match.json")
CHANGES = os.environ.get("CHANGES", "500")
PATIENCE = 300  # seconds for one run of a peer
SLOW = 20  # one that takes longer runs twice, longer than twice that once
HERE = os.path.dirname(os.path.abspath(__file__))

# name: (arguments of the generator, goal of best peer / ours, the peers beside LEMON that can run it)
INSTANCES = {
    "S": ("uni 60 70 70 1 {} -c 1 1", 3, ["scipy dense", "scipy sparse"]),
    "M": ("geo 2000 400 50 1 {}", 10, ["scipy dense", "scipy sparse"]),
    "Mb": ("geo 2000 400 50 2 {} -c 1 9", 5, ["scipy dense", "scipy sparse"]),
    "L": ("geo 20000 4000 50 1 {}", 20, ["scipy dense", "scipy sparse"]),
    "Lu": ("uni 20000 4000 50 1 {}", 20, ["scipy sparse"]),
    "Lb": ("geo 20000 4000 50 2 {} -c 1 9", 10, ["scipy sparse"]),
    "Lt": ("geo 20000 4000 50 2 {} -c 1 9 -q 50", 10, ["scipy sparse"]),
    "XL": ("geo 130000 20000 50 1 {}", 50, []),
    "XLu": ("uni 130000 20000 50 1 {}", 50, []),
    "XLb": ("geo 130000 20000 50 2 {} -c 3 10", 20, []),
}
CHANGE_GOALS = {"L": (500, None), "XL": (1000, None), "XLb": (None, 60)}  # of the median, of the 99th percentile
LINE = re.compile(r"placed (\d+) score (\d+) (?:solve|check)_s ([0-9.]+)(?: peak_mb ([0-9.]+))?")


def command(solver, path):
    kind, _, variant = solver.partition(" ")
    return {
        "ours": [f"{BIN}/fyr-match", "solve", path, "--plan", path + ".plan", "--certificate", path + ".certificate"],
        "check": [f"{BIN}/fyr-match-check", path, path + ".plan", path + ".certificate"],
        "lemon": [f"{TOOLS}/lemon", variant, path],
        "scipy": ["/usr/bin/python3", f"{HERE}/scipy_peers.py", variant, path],
    }[kind]


def run(solver, path):
    """What it found, its seconds and its peak; None when it did not end in time."""
    try:
        done = subprocess.run(command(solver, path), capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    found = LINE.search(done.stdout)
    if done.returncode != 0 or not found:
        sys.exit(f"{solver} failed on {path}: {done.stdout}{done.stderr}")
    return (int(found[1]), int(found[2])), float(found[3]), float(found[4] or 0)


def rounds_of(seconds):
    return 1 if seconds > 2 * SLOW else 2 if seconds > SLOW else ROUNDS


def measure(name, path):
    peers = ["lemon ns", "lemon cost"] + INSTANCES[name][2]
    runs, answers = {solver: [] for solver in ["ours", "check"] + peers}, set()
    for turn in range(ROUNDS):
        for solver, done in runs.items():
            if done is None or (done and turn >= rounds_of(done[0][1])):
                continue
            repeats = 5 if done and done[0][1] < 0.05 else 1  # what is short is disturbed easily
            for _ in range(repeats):
                result = run(solver, path)
                if result is None:
                    runs[solver] = None
                    break
                answers.add(result[0])
                done.append(result)
        print(f"  {name}: round {turn + 1} of {ROUNDS}", file=sys.stderr)
    if len(answers) != 1:
        sys.exit(f"{name}: not all agree: {answers}")
    return answers.pop(), {solver: summary(done) for solver, done in runs.items()}


def summary(runs):
    if not runs:
        return None
    return {"seconds": statistics.median(r[1] for r in runs), "peak_mb": min(r[2] for r in runs), "runs": len(runs)}


def judge(name, answer, solvers):
    peers = {s: r for s, r in solvers.items() if s not in ("ours", "check") and r}
    best = min(peers, key=lambda s: peers[s]["seconds"])
    ours = solvers["ours"]
    return {
        "instance": name, "placed": answer[0], "score": answer[1], "solvers": solvers, "best_peer": best,
        "ratio": peers[best]["seconds"] / ours["seconds"], "goal": INSTANCES[name][1],
        "memory": ours["peak_mb"] / min(r["peak_mb"] for r in peers.values()),
        "check": solvers["check"]["seconds"] / ours["seconds"],
    }


def measure_changes(path):
    done = subprocess.run([f"{TOOLS}/change", path, CHANGES], capture_output=True, text=True, check=True)
    if " proved 1" not in done.stdout:
        sys.exit(f"after the changes the prices of {path} prove nothing")
    cold = float(re.search(r"cold_s ([0-9.]+)", done.stdout)[1])
    kinds = re.findall(r"change (\S+) n \d+ median_s (\S+) p99_s (\S+) most_s (\S+)", done.stdout)
    return {"cold": cold, "kinds": {name: [float(t) for t in times] for name, *times in kinds}}


def table_of_changes(rows):
    print(f"\none change, processor time: median / 99th percentile / most in us, and cold solve / median, cold / p99\n{'':18}"
          + "".join(f"{row['instance']:>44}" for row in rows))
    for kind in rows[0]["changes"]["kinds"]:
        cells = ""
        for row in rows:
            median, late, most = row["changes"]["kinds"][kind]
            cold = row["changes"]["cold"]
            cells += f"{1e6 * median:9.1f} {1e6 * late:9.1f} {1e6 * most:9.1f} {cold / median:7.0f} {cold / late:6.0f}"
        print(f"{kind:18}{cells}")
    goals = [f"{name} median 1/{m}" if m else f"{name} p99 1/{p}" for name, (m, p) in CHANGE_GOALS.items()]
    print("goals: at most " + ", ".join(goals) + " of a cold solve")


def shown(result):
    return f"{1000 * result['seconds']:.2f} ms ({result['runs']})" if result else "over 300 s"


def table(rows):
    print(f"\n{'':4} {'placed':>7} {'score':>9} {'ours':>17} {'LEMON ns':>18} {'LEMON cost':>18} {'scipy dense':>18} "
          f"{'scipy sparse':>18} {'ratio':>7} {'goal':>4} {'memory':>6} {'check':>6}")
    for row in rows:
        cells = [shown(row["solvers"][s]) if s in row["solvers"] else "" for s in
                 ("ours", "lemon ns", "lemon cost", "scipy dense", "scipy sparse")]
        print(f"{row['instance']:4} {row['placed']:7} {row['score']:9} {cells[0]:>17} {cells[1]:>18} {cells[2]:>18} "
              f"{cells[3]:>18} {cells[4]:>18} {row['ratio']:7.1f} {row['goal']:4} {row['memory']:6.2f} {row['check']:6.2f}")
    print("median (runs) of the solver alone, processor time; ratio: best peer / ours; memory: our peak / least of a peer's; "
          "check: proving / solving")


def main():
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for name in sys.argv[1:] or INSTANCES:
            path = os.path.join(directory, name)
            subprocess.run([f"{TOOLS}/generate", *INSTANCES[name][0].format(path).split()], check=True)
            rows.append(judge(name, *measure(name, path)))
            print(f"  {name}: {rows[-1]['ratio']:.1f} times the best peer, {rows[-1]['best_peer']}", file=sys.stderr)
            if name in CHANGE_GOALS:
                rows[-1]["changes"] = measure_changes(path)
            os.remove(path)
    with open(RESULTS, "w") as file:
        json.dump(rows, file, indent=1)
    table(rows)
    if any("changes" in row for row in rows):
        table_of_changes([row for row in rows if "changes" in row])


main()

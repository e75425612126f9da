"""Several small jobs: people, score, the proved bound and the gap, and the true optimum by CBC where it ends in time.

    BIN=build/gcc/bin TOOLS=build/gcc/tests/match several.py [INSTANCE ...]

Every answer of ours is checked. Seconds are of the processor; ours has SECONDS (20; XL ten times that) by the clock at most,
and `usual` is the amount of work that is done without --seconds, the same everywhere. CBC gets the same file as a general
program in whole numbers and CBC_SECONDS (120).
"""
import os
import re
import struct
import subprocess
import sys
import tempfile

BIN, TOOLS = os.environ.get("BIN", "build/gcc/bin"), os.environ.get("TOOLS", "build/gcc/tests/match")
SECONDS = int(os.environ.get("SECONDS", 20))
CBC_SECONDS = int(os.environ.get("CBC_SECONDS", 120))

# name: (arguments of the generator, can CBC try it); r: room for more than one job each
INSTANCES = {
    "S": ("uni 60 70 70 1 {} -c 1 1", True),
    "Sr": ("uni 60 70 70 1 {} -c 1 4", True),
    "M": ("geo 2000 400 50 1 {}", True),
    "Mr": ("geo 2000 400 20 1 {} -c 5 15", True),
    "L": ("geo 20000 4000 50 1 {}", False),
    "Lb": ("geo 20000 4000 50 2 {} -c 1 9", False),
    "Lr": ("geo 20000 4000 50 1 {} -c 5 15", False),
    "XL": ("geo 130000 20000 50 1 {}", False),
    "XLr": ("geo 130000 20000 50 2 {} -c 5 20", False),
}
LINE = re.compile(r"placed (\d+) jobs (\d+) score (\d+) bound (\d+) gap_percent ([0-9.]+) solve_s ([0-9.]+) peak_mb ([0-9.]+)")


def solve(path, *more):
    done = subprocess.run([f"{BIN}/fyr-match", "solve", path, "--several", path + ".hours", "--plan", path + ".jobs",
                           "--certificate", path + ".bound", *more], capture_output=True, text=True)
    found = LINE.search(done.stdout)
    if not found:
        sys.exit(f"{path}: {done.stdout}{done.stderr}")
    checked = subprocess.run([f"{BIN}/fyr-match-check-several", path, path + ".hours", path + ".jobs", path + ".bound"],
                             capture_output=True, text=True)
    if not checked.stdout.startswith(f"yes: placed {found[1]} jobs {found[2]} score {found[3]} bound {found[4]} "):
        sys.exit(f"{path}: {checked.stdout}")
    people, jobs, score, bound = (int(x) for x in found.groups()[:4])
    return {"people": people, "jobs": jobs, "score": score, "bound": bound, "seconds": float(found[6]), "mb": float(found[7])}


def read(path, *parts):
    """The arrays of a file: (count, letter) each, counts from its head."""
    with open(path, "rb") as file:
        data = file.read()
    numbers = struct.unpack_from("<4I", data, 8)
    at, arrays = 24, []
    for count, letter in (part(numbers) for part in parts):
        arrays.append(struct.unpack_from(f"<{count}{letter}", data, at))
        at += struct.calcsize(f"<{count}{letter}")
    return numbers, arrays


def write_program(path, people, out):
    """The same problem in whole numbers, as an LP file."""
    (citizens, positions, pairs, _), (row, position, score, openings) = read(
        path, lambda n: (n[0] + 1, "I"), lambda n: (n[2], "I"), lambda n: (n[2], "H"), lambda n: (n[1], "H"))
    (_, _, jobs_most, words), (minutes_most, minutes, slots) = read(
        path + ".hours", lambda n: (n[0], "I"), lambda n: (n[1], "I"), lambda n: (n[1] * n[3], "Q"))
    assert words == 1
    of_position = [[] for _ in range(positions)]
    lines, placed = [], []
    for i in range(citizens):
        own = range(row[i], row[i + 1])
        if not own:
            continue
        for k in own:
            of_position[position[k]].append(k)
        placed.append(i)
        everything = " + ".join(f"x{k}" for k in own)
        lines.append(f"{everything} - y{i} >= 0")
        lines.append(f"{everything} <= {jobs_most}")
        # a single job always fits: one that is longer fills all of the week
        lines.append(" + ".join(f"{min(minutes[position[k]], max(minutes_most[i], 1))} x{k}" for k in own)
                     + f" <= {max(minutes_most[i], 1)}")
        for slot in range(64):
            at_once = [k for k in own if slots[position[k]] >> slot & 1]
            if len(at_once) > 1:
                lines.append(" + ".join(f"x{k}" for k in at_once) + " <= 1")
    for p in range(positions):
        if of_position[p]:
            lines.append(" + ".join(f"x{k}" for k in of_position[p]) + f" <= {openings[p]}")
    lines.append(" + ".join(f"y{i}" for i in placed) + f" >= {people}")
    with open(out, "w") as file:
        file.write("Maximize\n" + wrapped(" + ".join(f"{score[k]} x{k}" for k in range(pairs))) + "\nSubject To\n")
        file.writelines(wrapped(line) + "\n" for line in lines)
        file.write("Binaries\n" + wrapped(" ".join([f"x{k}" for k in range(pairs)] + [f"y{i}" for i in placed])) + "\nEnd\n")


def wrapped(text):
    """CBC reads short lines."""
    words, lines = text.split(" "), []
    for k in range(0, len(words), 20):
        lines.append(" ".join(words[k:k + 20]))
    return "\n".join(lines)


def true_optimum(path, people):
    write_program(path, people, path + ".lp")
    done = subprocess.run(["cbc", path + ".lp", "sec", str(CBC_SECONDS), "ratio", "0", "solve"], capture_output=True, text=True)
    value = re.search(r"Objective value:\s+([0-9.]+)", done.stdout)
    upper = re.search(r"Upper bound:\s+([0-9.]+)", done.stdout)
    took = re.search(r"Total time \(CPU seconds\):\s+([0-9.]+)", done.stdout)
    ended = "Result - Optimal solution found" in done.stdout
    return {"score": round(float(value[1])) if value else 0, "ended": ended, "seconds": float(took[1]) if took else 0,
            "bound": round(float(upper[1])) if upper and not ended else None}


def gap(answer):
    return 100 * (answer["bound"] - answer["score"]) / answer["bound"] if answer["bound"] else 0


def shown(answer):
    return f"{answer['score']:>9} {answer['bound']:>9} {gap(answer):7.3f} % {answer['seconds']:7.2f} s"


def main():
    print(f"{'':4} {'people':>7} {'jobs':>7}   usual: {'score':>9} {'bound':>9} {'gap':>9} {'':>9}   longer: {'score':>9} {'bound':>9}")
    with tempfile.TemporaryDirectory() as directory:
        for name in sys.argv[1:] or INSTANCES:
            arguments, for_cbc = INSTANCES[name]
            path = os.path.join(directory, name)
            subprocess.run([f"{TOOLS}/generate", *arguments.format(path).split(), "-h", path + ".hours", "3"], check=True)
            usual = solve(path)
            longer = solve(path, "--seconds", str(SECONDS * (10 if name.startswith("XL") else 1)))
            line = f"{name:4} {longer['people']:7} {longer['jobs']:7}  {shown(usual)}  {shown(longer)}  {longer['mb']:6.1f} MB"
            if for_cbc:
                true = true_optimum(path, longer["people"])
                said = "true optimum" if true["ended"] else f"CBC in time, its bound {true['bound']}:"
                line += f"   {said} {true['score']} {true['seconds']:.1f} s"
                if true["ended"] and not longer["score"] <= true["score"] <= longer["bound"]:
                    sys.exit(f"{name}: CBC finds {true['score']}, which is not between {longer['score']} and {longer['bound']}")
            print(line, flush=True)


main()

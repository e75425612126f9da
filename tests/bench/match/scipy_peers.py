"""scipy's two assignment solvers on an instance of the match: scipy_peers.py dense|sparse FILE

dense    scipy.optimize.linear_sum_assignment, a column for every opening
sparse   scipy.sparse.csgraph.min_weight_full_bipartite_matching, and a column of its own for each who stays unplaced

One line: placed N score M solve_s S peak_mb P, where S is the solver alone, in seconds of the processor.
"""
import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching


def load(path):
    data = open(path, "rb").read()
    if data[:8] != b"PMINST1\0":
        sys.exit(f"{path}: not an instance")
    citizens, positions, pairs, _ = (int(n) for n in np.frombuffer(data, "<u4", 4, 8))
    at, parts = 24, []
    for count, kind in ((citizens + 1, "<u4"), (pairs, "<u4"), (pairs, "<u2"), (positions, "<u2")):
        parts.append(np.frombuffer(data, kind, count, at).astype(np.int64))
        at += count * int(kind[2])
    return citizens, *parts


def one_column_per_opening(position, openings):
    """Each pair once for every opening of its position: which pair, and which column."""
    first = np.concatenate([[0], np.cumsum(openings)])
    copies = openings[position]
    pair = np.repeat(np.arange(len(position)), copies)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(copies) - copies, copies)
    return pair, first[position[pair]] + within, int(first[-1])


def main():
    kind, path = sys.argv[1:3]
    citizens, row, position, score, openings = load(path)
    citizen = np.repeat(np.arange(citizens), np.diff(row))
    person = 1000 * min(citizens, int(openings.sum())) + 1
    pair, column, columns = one_column_per_opening(position, openings)
    if kind == "dense":
        worth = np.zeros((citizens, columns))
        worth[citizen[pair], column] = person + score[pair]
        begun = time.process_time()
        who, where = linear_sum_assignment(worth, maximize=True)
        seconds = time.process_time() - begun
        gained = worth[who, where]
    else:
        everybody = np.arange(citizens)
        cost = np.concatenate([person + 1001 - (person + score[pair]), np.full(citizens, person + 1001)])
        matrix = csr_matrix((cost.astype(float), (np.concatenate([citizen[pair], everybody]),
                                                  np.concatenate([column, columns + everybody]))),
                            shape=(citizens, columns + citizens))
        begun = time.process_time()
        who, where = min_weight_full_bipartite_matching(matrix)
        seconds = time.process_time() - begun
        gained = person + 1001 - np.asarray(matrix[who, where]).ravel()
    gained = gained[gained > 0].astype(np.int64)
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:")) / 1024
    print(f"placed {len(gained)} score {int(gained.sum()) - person * len(gained)} solve_s {seconds:.6f} peak_mb {peak:.1f}")


main()

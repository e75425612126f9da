#!/bin/bash
# Do we and LEMON find the same number of people and the same score, on cases of every hard shape and on large ones of the
# generator, and is every plan of ours proved, with a floor for the hardest to place and without? `make check-match` runs it.
#   BIN=build/gcc/bin TOOLS=build/gcc/tests/match tests/bench/match/agree.sh [COUNT]
set -euo pipefail
bin=$(realpath "${BIN:-build/gcc/bin}") tools=$(realpath "${TOOLS:-build/gcc/tests/match}") count=${1:-450}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$tools/hard" "$count" "$dir"
seed=1
for family in geo uni; do
    for openings in "0 1" "1 5" "1 9" "9 9"; do
        for step in 1 250; do
            # shellcheck disable=SC2086
            "$tools/generate" $family 3000 600 20 $((seed++)) "$dir/$((count++)).pmi" -c $openings -q $step
        done
    done
done

cut_time='s/ solve_s.*//'
(cd "$dir" && "$tools/lemon" ns $(seq -f %g.pmi 0 $((count - 1)))) | sed "$cut_time" >"$dir/lemon"
for n in $(seq 0 $((count - 1))); do
    "$bin/fyr-match" solve "$dir/$n.pmi" --plan "$dir/plan" --certificate "$dir/certificate" | sed "$cut_time"
    "$bin/fyr-match-check" "$dir/$n.pmi" "$dir/plan" "$dir/certificate" >"$dir/said" || { echo "case $n: $(cat "$dir/said")" >&2; exit 1; }
    "$bin/fyr-match" solve "$dir/$n.pmi" --floor 80 --plan "$dir/plan" --certificate "$dir/certificate" >/dev/null
    "$bin/fyr-match-check" "$dir/$n.pmi" "$dir/plan" "$dir/certificate" >"$dir/said" || { echo "case $n with a floor: $(cat "$dir/said")" >&2; exit 1; }
done >"$dir/ours"

[ "$(wc -l <"$dir/lemon")" = "$count" ] || { echo "LEMON solved $(wc -l <"$dir/lemon") of $count" >&2; exit 1; }
diff "$dir/lemon" "$dir/ours" || { echo "LEMON (<) and fyr-match (>) differ" >&2; exit 1; }
echo "match: $count cases, the same people and score as LEMON, every plan proved, with a floor and without"

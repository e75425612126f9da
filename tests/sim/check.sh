#!/bin/bash
# The simulator as a check: seeds that failed once, a fixed set, each of a few twice, and fresh ones for a while.
#     check.sh SIM SECONDS
set -u
SIM=$1
FRESH_SECONDS=$2
JOBS=${JOBS:-2}
PASSED=0
FAILED=0
LOG=$(mktemp)
FOUND=$(mktemp)
trap 'rm -f "$LOG" "$FOUND"' EXIT

run () {
    local what=$1 sum
    shift
    "$SIM" --jobs "$JOBS" "$@" > "$LOG" 2>&1
    grep -E '^(seed|again)' "$LOG" | tee -a "$FOUND"
    sum=$(tail -n 1 "$LOG" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p')
    [ -n "$sum" ] || sum="0 1"
    echo "sim: $what: ${sum% *} runs passed, ${sum#* } failed"
    [ "$FRESH_SECONDS" = 0 ] || [ "$what" != "fresh seeds" ] || grep -E '^ |commands' "$LOG"
    PASSED=$((PASSED + ${sum% *}))
    FAILED=$((FAILED + ${sum#* }))
}

while read -r seed steps what; do
    run "$what" --seed "$seed" --steps "$steps"
done < <(grep -v '^#' "$(dirname "$0")/found.txt")
run "the same seed runs the same way twice" --seed 1 --seeds 40 --twice
run "a fixed set" --seed 1000 --seeds 300
run "long runs" --seed 2000 --seeds 10 --steps 3000
fresh=$(date +%s)000
echo "sim: fresh seeds from $fresh"
run "fresh seeds" --seed "$fresh" --seeds 1000000 --seconds "$FRESH_SECONDS"
cat "$FOUND" # once more where it is looked for: at the end
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

#!/bin/bash
# Runs the fuzzing programs of a directory, and says one line for each.
#     fuzz.sh replay DIRECTORY TARGET...             every input of tests/fuzz/corpus/TARGET, once
#     fuzz.sh fuzz DIRECTORY SECONDS TARGET...       new inputs, for so long in all
# What is found grows in build/fuzz/TARGET and goes on from there; an input that breaks something lies in
# build/fuzz/broken. Kept on purpose, it goes to tests/fuzz/corpus/TARGET.
set -u
cd "$(dirname "$0")/../.."
MODE=$1
PROGRAMS=$2
FOR=0
shift 2
[ "$MODE" = replay ] || { FOR=$1; shift; }
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT
PASSED=0
FAILED=0

# Leaks are looked for in a replay: while fuzzing that would cost half of the time.
LEAKS=$([ "$MODE" = replay ] && echo 1 || echo 0)
export ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=12:detect_leaks=$LEAKS
export UBSAN_OPTIONS=print_stacktrace=1
export FUZZ_WORDS=deploy/demo
LIMITS="-max_len=16384 -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=256 -detect_leaks=$LEAKS -print_final_stats=1"

run () { # TARGET ARGUMENT...
    local target=$1 quiet=
    [ "$target" != script ] || quiet=-close_fd_mask=2 # it tells people about every bad row
    export FUZZ_TRIAL=build/fuzz/broken/$target-trial
    timeout --kill-after=5 $((FOR / COUNT + 120)) "$PROGRAMS/$target" $LIMITS $quiet \
        -artifact_prefix="build/fuzz/broken/$target-" "${@:2}" > "$LOG" 2>&1 || return
    rm -f "$FUZZ_TRIAL"
}

number () { # of a line that begins with $1
    sed -nE "s/^$1: *([0-9]+).*/\1/p" "$LOG" | tail -n 1
}

tell () { # TARGET SUCCESS TEXT
    if [ "$2" = 0 ]; then
        PASSED=$((PASSED + 1))
        echo "ok - $1: $3"
    else
        FAILED=$((FAILED + 1))
        echo "not ok - $1: $3"
        grep -vE '^(#[0-9]+|INFO:|stat::)' "$LOG" | head -n 60 | sed 's/^/    /'
    fi
}

COUNT=$#
mkdir -p build/fuzz/broken
for target in "$@"; do
    kept=tests/fuzz/corpus/$target
    grown=build/fuzz/$target
    mkdir -p "$grown"
    if [ "$MODE" = replay ]; then
        inputs=$(find "$kept" -type f | wc -l)
        run "$target" -runs=0 "$kept"
        tell "$target" $? "$inputs inputs replayed"
    else
        run "$target" -max_total_time=$((FOR / COUNT)) "$grown" "$kept"
        broken=$?
        places=$(grep -oE 'cov: [0-9]+' "$LOG" | tail -n 1 | cut -d' ' -f2)
        tell "$target" $broken "$(number stat::number_of_executed_units) executions, ${places:-0} places reached, $(
            find "$grown" -type f | wc -l) inputs worth keeping"
    fi
done
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

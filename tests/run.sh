#!/bin/bash
# Runs a Criterion program, and sees what Criterion lets pass: no test at all, a leak, a run that never ends.
#     run.sh BINARY MINIMUM [ARGUMENT...]
# MINIMUM is how many tests have to be in it, ARGUMENT is Criterion's. TIMEOUT is in seconds.
set -u
BINARY=$1
MINIMUM=$2
TIMEOUT=${TIMEOUT:-600}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# A sanitizer that has something to say writes it to a file; a leak shows nowhere else.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=1:log_path=$WORK/sanitizer
export UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1:log_path=$WORK/sanitizer
export TSAN_OPTIONS=${TSAN_OPTIONS:+$TSAN_OPTIONS:}log_path=$WORK/sanitizer

timeout --kill-after=10 "$TIMEOUT" "$BINARY" "${@:3}" > "$WORK/output" 2>&1
CODE=$?
SYNTHESIS=$(sed 's/\x1b\[[0-9;]*m//g' "$WORK/output" | grep -o 'Tested: [0-9]* .*' | tail -n 1)
TESTED=$(sed -E 's/^Tested: ([0-9]+).*/\1/' <<< "${SYNTHESIS:-Tested: 0}")

WRONG=
[ "$CODE" != 124 ] && [ "$CODE" != 137 ] || WRONG+=", not done after $TIMEOUT seconds"
[ "$CODE" = 0 ] || WRONG+=", exit status $CODE"
[ "$TESTED" -ge "$MINIMUM" ] || WRONG+=", less than $MINIMUM tests"
! compgen -G "$WORK/sanitizer*" > /dev/null || WRONG+=", a sanitizer reports"

if [ -n "$WRONG" ]; then
    cat "$WORK/output"
    cat "$WORK"/sanitizer* 2> /dev/null
fi
echo "${BINARY##*/}: ${SYNTHESIS:-no synthesis}${WRONG:+ -- FAILED: ${WRONG#, }}"
[ -z "$WRONG" ]

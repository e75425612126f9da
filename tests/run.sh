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

# A sanitizer that has something to say writes it to a file of its process; a leak shows nowhere else.
SANITIZER_CODE=86
LOG=log_path=$WORK/sanitizer
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=$SANITIZER_CODE:detect_leaks=1:$LOG
export UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1:$LOG
export TSAN_OPTIONS=${TSAN_OPTIONS:+$TSAN_OPTIONS:}$LOG

# The process that timeout starts is Criterion's own; each test has another.
timeout --kill-after=10 "$TIMEOUT" bash -c 'echo $$ > "$0"; exec "$@"' "$WORK/runner" "$BINARY" "${@:3}" > "$WORK/output" 2>&1
CODE=$?

# Criterion 2.4.1 forgets a few bytes in its own process, where no test runs. That alone is nobody's fault here.
forgive_criterion () {
    local log
    log=$WORK/sanitizer.$(cat "$WORK/runner")
    grep -qs 'ERROR: LeakSanitizer: detected' "$log" || return
    ! grep -E 'ERROR: |WARNING: |runtime error: ' "$log" | grep -qv 'ERROR: LeakSanitizer: detected' || return
    rm "$log"
    [ "$CODE" != "$SANITIZER_CODE" ] || CODE=0
}
forgive_criterion

SYNTHESIS=$(sed 's/\x1b\[[0-9;]*m//g' "$WORK/output" | grep -o 'Tested: [0-9]* .*' | tail -n 1)
TESTED=$(sed -E 's/^Tested: ([0-9]+).*/\1/' <<< "${SYNTHESIS:-Tested: 0}")

WRONG=
[ "$CODE" != 124 ] && [ "$CODE" != 137 ] || WRONG+=", not done after $TIMEOUT seconds"
[ "$CODE" = 0 ] || WRONG+=", exit status $CODE"
[ "$TESTED" -ge "$MINIMUM" ] || WRONG+=", less than $MINIMUM tests"
[[ $SYNTHESIS == *"Failing: 0 | Crashing: 0"* ]] || WRONG+=", not all pass"
! compgen -G "$WORK/sanitizer*" > /dev/null || WRONG+=", a sanitizer reports"

if [ -n "$WRONG" ]; then
    cat "$WORK/output"
    cat "$WORK"/sanitizer* 2> /dev/null
fi
echo "${BINARY##*/}: ${SYNTHESIS:-no synthesis}${WRONG:+ -- FAILED: ${WRONG#, }}"
[ -z "$WRONG" ]

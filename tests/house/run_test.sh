#!/bin/bash
# tests/run.sh with programs that pretend to be Criterion's and end in every way that has to be told apart.
#     run_test.sh
set -u
cd "$(dirname "$0")/../.." || exit 2
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
PASSED=0
FAILED=0

verdict () { # NAME GOOD
    if "${@:2}"; then
        PASSED=$((PASSED + 1))
    else
        FAILED=$((FAILED + 1))
        echo "FAILED: $1"
        sed 's/^/    /' "$WORK/output"
    fi
}

runs () { # NAME EXPECTED-CODE EXPECTED-END PROGRAM [ARGUMENT...]
    printf '#!/bin/bash\n%s\n' "$4" > "$WORK/program"
    chmod +x "$WORK/program"
    TIMEOUT=${LIMIT:-60} bash tests/run.sh "$WORK/program" 3 "${@:5}" > "$WORK/output" 2>&1
    local code=$?
    ends_so () { [ "$code" = "$1" ] && [[ $(tail -n 1 "$WORK/output") == *"$2" ]]; }
    verdict "$1" ends_so "$2" "$3"
}

SYNTHESIS='echo "[====] Synthesis: Tested: 3 | Passing: 3 | Failing: 0 | Crashing: 0 "'
ONE_FAILS='echo "[====] Synthesis: Tested: 3 | Passing: 2 | Failing: 1 | Crashing: 0 "'
GOOD="Tested: 3 | Passing: 3 | Failing: 0 | Crashing: 0 "
# As a sanitizer does it: a file of the process, and when it ends the process, the exit status that was asked for.
SAY='log=${ASAN_OPTIONS##*log_path=}; code=${ASAN_OPTIONS##*exitcode=}; code=${code%%:*}; leak="ERROR: LeakSanitizer: detected memory leaks"'

runs "enough tests that pass" 0 "$GOOD" "$SYNTHESIS"
runs "Criterion's colours" 0 "$GOOD" "printf '\e[1m%s\e[0m\n' \"\$($SYNTHESIS)\""
runs "arguments are handed on" 0 "$GOOD" "[ \"\$*\" = '--filter a b' ] && $SYNTHESIS" --filter 'a b'
runs "a test that fails" 1 "FAILED: exit status 1, not all pass" "$ONE_FAILS; exit 1"
runs "a test that fails, unseen" 1 "FAILED: not all pass" "$ONE_FAILS"
runs "fewer tests than there are" 1 "FAILED: less than 3 tests" "${SYNTHESIS//3/2}"
runs "a program that says nothing" 1 "no synthesis -- FAILED: less than 3 tests, not all pass" "exit 0"
LIMIT=1 runs "a program that hangs" 1 "FAILED: not done after 1 seconds, exit status 124" "$SYNTHESIS; sleep 20"

runs "a leak in Criterion's own process" 0 "$GOOD" "$SAY; $SYNTHESIS; echo \$leak > \$log.\$\$; exit \$code"
runs "... does not hide a test that fails" 1 "FAILED: not all pass" "$SAY; $ONE_FAILS; echo \$leak > \$log.\$\$; exit \$code"
runs "... or anything else there" 1 "FAILED: exit status 86, a sanitizer reports" \
    "$SAY; $SYNTHESIS; printf '%s\n' 'x.c:1: runtime error: overflow' \"\$leak\" > \$log.\$\$; exit \$code"
runs "a leak in a test" 1 "FAILED: a sanitizer reports" "$SAY; $SYNTHESIS; echo \$leak > \$log.1"
verdict "... is shown" grep -q "detected memory leaks" "$WORK/output"

echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

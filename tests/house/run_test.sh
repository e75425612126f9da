#!/bin/bash
# tests/run.sh with programs that pretend to be Criterion's: each ends in another way, and only the first one is well.
#     run_test.sh
set -u
cd "$(dirname "$0")/../.." || exit 2
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
PASSED=0
FAILED=0

verdict () { # NAME EXPECTED-CODE EXPECTED-END PROGRAM [ARGUMENT...]
    printf '#!/bin/bash\n%s\n' "$4" > "$WORK/program"
    chmod +x "$WORK/program"
    TIMEOUT=1 bash tests/run.sh "$WORK/program" 3 "${@:5}" > "$WORK/output" 2>&1
    local code=$?
    if [ "$code" = "$2" ] && [[ $(tail -n 1 "$WORK/output") == *"$3" ]]; then
        PASSED=$((PASSED + 1))
    else
        FAILED=$((FAILED + 1))
        echo "FAILED: $1"
        sed 's/^/    /' "$WORK/output"
    fi
}

SYNTHESIS='echo "[====] Synthesis: Tested: 3 | Passing: 3 | Failing: 0 | Crashing: 0 "'
LEAK='log=${ASAN_OPTIONS##*log_path=}; echo "detected memory leaks" > "$log.1"'
verdict "enough tests that pass" 0 "Tested: 3 | Passing: 3 | Failing: 0 | Crashing: 0 " "$SYNTHESIS"
verdict "Criterion's colours" 0 "Crashing: 0 " "printf '\e[1m%s\e[0m\n' \"\$($SYNTHESIS)\""
verdict "arguments are handed on" 0 "Crashing: 0 " "[ \"\$*\" = '--filter a b' ] && $SYNTHESIS" --filter 'a b'
verdict "a test that fails" 1 "FAILED: exit status 1" "$SYNTHESIS; exit 1"
verdict "fewer tests than there are" 1 "FAILED: less than 3 tests" "${SYNTHESIS//3/2}"
verdict "a program that says nothing" 1 "no synthesis -- FAILED: less than 3 tests" "exit 0"
verdict "a leak is shown" 1 "FAILED: a sanitizer reports" "$LEAK; $SYNTHESIS"
grep -q "detected memory leaks" "$WORK/output" || { FAILED=$((FAILED + 1)); echo "FAILED: the leak is not in the output"; }
verdict "a program that hangs" 1 "FAILED: not done after 1 seconds, exit status 124" "$SYNTHESIS; sleep 20"

echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

#!/bin/sh
# Adds up what a log of test runs says, in Criterion's closing lines and in lines "N passed, N failed[, N skipped]":
#     summary.sh LOG
# Ends with one such line for all of them, and with failure when anything failed or nothing ran.
set -eu
awk '
    /Tested: [0-9]+ \| Passing: [0-9]+ \| Failing: [0-9]+ \| Crashing: [0-9]+/ {
        gsub (/[^0-9 ]/, " ")
        count = split ($0, numbers, " ")
        passed += numbers[count - 2]
        failed += numbers[count - 1] + numbers[count]
    }
    /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
        passed += $1
        failed += $3
        skipped += $5
    }
    END {
        print passed + 0 " passed, " failed + 0 " failed" (skipped ? ", " skipped " skipped" : "")
        exit failed > 0 || passed == 0
    }' "$1"

#!/bin/bash
# Proves the simulator's checks: each mutant is one deliberate fault in the engine or a service, and must be found within
# its number of seeds.
#     mutants.sh OUT [NAME...]
# OUT is where the build lies. COMPILE and LINK are the build's own words for it. A mutant is a file of mutants/: the
# source it changes, the most seeds it may take, what is wrong with it, and after <--- the text that goes, ---> the text
# that comes.
set -u
OUT=$1
shift
HERE=$(dirname "$0")
MUTANTS=("$@")
[ ${#MUTANTS[@]} -gt 0 ] || mapfile -t MUTANTS < <(cd "$HERE/mutants" && printf '%s\n' *.mutant | sed 's/[.]mutant$//')
PASSED=0
FAILED=0

wrong () {
    echo "not ok - $1: $2"
    FAILED=$((FAILED + 1))
}

# The changed source, as $1; false unless the text that goes stands there exactly once.
change () {
    local content rest
    content=$(cat "$SOURCE"; echo .)
    content=${content%.}
    [[ $content == *"$OLD"* ]] || return
    rest=${content#*"$OLD"}
    [[ $rest != *"$OLD"* ]] || return
    printf '%s' "${content%%"$OLD"*}$NEW$rest" > "$1"
}

try () {
    local name=$1 text
    mapfile -t LINES_ < "$HERE/mutants/$name.mutant"
    SOURCE=${LINES_[0]} SEEDS=${LINES_[1]} WHAT=${LINES_[2]}
    text=$(tail -n +5 "$HERE/mutants/$name.mutant")
    OLD=${text%%$'\n'--->*}
    NEW=${text#*--->}
    NEW=${NEW#$'\n'}
    local work=$OUT/mutants/$name
    mkdir -p "$work/$(dirname "$SOURCE")"
    if ! change "$work/$SOURCE"; then
        wrong "$name" "$SOURCE has changed: the text it replaces is not there once"
        return
    fi
    if ! $COMPILE -I"$(dirname "$SOURCE")" -w -c "$work/$SOURCE" -o "$work/mutant.o" 2> "$work/log" ||
        ! $LINK "$work/mutant.o" $(printf '%s\n' $OBJECTS | grep -vx "$OUT/${SOURCE%.c}.o") $LIBRARIES -o "$work/sim" 2>> "$work/log"; then
        wrong "$name" "it does not build"
        head -5 "$work/log"
        return
    fi
    "$work/sim" --seed 1 --seeds "$SEEDS" --steps 300 --jobs "${JOBS:-2}" --until-found > "$work/log" 2>&1
    local seeds
    seeds=$(tail -n 1 "$work/log" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p')
    if [ "${seeds##* }" = 0 ] || [ -z "$seeds" ]; then
        wrong "$name" "not found in $SEEDS seeds ($WHAT)"
        return
    fi
    echo "ok - $name ($WHAT), found in $((${seeds% *} + ${seeds#* })) of at most $SEEDS seeds:$(grep -m 1 -oE 'Z: .*|ended with signal.*' "$work/log" | sed 's/^Z//; s/^ended/ ended/' | cut -c1-110)"
    PASSED=$((PASSED + 1))
    rm -rf "$work"
}

# A simulator that fails without any fault would find them all.
if "$OUT/tests/sim" --seed 1 --seeds 40 --steps 300 --jobs "${JOBS:-2}" > /dev/null 2>&1; then
    echo "ok - without a fault nothing is found in 40 seeds"
    PASSED=$((PASSED + 1))
else
    wrong "none" "it fails without any fault: nothing below means anything"
    MUTANTS=()
fi
for name in "${MUTANTS[@]}"; do
    try "$name"
done
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

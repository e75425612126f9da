#!/bin/bash
# The rules of the house that no compiler checks. One line per rule, and under a broken one every further place.
#     house_rules.sh [TREE]
# A rule is a function that prints FILE:LINE, or FILE:LINE: MORE, for every place that breaks it.
# GEN is the directory of what the build generates, for the rules about contracts.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
GEN=${GEN:-build/gen}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
PASSED=0
FAILED=0

FILE_LINES_MAX=600
FUNCTION_LINES_MAX=80
CAPABILITIES="L1 L2 L3 L4 L5 L6 L7 L8 L9 L10 L11 L12 L13 G1 G2 G3 G4 G9 B1 B2 B3 B4 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 R1 R2 R3 R4 R5 R9 X1 X2 X3 X4 X5"

# excepted RULE FILE: who may break a rule, and why.
excepted () {
    case "$1 $2" in
        "banned tests/platform/czmq_truths.c") true ;;      # shows what zstr_recv, zmsg_decode and zsock_recv do to wire data
        "banned tests/platform/inner/new_assert.c") true ;; # shows that Criterion's new assertions pass what is false
        "waits tests/platform/door.c") true ;;              # a thread that ends with its pipe, in a program under timeout(1)
        *) false ;;
    esac
}

# --- what the rules look at ---

# Our files, tracked or about to be. git also lists what is deleted but not yet committed so.
read_files () {
    git ls-files -co --exclude-standard | sort -u | while IFS= read -r file; do
        [ ! -f "$file" ] || echo "$file"
    done
}

# ours PATTERN: our files whose paths match.
ours () {
    grep -E "$1" "$WORK/files"
}

# FILE:LINE:CODE of all C, without comments and without what stands in quotes; only includes stay whole.
read_code () {
    ours '[.][ch]$' | xargs -r awk '
        BEGIN { rest["\""] = "^([^\"\\\\]|\\\\.)*\""; rest["\47"] = "^([^\47\\\\]|\\\\.)*\47" }
        FNR == 1 { in_comment = 0 }
        !in_comment && /^[ \t]*#[ \t]*include/ { print FILENAME ":" FNR ":" $0; next }
        {
            code = ""
            for (line = $0; line != ""; ) {
                if (in_comment) {
                    end = index (line, "*/")
                    line = end ? substr (line, end + 2) : ""
                    in_comment = !end
                } else if (match (line, /"|\47|\/\*|\/\//)) {
                    mark = substr (line, RSTART, RLENGTH)
                    code = code substr (line, 1, RSTART - 1) " "
                    line = mark == "//" ? "" : substr (line, RSTART + RLENGTH)
                    in_comment = mark == "/*"
                    if (mark in rest) {
                        code = code mark mark
                        line = match (line, rest[mark]) ? substr (line, RLENGTH + 1) : ""
                    }
                } else {
                    code = code line
                    line = ""
                }
            }
            print FILENAME ":" FNR ":" code
        }'
}

# FILE:LINE:TARGET of every include: <zmq.h>, or base/bytes.h for one in quotes.
read_includes () {
    sed -nE 's/^([^:]*:[0-9]+:)[ \t]*#[ \t]*include[ \t]*("([^"]*)"|(<[^>]*>)).*/\1\3\4/p' "$WORK/code"
}

# includes FROM TARGET: the places where a file that matches FROM includes what matches TARGET.
includes () {
    awk -F: -v from="$1" -v target="$2" '$1 ~ from && $3 ~ target { print $1 ":" $2 ": " $3 }' "$WORK/includes"
}

# calls NAMES: the places that call one of NAMES (a|b|c), methods of the same name aside.
calls () {
    grep -E ":(.*[^A-Za-z0-9_.>])?($1) *\(" "$WORK/code" | cut -d: -f1,2
}

# without_excepted RULE: drops the places that may break it.
without_excepted () {
    while IFS= read -r place; do
        excepted "$1" "${place%%:*}" || echo "$place"
    done
}

# --- who may include whom ---

SERVICES=$(find services -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | paste -sd'|') # lease|guidance|...

services_know_no_other_service () {
    local service
    for service in services/*/; do
        includes "^$service" "^(services/)?($SERVICES)/" | grep -vE ": (services/)?$(basename "$service")/"
    done
    includes '^services/' '^\.\.|/\.\./'
}

common_knows_no_service () {
    includes '^common/' "^(services/)?($SERVICES)/|^\.\.|/\.\./"
}

# bus -> node -> {store, wire} -> {danish, base}; danish stands on base, base on nothing of ours.
rooms_know_those_below () {
    includes '^common/base/' '^(danish|store|wire|node|bus)/'
    includes '^common/danish/' '^(store|wire|node|bus)/'
    includes '^common/store/' '^(wire|node|bus)/'
    includes '^common/wire/' '^(store|node|bus)/'
    includes '^common/node/' '^bus/'
}

only_bus_knows_zeromq () {
    includes '^(common|services)/' '^<(zmq|czmq)[a-z_]*[.]h>' | grep -v '^common/bus/'
}

only_store_knows_sqlite () {
    includes '^(common|services)/' '^<sqlite3' | grep -v '^common/store/'
}

# libical answers wrongly or never where one asks it carelessly: recurrence.c is careful for all.
only_recurrence_knows_libical () {
    includes '^(common|services)/' '^<libical' | grep -v '^services/lease/recurrence[.]c:'
}

# A service meets protobuf only in what is generated from its contracts.
only_edges_know_protobuf () {
    includes '^(common|services)/' '^<protobuf-c/|^<google/|^google/' | grep -vE '^common/(wire|node|bus)/'
    includes '^common/' '^contract/|[.]pb-c[.]h' | grep -vE '^common/(wire|node|bus)/'
}

# Also through what they include: the first header on the way that knows too much is named behind the rules file.
rules_are_arithmetic () {
    local rules
    for rules in $(ours '^services/[^/]*/[^/]*_rules[.][ch]$'); do
        awk -F: -v start="$rules" '
            { lines[$1] = lines[$1] $2 " " $3 "\n" }
            function visit (file, from,    list, n, i, part, at) {
                if (seen[file]++)
                    return
                n = split (lines[file], list, "\n")
                for (i = 1; i < n; i++) {
                    split (list[i], part, " ")
                    at = from ? from : part[1]
                    if (part[2] ~ /^(store|wire|node|bus|contract)\/|pb-c[.]h|^<(protobuf-c|zmq|czmq|sqlite3|sodium|time[.]h|sys\/time)/)
                        print start ":" at ": " part[2] (file == start ? "" : " in " file)
                    else if (part[2] !~ /^</) {
                        visit ("common/" part[2], at)
                        visit ("services/" part[2], at)
                    }
                }
            }
            END { visit (start, "") }' "$WORK/includes"
    done
}

# --- what may be called ---

no_banned_calls () {
    {
        calls 'strcpy|strcat|sprintf|vsprintf|strtok|atoi|gets|rand|srand|localtime|system|alloca'
        calls 'zstr_recv|zmsg_decode|zsock_recv'
        includes . '^<?criterion/new/'
    } | without_excepted banned
}

# A timeout of -1, and the waits that have no timeout at all. Sockets of ours never block: common/bus sees to that.
no_wait_without_limit () {
    {
        grep -E '[^A-Za-z0-9_](poll|ppoll|zmq_poll|zpoller_wait|epoll_wait) *\(.*, *-1 *[,)]' "$WORK/code"
        grep -E '[^A-Za-z0-9_]zsock_set_(rcvtimeo|sndtimeo|linger) *\(.*, *-1 *\)' "$WORK/code"
        calls 'zloop_start|zmq_proxy|zmq_proxy_steerable|pause|sigwait|sigwaitinfo'
    } | cut -d: -f1,2 | without_excepted waits
}

# Console and portal are clients: they have no handlers.
handlers_only_see_their_transaction () {
    {
        calls 'time|clock|clock_gettime|gettimeofday|localtime_r|gmtime_r'
        calls 'sleep|usleep|nanosleep|clock_nanosleep|poll|select'
        calls 'random|getrandom|arc4random|randombytes[a-z_]*|crypto_[a-z_]*keypair'
        calls 'socket|connect|bind|listen|zsock_[a-z_]*|zmq_[a-z_]*'
        calls 'open|openat|fopen|popen|fork|pthread_create'
        includes '^services/' '^bus/'
    } | grep '^services/' | grep -vE '^services/(console|portal)/|/main\.c:'
}

# --- contracts ---

# Methods as the compiler names them: "fyrtaarn.lease.v1.Rooms/BookRoom FILE:LINE".
declared_methods () {
    ours '^proto/.*[.]proto$' | xargs -r awk '
        /^package / { package = $2; sub (/;.*/, "", package) }
        /^service / { service = $2 }
        /^ *rpc / { name = $2; sub (/[^A-Za-z0-9_].*/, "", name); print package "." service "/" name, FILENAME ":" FNR }'
}

# The contract compiler refuses a method without a policy, and the lock is what it writes when it refuses nothing.
every_method_has_a_policy () {
    local lock=$GEN/contract/wire.lock.txt
    [ -f "$lock" ] || { echo "$lock:0: missing, run make"; return; }
    declared_methods | awk 'NR == FNR { if ($1 == "method") known[$2] = 1; next } !($1 in known) { print $2 ": " $1 }' "$lock" -
}

# What others may already rely on stays; more may come.
the_wire_lock_only_grows () {
    local file
    for file in proto/wire.lock "$GEN/contract/wire.lock.txt"; do
        [ -f "$file" ] || { echo "$file:0: missing, run make wire-lock"; return; }
    done
    awk 'NR == FNR { known[$0] = 1; next }
        !($0 in known) { print FILENAME ":" FNR ": gone or changed; to do that on purpose: make wire-lock: " $0 }' \
        "$GEN/contract/wire.lock.txt" proto/wire.lock
}

# --- tests ---

# A range names all that it spans: "G1-G5".
every_capability_is_tested () {
    ours '^tests/' | grep -v '^tests/house/' | xargs -r grep -ohIEw '[LGBPRX][0-9]+(-[LGBPRX]?[0-9]+)?' |
        awk -v capabilities="$CAPABILITIES" '
            { n = split ($0, ends, "-"); letter = substr ($0, 1, 1)
              first = substr (ends[1], 2) + 0; last = first
              if (n == 2) { sub (/^[A-Z]/, "", ends[2]); last = ends[2] + 0 }
              for (i = first; i <= last && i < 100; i++) named[letter i] = 1 }
            END { count = split (capabilities, all, " ")
                  for (i = 1; i <= count; i++) if (!(all[i] in named)) print "tests:0: " all[i] }'
}

# --- size, places, formatting ---

no_paths_of_one_machine () {
    xargs -r grep -nIE '(^|[^A-Za-z0-9._-])/(work|home|root)/' /dev/null < "$WORK/files" | cut -d: -f1,2
}

# Nobody is excepted, and a program without an ending is known by its first line.
no_long_files () {
    { ours '[.](c|h|cpp|sh|mk|sql|proto|py)$|(^|/)Makefile$'
      grep -vE '(^|/)[^/]*[^/.][.][^/.]+$' "$WORK/files" | xargs -r awk 'FNR == 1 && /^#!/ { print FILENAME } { nextfile }'; } |
        sort -u | xargs -r awk -v max="$FILE_LINES_MAX" 'FNR == max + 1 { print FILENAME ":" FNR }'
}

# A body begins and ends with a brace at the beginning of a line; nothing else does.
no_long_functions () {
    ours '[.][ch]$' | xargs -r awk -v max="$FUNCTION_LINES_MAX" '
        /^[{]/ { start = FNR }
        /^[}]/ { if (start && FNR - start + 1 > max) print FILENAME ":" start - 1 ": " FNR - start + 1 " lines"; start = 0 }'
}

code_is_formatted () {
    ours '[.][ch]$' | xargs -r clang-format --dry-run -Werror 2>&1 |
        awk -F: '/: error: / && !seen[$1]++ { print $1 ":" $2 ": clang-format -i " $1 }'
}

# --- SQL ---

# A refusal that staff can meet has its Danish, which speaks of nothing that the service does not say with it; the last
# sentence of each reason needs no value, for services that say none. What the edge says of a field has its Danish, too.
refusals_are_danish () {
    local table=services/console/danish_sentences.c
    ours '^services/(lease|guidance|placement|bridging|reporting)/[^/]*[.]c$' | xargs -r awk 'BEGIN { RS = ";" }
        match ($0, /"(LEASE|GUIDANCE|PLACEMENT|BRIDGING|REPORTING)_[A-Z_]+"/) {
            reason = substr ($0, RSTART + 1, RLENGTH - 2)
            print "reason", reason, FILENAME
            for (rest = $0; match (rest, /\{[a-z_]+=/); rest = substr (rest, RSTART + RLENGTH))
                print "says", reason, substr (rest, RSTART + 1, RLENGTH - 2)
        }' > "$WORK/refusals"
    awk -v table="$table" '
        $1 == "reason" { place[$2] = $3; next }
        $1 == "says" { says[$2, $3] = 1; next }
        /^static const pair_t PHRASES/ { reason = "" ; in_phrases = 1 }
        !in_phrases {
            pieces = split ($0, piece, /\}, \{ /)
            for (p = 1; p <= pieces; p++) {
                if (match (piece[p], /"[A-Z]+_[A-Z_]+",/)) reason = substr (piece[p], RSTART + 1, RLENGTH - 3)
                if (!reason || !match (piece[p], / "[^"]*" ?(\},?)?$/)) continue
                known[reason] = 1
                needs[reason] = 0
                for (rest = substr (piece[p], RSTART); match (rest, /\{[#%$]?[a-z_]+\}/); rest = substr (rest, RSTART + RLENGTH)) {
                    name = substr (rest, RSTART + 1, RLENGTH - 2)
                    sub (/^[#%$]/, "", name)
                    needs[reason] = FNR
                    if (reason ~ /^(LEASE|GUIDANCE|PLACEMENT|BRIDGING|REPORTING)_/ && !((reason, name) in says))
                        print table ":" FNR ": " reason " says no " name
                }
            }
        }
        END {
            for (reason in place) if (!(reason in known)) print place[reason] ":1: " reason " has no Danish"
            for (reason in needs) if (needs[reason]) print table ":" needs[reason] ": " reason " needs values always"
        }' "$WORK/refusals" "$table"
    grep -ohE '"(is|has) [^"]*(\\"[^"]*)*"' $(ours '^common/wire/(message|json)[.]c$') < /dev/null | sort -u | while IFS= read -r flaw; do
        grep -qF "{ $flaw," "$table" || echo "$table:1: no Danish for $flaw"
    done
}

schemas () {
    ours '^(services|common)/[^/]*/schema/[^/]*[.]sql$'
}

# PostgreSQL shall take the same statements one day; how tables are declared is the schema's matter.
statements_have_no_dialect () {
    ours '^(services|common)/.*[.][ch]$' | grep -v '^common/store/' |
        xargs -r grep -nE 'INSERT OR |REPLACE INTO|PRAGMA |strftime|julianday'
}

tables_are_strict () {
    schemas | xargs -r awk '
        { code = $0; sub (/--.*/, "", code) }
        code ~ /CREATE +TABLE/ { place = FILENAME ":" FNR; statement = "" }
        { statement = statement " " code }
        place && code ~ /;/ { if (statement !~ /[)][^()]*STRICT[^()]*;/) print place; place = "" }'
}

# Behind the column, or on a line of its own before it. A column is a name and one of the types that STRICT allows.
columns_have_comments () {
    schemas | xargs -r awk '
        FNR == 1 { commented = 0 }
        { code = $0; comment = sub (/--.*/, "", code) }
        code ~ /(^|[ (,])[a-z_0-9]+ +(INT|INTEGER|REAL|TEXT|BLOB|ANY)([ ,;)]|$)/ && !comment && !commented { print FILENAME ":" FNR }
        { commented = comment && code ~ /^ *$/ }'
}

# --- all of them ---

rule () { # SENTENCE FUNCTION
    local place
    place=$("$2" | awk '!seen[$0]++')
    if [ -z "$place" ]; then
        PASSED=$((PASSED + 1))
        echo "ok - $1"
    else
        FAILED=$((FAILED + 1))
        echo "not ok - $1 ($(head -n 1 <<< "$place"))"
        tail -n +2 <<< "$place" | sed 's/^/    /'
    fi
}

read_files > "$WORK/files"
read_code > "$WORK/code"
read_includes > "$WORK/includes"
# Whoever looks at nothing finds nothing.
for what in code includes; do
    [ -s "$WORK/$what" ] || { echo "there are no C files in $PWD"; exit 2; }
done

rule "a service includes no other service" services_know_no_other_service
rule "common/ includes no service" common_knows_no_service
rule "a room of common/ includes only the rooms below it" rooms_know_those_below
rule "only common/bus knows ZeroMQ" only_bus_knows_zeromq
rule "only common/store knows SQLite" only_store_knows_sqlite
rule "only lease's recurrence.c knows libical" only_recurrence_knows_libical
rule "only common/wire, node, bus and the edges of services know protobuf" only_edges_know_protobuf
rule "rules of a service know no store, wire, node, bus, protobuf or clock" rules_are_arithmetic
rule "nothing calls what is banned" no_banned_calls
rule "nothing waits without a limit" no_wait_without_limit
rule "handlers call no clock, socket, file, chance or sleep" handlers_only_see_their_transaction
rule "every method in proto/ has passed the contract compiler" every_method_has_a_policy
rule "the wire lock only grows" the_wire_lock_only_grows
rule "every capability is named by a test" every_capability_is_tested
rule "no file names a directory of one machine" no_paths_of_one_machine
rule "no file is over $FILE_LINES_MAX lines" no_long_files
rule "no function is over $FUNCTION_LINES_MAX lines" no_long_functions
rule "every refusal of a service has its Danish" refusals_are_danish
rule "statements outside common/store have no dialect" statements_have_no_dialect
rule "every table is STRICT" tables_are_strict
rule "every column has a comment" columns_have_comments
if command -v clang-format > /dev/null; then
    rule "C is formatted" code_is_formatted
else
    echo "skipped - C is formatted (clang-format is not installed)"
fi

echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

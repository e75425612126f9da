#!/bin/bash
# Builds a small house that keeps every rule, breaks one rule at a time, and asks that exactly that rule reports it.
# The small house is written here and not copied: so what is true of the rules does not hang on the state of the real one.
#     house_rules_test.sh
set -u
cd "$(dirname "$0")/../.." || exit 2
RULES=$PWD/tests/house/house_rules.sh
STYLE=$PWD/.clang-format
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
export GEN=build/gen
PASSED=0
FAILED=0
BROKEN=$WORK/broken

# --- the small house ---

file () { # PATH TEXT: in the house at hand
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" > "$1"
}

build_house () {
    local room
    git init -q --template= .
    cp "$STYLE" .clang-format
    file .gitignore /build/
    for room in base danish store wire node bus; do
        file common/$room/$room.h '#include <stdint.h>'
    done
    file common/base/base.c '#include "base/base.h"'
    file common/danish/danish.c '#include "base/base.h"'
    file common/store/store.c '#include "base/base.h"
#include "danish/danish.h"
#include <sqlite3.h>'
    file common/wire/wire.c '#include "base/base.h"
#include "danish/danish.h"
#include <protobuf-c/protobuf-c.h>'
    file common/node/node.c '#include "contract/node.contract.h"
#include "store/store.h"
#include "wire/wire.h"'
    file common/bus/bus.c '#include "node/node.h"
#include "wire/wire.h"
#include <czmq.h>
#include <zmq.h>'
    file services/north/main.c '#include "bus/bus.h"
#include "north/north.h"'
    file services/north/north.c '#include "north/north.h"
#include "contract/north.handlers.h"
#include "contract/south.contract.h"'
    file services/north/north.h '#include "node/node.h"'
    file services/north/north_rules.h '#include <stdint.h>'
    file services/north/north_rules.c '#include "north/north_rules.h"
#include "base/base.h"
#include "danish/danish.h"'
    file services/south/south.h '#include "node/node.h"'
    file services/console/console.c '#include "bus/bus.h"'
    file services/console/danish_sentences.c 'static const pair_t SENTENCES[] = {
    { "LEASE_DESK_TAKEN", "Plads {desk} er taget" },
    { "LEASE_DESK_TAKEN", "Pladsen er taget" },
};
static const pair_t PHRASES[] = {
    { "is missing", "mangler" },
};'
    file services/lease/desks.c '#include "node/node.h"
int made = fault (reterr, STATUS_NOT_FOUND, "LEASE_DESK_TAKEN", "desk {desk=%s} is taken", name);'
    file common/wire/message.c '#include "base/base.h"
const char *flaw = "is missing";'
    file services/north/schema/001_things.sql '-- Things.
CREATE TABLE thing (
    -- what it is called, in the words of whoever brought it
    name TEXT NOT NULL CHECK (name <> '\'''\''),
    size INTEGER NOT NULL, -- in parts of a thing
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;'
    file common/store/schema/001_log.sql 'CREATE TABLE log (
    seq INTEGER PRIMARY KEY -- 1, 2, 3
) STRICT;'
    file proto/fyrtaarn/north/v1/north.proto 'package fyrtaarn.north.v1;
service Things {
  rpc Move (MoveRequest) returns (MoveReply) {
  }
}'
    file proto/wire.lock 'field fyrtaarn.north.v1.MoveRequest.to = 1 string
message fyrtaarn.north.v1.MoveReply
method fyrtaarn.north.v1.Things/Move COMMAND (fyrtaarn.north.v1.MoveRequest) returns (fyrtaarn.north.v1.MoveReply) callers NORTH'
    file build/gen/contract/wire.lock.txt "$(cat proto/wire.lock)"
    file tests/unit/all_test.c '/* L1-L5 L6, L7-L13 (G1-G4, G9): B1-B4 P1-4 P5-P8 P9 P10 P11 R1-R5 R9 X1-X5 */'
    file tests/platform/czmq_truths.c 'char *text = zstr_recv (socket);'
}

# --- what is asked of it ---

verdict () { # NAME GOOD
    if "${@:2}"; then
        PASSED=$((PASSED + 1))
    else
        FAILED=$((FAILED + 1))
        echo "FAILED: $1"
        grep -v '^ok' "$WORK/report" | sed 's/^/    /'
    fi
}

fresh_house () {
    rm -rf "$WORK/house"
    cp -r "$WORK/template" "$WORK/house"
    cd "$WORK/house" || exit 2
}

report () {
    bash "$RULES" "$WORK/house" > "$WORK/report" 2>&1
}

# The places that the report names, sorted, and nothing but SENTENCE broken.
reports_only () { # SENTENCE PLACE...
    ! report && tail -n 1 "$WORK/report" | grep -qE '^[0-9]+ passed, 1 failed$' &&
        grep -qF "not ok - $1 (" "$WORK/report" &&
        sed -nE 's/^(not ok [^(]*\(|    )([^ :]*:[0-9]+).*/\2/p' "$WORK/report" | sort > "$WORK/places" &&
        printf '%s\n' "${@:2}" | sort | cmp -s - "$WORK/places"
}

# breaks SENTENCE "PLACE..." COMMAND...: after COMMAND in a fresh house only that rule reports, and exactly these places.
breaks () {
    fresh_house
    "${@:3}"
    echo "$1" >> "$BROKEN"
    # shellcheck disable=SC2086
    verdict "$1: ${*:3}" reports_only "$1" $2
}

# breaks_by_adding SENTENCE FILE LINE...: every line comes at the end of FILE and is a place, behind an empty line of its own.
breaks_by_adding () {
    local at places='' text='' line
    at=$(wc -l 2> /dev/null < "$WORK/template/$2" || echo 0)
    for line in "${@:3}"; do
        text+=$'\n'$line$'\n'
        at=$((at + 2))
        places+=" $2:$at"
    done
    breaks "$1" "$places" add "$2" "${text%$'\n'}"
}

keeps () { # NAME COMMAND...
    fresh_house
    "${@:2}"
    verdict "$1" report
}

add () { # FILE TEXT
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" >> "$1"
}

includes () { # SENTENCE FILE TARGET...
    local targets=("${@:3}")
    breaks_by_adding "$1" "$2" "${targets[@]/#/#include }"
}

calls () { # SENTENCE FILE CALL...
    local made=("${@:3}")
    made=("${made[@]/#/int made = }")
    breaks_by_adding "$1" "$2" "${made[@]/%/;}"
}

lines () { # COUNT
    awk -v count="$1" 'BEGIN { for (i = 1; i <= count; i++) print "int line_" i ";" }'
}

function_of () { # LINES: with its braces, and a line with its name
    printf 'void long_one (void)\n{\n%s\n}\n' "$(lines $(($1 - 2)) | sed 's/^/    /')"
}

mkdir "$WORK/template" && cd "$WORK/template" && build_house
keeps "the small house keeps every rule" true
cp "$WORK/report" "$WORK/clean"

# --- who may include whom ---

includes "a service includes no other service" services/north/north.c '"south/south.h"' '"services/south/south.h"' '"../south/south.h"'
includes "common/ includes no service" common/bus/bus.c '"north/north.h"' '"services/north/north.h"' '"../../services/north/north.h"'
BELOW="a room of common/ includes only the rooms below it"
includes "$BELOW" common/base/base.c '"danish/danish.h"' '"store/store.h"' '"wire/wire.h"' '"node/node.h"' '"bus/bus.h"'
includes "$BELOW" common/danish/danish.c '"store/store.h"' '"wire/wire.h"'
includes "$BELOW" common/store/store.c '"wire/wire.h"' '"node/node.h"'
includes "$BELOW" common/wire/wire.c '"store/store.h"' '"node/node.h"'
includes "$BELOW" common/node/node.c '"bus/bus.h"'
for file in common/node/node.c services/console/console.c services/north/main.c; do
    includes "only common/bus knows ZeroMQ" $file '<czmq.h>' '<zmq.h>'
done
includes "only common/store knows SQLite" common/node/node.c '<sqlite3.h>'
includes "only common/store knows SQLite" services/north/north.c '<sqlite3.h>'
includes "only lease's recurrence.c knows libical" services/north/north.c '<libical/ical.h>'
EDGES="only common/wire, node, bus and the edges of services know protobuf"
includes "$EDGES" services/north/north.c '<protobuf-c/protobuf-c.h>'
includes "$EDGES" common/store/store.c '<protobuf-c/protobuf-c.h>' '"contract/node.contract.h"' '"fyrtaarn/bus/v1/bus.pb-c.h"'
ARITHMETIC="rules of a service know no store, wire, node, bus, protobuf or clock"
includes "$ARITHMETIC" services/north/north_rules.c '"store/store.h"' '"node/node.h"' '"contract/north.handlers.h"' \
    '"fyrtaarn/north/v1/north.pb-c.h"' '<time.h>'
breaks "$ARITHMETIC" services/north/north_rules.c:5 add services/north/north_rules.c $'\n#include "north/north.h"' # which knows node

# --- what may be called ---

BANNED="nothing calls what is banned"
calls "$BANNED" common/base/base.h 'strcpy (a, b)' 'strcat (a, b)' 'sprintf (a, b)' 'strtok (a, b)' 'atoi (a)' 'gets (a)' \
    'rand ()' 'localtime (a)' 'system (a)' 'alloca (1)' 'zstr_recv (a)' 'zmsg_decode (a)' 'zsock_recv (a, b)'
calls "$BANNED" tests/unit/all_test.c 'atoi (a)'
includes "$BANNED" tests/unit/all_test.c '<criterion/new/assert.h>'
calls "nothing waits without a limit" common/bus/bus.c 'poll (items, 2, -1)' 'zmq_poll (items, 2, -1)' 'zpoller_wait (poller, -1)' \
    'epoll_wait (set, items, 2, -1)' 'zsock_set_rcvtimeo (socket, -1)' 'zloop_start (loop)'
HANDLERS="handlers call no clock, socket, file, chance or sleep"
calls "$HANDLERS" services/north/north.c 'time (NULL)' 'clock_gettime (a, b)' 'usleep (1)' 'randombytes (a, 1)' \
    'randombytes_buf (a, 1)' 'socket (1, 2, 3)' 'open (a, 1)' 'fopen (a, b)' 'poll (a, 1, 5)'
includes "$HANDLERS" services/north/north.c '"bus/bus.h"'

keeps "words in comments" add common/base/base.h '/* strcpy (a, b)
 * #include "bus/bus.h"
 */ // system (x)'
keeps "words in text, behind a quote in quotes" add common/base/base.h 'char *text = "\"system (x)", quote = '"'\"'"';'
keeps "names that only end or begin so, and methods" add services/north/north.c 'int made = txn_time (txn) + timer (1) + port->time (1) + port.open (2);'
keeps "waits with a limit" add common/bus/bus.c 'int made = zmq_poll (items, 2, 100);'
keeps "the clock of whoever is no handler" add services/north/main.c 'int made = time (NULL);'
breaks_by_adding "$BANNED" common/base/base.h 'char *text = "/*", *made = strcpy (a, b);'

# --- contracts ---

COMPILED="every method in proto/ has passed the contract compiler"
breaks "$COMPILED" proto/fyrtaarn/north/v1/north.proto:5 sed -i '4a\  rpc Stay (StayRequest) returns (StayReply);' proto/fyrtaarn/north/v1/north.proto
breaks "the wire lock only grows" proto/wire.lock:1 sed -i 's/= 1 string/= 2 string/' build/gen/contract/wire.lock.txt
breaks "the wire lock only grows" proto/wire.lock:2 sed -i /MoveReply$/d build/gen/contract/wire.lock.txt
breaks "the wire lock only grows" proto/wire.lock:0 rm proto/wire.lock
keeps "the wire lock grows" add build/gen/contract/wire.lock.txt 'message fyrtaarn.north.v1.New'
fresh_house
sed -i 's/= 1 string/= 2 string/' build/gen/contract/wire.lock.txt
report
verdict "a broken lock says how to accept it" grep -q 'wire.lock:1: .*make wire-lock' "$WORK/report"

# --- tests, size, places, formatting ---

breaks "every capability is named by a test" "tests:0 tests:0 tests:0 tests:0" \
    sed -i 's/L6//; s/P1-4/P2-4/; s/P9 P10 P11/P9 P11/; s/X1-X5/X1-X4/' tests/unit/all_test.c
for capability in L6 P1 P10 X5; do
    verdict "$capability is named as missing" grep -q "tests:0: $capability\b" "$WORK/report"
done
breaks_by_adding "no file names a directory of one machine" README.md "see /"{work,home,root}"/someone"
keeps "paths of every machine" add README.md "see src/work/home, /var/lib/fyrtaarn/root/"
keeps "what git ignores" add build/notes "see /"work/someone
for long in common/base/long.c tests/platform/long.h tests/long.sh tests/bench/long.cpp Makefile; do
    breaks "no file is over 600 lines" $long:601 add $long "$(lines 601)"
done
breaks "no file is over 600 lines" .ci/run:601 add .ci/run $'#!/bin/bash\n'"$(lines 600)"
keeps "a file of 600 lines" add common/base/long.c "$(lines 600)"
keeps "a long list" add facts/list.csv "$(lines 601)"
breaks_by_adding "no function is over 80 lines" common/base/base.h "$(function_of 81)"
keeps "a function of 80 lines" add common/base/base.h "$(function_of 80)"
if command -v clang-format > /dev/null; then
    breaks_by_adding "C is formatted" common/base/base.h 'int  two_spaces;'
fi

# --- Danish ---

DANISH="every refusal of a service has its Danish"
SENTENCES=services/console/danish_sentences.c
breaks "$DANISH" services/lease/desks.c:1 add services/lease/desks.c 'const char *lost = "LEASE_DESK_LOST";'
breaks "$DANISH" $SENTENCES:2 sed -i 's/{desk=%s}/%s/' services/lease/desks.c
breaks "$DANISH" $SENTENCES:2 sed -i 3d $SENTENCES
breaks "$DANISH" $SENTENCES:1 sed -i 's/is missing/is absent/' common/wire/message.c
keeps "a reason without values" add services/lease/desks.c 'const char *again = "LEASE_DESK_TAKEN";'

# --- SQL ---

SCHEMA=services/north/schema/001_things.sql
breaks_by_adding "statements outside common/store have no dialect" services/north/north.h '/* "INSERT OR REPLACE INTO thing" */'
keeps "a dialect within common/store" add common/store/pragmas.h '/* "PRAGMA journal_mode" */'
breaks "every table is STRICT" $SCHEMA:2 sed -i 's/STRICT, //' $SCHEMA
breaks "every table is STRICT" common/store/schema/001_log.sql:1 sed -i 's/STRICT;/; -- not STRICT/' common/store/schema/001_log.sql
breaks "every column has a comment" $SCHEMA:5 sed -i 's/ -- in parts of a thing//' $SCHEMA
breaks "every column has a comment" $SCHEMA:3 sed -i 3d $SCHEMA
breaks_by_adding "every column has a comment" $SCHEMA 'ALTER TABLE thing ADD COLUMN weight INTEGER;'
breaks "every column has a comment" common/store/schema/001_log.sql:2 sed -i 's/ -- 1, 2, 3//' common/store/schema/001_log.sql

sed -n 's/^ok - //p' "$WORK/clean" | sort -u > "$WORK/rules"
verdict "every rule was broken once" [ -z "$(sort -u "$BROKEN" | comm -23 "$WORK/rules" -)" ]

echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

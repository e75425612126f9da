#!/bin/bash
# Feeds the contract compiler contracts that break one rule each, and asks for the line that says so.
#     contract_compiler_test.sh [COMPILER]
set -u
cd "$(dirname "$0")/../.."
COMPILER=$(realpath "${1:-build/contract-compiler}")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
PASSED=0
FAILED=0

HEAD='syntax = "proto3";
package fyrtaarn.probe.v1;
import "fyrtaarn/options/v1/options.proto";
import "google/protobuf/any.proto";
import "protobuf-c/protobuf-c.proto";
option (pb_c_file).c_package = "probe";'
FILE=fyrtaarn/probe/v1/probe.proto
RULE='(fyrtaarn.options.v1.rule)'
POLICY='option (fyrtaarn.options.v1.policy)'

# compile DIR: the verdict on the contracts that stand in WORK/proto.
compile () {
    rm -rf "$1" && mkdir -p "$1"
    local files
    files=$(cd "$WORK/proto" && find . -name '*.proto' | sort | sed 's|^\./||')
    # shellcheck disable=SC2086
    protoc -I"$WORK/proto" -Iproto -I/usr/include --include_imports --experimental_allow_proto3_optional \
        --descriptor_set_out="$WORK/set" $files 2> "$WORK/protoc" || { cat "$WORK/protoc"; return 2; }
    "$COMPILER" "$WORK/set" "$1" 2> "$WORK/findings"
}

contract () { # PATH TEXT
    mkdir -p "$WORK/proto/$(dirname "$1")"
    printf '%s\n' "$2" > "$WORK/proto/$1"
}

verdict () { # NAME GOOD
    if "${@:2}"; then
        PASSED=$((PASSED + 1))
    else
        FAILED=$((FAILED + 1))
        echo "FAILED: $1"
        sed 's/^/    /' "$WORK/findings"
    fi
}

# Exactly these findings, each a whole line, and no files.
refuses_files () { # NAME FINDING...
    compile "$WORK/out"
    local code=$?
    printf '%s\n' "${@:2}" | sort > "$WORK/expected"
    sort "$WORK/findings" > "$WORK/found"
    said () { [ "$code" = 1 ] && cmp -s "$WORK/expected" "$WORK/found" && [ -z "$(ls "$WORK/out")" ]; }
    verdict "$1" said
    rm -rf "$WORK/proto"
}

refuses () { # NAME BODY FINDING...
    contract $FILE "$HEAD
$2"
    refuses_files "$1" "${@:3}"
}

accepts () { # NAME BODY
    contract $FILE "$HEAD
$2"
    compile "$WORK/out"
    local code=$?
    fine () { [ "$code" = 0 ] && [ ! -s "$WORK/findings" ]; }
    verdict "$1" fine
    rm -rf "$WORK/proto"
}

method () { # POLICY-BODY [REPLY-FIELDS]
    echo "service Probes { rpc Do (DoRequest) returns (DoReply) { $1 } }
message DoRequest {} message DoReply { ${2:-} }"
}

# --- methods ---

refuses "a method without a policy" "$(method '')" \
    "$FILE: Probes.Do: without a kind in its policy" "$FILE: Probes.Do: without callers in its policy"
refuses "a method without a kind" "$(method "$POLICY = {callers: LEASE};")" "$FILE: Probes.Do: without a kind in its policy"
refuses "a method without callers" "$(method "$POLICY = {kind: QUERY};")" "$FILE: Probes.Do: without callers in its policy"
refuses "a method whose only caller is unspecified" "$(method "$POLICY = {kind: QUERY, callers: CALLER_UNSPECIFIED};")" \
    "$FILE: Probes.Do: without callers in its policy"
refuses "a streaming method" \
    "service Probes { rpc Do (DoRequest) returns (stream DoReply) { $POLICY = {kind: QUERY, callers: LEASE}; } }
     message DoRequest {} message DoReply {}" "$FILE: Probes.Do: a streaming method"
refuses "two methods of one name in one package" \
    "service Probes { rpc Do (R) returns (R) { $POLICY = {kind: QUERY, callers: LEASE}; } }
     service Others { rpc Do (R) returns (R) { $POLICY = {kind: QUERY, callers: LEASE}; } } message R {}" \
    "$FILE: Others.Do: the package has a method of this name in Probes"
refuses "two methods that become one name in C" \
    "service Probes { rpc DoIt (R) returns (R) { $POLICY = {kind: QUERY, callers: LEASE}; }
                      rpc Do_it (R) returns (R) { $POLICY = {kind: QUERY, callers: LEASE}; } } message R {}" \
    "$FILE: Probes.Do_it: the package has a method of this name in Probes"
refuses "a method that answers with somebody else's message" \
    "service Probes { rpc Do (R) returns (google.protobuf.Any) { $POLICY = {kind: QUERY, callers: LEASE}; } } message R {}" \
    "$FILE: Probes.Do: a message from outside fyrtaarn.<area>.v1 has no rules"

# --- fields ---

refuses "text, bytes and lists without a maximum, all of them" \
    "message M { string s = 1; bytes b = 2; repeated int32 l = 3; repeated M2 m = 4; oneof o { string t = 5; } } message M2 {}" \
    "$FILE: M.s: string without max" "$FILE: M.b: bytes without max" "$FILE: M.l: a list without max" \
    "$FILE: M.m: a list without max" "$FILE: M.t: string without max"
refuses "a nested message, which has rules as well" "message M { message N { string s = 1; } }" \
    "$FILE: M.N.s: string without max"
refuses "max on a number" "message M { int32 n = 1 [$RULE.max = 5]; }" "$FILE: M.n: max is for text, bytes and lists"
refuses "bounds on text" "message M { string s = 1 [$RULE = {max: 5, most: 3}]; }" \
    "$FILE: M.s: least and most are for numbers"
refuses "bounds that leave nothing" "message M { int32 n = 1 [$RULE = {least: 1}]; }" \
    "$FILE: M.n: least is larger than most"
refuses "proto3 optional" "message M { optional int32 n = 1; }" \
    "$FILE: M.n: proto3 optional: say presence with a message or a oneof"
refuses "a map" "message M { map<string, int32> m = 1; }" "$FILE: M.m: a map: write a list of messages"
refuses "Any" "message M { google.protobuf.Any a = 1; }" "$FILE: M.a: Any: a contract names what it carries"
refuses "a message from outside" "message M { fyrtaarn.options.v1.Rule r = 1; }" \
    "$FILE: M.r: a message from outside fyrtaarn.<area>.v1 has no rules"
refuses "recursive messages, each of them" "message M { M m = 1; } message A { B b = 1; } message B { A a = 1; }" \
    "$FILE: M: recursive: it can hold itself" "$FILE: A: recursive: it can hold itself" \
    "$FILE: B: recursive: it can hold itself"

for case in DAY:int32 INSTANT:int64 CPR:string CVR:string ORE:int64 ID:uint64 DISTRICT:int32 MONTH:int32 SLUG:string; do
    format=${case%:*} type=${case#*:}
    accepts "format $format on $type" "message M { $type f = 1 [$RULE = {format: $format, personal: true
        $([ "$type" = string ] && echo ', max: 10')}]; }"
    refuses "format $format on uint32" "message M { uint32 f = 1 [$RULE = {format: $format, personal: true}]; }" \
        "$FILE: M.f: format $format is for $type, not uint32"
done

# --- personal fields ---

refuses "a CPR number that nobody marked" "message M { string c = 1 [$RULE = {format: CPR, max: 10}]; }" \
    "$FILE: M.c: a CPR number that is not marked personal"
refuses "a personal field in an event, however deep" \
    "message Event { oneof event { A a = 1; B b = 2; } } message A { B b = 1; }
     message B { string name = 1 [$RULE = {max: 9, personal: true}]; int32 n = 2; }" \
    "$FILE: B.name: a personal field in probe.Event"
refuses "a personal field in the reply of a command" \
    "$(method "$POLICY = {kind: COMMAND, callers: LEASE};" "int32 n = 1 [$RULE.personal = true];")" \
    "$FILE: DoReply.n: a personal field in the reply of command Probes/Do, which is stored"
refuses "a personal field for anyone" \
    "$(method "$POLICY = {kind: QUERY, callers: ANYONE};" "int32 n = 1 [$RULE.personal = true];")" \
    "$FILE: DoReply.n: a personal field in the reply of Probes/Do, which ANYONE may call"
accepts "a personal field in the reply of a query and in a request" \
    "service Probes { rpc Do (P) returns (P) { $POLICY = {kind: QUERY, callers: BIF_DESK}; } }
     message P { int32 n = 1 [$RULE.personal = true]; }"
contract fyrtaarn/bus/v1/bus.proto "$(sed '/bytes request_id = 1/s/{max: 16}/{max: 16, personal: true}/;
    /string actor/s/{max/{personal: true, max/' proto/fyrtaarn/bus/v1/bus.proto)"
refuses_files "a personal field in a frame of the bus, other than who acts" \
    "fyrtaarn/bus/v1/bus.proto: ReplyHeader.request_id: a personal field in a frame of the bus"

# --- events, packages, files ---

refuses "an event with a field beside its oneof" "message Event { oneof event { A a = 1; } int64 at = 2; } message A {}" \
    "$FILE: Event: has to be exactly one oneof"
refuses "an event of two oneofs" "message Event { oneof a { A b = 1; } oneof c { A d = 2; } } message A {}" \
    "$FILE: Event: has to be exactly one oneof"
refuses "an empty event" "message Event {}" "$FILE: Event: has to be exactly one oneof"

for package in fyrtaarn.probe fyrtaarn.probe.v2 fyrtaarn.probe.v1.more fyrtaarn.Probe.v1 kommune.probe.v1; do
    contract $FILE "${HEAD/fyrtaarn.probe.v1/$package}"
    refuses_files "package $package" "$FILE: package: has to be fyrtaarn.<area>.v1"
done
contract $FILE "${HEAD/proto3/proto2}
message M { optional group G = 1 {} }"
refuses_files "proto2 and its groups" "$FILE: syntax: has to be proto3" "$FILE: M.g: a group"
contract $FILE "${HEAD/c_package = \"probe\"/c_package = \"prove\"}"
refuses_files "another name in C" "$FILE: option (pb_c_file).c_package: has to be \"probe\""

# --- what is written compiles, in the order of the contract, and says the same twice ---

contract fyrtaarn/other/v1/other.proto "${HEAD//probe/other}
message Thing_of_2Parts { message Inner { int32 n = 1; } Inner inner = 1; }"
contract fyrtaarn/probe/v1/events.proto "$HEAD
import \"fyrtaarn/probe/v1/probe.proto\";
message Event { oneof event { Done done = 2; Empty empty = 1; } }"
contract $FILE "$HEAD
import \"fyrtaarn/other/v1/other.proto\";
enum Shade { SHADE_UNSPECIFIED = 0; DARK = 7; }
service Probes {
  rpc SecondCVRCheck (Empty) returns (fyrtaarn.other.v1.Thing_of_2Parts) { $POLICY = {kind: COMMAND, callers: [TMF_DESK, LEASE]}; }
  rpc First (fyrtaarn.other.v1.Thing_of_2Parts.Inner) returns (Done) { $POLICY.kind = QUERY; $POLICY.callers = ANYONE; }
}
message Empty {}
message Done { Shade shade = 9; repeated uint64 ids = 2 [$RULE = {max: 3, format: ID, required: true}];
               int64 n = 4 [$RULE = {least: -9223372036854775808, most: 5}]; oneof o { Empty e = 5; } }"
compile "$WORK/out"
compile "$WORK/again"
verdict "a rich contract is accepted" [ ! -s "$WORK/findings" ]
verdict "the same contract gives the same files" diff -r "$WORK/out" "$WORK/again"
protoc-c -I"$WORK/proto" -Iproto -I/usr/include --c_out="$WORK/out" \
    $(cd "$WORK/proto" && find fyrtaarn -name '*.proto') fyrtaarn/options/v1/options.proto google/protobuf/descriptor.proto \
    google/protobuf/any.proto 2> "$WORK/findings"
for file in "$WORK"/out/*.c; do
    verdict "${file##*/} compiles" "${CC:-gcc}" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only -Icommon \
        -isystem "$WORK/out" "$file"
done
verdict "handlers stand in the order of the contract" \
    [ "$(grep -o '^    call_[a-z_]*' "$WORK/out/probe.handlers.c" | xargs)" = "call_second_cvrcheck call_first" ]
verdict "an area without methods has no handlers" [ ! -e "$WORK/out/other.handlers.c" ]
cat > "$WORK/expected" <<'LOCK'
enum fyrtaarn.probe.v1.Shade DARK = 7
enum fyrtaarn.probe.v1.Shade SHADE_UNSPECIFIED = 0
field fyrtaarn.other.v1.Thing_of_2Parts.Inner.n = 1 int32
field fyrtaarn.other.v1.Thing_of_2Parts.inner = 1 fyrtaarn.other.v1.Thing_of_2Parts.Inner
field fyrtaarn.probe.v1.Done.e = 5 fyrtaarn.probe.v1.Empty in oneof o
field fyrtaarn.probe.v1.Done.ids = 2 repeated uint64
field fyrtaarn.probe.v1.Done.n = 4 int64
field fyrtaarn.probe.v1.Done.shade = 9 fyrtaarn.probe.v1.Shade
field fyrtaarn.probe.v1.Event.done = 2 fyrtaarn.probe.v1.Done in oneof event
field fyrtaarn.probe.v1.Event.empty = 1 fyrtaarn.probe.v1.Empty in oneof event
message fyrtaarn.other.v1.Thing_of_2Parts
message fyrtaarn.other.v1.Thing_of_2Parts.Inner
message fyrtaarn.probe.v1.Done
message fyrtaarn.probe.v1.Empty
message fyrtaarn.probe.v1.Event
method fyrtaarn.probe.v1.Probes/First QUERY (fyrtaarn.other.v1.Thing_of_2Parts.Inner) returns (fyrtaarn.probe.v1.Done) callers ANYONE
method fyrtaarn.probe.v1.Probes/SecondCVRCheck COMMAND (fyrtaarn.probe.v1.Empty) returns (fyrtaarn.other.v1.Thing_of_2Parts) callers LEASE,TMF_DESK
LOCK
verdict "the lock names everything on the wire" diff "$WORK/expected" "$WORK/out/wire.lock.txt"

printf 'junk\xff\xff' > "$WORK/set"
"$COMPILER" "$WORK/set" "$WORK/out" 2> "$WORK/findings"
verdict "what is no set of descriptors is said to be none" grep -q "not a set of descriptors" "$WORK/findings"

echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]

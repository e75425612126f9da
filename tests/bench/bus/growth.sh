#!/bin/bash
# How the cost of a command grows, with history, connections, message size and followers; what a follower that hangs
# costs the others, and how fast one that was away is back.
# `make bench-growth` runs it; docs/performance.md says what the figures mean. Minutes, and 5 GB of disk.
#
# EVENTS (10000000) is the length of the history, SECONDS_EACH (3) that of a run, ROUNDS (3) how often a long history and
# an empty one are compared.
set -euo pipefail
cd "$(dirname "$0")/../../.."
bin=$(realpath "${BIN:-build/gcc/bin}") load=$(realpath "${LOAD:-build/gcc/tests/bench}")
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-3} events=${EVENTS:-10000000} port=${PORT:-15901}
dir=$(mktemp -d "${BENCH_DIR:-/var/tmp}/fyr-growth.XXXXXX")
chmod 755 "$dir"
. tests/bench/bus/services.sh
trap 'services_stop; [ -z "$follower" ] || kill -KILL "$follower" 2>/dev/null || true; rm -rf "$dir"' EXIT
slot=0 follower=

said() { # WHAT LINE
    printf '%-48s %s\n' "$1" "$2"
}

measure() { # WHAT PROGRAM [ARGUMENT ...]
    local line
    line=$("${@:2}") || { echo "$1 failed" >&2; exit 1; }
    said "$1" "$line"
}

# Slots of one house are used once: each run begins where no earlier one has been.
book() { # WHAT OUTSTANDING CONNECTIONS [OPTION ...]
    slot=$((slot + 1000000))
    measure "$1" "$load/load" "$FYR_KEYS" book --outstanding "$2" --connections "$3" --seconds "$seconds" \
        --first "$slot" "${@:4}"
}

sized() { # WHAT WORK BYTES
    measure "$1" "$load/load" "$FYR_KEYS" "$2" --outstanding 64 --seconds "$seconds" --size "$3"
}

memory() { # of the service, all of its threads
    awk '/^Pss:/ { print $2 }' "/proc/${running[lease]}/smaps_rollup"
}

follower_start() {
    mkfifo "$dir/said"
    "$load/follower" "$FYR_KEYS" "$dir/hung.db" >"$dir/said" &
    follower=$!
    exec 7<"$dir/said"
    [ "$(follower_said)" = ready ]
}

follower_said() {
    local line
    read -r line <&7 && echo "$line"
}

started() { # WHAT DATABASE
    measure "$1" "$load/start" command "$FYR_KEYS" "$bin/fyr-lease" --registry "$FYR_KEYS/registry" \
        --secret "$FYR_KEYS/lease.secret" --master "$FYR_KEYS/lease.master" --store "$2" --log warn
}

services_fresh
for desk in $(seq 2 9); do "$bin/fyr" keys add "tmf-desk-$desk" tmf_desk >/dev/null; done
service_start lease
house_furnish
services_stop
cp "$dir/lease.db" "$dir/empty.db"
cp "$dir/lease.db" "$dir/long.db"
began=$(date +%s)
"$load/history" "$dir/long.db" "$events"
said "history" "events=$events written_s=$(($(date +%s) - began)) bytes=$(stat -c %s "$dir/long.db")"
for round in $(seq "$rounds"); do
    for age in empty long; do
        started "start, $age history" "$dir/$age.db"
        service_start lease "$dir/$age.db"
        book "64 outstanding, $age history" 64 1
        book "1 outstanding, $age history" 1 1
        services_stop
    done
done

service_start lease "$dir/empty.db"
for connections in 1 8 64 120; do
    book "1000 outstanding on $connections connections" 1000 "$connections"
done
book "1000 outstanding on 1000 connections, 9 desks" 1000 1000 --desks 9
for readers in 1 4 16; do
    book "64 outstanding, $readers readers of the feed" 64 1 --readers "$readers"
done

for size in 100 1000 4000 16000; do
    sized "64 commands outstanding of $size bytes" template "$size"
    sized "64 queries outstanding, $size bytes back" template-read "$size"
done
for size in 1000 4000 16000 60000; do
    sized "64 commands of $size bytes that are rules" rules "$size"
done

measure "memory (PSS, KiB)" memory
follower_start
book "64 outstanding, a follower keeps up" 64 1
kill -STOP "$follower"
book "64 outstanding, the follower hangs" 64 1
measure "memory (PSS, KiB), the follower hangs" memory
kill -CONT "$follower"
measure "it goes on" follower_said
book "64 outstanding, it keeps up again" 64 1
kill "$follower"
wait "$follower" 2>/dev/null || true
measure "memory (PSS, KiB)" memory
book "64 outstanding; a follower comes from nothing" 64 1 --follow "$dir/follower.db"
services_stop

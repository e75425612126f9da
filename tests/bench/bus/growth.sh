#!/bin/bash
# How the cost of a command grows, with history, connections and followers; and how fast one that was away is back.
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
trap 'services_stop; rm -rf "$dir"' EXIT
slot=0

said() { # WHAT LINE
    printf '%-44s %s\n' "$1" "$2"
}

# Slots of one house are used once: each run begins where no earlier one has been.
book() { # WHAT OUTSTANDING CONNECTIONS [OPTION ...]
    slot=$((slot + 1000000))
    said "$1" "$("$load/load" "$FYR_KEYS" book --outstanding "$2" --connections "$3" --seconds "$seconds" \
        --first "$slot" "${@:4}")"
}

started() { # DATABASE
    "$load/start" command "$FYR_KEYS" "$bin/fyr-lease" --registry "$FYR_KEYS/registry" \
        --secret "$FYR_KEYS/lease.secret" --master "$FYR_KEYS/lease.master" --store "$1" --log warn
}

services_fresh
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
        said "start, $age history" "$(started "$dir/$age.db")"
        service_start lease "$dir/$age.db"
        book "64 outstanding, $age history" 64 1
        book "1 outstanding, $age history" 1 1
        services_stop
    done
done

service_start lease "$dir/empty.db"
for connections in 1 8 32 64 120; do
    book "256 outstanding on $connections connections" 256 "$connections"
done
for readers in 1 4 16; do
    book "64 outstanding, $readers readers of the feed" 64 1 --readers "$readers"
done
book "64 outstanding; a follower comes from nothing" 64 1 --follow "$dir/follower.db"
services_stop

#!/bin/bash
# The bus beside PostgreSQL, Redis, gRPC and the floor of this machine. `make bench-bus` runs it; docs/performance.md says
# what the figures mean.
#
#   BIN=build/gcc/bin LOAD=build/gcc/tests/bench tests/bench/bus/bus.sh
#
# ROUNDS (5) and SECONDS_EACH (3) may be set; RESULTS is the JSON file. Every round measures everything once, so that a
# ratio compares what ran minutes apart on the same machine in the same mood.
set -euo pipefail
cd "$(dirname "$0")/../../.."
bin=$(realpath "${BIN:-build/gcc/bin}") load=$(realpath "${LOAD:-build/gcc/tests/bench}")
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-3} results=${RESULTS:-build/bench-bus.json} port=${PORT:-15701}
dir=$(mktemp -d "${BENCH_DIR:-/var/tmp}/fyr-bench.XXXXXX")
chmod 755 "$dir"
. tests/bench/bus/peers.sh
. tests/bench/bus/services.sh

clean() {
    services_stop
    pg_stop
    redis_stop
    rm -rf "$dir"
}
trap clean EXIT

# kept NAME "key=value ...": one measurement of this round.
kept() {
    echo "$round $1 $2" >>"$dir/results"
    printf '  %-34s %s\n' "$1" "$2"
}

measure() { # NAME PROGRAM [ARGUMENT ...]
    local name=$1 line
    shift
    line=$("$@") || { echo "$name failed" >&2; exit 1; }
    kept "$name" "$line"
}

# Slots of one house are used once: each run begins where no earlier one has been.
fresh_slots() {
    slot=$((slot + 1000000))
}

book() { # NAME OUTSTANDING CONNECTIONS [OPTION ...]
    local name=$1 outstanding=$2 connections=$3
    shift 3
    fresh_slots
    measure "$name" "$load/load" "$FYR_KEYS" book --outstanding "$outstanding" --connections "$connections" \
        --seconds "$seconds" --first "$slot" "$@"
}

measure_floor() {
    measure ping "$load/floor" ping "$seconds"
    measure disk "$load/floor" disk "$dir/floor" "$seconds"
}

measure_ours() {
    services_fresh
    service_start lease
    house_furnish
    book follower_64 64 1 --follow "$dir/follower.db"
    book ours_1 1 1
    book ours_64 64 1
    book ours_64x64 64 64
    book ours_256 256 1
    service_start guidance
    guidance_furnish
    measure saga_64 "$load/load" "$FYR_KEYS" saga --outstanding 64 --seconds "$seconds"
    measure query_1 "$load/load" "$FYR_KEYS" query --outstanding 1 --seconds "$seconds"
    measure query_64 "$load/load" "$FYR_KEYS" query --outstanding 64 --seconds "$seconds"
    services_stop
}

measure_without_store() {
    services_fresh
    service_start lease :memory:
    house_furnish
    book ours_256_memory 256 1
    services_stop
}

measure_peers() {
    pg_run pg_16 "$dir/book.pgb" 16 1 prepared
    pg_run pg_64 "$dir/book.pgb" 64 1 prepared
    pg_run pg_pipeline_1 "$dir/pipeline.pgb" 1 64 extended
    pg_run pg_pipeline_4 "$dir/pipeline.pgb" 4 64 extended
    redis_start
    fresh_slots
    measure redis_64_1 "$load/redis" "$REDIS_PORT" --outstanding 64 --seconds "$seconds" --first "$slot"
    fresh_slots
    measure redis_64x64 "$load/redis" "$REDIS_PORT" --outstanding 64 --connections 64 --seconds "$seconds" --first "$slot"
    redis_stop
    measure grpc_1 "$load/grpc" "$((port + 60))" --outstanding 1 --seconds "$seconds"
    measure grpc_64 "$load/grpc" "$((port + 60))" --outstanding 64 --seconds "$seconds"
}

# A start like every one but the first: the store is there.
measure_start() {
    services_fresh
    service_start lease
    services_stop
    measure start_ours "$load/start" command "$FYR_KEYS" "$bin/fyr-lease" --registry "$FYR_KEYS/registry" \
        --secret "$FYR_KEYS/lease.secret" --master "$FYR_KEYS/lease.master" --store "$dir/lease.db" --log warn
    measure start_node "$load/start" http $((port + 50)) node -e \
        "require('http').createServer((q,r)=>r.end('hello')).listen($((port + 50)),'127.0.0.1')"
}

slot=0
pg_start
pg_scripts
for round in $(seq "$rounds"); do
    echo "round $round of $rounds"
    measure_floor
    measure_ours
    measure_without_store
    measure_peers
    measure_start
done
awk -v machine="$(machine_line)" -v seconds="$seconds" -v json="$results" -f tests/bench/bus/table.awk "$dir/results"

#!/bin/sh
# Runs the suite on this machine, state under one directory:
#
#   deploy/suite.sh up|down|status|demo [DIRECTORY]
#
# up     makes keys if there are none, starts the five services in the background, waits until all answer
# down   ends them and waits until they are gone
# demo   a fresh suite in DIRECTORY, the programme of the budget note, one year of the house, the status report
#
# BIN says where the programs are; FYR_CLOCK, when set, is the clock file they share.
set -eu

command=${1:-}
state=${2:-var/suite}
bin=${BIN:-build/gcc/bin}
port=${PORT:-5601}
services="lease guidance placement bridging reporting"
export FYR_KEYS="$state/keys" FYR_REGISTRY="$state/keys/registry"

running() {
    [ -f "$state/$1.pid" ] && kill -0 "$(cat "$state/$1.pid")" 2>/dev/null
}

start() {
    running "$1" && return 0
    FYR_SECRET="$FYR_KEYS/$1.secret" FYR_MASTER="$FYR_KEYS/$1.master" FYR_STORE="$state/$1.db" \
        "$bin/fyr-$1" >"$state/$1.out" 2>>"$state/$1.log" &
    echo $! >"$state/$1.pid"
}

wait_until_all_answer() {
    tries=0
    until "$bin/fyr" health >"$state/health.txt" 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 20 ]; then
            cat "$state/health.txt" >&2
            for service in $services; do tail -n 3 "$state/$service.log" >&2; done
            return 1
        fi
        sleep 0.2
    done
}

up() {
    mkdir -p "$state"
    [ -f "$FYR_REGISTRY" ] || "$bin/fyr" keys init --port "$port" >/dev/null
    for service in $services; do start "$service"; done
    wait_until_all_answer
}

down() {
    for service in $services; do
        if running "$service"; then kill "$(cat "$state/$service.pid")"; fi
    done
    for service in $services; do
        tries=0
        while running "$service" && [ "$tries" -lt 100 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        rm -f "$state/$service.pid"
    done
}

demo() {
    down
    rm -rf "$state"
    mkdir -p "$state"
    export FYR_CLOCK="$state/clock"
    trap down EXIT
    "$bin/fyr" clock set "${DEMO_BEGINS:-2026-01-02T07:00:00Z}" >/dev/null
    up
    echo "Five services are up on loopback, each with its own key and its own database:"
    cat "$state/health.txt"
    echo
    echo "The programme of the budget note, then a year of the house, through the bus:"
    "$bin/fyr" play deploy/programme deploy/demo
    echo
    "$bin/fyr" report status --lang da
    "$bin/fyr" report status --lang en >"$state/status-report.en.txt"
    "$bin/fyr" --json report status >"$state/status-report.json"
    echo
    echo "The same report in English: $state/status-report.en.txt; as JSON: $state/status-report.json"
    echo "Everything that happened: $bin/fyr events, with the suite running (make up)."
}

case $command in
up) up && cat "$state/health.txt" ;;
down) down ;;
status) "$bin/fyr" health ;;
demo) demo ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac

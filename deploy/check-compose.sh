#!/bin/bash
# Runs the suite in containers and looks at what docker-compose.yml promises: who sees which secret, who may write where, what
# happens when one service dies, and that a year of the house can be played through it.
#
#   deploy/check-compose.sh             (make check-compose)
#
# Needs a docker engine and compose. Where none runs and this is root, Debian's are installed and an engine runs for the time of
# the check; where none can be had, the check is skipped. Everything that it makes is removed, also when it fails; the images
# stay, because they make the next time short.
#
# KEEP=1 leaves the containers as they are, to look at.
set -u
cd "$(dirname "$0")/.." || exit 2

SERVICES="lease guidance placement bridging reporting"
PROJECT="fyrcheck$$"
IMAGE=fyrtaarn:check
UID_INSIDE=10001
BEGINS=2026-01-02T07:00:00Z

# Seconds that a step may take.
ENGINE_SECONDS=40
INSTALL_SECONDS=300
BUILD_SECONDS=1200
START_SECONDS=90
PLAY_SECONDS=600
SHORT_SECONDS=60

WORK=$(mktemp -d)
PASSED=0
FAILED=0
ENGINE_PID=
COMPOSE=
export FYR_STATE="$WORK/state" COMPOSE_PROJECT_NAME="$PROJECT"

# --- saying ---

# check NAME COMMAND...: one line; what the command said follows only when it failed.
check() {
    local name=$1
    shift
    if "$@" >"$WORK/said" 2>&1; then
        PASSED=$((PASSED + 1))
        echo "ok - $name"
    else
        FAILED=$((FAILED + 1))
        echo "not ok - $name"
        sed 's/^/    /' "$WORK/said" | tail -n 25
    fi
}

finish() {
    echo "$PASSED passed, $FAILED failed${1:+, $1 skipped}"
    [ "$FAILED" = 0 ]
    exit
}

skip() {
    echo "skipped - $*"
    finish 1
}

# until_true SECONDS COMMAND...
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.5
    done
}

# --- the engine ---

engine_runs() {
    timeout 20 docker info >/dev/null 2>&1
}

compose_command() {
    if timeout 20 docker compose version >/dev/null 2>&1; then
        echo "docker compose"
    elif command -v docker-compose >/dev/null; then
        echo docker-compose
    fi
}

install_engine() {
    command -v apt-get >/dev/null || return 1
    timeout "$INSTALL_SECONDS" apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive timeout "$INSTALL_SECONDS" apt-get install -y -qq --no-install-recommends \
            docker.io docker-compose iptables ca-certificates
}

# start_engine FLAGS...: true when it answers; one that does not come up is ended again.
start_engine() {
    dockerd "$@" >"$WORK/dockerd.log" 2>&1 &
    ENGINE_PID=$!
    until_true "$ENGINE_SECONDS" engine_runs_or_died
    engine_runs && return 0
    stop_engine
    return 1
}

engine_runs_or_died() {
    engine_runs || ! kill -0 "$ENGINE_PID" 2>/dev/null
}

stop_engine() {
    [ -n "$ENGINE_PID" ] || return 0
    kill "$ENGINE_PID" 2>/dev/null
    until_true "$ENGINE_SECONDS" engine_is_gone || kill -KILL "$ENGINE_PID" 2>/dev/null
    wait "$ENGINE_PID" 2>/dev/null
    ENGINE_PID=
}

engine_is_gone() {
    ! kill -0 "$ENGINE_PID" 2>/dev/null
}

# In a sandbox the kernel may have no overlay file system and no packet filter; the second try does without.
have_engine() {
    engine_runs && [ -n "$(compose_command)" ] && return
    [ "$(id -u)" = 0 ] || skip "no docker engine with compose runs here, and this is not root"
    if ! command -v dockerd >/dev/null || [ -z "$(compose_command)" ]; then
        install_engine >"$WORK/said" 2>&1 || skip "no docker engine, and it could not be installed"
    fi
    engine_runs && return
    start_engine || start_engine --storage-driver=vfs --iptables=false --ip6tables=false ||
        skip "no docker engine can run here: $(tail -n 1 "$WORK/dockerd.log")"
}

# --- the suite ---

compose() {
    timeout "${LIMIT:-$SHORT_SECONDS}" $COMPOSE -f docker-compose.yml -f deploy/compose/demo.yml "$@"
}

fyr() {
    compose run --rm -T console "$@" </dev/null
}

# in_container SERVICE SHELL-COMMAND
in_container() {
    timeout "$SHORT_SECONDS" docker exec "$(container "$1")" sh -c "$2"
}

# By label, which is quick and the same for every compose.
container() {
    docker ps -aq --filter "label=com.docker.compose.project=$PROJECT" --filter "label=com.docker.compose.service=$1" \
        --filter label=com.docker.compose.oneoff=False
}

inspect() { # SERVICE TEMPLATE
    docker inspect -f "$2" "$(container "$1")"
}

for_all() { # COMMAND, which takes a service
    local service
    for service in $SERVICES; do
        "$1" "$service" || { echo "$service"; return 1; }
    done
}

build_image() {
    deploy/make-base-image.sh && docker_build
}

# Where containers have no way to the package mirror, the machine's own network has.
docker_build() {
    local network
    for network in default host; do
        timeout "$BUILD_SECONDS" docker build -q --network "$network" -f deploy/Dockerfile --build-arg VERSION=check -t "$IMAGE" . &&
            return
    done
    return 1
}

clean_up() {
    trap - EXIT
    if [ -n "${KEEP:-}" ] && [ -n "$COMPOSE" ]; then
        echo "kept: project $PROJECT, FYR_STATE=$FYR_STATE"
        return
    fi
    [ -z "$COMPOSE" ] || LIMIT=120 compose down -v --remove-orphans -t 5 >/dev/null 2>&1
    stop_engine
    rm -rf "$WORK"
}

# --- what is checked ---

# Whatever is called like a key; Debian has a passwd.master of its own.
FIND_KEYS='find / -xdev \( -name "*.secret" -o -name "*.master" \) ! -path "/usr/share/base-passwd/*" 2>/dev/null || true'

keys_are_made() {
    mkdir -p "$FYR_STATE"
    compose run --rm -T keys init </dev/null || return 1
    local file
    for file in "$FYR_STATE"/keys/*; do
        [ "$(stat -c '%u %a' "$file")" = "$UID_INSIDE 600" ] || { ls -ln "$file"; return 1; }
    done
}

keys_are_not_made_twice() {
    ! compose run --rm -T keys init </dev/null
}

is_healthy() {
    [ "$(inspect "$1" '{{.State.Health.Status}}')" = healthy ]
}

all_come_up() {
    fyr clock set "$BEGINS" && compose up -d --no-build || return 1
    until_true "$START_SECONDS" for_all is_healthy && return
    compose ps
    compose logs --tail 5
    return 1
}

console_sees_all() {
    fyr health
}

has_only_its_own_secrets() {
    local found
    found=$(in_container "$1" 'ls /run/secrets' | paste -sd' ')
    [ "$found" = "$1.master $1.secret" ] || { echo "$found"; return 1; }
    # Nor by another way: nothing in the container but these two looks like a key.
    found=$(in_container "$1" "$FIND_KEYS" | grep -v '^/run/secrets/')
    [ -z "$found" ] || { echo "$found"; return 1; }
}

console_has_no_service_key() {
    local found
    found=$(compose run --rm -T --entrypoint ls console /run/secrets </dev/null | tr -d '\r' | paste -sd' ')
    [ "$found" = "bif-desk.secret operator.secret sof-desk.secret steering-desk.secret tmf-desk.secret" ] || {
        echo "$found"
        return 1
    }
}

has_no_key_in_the_image() {
    local found
    found=$(timeout "$SHORT_SECONDS" docker run --rm --network none --user 0 "$IMAGE" sh -c "$FIND_KEYS; echo done")
    [ "$found" = "done" ] || { echo "$found"; return 1; }
}

writes_only_where_it_should() {
    in_container "$1" '
        for place in / /usr/local/bin /etc /etc/fyrtaarn /run/secrets /usr/share/fyrtaarn; do
            if touch "$place/x" 2>/dev/null; then echo "$place can be written"; exit 1; fi
        done
        touch /tmp/x /var/lib/fyrtaarn/x && rm /tmp/x /var/lib/fyrtaarn/x' &&
        [ "$(inspect "$1" '{{.HostConfig.ReadonlyRootfs}}')" = true ]
}

has_no_rights() {
    in_container "$1" '
        awk "/^(CapEff|CapPrm|CapBnd|CapAmb):/ && \$2 !~ /^0+\$/ { print; bad = 1 }
             /^NoNewPrivs:/ && \$2 != 1                         { print; bad = 1 }
             /^(Uid|Gid):/ && (\$2 != '"$UID_INSIDE"' || \$3 != '"$UID_INSIDE"') { print; bad = 1 }
             END { exit bad }" /proc/1/status'
}

is_bounded() {
    [ "$(inspect "$1" '{{.HostConfig.PidsLimit}} {{gt .HostConfig.Memory 0}} {{.HostConfig.RestartPolicy.Name}}')" = \
        "64 true unless-stopped" ]
}

# On one network, which docker keeps apart from all others, and without a port on the machine's own.
has_no_way_out() {
    [ "$(inspect "$1" '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}{{len .HostConfig.PortBindings}}')" = \
        "${PROJECT}_bus 0" ] && [ "$(docker network inspect -f '{{.Internal}}' "${PROJECT}_bus")" = true ]
}

demo_plays() {
    LIMIT=$PLAY_SECONDS fyr play deploy/programme deploy/demo
}

report_says() { # LANGUAGE TEXT
    fyr report status --lang "$1" >"$WORK/report.$1" || { cat "$WORK/report.$1"; return 1; }
    grep -qF -- "$2" "$WORK/report.$1" || { cat "$WORK/report.$1"; return 1; }
}

# Every follower is where its owner is. The owner's own head counts, not what the follower last heard of it.
all_caught_up() {
    fyr --json health >"$WORK/health.json" 2>"$WORK/health.err" || return 1
    awk '
        function value (line) { sub (/^[^:]*: *"?/, "", line); sub (/"?,?\r?$/, "", line); return line }
        /^  "[a-z]+": *\{/  { service = $1; gsub (/[":]/, "", service) }
        /^    "head":/      { head[service] = value($0) }
        /"owner":/          { owner = value($0); position[service " " owner] = 0 }
        /"position":/       { position[service " " owner] = value($0) }
        END {
            for (pair in position) {
                split (pair, part, " ")
                followers++
                if (position[pair] != head[part[2]]) {
                    print part[1], "is at", position[pair], "of", part[2], "which is at", head[part[2]]
                    behind = 1
                }
            }
            if (!followers) { print "nobody follows anybody"; behind = 1 }
            exit behind
        }' "$WORK/health.json"
}

catches_up() {
    until_true "$START_SECONDS" all_caught_up >"$WORK/behind" 2>&1 && return
    tail -n 5 "$WORK/behind"
    return 1
}

one_is_killed() {
    docker kill -s KILL "$(container guidance)" && [ "$(inspect guidance '{{.State.Running}}')" = false ]
}

# Exit 3, and the one that is missing is named.
health_names_the_missing() {
    fyr health >"$WORK/health.txt" 2>"$WORK/health.err"
    local ended=$?
    cat "$WORK/health.txt" "$WORK/health.err"
    [ "$ended" = 3 ] && grep -q '^guidance  *SERVICE_AWAY' "$WORK/health.txt" && [ "$(grep -c ' ok ' "$WORK/health.txt")" = 4 ]
}

register_tenant() { # CVR NAME
    fyr --actor check call lease.Tenants/RegisterTenant "{\"cvr\": \"$1\", \"name\": \"$2\"}"
}

it_comes_back() {
    compose start guidance || return 1
    until_true "$START_SECONDS" is_healthy guidance
}

# Not docker's kill, after which it stays down by design, but the process dying by itself.
a_crash_is_restarted() {
    local before
    before=$(inspect reporting '{{.State.Pid}}')
    [ "$before" -gt 1 ] && kill -KILL "$before" || return 1
    until_true "$SHORT_SECONDS" has_another_pid reporting "$before" && until_true "$START_SECONDS" is_healthy reporting
}

has_another_pid() {
    [ "$(inspect "$1" '{{.State.Running}}')" = true ] && [ "$(inspect "$1" '{{.State.Pid}}')" != "$2" ]
}

revoked_key_is_out() {
    compose run --rm -T keys revoke bif-desk </dev/null || return 1
    until_true 15 bif_desk_is_refused
}

bif_desk_is_refused() {
    ! fyr --as bif-desk --timeout 2000 call Node/GetHealth '{}' --service placement && fyr health
}

all_stop_cleanly() {
    LIMIT=120 compose stop || return 1
    for_all ended_with_zero
}

ended_with_zero() {
    local state
    state=$(inspect "$1" '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}')
    [ "$state" = "exited 0 false" ] || { echo "$state"; return 1; }
}

# As deploy/RUNBOOK.md says it.
backup_is_taken() {
    compose run --rm -T --entrypoint tar lease -C /var/lib/fyrtaarn -c . </dev/null >"$WORK/lease.tar" || return 1
    tar -tf "$WORK/lease.tar" | grep -x ./store.db
}

backup_is_restored() {
    compose run --rm -T --entrypoint sh lease -c 'cd /var/lib/fyrtaarn && rm -f store.db store.db-* && tar -x' \
        <"$WORK/lease.tar" || return 1
    compose run --rm -T lease timeout --preserve-status 5 fyr-lease --restored </dev/null || return 1
    LIMIT=120 compose start $SERVICES || return 1
    until_true "$START_SECONDS" for_all is_healthy || return 1
    lease_says '"epoch": "\{0,1\}[1-9][0-9]\{9\}' && fyr --actor check call lease.Tenants/ListTenants '{}' | grep Check
}

lease_says() {
    fyr --json call Node/GetHealth '{}' --service lease >"$WORK/health.json" && grep -q "$1" "$WORK/health.json" && return
    cat "$WORK/health.json"
    return 1
}

# --- the check ---

trap clean_up EXIT
trap 'exit 130' INT TERM

have_engine
COMPOSE=$(compose_command)
[ -n "$COMPOSE" ] || skip "there is an engine, but no compose"
export FYR_IMAGE="$IMAGE"

check "the image is built" build_image
[ "$FAILED" = 0 ] || finish
check "it holds no key" has_no_key_in_the_image
check "keys are made, readable by the containers' user alone" keys_are_made
check "keys that are there are not made again" keys_are_not_made_twice
check "all five are healthy by their own account" all_come_up
[ "$FAILED" = 0 ] || finish
check "the console reaches all five" console_sees_all
check "each service has its own two secrets and no other" for_all has_only_its_own_secrets
check "the console has the desks' keys and no service's" console_has_no_service_key
check "nothing can be written but the database and /tmp" for_all writes_only_where_it_should
check "no process is root or has any capability" for_all has_no_rights
check "memory and processes are limited, and a crash is restarted" for_all is_bounded
check "there is no way from the bus to other networks" for_all has_no_way_out

check "the programme and a year of the house are played through the console" demo_plays
check "the report in Danish holds the budget" report_says da 7.479
check "the report in English holds the budget" report_says en 7,479
check "every follower has caught up" catches_up

check "one service is killed" one_is_killed
check "health ends with 3 and names it" health_names_the_missing
check "a command at another service succeeds meanwhile" register_tenant 10150817 "Check"
check "it is started again and healthy" it_comes_back
check "it has caught up with what it missed" catches_up
check "a service that crashes is restarted by itself" a_crash_is_restarted
check "and nobody is behind after it" catches_up
check "a revoked key is out while everything runs" revoked_key_is_out
check "all end with exit 0 when they are stopped" all_stop_cleanly
check "a backup is taken of one that is stopped" backup_is_taken
check "it is restored, and the log begins a new life" backup_is_restored
check "the others follow it there" catches_up
finish

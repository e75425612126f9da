# Our own services as an operator would start them, and a house to work in. Sourced by the scripts of the bench, which
# set $dir, $bin and $port.

export FYR_KEYS="$dir/keys" FYR_ACTOR=bench
declare -A running

services_stop() {
    local service
    for service in "${!running[@]}"; do
        kill "${running[$service]}" 2>/dev/null && wait "${running[$service]}" 2>/dev/null || true
    done
    running=()
}

services_fresh() {
    services_stop
    rm -rf "$FYR_KEYS" "$dir"/*.db "$dir"/*.db-*
    "$bin/fyr" keys init --port "$port" >/dev/null
}

service_start() { # SERVICE [STORE]
    "$bin/fyr-$1" --registry "$FYR_KEYS/registry" --secret "$FYR_KEYS/$1.secret" --master "$FYR_KEYS/$1.master" \
        --store "${2:-$dir/$1.db}" 2>"$dir/$1.log" &
    running[$1]=$!
    for _ in $(seq 600); do
        "$bin/fyr" --timeout 1000 call Node/GetHealth --service "$1" >/dev/null 2>&1 && return 0
        kill -0 "${running[$1]}" 2>/dev/null || break
        sleep 0.05
    done
    tail -n 3 "$dir/$1.log" >&2
    return 1
}

asked() { # METHOD JSON: what it answered
    "$bin/fyr" --json call "$1" "$2"
}

number_of() { # FIELD: from the JSON on stdin
    sed -n "s/.*\"$1\": *\"\{0,1\}\([0-9]*\).*/\1/p" | head -n 1
}

# As many meeting rooms as a house of 45 desks has, or ROOMS.
house_furnish() {
    local premises n
    premises=$(asked House/CreatePremises '{"name": "House", "address": "Street 1", "district": 3, "monthly_rent_ore": 250000, "notice_months": 3}' | number_of premises)
    for n in $(seq "${ROOMS:-8}"); do
        asked House/CreateRoom "{\"premises\": $premises, \"name\": \"Room $n\", \"seats\": 8}" >/dev/null
    done
}

# 8 guides who work all week, and a workshop of a quarter of an hour.
guidance_furnish() {
    local n day plan=
    for day in 1 2 3 4 5 6 7; do plan="$plan,{\"weekday\": $day, \"from_minute\": 0, \"to_minute\": 1440}"; done
    for n in $(seq 8); do
        asked Guides/RegisterGuide "{\"name\": \"Guide $n\", \"plan\": [${plan#,}], \"competences\": [\"WORKSHOP\"]}" >/dev/null
    done
    asked Offers/CreateOffer '{"kind": "WORKSHOP", "title": "Workshop", "duration_minutes": 15, "needs_room": true, "seats": 20}' >/dev/null
}

machine_line() {
    printf '%s CPUs (%s), %s MiB, Linux %s, %s' "$(nproc)" \
        "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)" \
        "$(awk '/MemTotal/ { print int ($2 / 1024) }' /proc/meminfo)" "$(uname -r)" \
        "$(df --output=fstype "$dir" | tail -n 1)"
}

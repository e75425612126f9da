# Results of the bench ("ROUND NAME key=value ...") to a table on stdout and a JSON file (-v json=FILE).
# A ratio is made within each round; what is shown is the median over the rounds, with the least and the largest.

{
    rounds = $1 > rounds ? $1 : rounds
    for (i = 3; i <= NF; i++) {
        split ($i, part, "=")
        value[$1, $2, part[1]] = part[2]
        if (!($2 in seen)) { seen[$2] = 1; names[++n_names] = $2 }
        if (!(($2, part[1]) in seen)) { seen[$2, part[1]] = 1; keys[$2] = keys[$2] " " part[1] }
    }
}

function of (round, name, key) { return value[round, name, key] + 0 }

function largest (a, b, c, d,    most) {
    most = a
    if (b > most) most = b
    if (c > most) most = c
    if (d > most) most = d
    return most
}

# The ratio `id` in one round.
function ratio (id, r,    pg, best) {
    pg = largest (of(r, "pg_16", "rate"), of(r, "pg_64", "rate"))
    best = largest (pg, of(r, "pg_pipeline_1", "rate"), of(r, "pg_pipeline_4", "rate"))
    if (id == "pg64") return of(r, "ours_64", "rate") / pg
    if (id == "pg64x64") return of(r, "ours_64x64", "rate") / of(r, "pg_64", "rate")
    if (id == "pgbest") return of(r, "ours_256", "rate") / best
    if (id == "redis") return of(r, "ours_64", "rate") / of(r, "redis_64_1", "rate")
    if (id == "memory") return of(r, "ours_256", "rate") / of(r, "ours_256_memory", "rate")
    if (id == "floor") return of(r, "ours_1", "p50_us") / (of(r, "ping", "p50_us") + of(r, "disk", "p50_us"))
    if (id == "query") return of(r, "query_1", "p50_us") / of(r, "ping", "p50_us")
    if (id == "grpc1") return of(r, "query_1", "p50_us") / of(r, "grpc_1", "p50_us")
    if (id == "grpc64") return of(r, "query_64", "rate") / of(r, "grpc_64", "rate")
    if (id == "lag") return (of(r, "follower_64", "lag_p50_us") + of(r, "ping", "p50_us") / 2) / of(r, "ours_64", "p50_us")
    if (id == "pss") return of(r, "start_ours", "pss_kib") / of(r, "start_node", "pss_kib")
    if (id == "start") return of(r, "start_ours", "start_ms") / of(r, "start_node", "start_ms")
    if (id == "saga") return of(r, "saga_64", "rate") / of(r, "ours_64", "rate")
}

function sort (list, n,    i, k, held) {
    for (i = 2; i <= n; i++) {
        held = list[i]
        for (k = i - 1; k > 0 && list[k] > held; k--) list[k + 1] = list[k]
        list[k + 1] = held
    }
}

function median (list, n) { return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }

function show (id, sentence, goal, below,    r, list, reached) {
    for (r = 1; r <= rounds; r++) list[r] = ratio(id, r)
    sort(list, rounds)
    reached = goal == "" ? "" : below ? median(list, rounds) <= goal : median(list, rounds) >= goal
    printf "%-70s %7.2f  [%.2f-%.2f]  %s%s\n", sentence, median(list, rounds), list[1], list[rounds], \
        goal == "" ? "" : (below ? "at most " : "at least ") goal, reached == 0 && goal != "" ? "  NOT REACHED" : ""
    printf "%s    {\"id\": \"%s\", \"what\": \"%s\", \"median\": %.4f, \"least\": %.4f, \"largest\": %.4f, \"goal\": %s}", \
        ratios++ ? ",\n" : "", id, sentence, median(list, rounds), list[1], list[rounds], \
        goal == "" ? "null" : "\"" (below ? "<= " : ">= ") goal "\"" > json
}

function figures (    i, k, r, n, key, list) {
    printf "\n  ],\n  \"figures\": {" > json
    print "\nmedians of the rounds"
    for (i = 1; i <= n_names; i++) {
        printf "  %-20s", names[i]
        printf "%s\n    \"%s\": {", (i > 1 ? "," : ""), names[i] > json
        n = split (keys[names[i]], key, " ")
        for (k = 1; k <= n; k++) {
            for (r = 1; r <= rounds; r++) list[r] = of(r, names[i], key[k])
            sort(list, rounds)
            printf " %s=%s", key[k], median(list, rounds)
            printf "%s\"%s\": %s", (k > 1 ? ", " : ""), key[k], median(list, rounds) > json
        }
        print ""
        printf "}" > json
    }
    printf "\n  }\n}\n" > json
}

END {
    printf "{\n  \"machine\": \"%s\", \"rounds\": %d, \"seconds_each\": %d,\n  \"ratios\": [\n", machine, rounds, seconds > json
    printf "\n%s; %d rounds of %d s each\n", machine, rounds, seconds
    print "ours: BookRoom on fyr-lease: CURVE, policy, inbox, audit, event log in one journal row, booking with its indexes;"
    print "      SQLite WAL synchronous=FULL, on disk before the reply; a live subscriber. N = outstanding, xM connections"
    print "PostgreSQL: the same rows in one plpgsql call a command, prepared; fsync=on, synchronous_commit=on; no TLS, no feed"
    print "      pipeline: 64 calls in one transaction, on 1 or 4 connections"
    print "Redis: the nearest Lua (EVALSHA), appendonly, appendfsync=always, no TLS"
    print "gRPC C++: answers from memory, nobody is asked who they are, no TLS\n"
    printf "%-70s %7s  %s\n", "ratio (median of ratios within a round, range)", "", ""
    show("pg64", "commands/s, 64 outstanding / better of PostgreSQL 16, 64 clients", 4)
    show("pg64x64", "commands/s, 64 on 64 connections / PostgreSQL 64 clients", 3)
    show("pgbest", "commands/s, 256 outstanding / best PostgreSQL form", 8)
    show("redis", "commands/s, 64 outstanding / Redis 1 x 64 pipelined", 2)
    show("memory", "commands/s, 256 outstanding / the same with its store in memory", 0.6)
    show("floor", "command p50, 1 outstanding / (CURVE ping-pong + fdatasync)", 1.3, 1)
    show("query", "query by id p50 / CURVE ping-pong p50", 1.25, 1)
    show("grpc1", "query by id p50 / gRPC answering from memory, p50", "")
    show("grpc64", "queries/s, 64 outstanding / gRPC answering from memory, 64 outstanding", "")
    show("lag", "event lag p50 at a follower's commit / command p50, 64 outstanding", 0.35, 1)
    show("pss", "idle memory (PSS) / node serving hello", 0.15, 1)
    show("start", "start to first durable reply / start of node to first reply", 0.2, 1)
    show("saga", "sagas/s (guide and room, two services), 64 under way / commands/s, 64", "")
    figures()
}

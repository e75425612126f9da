# The others: PostgreSQL and Redis, on loopback, in the bench's own directory, with every answer on disk first.
# Sourced by bus.sh, which sets $dir, $load and the function `kept`.

PG_BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
PG_PORT=${PG_PORT:-15432}
REDIS_PORT=${REDIS_PORT:-16379}

# PostgreSQL does not run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd "$dir/pg" && setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$dir/pg" "$@")
    else
        "$@"
    fi
}

psql_quiet() {
    psql -h 127.0.0.1 -p "$PG_PORT" -U postgres -X -q -v ON_ERROR_STOP=1 "$@" postgres
}

pg_start() {
    mkdir -p "$dir/pg"
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$dir/pg"
    as_postgres "$PG_BIN/initdb" -D "$dir/pg/data" -A trust -U postgres --no-locale -E UTF8 >"$dir/initdb.log"
    cat >>"$dir/pg/data/postgresql.conf" <<END
port = $PG_PORT
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir/pg'
fsync = on
synchronous_commit = on
shared_buffers = 512MB
max_connections = 200
min_wal_size = 1GB
max_wal_size = 4GB
END
    as_postgres "$PG_BIN/pg_ctl" -D "$dir/pg/data" -l "$dir/pg/log" -w start >/dev/null
}

pg_stop() {
    [ ! -f "$dir/pg/data/postmaster.pid" ] || as_postgres "$PG_BIN/pg_ctl" -D "$dir/pg/data" -m fast stop >/dev/null
}

# One function call a transaction, or 64 of them in one pipeline and one transaction.
pg_scripts() {
    local call='\set n :n + 1
\set slot :n * :clients + :client_id
\set room 1 + :slot % 8
\set starts 1893456000000 + :slot / 8 * 3600000
SELECT book_room(:client_id, :n, :room, :starts::bigint, :starts::bigint + 3600000);'
    echo "$call" >"$dir/book.pgb"
    { echo '\startpipeline'; for _ in $(seq 64); do echo "$call"; done; echo '\endpipeline'; } >"$dir/pipeline.pgb"
}

# pg_run NAME SCRIPT CLIENTS COMMANDS MODE: latencies are pgbench's own, from its log.
pg_run() {
    psql_quiet -f tests/bench/bus/book.sql 2>/dev/null
    psql_quiet -c CHECKPOINT
    rm -f "$dir"/pgbench.*
    local out rate
    out=$(cd "$dir" && pgbench -h 127.0.0.1 -p "$PG_PORT" -U postgres -n -M "$5" -f "$2" -c "$3" -j 1 -T "$seconds" \
        -D n=0 -D "clients=$3" -l --log-prefix="$dir/pgbench" postgres 2>&1) || { echo "$out" >&2; return 1; }
    grep -q 'failed transactions: 0 ' <<<"$out" || { echo "$out" >&2; return 1; }
    rate=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' <<<"$out")
    kept "$1" "$(cat "$dir"/pgbench.* | awk '{ print $3 }' | sort -n | awk -v rate="$rate" -v each="$4" '
        { us[NR] = $1 }
        END { printf "rate=%.0f p50_us=%d p99_us=%d", rate * each, us[int (NR / 2) + 1], us[int (NR * 0.99) + 1] }')"
    rm -f "$dir"/pgbench.*
}

redis_start() {
    mkdir -p "$dir/redis"
    redis-server --port "$REDIS_PORT" --bind 127.0.0.1 --dir "$dir/redis" --appendonly yes --appendfsync always --save '' \
        --logfile "$dir/redis/log" --pidfile "$dir/redis/pid" --daemonize yes >/dev/null
    for _ in $(seq 100); do
        redis-cli -p "$REDIS_PORT" ping >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    echo "redis does not start" >&2
    return 1
}

redis_stop() {
    [ ! -d "$dir/redis" ] || { redis-cli -p "$REDIS_PORT" shutdown nosave >/dev/null 2>&1 || true; rm -rf "$dir/redis"; }
}

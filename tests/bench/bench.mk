# What is measured, never tested. Included by the main Makefile; nothing here is part of `make` or `make check`.

BENCH         := $(OUT)/tests/bench
BENCH_PARTS   := $(BENCH).parts
BENCH_BUS     := $(addprefix $(BENCH)/,load floor start redis history follower)
BENCH_BUS_KIT := $(patsubst %,$(BENCH_PARTS)/bus/%.o,kit works follow)
# PostgreSQL's and Redis' servers, and Node.js as what a small service costs elsewhere: only for what is compared.
BENCH_NEEDS   := postgresql-15 redis-server nodejs procps util-linux

$(BENCH_PARTS)/%.o: tests/bench/%.c tests/bench/bench.mk $(GEN)/contract.stamp
	$(call compile,$(WARNINGS))
.PRECIOUS: $(BENCH_PARTS)/%.o
$(BENCH)/%: $(BENCH_PARTS)/bus/%.o $(BENCH_BUS_KIT) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS))

.PHONY: bench-bus bench-growth bench-needs
bench-needs:
	@missing=$$(for p in $(BENCH_NEEDS); do dpkg-query -W -f='$${db:Status-Status}\n' $$p 2>/dev/null | \
	   grep -qx installed || echo $$p; done); [ -z "$$missing" ] || { echo "installing: "$$missing; \
	 if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; $$sudo apt-get update -qq; \
	 RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; }

bench-bus: programs $(BENCH_BUS) bench-needs ## the bus beside PostgreSQL, Redis and the floor; ROUNDS=1 SECONDS_EACH=1 for a look
	@BIN=$(OUT)/bin LOAD=$(BENCH) tests/bench/bus/bus.sh

bench-growth: programs $(BENCH_BUS) ## what a command costs with history, connections, message size, followers
	@BIN=$(OUT)/bin LOAD=$(BENCH) tests/bench/bus/growth.sh

include tests/bench/lease/lease.mk
include tests/bench/match/match.mk

.PHONY: bench
bench: bench-lease bench-match bench-bus ## all that are not about years of history

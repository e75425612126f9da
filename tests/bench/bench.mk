# What is measured, never tested. Included by the main Makefile; nothing here is part of `make` or `make check`.

BENCH         := $(OUT)/tests/bench
BENCH_PARTS   := $(BENCH).parts
BENCH_BUS     := $(addprefix $(BENCH)/,load floor start redis history follower)
BENCH_BUS_KIT := $(patsubst %,$(BENCH_PARTS)/bus/%.o,kit works follow)
# PostgreSQL's and Redis' servers, gRPC, and Node.js as what a small service costs elsewhere: only for what is compared.
BENCH_NEEDS   := postgresql-15 redis-server nodejs procps util-linux g++ pkg-config libgrpc++-dev protobuf-compiler-grpc

$(BENCH_PARTS)/%.o: tests/bench/%.c tests/bench/bench.mk $(GEN)/contract.stamp
	$(call compile,$(WARNINGS))
.PRECIOUS: $(BENCH_PARTS)/%.o
$(BENCH)/%: $(BENCH_PARTS)/bus/%.o $(BENCH_BUS_KIT) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS))

$(BENCH)/grpc: tests/bench/bus/grpc.cpp tests/bench/bus/peer.proto tests/bench/bench.mk | bench-needs
	@mkdir -p $(BENCH_PARTS)/grpc
	@protoc -Itests/bench/bus --cpp_out=$(BENCH_PARTS)/grpc --grpc_out=$(BENCH_PARTS)/grpc \
	   --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin tests/bench/bus/peer.proto
	@g++ -std=c++17 -O2 -Wall -I$(BENCH_PARTS)/grpc -o $@ $< $(BENCH_PARTS)/grpc/*.cc \
	   $$(pkg-config --cflags --libs grpc++ protobuf)

.PHONY: bench-bus bench-growth bench-needs
bench-needs:
	@missing=$$(for p in $(BENCH_NEEDS); do dpkg-query -W -f='$${db:Status-Status}\n' $$p 2>/dev/null | \
	   grep -qx installed || echo $$p; done); [ -z "$$missing" ] || { echo "installing: "$$missing; \
	 if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; $$sudo apt-get update -qq; \
	 RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; }

bench-bus: programs $(BENCH_BUS) $(BENCH)/grpc bench-needs ## the bus beside PostgreSQL, Redis, gRPC and the floor; ROUNDS=1 SECONDS_EACH=1 for a look
	@BIN=$(OUT)/bin LOAD=$(BENCH) tests/bench/bus/bus.sh

bench-growth: programs $(BENCH_BUS) ## what a command costs with history, connections, message size, followers
	@BIN=$(OUT)/bin LOAD=$(BENCH) tests/bench/bus/growth.sh

include tests/bench/lease/lease.mk
include tests/bench/match/match.mk

.PHONY: bench
bench: bench-lease bench-match bench-bus ## all that are not about years of history

# Fyrtårn. `make` builds, `make demo` shows, `make check` tests; `make help` lists the rest.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS   += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SUFFIXES:

CC       ?= cc
ifeq ($(origin CC),default)
CC       := gcc
endif
SAN      ?=
comma    := ,
VARIANT  := $(notdir $(CC))$(if $(SAN),-$(subst $(comma),-,$(SAN)))
GEN      := build/gen
OUT      := build/$(VARIANT)
JOBS     ?= $(shell nproc)

SERVICES := lease guidance placement bridging reporting
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# --- what a fresh Debian needs -------------------------------------------------------------------------------------

PACKAGES := gcc clang libclang-rt-14-dev clang-format libc6-dev git libczmq-dev libzmq3-dev libprotobuf-c-dev \
            protobuf-c-compiler protobuf-compiler libprotobuf-dev libcriterion-dev libsqlite3-dev libjansson-dev libsodium-dev \
            libical-dev
MISSING  := $(shell command -v dpkg-query >/dev/null && for p in $(PACKAGES); do \
              dpkg-query -W -f='$${db:Status-Status}\n' $$p 2>/dev/null | grep -qx installed || echo $$p; done)

.PHONY: all deps help clean
all: deps
	@stale=$$($(MAKE) -n programs | grep -c -- ' -c ' || true); \
	 if [ "$$stale" -gt 0 ]; then printf 'building %s files ' "$$stale"; fi; \
	 $(MAKE) -s -j$(JOBS) DOTS=. programs; if [ "$$stale" -gt 0 ]; then echo; fi

deps:
ifneq ($(strip $(MISSING)),)
	@echo "installing: $(MISSING)"; \
	 if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null; then sudo=sudo; else \
	   echo "these Debian packages are missing, and this is neither root nor sudo: $(MISSING)" >&2; exit 1; fi; \
	 $$sudo apt-get update -qq; \
	 DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $(MISSING) >/dev/null
endif

# --- flags ---------------------------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Wmissing-prototypes -Wvla -Werror
CPPFLAGS := -D_GNU_SOURCE -Icommon -Iservices -I$(GEN) -DFYR_VERSION='"$(VERSION)"'
CFLAGS   := -std=c11 -O2 -g -fstack-protector-strong -fno-strict-aliasing
# The tables of our messages are all pointers: packed, what a start relocates takes a sixtieth of the room.
LDFLAGS  += -Wl,-z,pack-relative-relocs
ifeq ($(SAN),)
CPPFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
else
CFLAGS   += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
LDFLAGS  += -fsanitize=$(SAN)
endif
# SQLite is linked in: its own calls then go past the tables of a shared library, which is a twentieth of a command.
# libical is loaded by those who need it (services/lease/recurrence.c).
LDLIBS   := -lczmq -lzmq -lprotobuf-c -l:libsqlite3.a -ljansson -lsodium -lm -lpthread

compile   = @mkdir -p $(@D); printf '%s' '$(DOTS)'; $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(1) -c $< -o $@
link      = @mkdir -p $(@D); $(CC) $(CFLAGS) $(LDFLAGS) $(1) -o $@

# --- contracts: .proto -> C ----------------------------------------------------------------------------------------
# A stamp is older than what its recipe makes, so that make knows beforehand when nothing is to be done.

PROTOS    := $(sort $(wildcard proto/fyrtaarn/*/v1/*.proto))
PB_C      := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.c) $(GEN)/google/protobuf/descriptor.pb-c.c
AREAS     := $(filter-out options,$(sort $(foreach p,$(PROTOS),$(word 3,$(subst /, ,$(p))))))
CONTRACTS := $(AREAS:%=$(GEN)/contract/%.contract.c)
COMPILER  := build/contract-compiler
COMPILER_SOURCES := $(wildcard common/wire/compiler/*.c) common/base/bytes.c common/base/status.c common/base/ensure.c \
             $(GEN)/google/protobuf/descriptor.pb-c.c $(GEN)/fyrtaarn/options/v1/options.pb-c.c

$(GEN)/protobuf.stamp: $(PROTOS)
	@mkdir -p $(GEN); touch $@
	@protoc-c -I/usr/include --c_out=$(GEN) google/protobuf/descriptor.proto
	@protoc-c -I/usr/include -Iproto --c_out=$(GEN) $(PROTOS)
	@protoc -I/usr/include -Iproto --include_imports --descriptor_set_out=$(GEN)/contracts.set $(PROTOS)
$(PB_C): $(GEN)/protobuf.stamp ;

$(COMPILER): $(COMPILER_SOURCES) $(GEN)/protobuf.stamp $(wildcard common/wire/contract.h common/wire/compiler/*.h common/base/*.h)
	@gcc -std=c11 -O1 -g -D_GNU_SOURCE -Wall -Wextra -Icommon -I$(GEN) $(COMPILER_SOURCES) -lprotobuf-c -o $@

$(GEN)/contract.stamp: $(COMPILER)
	@mkdir -p $(GEN)/contract; touch $@
	@$(COMPILER) $(GEN)/contracts.set $(GEN)/contract
$(CONTRACTS): $(GEN)/contract.stamp ;

# --- objects and programs ------------------------------------------------------------------------------------------

COMMON    := $(wildcard common/*/*.c)
COMMON_O  := $(COMMON:%.c=$(OUT)/%.o) $(PB_C:$(GEN)/%.c=$(OUT)/gen/%.o) $(CONTRACTS:$(GEN)/%.c=$(OUT)/gen/%.o)
HANDLERS   = $(OUT)/gen/contract/$(1).handlers.o
LIBCOMMON := $(OUT)/libcommon.a
PROGRAMS  := $(SERVICES:%=$(OUT)/bin/fyr-%) $(OUT)/bin/fyr $(OUT)/bin/fyr-match $(OUT)/bin/fyr-match-check $(OUT)/bin/fyr-match-check-several

$(OUT)/gen/%.o: $(GEN)/contract.stamp
	@mkdir -p $(@D); printf '%s' '$(DOTS)'; $(CC) $(CPPFLAGS) $(CFLAGS) -w -c $(GEN)/$*.c -o $@
$(OUT)/%.o: %.c $(GEN)/contract.stamp Makefile
	$(call compile,$(WARNINGS))
$(LIBCOMMON): $(COMMON_O) $(call HANDLERS,node) $(OUT)/gen/schema/store.o
	@rm -f $@; ar qcs $@ $^

# Schema files are embedded as text: services/X/schema/*.sql -> X.schema.c with X_migrations[].
$(GEN)/schema/%.c: common/store/embed_schema.sh
	@mkdir -p $(@D); sh common/store/embed_schema.sh $* $(wildcard services/$*/schema/*.sql common/$*/schema/*.sql) > $@
define schema_of
$(GEN)/schema/$(1).c: $(wildcard services/$(1)/schema/*.sql common/$(1)/schema/*.sql)
$(OUT)/gen/schema/$(1).o: $(GEN)/schema/$(1).c
	@mkdir -p $$(@D); printf '%s' '$$(DOTS)'; $$(CC) $$(CPPFLAGS) $$(CFLAGS) -c $$< -o $$@
endef
$(foreach s,$(SERVICES) store,$(eval $(call schema_of,$(s))))

# So are other texts that come with a service's program: X_texts[].
TEXTS_lease := deploy/facts/rules.csv $(wildcard services/lease/letters/*.txt)
TEXTS_placement := deploy/facts/travel.csv
define texts_of
$(GEN)/text/$(1).c: common/base/embed_text.sh $(TEXTS_$(1))
	@mkdir -p $$(@D); sh common/base/embed_text.sh $(1) $(TEXTS_$(1)) > $$@
$(OUT)/gen/text/$(1).o: $(GEN)/text/$(1).c
	@mkdir -p $$(@D); printf '%s' '$$(DOTS)'; $$(CC) $$(CPPFLAGS) $$(CFLAGS) -c $$< -o $$@
endef
$(foreach s,$(SERVICES),$(if $(TEXTS_$(s)),$(eval $(call texts_of,$(s)))))

service_o  = $(patsubst %.c,$(OUT)/%.o,$(wildcard services/$(1)/*.c services/$(1)/*/*.c)) $(call HANDLERS,$(1)) $(OUT)/gen/schema/$(1).o \
             $(if $(TEXTS_$(1)),$(OUT)/gen/text/$(1).o)
define program_of
$(OUT)/bin/fyr-$(1): $(call service_o,$(1)) $(LIBCOMMON)
	$$(call link,$$^ $$(LDLIBS))
endef
$(foreach s,$(SERVICES),$(eval $(call program_of,$(s))))
$(OUT)/bin/fyr: $(patsubst %.c,$(OUT)/%.o,$(wildcard services/console/*.c)) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS))

# The match as a program of its own, and the checks of its proofs, which stand on nothing of ours. They need nothing but
# the C library, and that is bound in.
MATCH_O   := $(patsubst %.c,$(OUT)/%.o,$(wildcard services/placement/match/*.c))
STATIC    := $(if $(SAN),,-static)
$(OUT)/services/placement/match/check/%.o: CFLAGS += -O3
$(OUT)/bin/fyr-match: $(patsubst %.c,$(OUT)/%.o,$(wildcard services/placement/match/solve/*.c)) $(MATCH_O) $(LIBCOMMON)
	$(call link,$^ $(STATIC))
$(OUT)/bin/fyr-match-check: $(OUT)/services/placement/match/check/main.o
	$(call link,$^ $(STATIC))
$(OUT)/bin/fyr-match-check-several: $(OUT)/services/placement/match/check_several/main.o
	$(call link,$^ $(STATIC))

.PHONY: programs
programs: $(PROGRAMS)

# --- running it ----------------------------------------------------------------------------------------------------

.PHONY: demo up down status
demo: all
	@BIN=$(OUT)/bin PORT=$(DEMO_PORT) deploy/suite.sh demo var/demo
up: all
	@BIN=$(OUT)/bin deploy/suite.sh up var/suite
down:
	@BIN=$(OUT)/bin deploy/suite.sh down var/suite
status:
	@BIN=$(OUT)/bin deploy/suite.sh status var/suite
DEMO_PORT ?= 5701

# --- testing it ----------------------------------------------------------------------------------------------------

include tests/unit/unit.mk
include tests/platform/platform.mk
include tests/system/system.mk
include tests/threads/threads.mk
include tests/hostile/hostile.mk
include tests/bench/bench.mk
include tests/chaos/chaos.mk
include tests/fuzz/fuzz.mk
include tests/sim/sim.mk
include tests/memory/memory.mk
-include deploy/deploy.mk

# One variant: this compiler, these sanitizers. The least number of tests is stated, because a filter or a link
# that loses tests would otherwise pass.
.PHONY: check check-variant check-house
check-variant: programs $(OUT)/tests/unit $(MEMORY) $(OUT)/tests/system $(if $(SAN),,$(OUT)/tests/platform)
	@tests/run.sh $(OUT)/tests/unit $(UNIT_LEAST)
	@tests/run.sh $(MEMORY) $(MEMORY_LEAST)
	@$(if $(SAN),,tests/run.sh $(OUT)/tests/platform 70)
	@FYR_BIN=$(OUT)/bin tests/run.sh $(OUT)/tests/system $(SYSTEM_LEAST) -j1
	@$(MAKE) check-hostile
UNIT_LEAST   ?= 560
SYSTEM_LEAST ?= 30

check-house: $(GEN)/contract.stamp
	@tests/house/house_rules.sh
	@tests/house/house_rules_test.sh
	@tests/house/run_test.sh
	@tests/unit/contract_compiler_test.sh $(COMPILER)

# Everything, with one line at the end that adds it up.
check: deps
	@mkdir -p build; ended=0; \
	 $(MAKE) $(if $(SAN)$(filter command line,$(origin CC)),check-one,check-all) 2>&1 | tee build/check.log || ended=1; \
	 tests/summary.sh build/check.log && exit $$ended

.PHONY: check-all check-one check-threads
check-threads: $(THREADS)
	@timeout 120 $(THREADS)
check-one:
	@$(MAKE) -j$(JOBS) programs build-tests && $(MAKE) check-variant
check-all:
	@$(MAKE) check-house
	@$(MAKE) CC=gcc check-one
	@$(MAKE) -j$(JOBS) CC=clang programs build-tests && tests/run.sh build/clang/tests/unit $(UNIT_LEAST)
	@$(MAKE) CC=gcc SAN=address,undefined check-one
	@$(MAKE) CC=gcc SAN=thread check-threads

.PHONY: build-tests format wire-lock
build-tests: $(OUT)/tests/unit $(MEMORY) $(OUT)/tests/system $(HOSTILE) $(if $(SAN),,$(OUT)/tests/platform)
format: ; @git ls-files '*.c' '*.h' | xargs clang-format -i
wire-lock: $(GEN)/contract.stamp ; @cp $(GEN)/contract/wire.lock.txt proto/wire.lock

help:
	@echo "make              install what is missing, build"; \
	 echo "make demo         a fresh suite, a year of the house, the status report (state in var/demo)"; \
	 echo "make up, down     keep a suite running in the background (state in var/suite); make status"; \
	 echo "make check        house rules, gcc and clang, unit, platform and system tests, sanitizers"; \
	 echo "make check SAN=address,undefined   one variant only"; \
	 echo "make sim SEED=7   the simulator: one run, with SEEDS=100 many, TALK=1 every step; make check-sim; make sim-mutants"; \
	 echo "make fuzz-replay  every kept hostile input once; make fuzz SECONDS=150 looks for new ones"; \
	 echo "make check-compose                 the suite in containers, on a real engine"; \
	 echo "make check-chaos                   processes killed, a bad network, bad disks (chaos KILLS=200, chaos-net, chaos-disk)"; \
	 echo "make bench        all of the three below; minutes each"; \
	 echo "make bench-match  the match beside LEMON and scipy; make check-match: they find the same; make bench-several"; \
	 echo "make bench-lease  the lease service at 45 and at 45,000 desks, ten years of history in both"; \
	 echo "make bench-bus    the bus beside PostgreSQL, Redis and the floor; make bench-growth: with years, connections, followers"; \
	 echo "make wire-lock    accept a change of the contracts on purpose; make callers: of who may call what"; \
	 echo "make format; make clean"

clean: ; @rm -rf build
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

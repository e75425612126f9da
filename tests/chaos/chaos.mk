# Real processes under kills, in a bad network and on bad disks: $(OUT)/tests/chaos. Included by the main Makefile.

CHAOS       := $(OUT)/tests/chaos
CHAOS_PARTS := $(CHAOS).parts
CHAOS_O     := $(patsubst tests/%.c,$(CHAOS_PARTS)/%.o,$(wildcard tests/chaos/*.c) tests/harness/suite.c tests/harness/ports.c \
               tests/harness/witness.c)
KILLS       ?= 200
WEATHER     ?= 45
SEED        ?= $(shell date +%s)

$(CHAOS_PARTS)/%.o: tests/%.c tests/chaos/chaos.mk $(GEN)/contract.stamp
	$(call compile,$(WARNINGS) -Itests/harness)
$(CHAOS): $(CHAOS_O) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS) -lcriterion)

# Not through tests/run.sh: it takes minutes and shows how far it is. What it cannot do here it says and counts as skipped.
run_chaos = FYR_BIN=$(OUT)/bin KILLS=$(KILLS) WEATHER=$(WEATHER) SEED=$(SEED) timeout 3600 $(CHAOS) -j1 --filter '$(1)/*'

.PHONY: check-chaos chaos chaos-net chaos-disk chaos-tools
check-chaos: chaos chaos-net chaos-disk
chaos: deps
	@$(MAKE) -s -j$(JOBS) programs $(CHAOS)
	@$(call run_chaos,chaos)
chaos-net: deps chaos-tools
	@$(MAKE) -s -j$(JOBS) programs $(CHAOS)
	@$(call run_chaos,network)
chaos-disk: deps chaos-tools
	@$(MAKE) -s -j$(JOBS) programs $(CHAOS)
	@$(call run_chaos,disk)
chaos-tools:
	@for tool in ip nft mkfs.ext4 mount; do command -v $$tool >/dev/null || missing=$$tool; done; \
	 [ -z "$${missing:-}" ] || [ "$$(id -u)" != 0 ] || \
	 { apt-get update -qq; apt-get install -y -qq --no-install-recommends iproute2 nftables e2fsprogs mount >/dev/null; }

# Keys, and peers that mean no good, on the real bus: $(OUT)/tests/hostile. Included by the main Makefile.

HOSTILE       := $(OUT)/tests/hostile
HOSTILE_PARTS := $(HOSTILE).parts
HOSTILE_O     := $(patsubst tests/%.c,$(HOSTILE_PARTS)/%.o,$(wildcard tests/hostile/*.c) tests/harness/suite.c tests/harness/ports.c)
HOSTILE_LEAST ?= 23

$(HOSTILE_PARTS)/%.o: tests/%.c tests/hostile/hostile.mk $(GEN)/contract.stamp
	$(call compile,$(WARNINGS) -Itests/harness -Itests)
$(HOSTILE): $(HOSTILE_O) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS) -lcriterion)

.PHONY: check-hostile callers
check-hostile: programs $(HOSTILE)
	@rm -f $(HOSTILE).figures
	@ASAN_OPTIONS=quarantine_size_mb=16 FYR_FIGURES=$(HOSTILE).figures FYR_BIN=$(OUT)/bin tests/run.sh $(HOSTILE) $(HOSTILE_LEAST) -j3
	@cat $(HOSTILE).figures
# Accepts a change of who may call what, on purpose.
callers: programs $(HOSTILE)
	@FYR_ACCEPT_CALLERS=1 FYR_BIN=$(OUT)/bin tests/run.sh $(HOSTILE) 1 --filter 'callers/*'

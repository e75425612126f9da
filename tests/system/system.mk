# System tests: $(OUT)/tests/system, real processes as the programs were built. Included by the main Makefile.

SYSTEM       := $(OUT)/tests/system
SYSTEM_PARTS := $(SYSTEM).parts
SYSTEM_O     := $(patsubst tests/%.c,$(SYSTEM_PARTS)/%.o,$(wildcard tests/system/*.c) tests/harness/suite.c tests/harness/ports.c)

$(SYSTEM_PARTS)/%.o: tests/%.c tests/system/system.mk
	$(call compile,$(WARNINGS) -Itests/harness)
$(SYSTEM): $(SYSTEM_O) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS) -lcriterion)

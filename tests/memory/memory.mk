# Memory that ends: $(OUT)/tests/memory, every decoder with an allocator that fails on purpose, and bombs whose cost is
# measured. Included by the main Makefile.

MEMORY       := $(OUT)/tests/memory
MEMORY_PARTS := $(MEMORY).parts
MEMORY_O     := $(patsubst tests/%.c,$(MEMORY_PARTS)/%.o,$(wildcard tests/memory/*.c) tests/fuzz/types.c tests/harness/messages.c)
MEMORY_WRAPS := $(foreach f,malloc calloc realloc free arena_alloc,-Wl$(comma)--wrap=$(f))
MEMORY_LEAST ?= 20

$(MEMORY_PARTS)/%.o: tests/%.c tests/memory/memory.mk $(GEN)/contract.stamp $(GEN)/specimen.stamp
	$(call compile,$(WARNINGS) -Itests)
$(MEMORY): $(MEMORY_O) $(UNIT_SERVICES_O) $(SPECIMEN_O) $(LIBCOMMON)
	$(call link,$(MEMORY_WRAPS) $^ $(LDLIBS) -lcriterion)

# Fuzzing: one libFuzzer program per target, with clang and sanitizers. Included by the main Makefile.
#     make fuzz-replay          every kept input, once
#     make fuzz SECONDS=120     so long in all, divided among the targets

FUZZ_TARGETS := wire json csv script gate registry $(SERVICES)
FUZZ_SAN     := address,undefined,fuzzer-no-link
FUZZ         := $(OUT)/tests/fuzz
FUZZ_PARTS   := $(FUZZ).parts
FUZZ_SHARED  := $(patsubst %,$(FUZZ_PARTS)/fuzz/%.o,types rounds scene world recall sheets scratch) $(FUZZ_PARTS)/harness/messages.o

$(FUZZ_PARTS)/%.o: tests/%.c tests/fuzz/fuzz.mk $(GEN)/contract.stamp $(GEN)/specimen.stamp
	$(call compile,$(WARNINGS) -Itests)

define fuzz_service
$(FUZZ_PARTS)/$(1)/%.o: tests/fuzz/%.c tests/fuzz/fuzz.mk $(GEN)/contract.stamp
	$$(call compile,$(WARNINGS) -Itests -DFUZZ_SERVICE=$(1)_service)
$(FUZZ)/$(1): $(patsubst %,$(FUZZ_PARTS)/$(1)/%.o,service_target service_mutator story)
endef
$(foreach s,$(SERVICES),$(eval $(call fuzz_service,$(s))))
$(foreach t,$(filter-out $(SERVICES),$(FUZZ_TARGETS)),$(eval $(FUZZ)/$(t): $(FUZZ_PARTS)/fuzz/$(t)_target.o))

$(FUZZ)/%: $(FUZZ_SHARED) $(UNIT_CONSOLE_O) $(UNIT_SERVICES_O) $(SPECIMEN_O) $(LIBCOMMON)
	$(call link,$(filter %.o,$^) $(LIBCOMMON) -fsanitize=fuzzer $(LDLIBS))

.SECONDARY: $(FUZZ_SHARED)
.PHONY: fuzz fuzz-replay fuzz-programs
SECONDS      ?= 150
FUZZ_RUN     := build/clang-$(subst $(comma),-,$(FUZZ_SAN))/tests/fuzz
fuzz-programs: $(FUZZ_TARGETS:%=$(FUZZ)/%)
fuzz fuzz-replay: deps
	@$(MAKE) -s -j$(JOBS) CC=clang SAN=$(FUZZ_SAN) fuzz-programs
	@tests/fuzz/fuzz.sh $(if $(filter fuzz,$@),fuzz $(FUZZ_RUN) $(SECONDS),replay $(FUZZ_RUN)) $(FUZZ_TARGETS)

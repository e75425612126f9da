# Unit tests: $(OUT)/tests/unit, one Criterion program with the handlers of all services, in memory, without the bus.
# Included by the main Makefile, which defines the variables and builds common/ and services/.

UNIT             := $(OUT)/tests/unit
UNIT_PARTS       := $(UNIT).parts
UNIT_O           := $(patsubst tests/%.c,$(UNIT_PARTS)/%.o,$(wildcard tests/unit/*_test.c tests/harness/*.c))
# Every service but its main: a test starts them itself, in a rig.
UNIT_SERVICES_O  := $(filter-out %/main.o,$(foreach s,$(SERVICES),$(call service_o,$(s))))

# And of the console what reads files and draws tables, without its main.
UNIT_CONSOLE_O   := $(patsubst %,$(OUT)/services/console/%.o,script text_field catalogue render say danish_fields danish_words danish_refusals danish_sentences)

# The specimen is a contract with one of everything. Only tests have it, so it stands beside them and not in proto/.
SPECIMEN         := fyrtaarn/specimen/v1/specimen
SPECIMEN_PROTO   := tests/unit/proto/$(SPECIMEN).proto
SPECIMEN_O       := $(OUT)/gen/$(SPECIMEN).pb-c.o $(OUT)/gen/specimen/specimen.contract.o
SPECIMEN_PATH    := -I/usr/include -Iproto -Itests/unit/proto

$(GEN)/specimen.stamp: $(SPECIMEN_PROTO) $(COMPILER)
	@mkdir -p $(GEN)/specimen
	@protoc-c $(SPECIMEN_PATH) --c_out=$(GEN) $<
	@protoc $(SPECIMEN_PATH) --include_imports --descriptor_set_out=$(GEN)/specimen.set $<
	@$(COMPILER) $(GEN)/specimen.set $(GEN)/specimen
	@touch $@
$(SPECIMEN_O): $(GEN)/specimen.stamp

$(UNIT_PARTS)/%.o: tests/%.c tests/unit/unit.mk $(GEN)/contract.stamp $(GEN)/specimen.stamp
	$(call compile,$(WARNINGS) -Itests)

$(UNIT): $(UNIT_O) $(UNIT_SERVICES_O) $(UNIT_CONSOLE_O) $(SPECIMEN_O) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS) -lical -lcriterion)

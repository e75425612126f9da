# The simulator: $(OUT)/tests/sim, all five services in one process on disks and a network that fail.
# Included by the main Makefile.

SIM       := $(OUT)/tests/sim
SIM_PARTS := $(SIM).parts
SIM_O     := $(patsubst tests/sim/%.c,$(SIM_PARTS)/%.o,$(wildcard tests/sim/*.c))

$(SIM_PARTS)/%.o: tests/sim/%.c tests/sim/sim.mk $(GEN)/contract.stamp
	$(call compile,$(WARNINGS) -Itests)
$(SIM): $(SIM_O) $(UNIT_SERVICES_O) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS))

# SEED also serves others, who draw one when none is given; here a run without one is always the same.
SIM_SEED := $(if $(filter command environment,$(firstword $(origin SEED))),$(SEED),1)
SEEDS    ?= 1
STEPS    ?= 300
.PHONY: sim
sim: deps
	@$(MAKE) -s -j$(JOBS) $(SIM)
	@$(SIM) --seed $(SIM_SEED) --seeds $(SEEDS) --steps $(STEPS) --jobs $(JOBS) $(if $(TALK),--talk)

# Deliberate faults in the engine, each of which the simulator must find.
.PHONY: sim-mutants
sim-mutants: deps
	@$(MAKE) -s -j$(JOBS) $(SIM)
	@COMPILE='$(CC) $(CPPFLAGS) $(CFLAGS)' LINK='$(CC) $(CFLAGS) $(LDFLAGS)' LIBRARIES='$(LIBCOMMON) $(LDLIBS)' \
	 OBJECTS='$(SIM_O) $(UNIT_SERVICES_O)' JOBS=$(JOBS) tests/sim/mutants.sh $(OUT) $(MUTANTS)

SIM_SECONDS ?= 120
.PHONY: check-sim
check-sim: deps
	@$(MAKE) -s -j$(JOBS) $(SIM)
	@JOBS=$(JOBS) tests/sim/check.sh $(SIM) $(SIM_SECONDS)

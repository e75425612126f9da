# The match beside other solvers: `make check-match` compares what they find, `make bench-match` how fast.
# Included by tests/bench/bench.mk. LEMON, scipy and CBC are needed here alone.

MATCH_TOOLS := $(OUT)/tests/match
MATCH_NEEDS := g++ liblemon-dev python3-scipy

$(MATCH_TOOLS)/%.o: tests/bench/match/%.c
	$(call compile,$(WARNINGS) -Itests)
.PRECIOUS: $(MATCH_TOOLS)/%.o
$(MATCH_TOOLS)/generate: $(MATCH_TOOLS)/generate.o
	$(call link,$^)
$(MATCH_TOOLS)/hard: $(MATCH_TOOLS)/hard.o
	$(call link,$^)
$(MATCH_TOOLS)/change: $(MATCH_TOOLS)/change.o $(MATCH_O) $(LIBCOMMON)
	$(call link,$^)
$(MATCH_TOOLS)/eligible: $(MATCH_TOOLS)/eligible.o $(MATCH_TOOLS)/city.o $(MATCH_O) $(LIBCOMMON)
	$(call link,$^)
# As fast as the compiler can make them: the peers get more than ours.
$(MATCH_TOOLS)/lemon: tests/bench/match/lemon.cpp | match-needs
	@mkdir -p $(@D); g++ -std=c++17 -O3 -march=native -DNDEBUG -w $< -o $@

.PHONY: match-needs check-match bench-match bench-several bench-eligible
match-needs:
	@$(MAKE) bench-needs BENCH_NEEDS='$(MATCH_NEEDS)'
check-match: programs $(addprefix $(MATCH_TOOLS)/,generate hard lemon)
	@BIN=$(OUT)/bin TOOLS=$(MATCH_TOOLS) tests/bench/match/agree.sh
bench-match: programs $(addprefix $(MATCH_TOOLS)/,generate change lemon) ## the match beside LEMON and scipy; ONLY='S M' for a look
	@BIN=$(OUT)/bin TOOLS=$(MATCH_TOOLS) /usr/bin/python3 tests/bench/match/bench.py $(ONLY)
bench-several: programs $(MATCH_TOOLS)/generate ## several small jobs: the gap, and the true optimum by CBC on small ones; ONLY='S M' for a look
	@$(MAKE) bench-needs BENCH_NEEDS='coinor-cbc'
	@BIN=$(OUT)/bin TOOLS=$(MATCH_TOOLS) /usr/bin/python3 tests/bench/match/several.py $(ONLY)
bench-eligible: programs $(MATCH_TOOLS)/eligible ## from the profiles of a city to its pairs and its best plan; CITIES='13000:2000' for a look
	@for city in $(or $(CITIES),32500:20000 65000:20000 130000:20000); do $(MATCH_TOOLS)/eligible $${city%:*} $${city#*:} || exit 1; done

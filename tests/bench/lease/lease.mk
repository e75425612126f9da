# The lease service with a house of 45 desks and one of 45,000, ten years of history in both: `make bench-lease`.
# Included by tests/bench/bench.mk.

$(BENCH)/lease-house: $(patsubst %,$(BENCH_PARTS)/lease/%.o,house leases days fill fill_days) $(filter-out %/main.o,$(call service_o,lease)) $(LIBCOMMON)
	$(call link,$^ $(LDLIBS))

.PHONY: bench-lease
bench-lease: $(BENCH)/lease-house ## the lease service at 45 and at 45,000 desks
	@$(BENCH)/lease-house

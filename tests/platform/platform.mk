# Library truths: $(OUT)/tests/platform, and beside it in platform.parts/ what it runs and reads.
# Included by the main Makefile, which defines the variables and builds common/.

TRUTHS         := $(OUT)/tests/platform
TRUTHS_PARTS   := $(TRUTHS).parts
TRUTHS_GEN     := $(GEN)/tests/platform
TRUTHS_PROTOS  := $(wildcard tests/platform/proto/*.proto)
TRUTHS_PB      := $(TRUTHS_PROTOS:tests/platform/proto/%.proto=%.pb-c) google/protobuf/descriptor.pb-c
TRUTHS_O       := $(patsubst tests/platform/%.c,$(TRUTHS_PARTS)/%.o,$(wildcard tests/platform/*.c)) \
                  $(TRUTHS_PB:%=$(TRUTHS_PARTS)/gen/%.o)
TRUTHS_INNER   := $(patsubst tests/platform/inner/%.c,$(TRUTHS_PARTS)/%,$(wildcard tests/platform/inner/*.c))
TRUTHS_BASE_O  := $(OUT)/common/base/ensure.o

# The inner programs choose their own sanitizer: two of them exist to be caught by it, the others would only be disturbed.
TRUTHS_PLAIN   := $(filter-out -fsanitize=% -fno-sanitize-recover=%,$(CFLAGS))
TRUTHS_SAN     := -fsanitize=address -fno-omit-frame-pointer -U_FORTIFY_SOURCE

$(TRUTHS_GEN)/protobuf.stamp: $(TRUTHS_PROTOS)
	@mkdir -p $(@D)
	@protoc-c -I/usr/include --c_out=$(@D) google/protobuf/descriptor.proto
	@protoc-c -I/usr/include -Itests/platform/proto --c_out=$(@D) $(TRUTHS_PROTOS)
	@touch $@
$(TRUTHS_PB:%=$(TRUTHS_GEN)/%.c): $(TRUTHS_GEN)/protobuf.stamp ;

$(TRUTHS_PARTS)/%.set: tests/platform/proto/%.proto
	@mkdir -p $(@D)
	@protoc -I/usr/include -Itests/platform/proto --include_imports --descriptor_set_out=$@ $<

$(TRUTHS_PARTS)/gen/%.o: $(TRUTHS_GEN)/%.c
	$(call compile,-w -I$(TRUTHS_GEN))
$(TRUTHS_PARTS)/%.o: tests/platform/%.c tests/platform/platform.mk $(TRUTHS_GEN)/protobuf.stamp
	$(call compile,$(WARNINGS) -I$(TRUTHS_GEN))

$(TRUTHS_PARTS)/leak $(TRUTHS_PARTS)/big_metadata: TRUTHS_PLAIN += $(TRUTHS_SAN)
# -Wconversion sees what is wrong in there: a comparison squeezed into one bit.
$(TRUTHS_PARTS)/new_assert: TRUTHS_PLAIN += -Wno-conversion
$(TRUTHS_INNER): $(TRUTHS_PARTS)/%: tests/platform/inner/%.c common/base/ensure.c common/base/ensure.h tests/platform/platform.mk
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(WARNINGS) $(TRUTHS_PLAIN) $< common/base/ensure.c $(LDLIBS) -lcriterion -o $@

$(TRUTHS): $(TRUTHS_O) $(TRUTHS_BASE_O) | $(TRUTHS_INNER) $(TRUTHS_PARTS)/options.set
	$(call link,$(TRUTHS_O) $(TRUTHS_BASE_O) $(LDLIBS) -lcriterion)

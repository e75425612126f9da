# The thread sanitizer's pass: $(OUT)/tests/threads, of what shares memory between threads. Included by the main Makefile.

THREADS   := $(OUT)/tests/threads
THREADS_O := $(OUT)/tests/threads.parts/worker_threads.o $(OUT)/common/bus/worker.o $(OUT)/common/base/bytes.o \
             $(OUT)/common/base/ensure.o

$(OUT)/tests/threads.parts/%.o: tests/threads/%.c tests/threads/threads.mk $(GEN)/contract.stamp
	$(call compile,$(WARNINGS))
$(THREADS): $(THREADS_O)
	$(call link,$^ -lpthread)

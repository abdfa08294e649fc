# paydesk: everything is built into $(BUILD). `make help` lists the targets.
BUILD ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
SAN ?=
OPT ?= -O2 -g
PKGS_STORE := sqlite3 libsodium
PKGS_CORE := libcjson libutf8proc
PKGS_SYNC := libcurl
PKGS_PAYCORE := libmicrohttpd gnutls libzstd
PKGS_TUI := ncursesw
PKGS := $(PKGS_STORE) $(PKGS_CORE) $(PKGS_SYNC) $(PKGS_PAYCORE) $(PKGS_TUI)

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Werror
CFLAGS += -std=c11 -D_GNU_SOURCE $(OPT) $(WARN) -fstack-protector-strong -fPIE -I. -I$(BUILD)/gen $(PKG_CFLAGS) $(SAN)
CFLAGS += $(if $(SAN),,-D_FORTIFY_SOURCE=2)
LDFLAGS += -pie -Wl,-z,relro,-z,now $(SAN)
lib = $(shell pkg-config --libs $(1) 2>/dev/null)
V ?= 0
ifeq ($(V),0)
Q := @
say = @printf '  %-5s %s\n' $(1) $(2);
endif

MIGRATIONS := $(sort $(wildcard core/migrations/*.sql))
STORE := $(wildcard store/*.c)
CORE := $(wildcard core/*.c core/records/*.c)
SYNC := $(wildcard sync/*.c)
PAYCORE := $(wildcard sync/paycore/*.c)
PAYCORE_MIGRATIONS := $(sort $(wildcard sync/paycore/migrations/*.sql))
TUI_MAIN := tui/main.c
TUI := $(filter-out $(TUI_MAIN),$(wildcard tui/*.c tui/cmd/*.c))
GEN_CORE := $(if $(MIGRATIONS),$(BUILD)/gen/migrations.c) $(patsubst core/data/%.csv,$(BUILD)/gen/%.c,$(wildcard core/data/*.csv))
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

LIBS := $(BUILD)/libtui.a $(BUILD)/libsync.a $(BUILD)/libcore.a $(BUILD)/libstore.a
PROGRAMS := $(if $(wildcard $(TUI_MAIN)),$(BUILD)/paydesk) $(if $(wildcard sync/paycore/main.c),$(BUILD)/paycore)
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
TEST_COMMON := $(filter-out tests/test_%.c,$(wildcard tests/*.c))

.PHONY: all check clean
.DELETE_ON_ERROR:
.SECONDARY:
all: $(PROGRAMS) $(LIBS)

$(BUILD)/libstore.a: $(call obj,$(STORE))
$(BUILD)/libcore.a: $(call obj,$(CORE)) $(GEN_CORE:.c=.o)
$(BUILD)/libsync.a: $(call obj,$(SYNC))
$(BUILD)/libtui.a: $(call obj,$(TUI))
$(BUILD)/libpaycore.a: $(call obj,$(filter-out sync/paycore/main.c,$(PAYCORE))) $(BUILD)/gen/paycore_migrations.o
$(BUILD)/%.a:
	$(call say,AR,$@) rm -f $@; ar rcs $@ $^
$(BUILD)/gen/migrations.c: $(MIGRATIONS) core/migrations/embed.sh core/embed.sh
	$(Q)mkdir -p $(@D) && sh core/migrations/embed.sh core $(MIGRATIONS) >$@
$(BUILD)/gen/paycore_migrations.c: $(PAYCORE_MIGRATIONS) core/migrations/embed.sh core/embed.sh
	$(Q)mkdir -p $(@D) && sh core/migrations/embed.sh paycore $(PAYCORE_MIGRATIONS) >$@
$(BUILD)/gen/%.c: core/data/%.csv core/data/%.awk
	$(Q)mkdir -p $(@D) && LC_ALL=C awk -f core/data/$*.awk $< >$@
$(BUILD)/%.o: %.c
	$(call say,CC,$<) mkdir -p $(@D) && $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(call say,CC,$<) $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/paydesk: $(BUILD)/tui/main.o $(LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ $(call lib,$(PKGS_TUI) $(PKGS_SYNC) $(PKGS_CORE) $(PKGS_STORE)) -lpthread
$(BUILD)/paycore: $(BUILD)/sync/paycore/main.o $(BUILD)/libpaycore.a $(filter-out %libtui.a,$(LIBS))
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ $(call lib,$(PKGS_PAYCORE) $(PKGS_SYNC) $(PKGS_CORE) $(PKGS_STORE)) -lpthread
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(call obj,$(TEST_COMMON)) $(BUILD)/libtui.a $(BUILD)/libpaycore.a $(filter-out %libtui.a,$(LIBS))
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(call lib,$(PKGS)) -lpthread -lm

check: all $(TESTS)
	$(Q)set -e; for t in $(TESTS); do $$t; done

clean:
	rm -rf $(BUILD)
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

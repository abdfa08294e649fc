# paydesk: everything is built into $(BUILD). `make help` lists the targets.
VERSION := 0.1.0
BUILD ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
SAN ?=
OPT ?= -O2 -g
PREFIX ?= /usr/local
V ?= 0
ifeq ($(V),0)
Q := @
say = @printf '  %-5s %s\n' $(1) $(2);
endif

# ---- what it is built from ----
PKGS_STORE := sqlite3 libsodium
PKGS_CORE := libcjson libutf8proc libxml-2.0 pangocairo harfbuzz-subset freetype2 libqrencode libcrypto
PKGS_SYNC := libcurl
PKGS_PAYCORE := libmicrohttpd gnutls libzstd cairo zlib
PKGS_TUI := ncursesw xlsxwriter chafa libpng libjpeg libseccomp
PKGS := $(PKGS_STORE) $(PKGS_CORE) $(PKGS_SYNC) $(PKGS_PAYCORE) $(PKGS_TUI)
DEBS := gcc pkg-config libsqlite3-dev libsodium-dev libcjson-dev libutf8proc-dev libxml2-dev libcurl4-openssl-dev libmicrohttpd-dev \
	libgnutls28-dev libzstd-dev libcairo2-dev libpango1.0-dev libharfbuzz-dev libfreetype-dev libqrencode-dev libssl-dev fonts-noto-cjk fonts-liberation libncurses-dev \
	libxlsxwriter-dev libchafa-dev libpng-dev libjpeg-dev libseccomp-dev zlib1g-dev libcmocka-dev gettext tmux ncurses-term minisign \
	poppler-utils sqlite3
DEBS_LINT := clang libclang-rt-14-dev libsqlcipher-dev
DEBS_BENCH := libsqlcipher-dev visidata htop neomutt lnav less

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Werror
CFLAGS += -std=c11 -D_GNU_SOURCE -DPAYDESK_VERSION='"$(VERSION)"' $(OPT) $(WARN) -fstack-protector-strong -fPIE -pthread -I. -I$(BUILD)/gen $(SAN)
CFLAGS += $(if $(SAN),,-D_FORTIFY_SOURCE=2)
LDFLAGS += -pie -pthread -Wl,-z,relro,-z,now $(SAN)
# asked when needed, not when read: `make deps` runs on a machine that has none of them
lib = $(shell pkg-config --libs $(1))
# of a library whose headers lie in a folder of their own; as the system's, for our warnings are not meant for them
headers = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(1)))

MIGRATIONS := $(sort $(wildcard core/migrations/*.sql))
PAYCORE_MIGRATIONS := $(sort $(wildcard sync/paycore/migrations/*.sql))
GEN_CORE := $(BUILD)/gen/migrations.c $(BUILD)/gen/complete.c $(BUILD)/gen/templates.c $(patsubst core/data/%.csv,$(BUILD)/gen/%.c,$(wildcard core/data/*.csv))
TEMPLATES := $(sort $(wildcard core/contract/templates/*.txt))
STORE := $(wildcard store/*.c)
CORE := $(wildcard core/*.c core/*/*.c)
SYNC := $(wildcard sync/*.c)
PAYCORE := $(filter-out sync/paycore/main.c,$(wildcard sync/paycore/*.c))
TUI := $(filter-out tui/main.c,$(wildcard tui/*.c tui/*/*.c))
SOURCES := $(STORE) $(CORE) $(SYNC) $(PAYCORE) sync/paycore/main.c $(TUI) tui/main.c
HEADERS := $(wildcard $(foreach d,store core sync tui,$(d)/*.h $(d)/*/*.h))
# the order in which T walks through them; the first is the console's own
THEMES_FIRST := themes/dark.theme themes/light.theme themes/mono.theme
THEMES := $(THEMES_FIRST) $(filter-out $(THEMES_FIRST),$(sort $(wildcard themes/*.theme)))
PO := tui/po/zh_CN.po
CATALOGUE := $(BUILD)/locale/zh_CN/LC_MESSAGES/paydesk.mo
MANUALS := $(BUILD)/man/man1/paydesk.1 $(BUILD)/man/man1/paycore.1 $(BUILD)/man/zh_CN/man1/paydesk.1
COMPLETIONS := $(foreach p,paydesk paycore,$(BUILD)/complete/$(p).bash $(BUILD)/complete/$(p).zsh)
TEST_SOURCES := $(wildcard tests/*.c tests/*.h tests/fuzz/*.c tests/preload/*.c)
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIBS := $(BUILD)/libtui.a $(BUILD)/libsync.a $(BUILD)/libcore.a $(BUILD)/libstore.a
SERVER_LIBS := $(BUILD)/libpaycore.a $(filter-out %libtui.a,$(LIBS))

.PHONY: all help
.DELETE_ON_ERROR:
.SECONDARY:
all: $(if $(wildcard tui/console.c),$(BUILD)/paydesk) $(if $(wildcard sync/paycore/main.c),$(BUILD)/paycore) $(LIBS) $(CATALOGUE) \
	$(MANUALS) $(COMPLETIONS)

help:
	@sed -n 's/^#: //p' Makefile

# ---- programs ----
#: all        both programs, into build/
$(BUILD)/libstore.a: $(call obj,$(STORE))
$(BUILD)/libcore.a: $(call obj,$(CORE)) $(GEN_CORE:.c=.o)
$(BUILD)/libsync.a: $(call obj,$(SYNC))
$(BUILD)/libtui.a: $(call obj,$(TUI)) $(BUILD)/gen/themes.o
$(BUILD)/libpaycore.a: $(call obj,$(PAYCORE)) $(BUILD)/gen/paycore_migrations.o
$(BUILD)/%.a:
	$(call say,AR,$@) rm -f $@; ar rcs $@ $^
$(BUILD)/gen/migrations.c: $(MIGRATIONS) core/migrations core/migrations/embed.sh core/embed.sh
	$(Q)mkdir -p $(@D) && sh core/migrations/embed.sh core $(MIGRATIONS) >$@
$(BUILD)/gen/paycore_migrations.c: $(PAYCORE_MIGRATIONS) sync/paycore/migrations core/migrations/embed.sh core/embed.sh
	$(Q)mkdir -p $(@D) && sh core/migrations/embed.sh paycore $(PAYCORE_MIGRATIONS) >$@
$(BUILD)/gen/complete.c: $(wildcard core/usage/complete/*) core/embed.sh
	$(Q)mkdir -p $(@D) && sh core/usage/complete/embed.sh >$@
$(BUILD)/gen/templates.c: $(TEMPLATES) core/contract/templates/embed.sh core/embed.sh
	$(Q)mkdir -p $(@D) && sh core/contract/templates/embed.sh $(TEMPLATES) >$@
$(BUILD)/gen/%.c: core/data/%.csv core/data/%.awk
	$(Q)mkdir -p $(@D) && LC_ALL=C awk -f core/data/$*.awk $< >$@
$(BUILD)/gen/themes.c: $(THEMES) tui/screen/theme_embed.sh core/embed.sh
	$(Q)mkdir -p $(@D) && sh tui/screen/theme_embed.sh $(THEMES) >$@
$(CATALOGUE): $(PO)
	$(call say,MO,$@) mkdir -p $(@D) && msgfmt -c -o $@ $<
$(BUILD)/%.o: %.c
	$(call say,CC,$<) mkdir -p $(@D) && $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tui/picture/sketch.o: CFLAGS += $(call headers,chafa)
$(BUILD)/sync/paycore/scan.o: CFLAGS += $(call headers,cairo)
$(BUILD)/core/screening/xml.o: CFLAGS += $(call headers,libxml-2.0)
$(BUILD)/core/contract/paper.o: CFLAGS += $(call headers,pangocairo)
$(BUILD)/core/contract/face.o: CFLAGS += $(call headers,cairo harfbuzz-subset freetype2)
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(call say,CC,$<) $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/paydesk: $(BUILD)/tui/main.o $(LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ $(call lib,$(PKGS_TUI) $(PKGS_SYNC) $(PKGS_CORE) $(PKGS_STORE)) -lm
$(BUILD)/paycore: $(BUILD)/sync/paycore/main.o $(SERVER_LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ $(call lib,$(PKGS_PAYCORE) $(PKGS_SYNC) $(PKGS_CORE) $(PKGS_STORE)) -lm

# manuals and completions are what the programs say of themselves
$(BUILD)/man/man1/%.1: $(BUILD)/%
	$(call say,MAN,$@) mkdir -p $(@D) && PAYDESK_LANG=en $< help --man >$@
$(BUILD)/man/zh_CN/man1/%.1: $(BUILD)/% $(CATALOGUE)
	$(call say,MAN,$@) mkdir -p $(@D) && PAYDESK_LANG=zh_CN $< help --man >$@
$(BUILD)/complete/%.bash: $(BUILD)/%
	$(call say,COMPL,$@) mkdir -p $(@D) && PAYDESK_LANG=en $< help --bash >$@
$(BUILD)/complete/%.zsh: $(BUILD)/%
	$(call say,COMPL,$@) mkdir -p $(@D) && PAYDESK_LANG=en $< help --zsh >$@

#: po         brings the Chinese catalogue up to the sources; what is left to translate is counted
.PHONY: po
po:
	$(Q)mkdir -p $(BUILD) && sh tui/po/extract.sh >$(BUILD)/paydesk.pot
	$(Q)msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-location --no-wrap $(PO) $(BUILD)/paydesk.pot
	$(Q)msgattrib --no-obsolete --no-wrap -o $(PO) $(PO) && msgfmt --statistics -c -o /dev/null $(PO)

#: deps       installs what is missing, by Debian package name
.PHONY: deps deps-lint deps-bench
deps:
	@sh tests/deps.sh $(DEBS)
deps-lint:
	@sh tests/deps.sh $(DEBS_LINT)
deps-bench:
	@sh tests/deps.sh $(DEBS_BENCH)

#: demo       starts a payment core with a synthetic institution, enrols, opens the console
.PHONY: demo
demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)sh tests/demo.sh $(BUILD)

#: install    programs, catalogues, manuals and completions below PREFIX
.PHONY: install
install: all
	install -D -m 755 $(BUILD)/paydesk $(DESTDIR)$(PREFIX)/bin/paydesk
	install -D -m 755 $(BUILD)/paycore $(DESTDIR)$(PREFIX)/bin/paycore
	install -D -m 644 $(CATALOGUE) $(DESTDIR)$(PREFIX)/share/locale/zh_CN/LC_MESSAGES/paydesk.mo
	set -e; cd $(BUILD)/man; for m in man1/paydesk.1 man1/paycore.1 zh_CN/man1/paydesk.1; do \
		install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/$$m; done
	set -e; for p in paydesk paycore; do \
		install -D -m 644 $(BUILD)/complete/$$p.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$p; \
		install -D -m 644 $(BUILD)/complete/$$p.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$$p; done

# ---- tests ----
UNIT := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
PROBES := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/probe_*.c))
TEST_COMMON := $(filter-out tests/test_%.c tests/probe_%.c tests/bench_%.c,$(wildcard tests/*.c))
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
PRELOADS := $(patsubst tests/%.c,$(BUILD)/tests/%.so,$(wildcard tests/preload/*.c))
REPLAY := $(FUZZ:%=$(BUILD)/tests/fuzz/replay_%)
SCRIPTS := $(wildcard tests/test_*.sh)
TEST_LIBS := $(BUILD)/libtui.a $(SERVER_LIBS)

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(call obj,$(TEST_COMMON)) $(TEST_LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(call lib,$(PKGS)) -lm
$(BUILD)/tests/probe_%: $(BUILD)/tests/probe_%.o $(call obj,$(TEST_COMMON)) $(TEST_LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(call lib,$(PKGS)) -lm
# goes into programs that are built with sanitizers or without, so it is built without
$(BUILD)/tests/preload/%.so: tests/preload/%.c
	$(call say,LD,$@) mkdir -p $(@D) && $(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -fPIC -shared -o $@ $<
$(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/tests/scratch.o $(TEST_LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ $(call lib,$(PKGS)) -lm

#: check      installs what is missing, builds, runs every test, ends with the counts
.PHONY: check check-only
check: deps
	$(Q)$(MAKE) --no-print-directory -j2 check-only
check-only: all $(UNIT) $(PROBES) $(PRELOADS) $(REPLAY)
	$(Q)sh tests/run.sh $(BUILD) $(UNIT) $(REPLAY) $(SCRIPTS)

#: lint       the laws of the house, and every file through clang with warnings as errors
.PHONY: lint
lint: deps-lint
	$(Q)sh tests/lint.sh
	$(Q)$(MAKE) --no-print-directory -j2 CC=clang BUILD=$(BUILD)-clang OPT=-O1 clang-objects
.PHONY: clang-objects
clang-objects: $(call obj,$(SOURCES) $(filter %.c,$(TEST_SOURCES)))

# gcc guesses wrongly about the room of snprintf once the sanitizers have rewritten the code
#: asan       the whole suite under AddressSanitizer and UndefinedBehaviorSanitizer
.PHONY: asan tsan
asan: deps
	$(Q)$(MAKE) --no-print-directory -j2 BUILD=$(BUILD)-asan OPT='-O1 -g -fno-omit-frame-pointer' \
		SAN='-fsanitize=address,undefined -fno-sanitize-recover=all -Wno-format-truncation' check-only
#: tsan       the tests with threads under ThreadSanitizer
tsan: deps
	$(Q)$(MAKE) --no-print-directory -j2 BUILD=$(BUILD)-tsan OPT='-O1 -g' SAN='-fsanitize=thread -Wno-format-truncation' check-only

#: fuzz       libFuzzer over each target, FUZZ_TIME seconds each (60)
FUZZ_TIME ?= 60
.PHONY: fuzz
fuzz: deps deps-lint
	$(Q)$(MAKE) --no-print-directory -j2 CC=clang BUILD=$(BUILD)-fuzz OPT='-O1 -g' \
		SAN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' fuzzers
	$(Q)set -e; for f in $(FUZZ); do o=$(BUILD)-fuzz/found; mkdir -p $$o/$$f; \
		$(BUILD)-fuzz/tests/fuzz/fuzz_$$f -max_total_time=$(FUZZ_TIME) -timeout=10 -rss_limit_mb=1024 -artifact_prefix=$$o/$$f- \
			$$o/$$f tests/fuzz/corpus/$$f >$$o/$$f.log 2>&1 || { tail -n 60 $$o/$$f.log; exit 1; }; \
		printf '  %-10s %s\n' $$f "$$(sed -n 's/^Done/ok,/p' $$o/$$f.log)"; done
.PHONY: fuzzers
fuzzers: $(FUZZ:%=$(BUILD)/tests/fuzz/fuzz_%)
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/scratch.o $(TEST_LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(call lib,$(PKGS)) -lm

#: torture    kill -9 at 10,000 random moments (TORTURE=N)
TORTURE ?= 10000
.PHONY: torture
torture: deps
	$(Q)$(MAKE) --no-print-directory -j2 all $(BUILD)/tests/test_torture
	$(Q)TORTURE=$(TORTURE) PAYDESK_BUILD=$(BUILD) $(BUILD)/tests/test_torture

#: coverage   lines of each file that the tests reach
.PHONY: coverage
coverage: deps
	$(Q)$(MAKE) --no-print-directory -j2 BUILD=$(BUILD)-cov OPT='-O0 -g' SAN=--coverage check-only || \
		echo 'coverage: some tests fail when counted (a killed program counts nothing, and gcov speaks on stderr)'
	$(Q)sh tests/coverage.sh $(BUILD)-cov

#: golden     approves the screens that the tests draw now
.PHONY: golden
golden: deps
	$(Q)$(MAKE) --no-print-directory -j2 all $(BUILD)/tests/test_screens $(PROBES) $(PRELOADS)
	$(Q)GOLDEN=approve sh tests/run.sh $(BUILD) $(BUILD)/tests/test_screens $(shell grep -l term_golden $(SCRIPTS))

#: pictures   README's pictures of the screen, drawn by the program's own grid
.PHONY: pictures
pictures: deps
	$(Q)$(MAKE) --no-print-directory -j2 all $(BUILD)/tests/test_screens
	$(Q)mkdir -p tui/pictures && PICTURES=tui/pictures $(BUILD)/tests/test_screens >/dev/null

#: cast       README's recordings (asciicast v2) of approving a merchant, made by the test that drives it; takes two minutes
.PHONY: cast
cast: deps
	$(Q)$(MAKE) --no-print-directory -j2 all $(PROBES)
	$(Q)PAYDESK_BUILD=$(BUILD) CAST=tui/pictures bash tests/test_cast.sh

#: bench      the store against plain SQLite and SQLCipher, name screening (hits found, false hits), and the console beside the programs that people have; ratios of one run
.PHONY: bench bench-store bench-screening bench-console
bench: bench-store bench-screening bench-console
bench-store: deps deps-bench
	$(Q)$(MAKE) --no-print-directory -j2 $(BUILD)/bench_store $(if $(wildcard /usr/include/sqlcipher/sqlite3.h),$(BUILD)/bench_sqlcipher)
	$(Q)$(BUILD)/bench_store $(BENCH_STORE_ROWS) 2 $(BUILD)/bench_sqlcipher
bench-screening: deps
	$(Q)$(MAKE) --no-print-directory -j2 $(BUILD)/bench_screening
	$(Q)$(BUILD)/bench_screening $(BENCH_ENTRIES)
bench-console: deps deps-bench
	$(Q)$(MAKE) --no-print-directory -j2 $(BUILD)/paydesk $(BUILD)/bench_console
	$(Q)$(BUILD)/bench_console $(BUILD)/paydesk $(BENCH_ROWS) $(BENCH_MERCHANTS) $(BENCH_PRESSES)
BENCH_STORE_ROWS ?= 1000000
BENCH_ENTRIES ?= 20000
BENCH_ROWS ?= 1000000
BENCH_MERCHANTS ?= 10000
BENCH_PRESSES ?= 60
$(BUILD)/bench_store: $(call obj,tests/bench_store.c tests/scratch.c) $(BUILD)/libstore.a
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ $(call lib,$(PKGS_STORE))
$(BUILD)/bench_screening: $(call obj,tests/bench_screening.c $(TEST_COMMON)) $(TEST_LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(call lib,$(PKGS)) -lm
$(BUILD)/bench_console: $(call obj,tests/bench_console.c $(TEST_COMMON)) $(TEST_LIBS)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(call lib,$(PKGS)) -lm
# SQLCipher's symbols are SQLite's: nothing of ours is linked with it
$(BUILD)/bench_sqlcipher: $(call obj,tests/bench_sqlcipher.c tests/scratch.c)
	$(call say,LD,$@) $(CC) $(LDFLAGS) -o $@ $^ -lsqlcipher

#: fmt        clang-format over every source (needs clang-format)
.PHONY: fmt
fmt:
	clang-format -i $(SOURCES) $(HEADERS) $(TEST_SOURCES)

#: clean      removes what was built
.PHONY: clean
clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-clang $(BUILD)-cov $(BUILD)-fuzz

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

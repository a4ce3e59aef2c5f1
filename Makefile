# cr - see "make help".
#
# Nothing has to be listed here: every source in the folders below is built, and the
# name of a unit is the name of its file (scripts/gen-config).

VERSION = 0.1

O ?= build
# By one name only: with another one all flags would be others, and everything built again.
override O := $(or $(patsubst $(CURDIR)/%,%,$(abspath $(O))),$(error O is empty))
V ?= 0
prefix ?= /usr/local
bindir ?= $(prefix)/bin
mandir ?= $(prefix)/share/man
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-7s %s\n' $(1) $(2))
have = $(shell command -v $(1) 2>/dev/null)

# --- the tools -----------------------------------------------------------------------

ifneq ($(filter default undefined,$(origin CC)),)
CC := $(if $(CROSS_COMPILE),$(CROSS_COMPILE)gcc,$(if $(call have,musl-gcc),musl-gcc,cc))
endif
ifneq ($(filter default undefined,$(origin AR)),)
AR := $(CROSS_COMPILE)ar
endif
RANLIB ?= $(CROSS_COMPILE)ranlib
STRIP ?= $(CROSS_COMPILE)strip
NM ?= $(CROSS_COMPILE)nm
PKG_CONFIG ?= $(CROSS_COMPILE)pkg-config
CONFIG ?= $(O)/.config

# Goals that compile nothing need neither a compiler nor a configuration.
QUIET_GOALS := help clean distclean menuconfig defconfig tinyconfig allnoconfig allyesconfig randconfig \
	updateconfigs check fuzz
ifneq ($(filter-out $(QUIET_GOALS),$(or $(MAKECMDGOALS),all)),)

ifeq ($(shell scripts/probe-cc $(O)/toolchain.mk '$(STATIC)' '$(KHDR)' $(CC) && echo yes),)
$(error no usable compiler)
endif
include $(O)/toolchain.mk
ifeq ($(wildcard core/remote/arch/$(ARCH)/arch.h),)
$(error there is no port to $(ARCH) yet ($(CC) makes programs for $(TRIPLE)): core/remote/arch/ has $(notdir $(wildcard core/remote/arch/*)))
endif

UNITS := $(shell scripts/gen-config $(or $(wildcard $(CONFIG)),configs/defconfig) $(O) $(VERSION) || echo FAILED)
$(if $(filter FAILED,$(UNITS)),$(error the configuration $(CONFIG) cannot be used))
endif

# --- the libraries: DEPS=fetch builds them, DEPS=system asks pkg-config -----------------

ifndef DEPS
DEPS := $(if $(or $(findstring musl-gcc,$(CC)),$(CROSS_COMPILE)),fetch,system)
endif
DEPDIR ?= $(O)/deps
ifeq ($(DEPS),fetch)
DEPS_READY := $(DEPDIR)/versions
DEPS_CFLAGS := -isystem $(DEPDIR)/include -DXXH_NAMESPACE=LZ4_
DEPS_LIBS := $(DEPDIR)/lib/libarchive.a $(DEPDIR)/lib/liblz4.a
else ifeq ($(DEPS),system)
DEPS_READY :=
DEPS_CFLAGS := $(shell $(PKG_CONFIG) --cflags libarchive liblz4 2>/dev/null) -DXXH_INLINE_ALL
ifndef DEPLIBS
DEPLIBS := $(or $(shell $(PKG_CONFIG) --libs libarchive liblz4 2>/dev/null),-larchive -llz4)
endif
DEPS_LIBS := $(DEPLIBS)
else
$(error DEPS is "fetch" or "system", not "$(DEPS)")
endif

# --- flags: CFLAGS, CPPFLAGS, LDFLAGS belong to the caller --------------------------------

CFLAGS ?= $(OPTIMIZE)
CR_CPPFLAGS := -I$(O)/include -I. -I$(O) -D_GNU_SOURCE= -D_FILE_OFFSET_BITS=64 -include $(O)/config.h $(KERNEL_HEADERS) $(DEPS_CFLAGS)
CR_CFLAGS := -std=gnu11 -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wno-unused-parameter \
	-pthread -fPIE -fno-common -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables $(HARDENING)
CR_LDFLAGS := -pthread -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack
COMPILE = $(CC) $(CR_CPPFLAGS) $(CPPFLAGS) $(CR_CFLAGS) $(CFLAGS)
# -w: with -flto it compiles, too, and each source had its warnings before.
LINK = $(CC) $(CR_CFLAGS) $(CFLAGS) -w $(LINK_HEAD) $(CR_LDFLAGS) $(LDFLAGS)

# --- what is built ---------------------------------------------------------------------

PLAIN := $(filter-out core/task/%.c core/file/%.c,$(wildcard core/*.c core/*/*.c)) \
	$(wildcard core/task/run.c core/file/run.c checks/run.c checks/strangers.c checks/threads.c image/*.c) \
	$(filter-out applets/cr-%.c,$(wildcard applets/*.c)) \
	$(wildcard core/remote/arch/$(ARCH)/*.c core/remote/arch/$(ARCH)/*.S)
SOURCES := $(sort $(filter-out core/base/calls.c core/base/libc.c core/base/malloc.c core/base/printf.c core/base/start.c core/base/stdio.c,$(PLAIN)) $(INSTEAD) $(UNITS))
OBJECTS := $(addprefix $(O)/obj/,$(addsuffix .o,$(basename $(SOURCES))))
MAIN := $(addprefix $(O)/obj/,$(addsuffix .o,$(basename applets/main.c $(INSTEAD))))

.PHONY: all
all: $(O)/cr

$(O)/cr: $(O)/cr.unstripped scripts/drop-sections
	$(call say,STRIP,$@)
	$(Q)$(STRIP) -s -R .comment -o $@ $<
	$(Q)scripts/drop-sections $@

# In a library: the unit tests link against it, and of the C library only what is needed comes along.
$(O)/libcr.a: $(filter-out $(MAIN),$(OBJECTS))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# The libraries first, to be made beside most of the objects: only some need their headers.
$(O)/cr.unstripped: $(DEPS_READY) $(MAIN) $(O)/libcr.a $(O)/flags.mk scripts/static.ld
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $(MAIN) $(O)/libcr.a $(DEPS_LIBS) $(LINK_TAIL)

$(filter $(O)/obj/image/%.o $(O)/obj/core/mem/identity.o,$(OBJECTS)): | $(DEPS_READY)

$(O)/obj/%.o: %.c $(O)/flags.mk | $(O)/include/build
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -MMD -MP -c -o $@ $<

$(O)/obj/%.o: %.S $(O)/flags.mk | $(O)/include/build
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) -MMD -MP -c -o $@ $<

$(O)/obj/core/texts.o: $(O)/texts.h

TEXTS := applets/main.c applets/checklist.c core/facility.c core/rows.c $(UNITS)
$(O)/texts.h: $(TEXTS) core/base/squeeze.h scripts/gen-texts scripts/squeeze.c $(O)/units.h $(O)/config.h
	$(call say,TEXTS,$@)
	$(Q)HOSTCC='$(HOSTCC)' CC='$(CC)' scripts/gen-texts $@ $(O)/config.h $(TEXTS)

# So that "build/units.h" means the one of this build, whatever O is; "units.h" does too.
$(O)/include/build:
	$(Q)mkdir -p $(@D) && ln -sfn .. $(@D)/tmp.$$$$ && mv -T $(@D)/tmp.$$$$ $@

# The flags, for testsuite/Makefile and so that a change of them builds again.
define FLAGS_MK
BUILD_CC := $(CC)
BUILD_ARCH := $(ARCH)
BUILD_CPPFLAGS := $(CR_CPPFLAGS) $(CPPFLAGS)
BUILD_CFLAGS := $(CR_CFLAGS) $(CFLAGS)
BUILD_LINK := $(LINK_HEAD) $(CR_LDFLAGS) $(LDFLAGS)
BUILD_LIBS := $(DEPS_LIBS)
BUILD_LINK_TAIL := $(LINK_TAIL)
endef
export FLAGS_MK
$(O)/flags.mk: FORCE
	@mkdir -p $(O) && printf '%s\n' "$$FLAGS_MK" >$@.$$$$ && \
		if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi

.PHONY: FORCE deps
FORCE:

deps: $(DEPS_READY)

ifeq ($(DEPS),fetch)
$(DEPS_READY): scripts/build-deps
	$(Q)CC='$(CC)' AR='$(AR)' RANLIB='$(RANLIB)' DEPSRC='$(DEPSRC)' OPTIMIZE='$(OPTIMIZE)' scripts/build-deps $(DEPDIR)
endif

-include $(OBJECTS:.o=.d)

# --- configuration: Config.in has no dependencies, so only menuconfig needs Kconfig ------

.PHONY: menuconfig defconfig tinyconfig allnoconfig allyesconfig randconfig updateconfigs
menuconfig:
	$(Q)mkdir -p $(O) && { [ -f $(CONFIG) ] || cp configs/defconfig $(CONFIG); }
	$(Q)export KCONFIG_CONFIG='$(CONFIG)'; \
	if command -v kconfig-mconf >/dev/null; then kconfig-mconf Config.in; \
	elif /usr/bin/python3 -c 'import menuconfig' 2>/dev/null; then /usr/bin/python3 -m menuconfig Config.in; \
	else echo 'menuconfig needs kconfig-frontends or python3-kconfiglib; or edit $(CONFIG) by hand' >&2; exit 1; fi

defconfig tinyconfig:
	$(Q)mkdir -p $(O) && cp configs/$@ $(CONFIG)

allnoconfig allyesconfig randconfig:
	$(Q)mkdir -p $(O) && scripts/make-config $@ >$(CONFIG)

updateconfigs:
	$(Q)scripts/make-config defconfig >configs/defconfig
	$(Q)scripts/make-config tinyconfig >configs/tinyconfig

# The table of records at the end of image/FORMAT, from the field tables.
.PHONY: updateformat
updateformat: all
	+$(Q)$(MAKE) -s -C testsuite BUILD=$(abspath $(O)) $(abspath $(O))/unit/format_test
	$(Q)sed -i '/^11  SECTIONS AND RECORDS BY KIND$$/q' image/FORMAT && $(O)/unit/format_test --print >>image/FORMAT

# --- installing --------------------------------------------------------------------------

APPLETS := $(patsubst applets/%.c,%,$(filter applets/cr-%.c,$(UNITS)))
INSTALLED = $(DESTDIR)$(bindir)/cr $(wildcard $(addprefix $(DESTDIR)$(bindir)/,$(patsubst applets/%.c,%,$(wildcard applets/cr-*.c)))) \
	$(addprefix $(DESTDIR)$(mandir)/man1/,$(notdir $(wildcard docs/*.1)))

.PHONY: install uninstall clean distclean
install: all
	$(Q)mkdir -p $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1
	$(Q)install -m 755 $(O)/cr $(DESTDIR)$(bindir)/cr
	$(Q)for name in $(APPLETS); do ln -sf cr $(DESTDIR)$(bindir)/$$name || exit; done
	$(Q)install -m 644 docs/*.1 $(DESTDIR)$(mandir)/man1/

uninstall:
	$(Q)rm -f $(INSTALLED)

clean:
	$(Q)rm -rf $(addprefix $(O)/,obj subjects unit tools bench include kernel testsuite.log toolchain.mk flags.mk config.h units.h texts.h libcr.a cr cr.unstripped tiny)

distclean: clean
	$(Q)rm -rf $(O)

# --- looking at it -------------------------------------------------------------------------

.PHONY: docs sizes baseline bloatcheck check bench fuzz help
docs: all
	$(Q)$(O)/cr check --list --markdown >docs/checklist.md

sizes: all
	+@$(MAKE) --no-print-directory O=$(O)/tiny CONFIG=configs/tinyconfig DEPDIR=$(DEPDIR) all >/dev/null
	@NM='$(NM)' scripts/sizes $(O)

baseline: all
	$(Q)cp $(O)/cr.unstripped $(O)/cr.baseline

bloatcheck: all
	@NM='$(NM)' scripts/bloatcheck $(O)/cr.baseline $(O)/cr.unstripped

check:
	@testsuite/runtest

bench: all
	@CR='$(abspath $(O)/cr)' testsuite/bench

fuzz:
	@testsuite/fuzz/run

help:
	@cat scripts/help

# Cards that lie. mutate: answers of the virtual cards made wrong on their way; N of each kind.
check_PROGRAMS += tests/hostile/mutate
TESTS += tests/hostile/mutate
hostile_sources = \
	%D%/kinds.c \
	%D%/kinds.h \
	%D%/mutant.c \
	%D%/mutant.h \
	%D%/mutation.c \
	%D%/mutation.h \
	%D%/quick_hash.c \
	%D%/use.c \
	%D%/use.h
hostile_ldflags = $(AM_LDFLAGS) -Wl,--wrap=PKCS5_PBKDF2_HMAC
tests_hostile_mutate_SOURCES = %D%/mutate.c $(hostile_sources)
tests_hostile_mutate_LDADD = vcard/libvcard.la lib/libmohr.la $(CRYPTO_LIBS)
tests_hostile_mutate_LDFLAGS = $(hostile_ldflags)

# Those that go on for ever, or fill the memory.
if HAVE_CMOCKA
cost_programs = tests/hostile/files_test tests/hostile/hostile_test
check_PROGRAMS += $(cost_programs)
TESTS += $(cost_programs)
cost_ldadd = vcard/libvcard.la $(LDADD)
cost_ldflags = $(hostile_ldflags) \
	-Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=free
tests_hostile_files_test_SOURCES = %D%/files_test.c %D%/cost.c %D%/cost.h $(hostile_sources)
tests_hostile_files_test_LDADD = $(cost_ldadd)
tests_hostile_files_test_LDFLAGS = $(cost_ldflags)
tests_hostile_hostile_test_SOURCES = %D%/hostile_test.c %D%/cost.c %D%/cost.h $(hostile_sources)
tests_hostile_hostile_test_LDADD = $(cost_ldadd)
tests_hostile_hostile_test_LDFLAGS = $(cost_ldflags)
endif

# A million of each kind, for a night: make check-mutate, or with N=...
.PHONY: check-mutate
check-mutate:
	MOHR_MUTATIONS=$${N:-1000000}; MOHR_JOBS=$$(nproc); export MOHR_MUTATIONS MOHR_JOBS; \
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=tests/hostile/mutate

# Cards that lie. mutate: answers of the virtual cards made wrong on their way; N of each kind.
check_PROGRAMS += tests/hostile/mutate
TESTS += tests/hostile/mutate
tests_hostile_mutate_SOURCES = \
	%D%/mutant.c \
	%D%/mutant.h \
	%D%/mutate.c \
	%D%/mutation.c \
	%D%/mutation.h \
	%D%/use.c \
	%D%/use.h
tests_hostile_mutate_LDADD = vcard/libvcard.la lib/libmohr.la $(CRYPTO_LIBS)
tests_hostile_mutate_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=PKCS5_PBKDF2_HMAC

# A million of each kind, for a night: make check-mutate, or with N=...
.PHONY: check-mutate
check-mutate:
	MOHR_MUTATIONS=$${N:-1000000}; export MOHR_MUTATIONS; \
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=tests/hostile/mutate

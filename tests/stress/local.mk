# Signing from many threads and processes at once, judged by libcrypto.
check_PROGRAMS += tests/stress/sign_stress
tests_stress_sign_stress_SOURCES = \
	%D%/judge.c \
	%D%/judge.h \
	%D%/options.c \
	%D%/options.h \
	%D%/sign_stress.c \
	%D%/signer.c \
	%D%/signer.h \
	%D%/tally.c \
	%D%/tally.h
tests_stress_sign_stress_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_stress_sign_stress_LDADD = $(CRYPTO_LIBS) -ldl -lpthread
TESTS += %D%/stress.sh
EXTRA_DIST += %D%/stress.sh

# A minute each.
.PHONY: check-stress
check-stress:
	MOHR_STRESS_SECONDS=$${S:-60}; export MOHR_STRESS_SECONDS; \
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=tests/stress/stress.sh

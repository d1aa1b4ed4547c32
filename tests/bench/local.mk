# What scripts/bench runs. Not linked with libcrypto: its cost is part of what is measured.
check_PROGRAMS += tests/bench/contend tests/bench/flows tests/bench/startup
tests_bench_contend_SOURCES = %D%/contend.c
tests_bench_contend_LDADD = -ldl
tests_bench_flows_SOURCES = %D%/counts.h %D%/flows.c
tests_bench_flows_LDADD = -ldl
tests_bench_startup_SOURCES = %D%/startup.c
tests_bench_startup_LDADD = -ldl

# A libpcsclite.so.1 that counts and passes on. No sanitizers: it goes into processes that have none.
check_LTLIBRARIES += tests/bench/interposer/libpcsclite.la
tests_bench_interposer_libpcsclite_la_SOURCES = %D%/counts.h %D%/interposer.c
tests_bench_interposer_libpcsclite_la_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_bench_interposer_libpcsclite_la_CFLAGS = -std=c11 -Wall -Wextra
tests_bench_interposer_libpcsclite_la_LDFLAGS = -version-info 1:0:0 -shared -rpath /nowhere
tests_bench_interposer_libpcsclite_la_LIBADD = -ldl -lpthread

EXTRA_DIST += %D%/counts.awk %D%/counts.sh %D%/session.sh %D%/sharing.sh
TESTS += %D%/counts.sh
if HAVE_CMOCKA
check_PROGRAMS += tests/bench/interposer_test
TESTS += tests/bench/interposer_test
tests_bench_interposer_test_SOURCES = %D%/counts.h %D%/interposer_test.c
tests_bench_interposer_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_bench_interposer_test_LDADD = $(CMOCKA_LIBS) -ldl
check_LTLIBRARIES += tests/bench/libfake-pcsc.la
tests_bench_libfake_pcsc_la_SOURCES = %D%/fake_pcsc.c
tests_bench_libfake_pcsc_la_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_bench_libfake_pcsc_la_CFLAGS = -std=c11 -Wall -Wextra
tests_bench_libfake_pcsc_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
endif

# What scripts/bench runs. Not linked with libcrypto: its cost is part of what is measured.
check_PROGRAMS += tests/bench/contend tests/bench/startup
tests_bench_contend_SOURCES = %D%/contend.c
tests_bench_contend_LDADD = -ldl
tests_bench_startup_SOURCES = %D%/startup.c
tests_bench_startup_LDADD = -ldl

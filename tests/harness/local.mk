# What scenarios share: the TAP functions and small programs that drive consumers.
EXTRA_DIST += %D%/tap.sh
check_PROGRAMS += tests/harness/answer
tests_harness_answer_SOURCES = %D%/answer.c
tests_harness_answer_LDADD = -lutil

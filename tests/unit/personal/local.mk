# The personalisers with virtual cards in this process.
personal_tests = \
	tests/unit/personal/isoapplet_file_test \
	tests/unit/personal/isoapplet_key_test \
	tests/unit/personal/isoapplet_test \
	tests/unit/personal/natid_test \
	tests/unit/personal/p15_record_test \
	tests/unit/personal/personal_test \
	tests/unit/personal/piv_admin_test \
	tests/unit/personal/piv_object_test \
	tests/unit/personal/piv_test
check_PROGRAMS += $(personal_tests)
TESTS += $(personal_tests)
check_LTLIBRARIES += tests/unit/personal/libfixture.la
tests_unit_personal_libfixture_la_SOURCES = %D%/fixture.c %D%/fixture.h
tests_unit_personal_libfixture_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
personal_test_libs = tests/unit/personal/libfixture.la lib/personal/libmohr-personal.la \
	tests/harness/libharness.la $(loop_libs)
tests_unit_personal_natid_test_SOURCES = %D%/natid_test.c
tests_unit_personal_natid_test_LDADD = $(personal_test_libs)
tests_unit_personal_piv_test_SOURCES = %D%/piv_test.c
tests_unit_personal_piv_test_LDADD = $(personal_test_libs)
tests_unit_personal_piv_admin_test_SOURCES = %D%/piv_admin_test.c
tests_unit_personal_piv_admin_test_LDADD = $(personal_test_libs)
tests_unit_personal_piv_object_test_SOURCES = %D%/piv_object_test.c
tests_unit_personal_piv_object_test_LDADD = $(personal_test_libs)
tests_unit_personal_personal_test_SOURCES = %D%/personal_test.c
tests_unit_personal_personal_test_LDADD = $(personal_test_libs)
tests_unit_personal_isoapplet_test_SOURCES = %D%/isoapplet_test.c
tests_unit_personal_isoapplet_test_LDADD = $(personal_test_libs)
tests_unit_personal_isoapplet_file_test_SOURCES = %D%/isoapplet_file_test.c
tests_unit_personal_isoapplet_file_test_LDADD = $(personal_test_libs)
tests_unit_personal_isoapplet_key_test_SOURCES = %D%/isoapplet_key_test.c
tests_unit_personal_isoapplet_key_test_LDADD = $(personal_test_libs)
tests_unit_personal_p15_record_test_SOURCES = %D%/p15_record_test.c
tests_unit_personal_p15_record_test_LDADD = $(personal_test_libs)

vcard_tests = \
	tests/unit/vcard/access_test \
	tests/unit/vcard/auth_test \
	tests/unit/vcard/binary_test \
	tests/unit/vcard/command_test \
	tests/unit/vcard/data_test \
	tests/unit/vcard/environment_test \
	tests/unit/vcard/generate_test \
	tests/unit/vcard/image_test \
	tests/unit/vcard/isoapplet_key_test \
	tests/unit/vcard/isoapplet_test \
	tests/unit/vcard/issue_test \
	tests/unit/vcard/last_round_test \
	tests/unit/vcard/layout_test \
	tests/unit/vcard/p15_file_test \
	tests/unit/vcard/p15_image_test \
	tests/unit/vcard/p15_key_test \
	tests/unit/vcard/p15_pin_test \
	tests/unit/vcard/p15_records_test \
	tests/unit/vcard/parse_test \
	tests/unit/vcard/pin_test \
	tests/unit/vcard/personality_test \
	tests/unit/vcard/pins_file_test \
	tests/unit/vcard/piv_auth_test \
	tests/unit/vcard/piv_data_test \
	tests/unit/vcard/piv_pin_test \
	tests/unit/vcard/piv_vendor_test \
	tests/unit/vcard/process_test \
	tests/unit/vcard/pso_test \
	tests/unit/vcard/select_test \
	tests/unit/vcard/server_test \
	tests/unit/vcard/vcard_test
check_PROGRAMS += $(vcard_tests)
TESTS += $(vcard_tests)
check_LTLIBRARIES += tests/unit/vcard/libfixture.la
tests_unit_vcard_libfixture_la_SOURCES = %D%/fixture.c %D%/fixture.h \
	%D%/kill.c %D%/kill.h \
	%D%/isoapplet_fixture.c %D%/isoapplet_fixture.h \
	%D%/p15_fixture.c %D%/p15_fixture.h \
	%D%/piv_fixture.c %D%/piv_fixture.h
tests_unit_vcard_libfixture_la_LIBADD = vcard/libvcard.la
vcard_test_libs = tests/unit/vcard/libfixture.la $(LDADD)

tests_unit_vcard_access_test_SOURCES = %D%/access_test.c
tests_unit_vcard_access_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_auth_test_SOURCES = %D%/auth_test.c
tests_unit_vcard_auth_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_binary_test_SOURCES = %D%/binary_test.c
tests_unit_vcard_binary_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_command_test_SOURCES = %D%/command_test.c
tests_unit_vcard_command_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_data_test_SOURCES = %D%/data_test.c
tests_unit_vcard_data_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_environment_test_SOURCES = %D%/environment_test.c
tests_unit_vcard_environment_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_generate_test_SOURCES = %D%/generate_test.c
tests_unit_vcard_generate_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_image_test_SOURCES = %D%/image_test.c
tests_unit_vcard_image_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_isoapplet_key_test_SOURCES = %D%/isoapplet_key_test.c
tests_unit_vcard_isoapplet_key_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_isoapplet_test_SOURCES = %D%/isoapplet_test.c
tests_unit_vcard_isoapplet_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_issue_test_SOURCES = %D%/issue_test.c
tests_unit_vcard_issue_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_last_round_test_SOURCES = %D%/last_round_test.c
tests_unit_vcard_last_round_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_layout_test_SOURCES = %D%/layout_test.c
tests_unit_vcard_layout_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_p15_file_test_SOURCES = %D%/p15_file_test.c
tests_unit_vcard_p15_file_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_p15_image_test_SOURCES = %D%/p15_image_test.c
tests_unit_vcard_p15_image_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_p15_key_test_SOURCES = %D%/p15_key_test.c
tests_unit_vcard_p15_key_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_p15_pin_test_SOURCES = %D%/p15_pin_test.c
tests_unit_vcard_p15_pin_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_p15_records_test_SOURCES = %D%/p15_records_test.c
tests_unit_vcard_p15_records_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_parse_test_SOURCES = %D%/parse_test.c
tests_unit_vcard_parse_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_pin_test_SOURCES = %D%/pin_test.c
tests_unit_vcard_pin_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_personality_test_SOURCES = %D%/personality_test.c
tests_unit_vcard_personality_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_pins_file_test_SOURCES = %D%/pins_file_test.c
tests_unit_vcard_pins_file_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_piv_auth_test_SOURCES = %D%/piv_auth_test.c
tests_unit_vcard_piv_auth_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_piv_data_test_SOURCES = %D%/piv_data_test.c
tests_unit_vcard_piv_data_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_piv_pin_test_SOURCES = %D%/piv_pin_test.c
tests_unit_vcard_piv_pin_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_piv_vendor_test_SOURCES = %D%/piv_vendor_test.c
tests_unit_vcard_piv_vendor_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_process_test_SOURCES = %D%/process_test.c
tests_unit_vcard_process_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_pso_test_SOURCES = %D%/pso_test.c
tests_unit_vcard_pso_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_select_test_SOURCES = %D%/select_test.c
tests_unit_vcard_select_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_server_test_SOURCES = %D%/server_test.c
tests_unit_vcard_server_test_LDADD = $(vcard_test_libs)
tests_unit_vcard_vcard_test_SOURCES = %D%/vcard_test.c
tests_unit_vcard_vcard_test_LDADD = $(vcard_test_libs)

TESTS += %D%/program_test.sh
EXTRA_DIST += %D%/program_test.sh

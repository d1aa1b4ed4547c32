# Personalisation: an archive of its own, for issuers' programs; no loadable module links it.
noinst_LTLIBRARIES += lib/personal/libmohr-personal.la
lib_personal_libmohr_personal_la_SOURCES = \
	%D%/family.h \
	%D%/isoapplet.c \
	%D%/isoapplet.h \
	%D%/isoapplet_file.c \
	%D%/isoapplet_key.c \
	%D%/natid.c \
	%D%/p15.h \
	%D%/p15_record.c \
	%D%/personal.c \
	%D%/personal.h \
	%D%/piv.c \
	%D%/piv.h \
	%D%/piv_admin.c \
	%D%/piv_object.c

# The PKCS#11 provider. Once loaded it stays (-z nodelete): a thread may come back from a reader that
# hung, or an exit handler may call C_Finalize, after the application has said dlclose.
# libpkcs11 is all of it but the shared library, for tests that put other readers beneath it.
pkcs11_LTLIBRARIES += pkcs11/mohr-pkcs11.la
noinst_LTLIBRARIES += pkcs11/libpkcs11.la
pkcs11_libpkcs11_la_SOURCES = \
	%D%/attribute.c \
	%D%/attribute.h \
	%D%/attribute_table.c \
	%D%/attribute_table.h \
	%D%/call.c \
	%D%/call.h \
	%D%/cipher.c \
	%D%/cipher.h \
	%D%/derive.c \
	%D%/derive.h \
	%D%/entry_async.c \
	%D%/entry_cipher.c \
	%D%/entry_digest.c \
	%D%/entry_dual.c \
	%D%/entry_general.c \
	%D%/entry_key.c \
	%D%/entry_message.c \
	%D%/entry_object.c \
	%D%/entry_random.c \
	%D%/entry_session.c \
	%D%/entry_sign.c \
	%D%/entry_slot.c \
	%D%/entry_verify.c \
	%D%/find.c \
	%D%/find.h \
	%D%/functions.def \
	%D%/entrance.c \
	%D%/entrance.h \
	%D%/handles.c \
	%D%/handles.h \
	%D%/interface.c \
	%D%/interface.h \
	%D%/locking.c \
	%D%/locking.h \
	%D%/logfile.c \
	%D%/logfile.h \
	%D%/login.c \
	%D%/login.h \
	%D%/making.c \
	%D%/making.h \
	%D%/mechanism.c \
	%D%/mechanism.h \
	%D%/module.c \
	%D%/module.h \
	%D%/object.c \
	%D%/object.h \
	%D%/object_values.c \
	%D%/object_values.h \
	%D%/operation.c \
	%D%/operation.h \
	%D%/operation_decrypt.c \
	%D%/operation_digest.c \
	%D%/operation_encrypt.c \
	%D%/operation_sign.c \
	%D%/operation_verify.c \
	%D%/pkcs11.h \
	%D%/pkcs11_params.h \
	%D%/pkcs11_values.h \
	%D%/presence.c \
	%D%/presence.h \
	%D%/presence_made.c \
	%D%/process.h \
	%D%/process_posix.c \
	%D%/rv.c \
	%D%/rv.h \
	%D%/session.c \
	%D%/session.h \
	%D%/session_object.c \
	%D%/session_object.h \
	%D%/slot.c \
	%D%/slot.h \
	%D%/template.c \
	%D%/template.h
pkcs11_mohr_pkcs11_la_SOURCES =
pkcs11_mohr_pkcs11_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-Wl,--version-script=$(srcdir)/%D%/mohr-pkcs11.map -Wl,-z,nodelete
if !SANITIZED
pkcs11_mohr_pkcs11_la_LDFLAGS += -Wl,-z,defs
endif
pkcs11_mohr_pkcs11_la_LIBADD = pkcs11/libpkcs11.la lib/libmohr.la
EXTRA_pkcs11_mohr_pkcs11_la_DEPENDENCIES = $(srcdir)/%D%/mohr-pkcs11.map
EXTRA_DIST += %D%/mohr-pkcs11.map

# crypto_bcrypt.c is compiled by scripts/check with mingw-w64.
lib_libmohr_la_SOURCES += \
	%D%/backend.h \
	%D%/crypto.c \
	%D%/crypto.h \
	%D%/crypto_openssl.c \
	%D%/eddsa.c \
	%D%/mac.c \
	%D%/public_openssl.c \
	%D%/public_openssl.h
EXTRA_DIST += %D%/crypto_bcrypt.c

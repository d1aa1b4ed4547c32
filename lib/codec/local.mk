lib_libmohr_la_SOURCES += \
	%D%/apdu_mask.c \
	%D%/atr.c \
	%D%/der.c \
	%D%/der.h \
	%D%/eme.c \
	%D%/eme.h \
	%D%/emsa.c \
	%D%/emsa.h \
	%D%/frame.c \
	%D%/frame.h \
	%D%/inflate.h \
	%D%/inflate_zlib.c \
	%D%/iso7816.h \
	%D%/mgf1.c \
	%D%/mgf1.h \
	%D%/pkcs15.h \
	%D%/pkcs15_info.c \
	%D%/pkcs15_key.c \
	%D%/pkcs15_object.c \
	%D%/pkcs15_part.c \
	%D%/pkcs15_part.h \
	%D%/pubkey.c \
	%D%/pubkey.h \
	%D%/tlv.c \
	%D%/tlv.h \
	%D%/x509.c \
	%D%/x509.h

lib_libmohr_la_SOURCES += \
	%D%/emsa.h \
	%D%/frame.h \
	%D%/iso7816.h \
	%D%/pubkey.h \
	%D%/tlv.h \
	%D%/x509.h

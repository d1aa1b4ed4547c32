# The PIV application, with and without the vendor's instructions.
vcard_libvcard_la_SOURCES += \
	%D%/admin.c \
	%D%/attest.c \
	%D%/auth.c \
	%D%/data.c \
	%D%/gzip.c \
	%D%/gzip.h \
	%D%/import.c \
	%D%/key.c \
	%D%/memory.c \
	%D%/personalise.c \
	%D%/pin.c \
	%D%/piv.c \
	%D%/piv.h \
	%D%/select.c \
	%D%/vendor.c

lib_libmohr_la_SOURCES += \
	%D%/ias.c \
	%D%/ias.h \
	%D%/ias_algorithm.c \
	%D%/ias_decipher.c \
	%D%/ias_layouts.c \
	%D%/ias_sign.c \
	%D%/natid.c \
	%D%/piv.c \
	%D%/piv.h \
	%D%/piv_key.c \
	%D%/piv_object.c \
	%D%/piv_vendor.c \
	%D%/profile.c \
	%D%/profile.h

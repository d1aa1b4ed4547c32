lib_libmohr_la_SOURCES += \
	%D%/ias.c \
	%D%/ias.h \
	%D%/ias_algorithm.c \
	%D%/ias_decipher.c \
	%D%/ias_layouts.c \
	%D%/ias_sign.c \
	%D%/natid.c \
	%D%/p15.c \
	%D%/p15.h \
	%D%/p15_file.c \
	%D%/p15_key.c \
	%D%/p15_kind.c \
	%D%/p15_list.c \
	%D%/p15_pin.c \
	%D%/p15_text.c \
	%D%/piv.c \
	%D%/piv.h \
	%D%/piv_key.c \
	%D%/piv_object.c \
	%D%/piv_vendor.c \
	%D%/profile.c \
	%D%/profile.h

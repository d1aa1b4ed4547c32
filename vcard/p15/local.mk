# The card with a file system, and its dialects.
vcard_libvcard_la_SOURCES += \
	%D%/auth.c \
	%D%/binary.c \
	%D%/environment.c \
	%D%/file.c \
	%D%/generate.c \
	%D%/isoapplet.c \
	%D%/isoapplet.h \
	%D%/isoapplet_key.c \
	%D%/isoapplet_pin.c \
	%D%/key.c \
	%D%/lifecycle.c \
	%D%/memory.c \
	%D%/myeid.c \
	%D%/myeid.h \
	%D%/myeid_data.c \
	%D%/p15.c \
	%D%/p15.h \
	%D%/personalise.c \
	%D%/pin.c \
	%D%/plain.c \
	%D%/plan.h \
	%D%/pso.c \
	%D%/records.c \
	%D%/select.c

# The IAS Classic application.
vcard_libvcard_la_SOURCES += \
	%D%/access.c \
	%D%/algorithm.c \
	%D%/algorithm.h \
	%D%/auth.c \
	%D%/binary.c \
	%D%/data.c \
	%D%/environment.c \
	%D%/generate.c \
	%D%/ias.c \
	%D%/ias.h \
	%D%/key_use.c \
	%D%/layout.c \
	%D%/layout.h \
	%D%/last_round.c \
	%D%/last_round.h \
	%D%/memory.c \
	%D%/pin.c \
	%D%/pso.c \
	%D%/select.c

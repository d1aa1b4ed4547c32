# gate_windows.c is compiled by scripts/check with mingw-w64.
lib_libmohr_la_SOURCES += \
	%D%/gate.h \
	%D%/gate_posix.c \
	%D%/pcsc.c \
	%D%/pcsc_error.c \
	%D%/pcsc_error.h \
	%D%/reader.c \
	%D%/reader.h \
	%D%/socket.c \
	%D%/socket_link.c \
	%D%/socket_link.h \
	%D%/socket_spot.c \
	%D%/socket_spot.h \
	%D%/socket_wire.c \
	%D%/socket_wire.h \
	%D%/transport.c \
	%D%/transport.h
EXTRA_DIST += %D%/gate_windows.c

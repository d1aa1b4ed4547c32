# *_windows.c are compiled by scripts/check with mingw-w64.
lib_libmohr_la_SOURCES += \
	%D%/features.c \
	%D%/gate.h \
	%D%/gate_posix.c \
	%D%/pcsc.c \
	%D%/pcsc_control.h \
	%D%/pcsc_control_posix.c \
	%D%/pcsc_error.c \
	%D%/pcsc_error.h \
	%D%/reader.c \
	%D%/reader.h \
	%D%/replay.c \
	%D%/socket.c \
	%D%/socket_link.c \
	%D%/socket_link.h \
	%D%/socket_spot.c \
	%D%/socket_spot.h \
	%D%/socket_wire.c \
	%D%/socket_wire.h \
	%D%/trace.c \
	%D%/trace_file.h \
	%D%/trace_file_posix.c \
	%D%/trace_line.c \
	%D%/trace_line.h \
	%D%/transport.c \
	%D%/transport.h
EXTRA_DIST += %D%/gate_windows.c %D%/pcsc_control_windows.c %D%/trace_file_windows.c

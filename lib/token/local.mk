lib_libmohr_la_SOURCES += \
	%D%/bay.c \
	%D%/config_file.h \
	%D%/config_ini.c \
	%D%/decipher.c \
	%D%/decipher.h \
	%D%/derive.c \
	%D%/encode.c \
	%D%/encode.h \
	%D%/insertion.c \
	%D%/internal.h \
	%D%/label.c \
	%D%/label.h \
	%D%/login.c \
	%D%/objects.c \
	%D%/sign.c \
	%D%/slots.c \
	%D%/token.c \
	%D%/token.h \
	%D%/transaction.c \
	%D%/turn.c \
	%D%/turn.h \
	%D%/use.c \
	%D%/verify.c \
	%D%/verify.h \
	%D%/wait.c \
	%D%/wrong_pin.c

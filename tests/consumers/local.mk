# Programs of others with the card, through the module; most on the socket and through a real pcscd.
CONSUMERS = \
	%D%/applications.sh \
	%D%/ias_module.sh \
	%D%/isoapplet_card.sh \
	%D%/isoapplet_module.sh \
	%D%/p15_card.sh \
	%D%/p15_module.sh \
	%D%/piv_card.sh \
	%D%/piv_module.sh \
	%D%/nss.sh \
	%D%/openssl_engine.sh \
	%D%/pdfsig.sh \
	%D%/personal.sh \
	%D%/pkcs11_tool.sh \
	%D%/pkcs11_tool_test.sh \
	%D%/ssh.sh
# Programs of p11-kit wait for a lock at their exit when a sanitizer's runtime is preloaded: valgrind
# watches them in the other trees.
CONSUMERS_P11KIT = %D%/p11kit.sh %D%/p11tool.sh
EXTRA_DIST += $(CONSUMERS) $(CONSUMERS_P11KIT) %D%/card.sh
TESTS += $(CONSUMERS)
if !SANITIZED
TESTS += $(CONSUMERS_P11KIT)
endif

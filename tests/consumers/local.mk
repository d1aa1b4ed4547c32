# Programs of others with the card, through the module; each on the socket and through a real pcscd.
CONSUMERS = %D%/openssl_engine.sh %D%/p11tool.sh %D%/pkcs11_tool.sh
EXTRA_DIST += $(CONSUMERS) %D%/card.sh
TESTS += %D%/openssl_engine.sh %D%/pkcs11_tool.sh
# Programs of p11-kit wait for a lock at their exit when a sanitizer's runtime is preloaded.
if !SANITIZED
TESTS += %D%/p11tool.sh
endif


# p11-kit finds modules by these files; the path is absolute, so any prefix works.
p11kitmodules_DATA = packaging/mohr.module
packaging/mohr.module: $(srcdir)/%D%/mohr.module.in Makefile
	$(AM_V_GEN)$(MKDIR_P) packaging && \
		sed 's|@pkcs11dir[@]|$(pkcs11dir)|' $(srcdir)/%D%/mohr.module.in >$@.tmp && mv $@.tmp $@
EXTRA_DIST += %D%/mohr.module.in
CLEANFILES += packaging/mohr.module

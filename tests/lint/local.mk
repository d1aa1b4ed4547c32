# What can be proved about the sources and the built files without running a card.
LINTS = %D%/layers.sh %D%/style.sh %D%/cppcheck.sh %D%/mingw.sh %D%/binaries.sh %D%/documents.sh
TESTS += $(LINTS)
EXTRA_DIST += $(LINTS) .clang-format autogen.sh

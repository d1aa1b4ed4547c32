# What can be proved about the sources and the built files without running a card.
SOURCE_LINTS = %D%/layers.sh %D%/style.sh %D%/cppcheck.sh %D%/mingw.sh %D%/documents.sh \
	%D%/conformance.sh
TESTS += %D%/binaries.sh
# The sources are the same in every tree: once is enough.
if !SANITIZED
TESTS += $(SOURCE_LINTS)
endif
EXTRA_DIST += $(SOURCE_LINTS) %D%/binaries.sh .clang-format autogen.sh

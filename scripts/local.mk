EXTRA_DIST += \
	%D%/build \
	%D%/check \
	%D%/demo \
	%D%/fresh-root \
	%D%/fuzz \
	%D%/install-deps

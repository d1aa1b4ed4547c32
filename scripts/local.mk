EXTRA_DIST += \
	%D%/bench \
	%D%/build \
	%D%/card \
	%D%/check \
	%D%/demo \
	%D%/fresh-root \
	%D%/fuzz \
	%D%/install-deps \
	%D%/record-traces \
	%D%/with-card

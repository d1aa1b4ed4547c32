EXTRA_DIST += \
	%D%/architecture.md \
	%D%/benchmarks.md \
	%D%/examples/form.html \
	%D%/examples/form.pdf \
	%D%/ias-cards.md \
	%D%/isoapplet-card.md \
	%D%/natid-card.md \
	%D%/p15-card.md \
	%D%/piv-card.md \
	%D%/testing.md \
	%D%/trace.md \
	%D%/vcard.md

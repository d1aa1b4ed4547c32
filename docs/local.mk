EXTRA_DIST += %D%/natid-card.md

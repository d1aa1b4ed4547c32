/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target over its corpus without a fuzzer, for make check: tests/fuzz/NAME_fuzz [DIR...],
 * by default $MOHR_SOURCE/tests/fuzz/corpus/NAME. One line of TAP; an empty corpus fails.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { PATH_CAP = 1024, INPUT_CAP = 1 << 20 };

/* The input in a heap block of its very size, so that a sanitizer sees a read past its end. */
static bool run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL, *exact = NULL;
	size_t len = 0;
	bool good;

	data = malloc(INPUT_CAP);
	good = f != NULL && data != NULL;
	if (good) {
		len = fread(data, 1, INPUT_CAP, f);
		exact = malloc(len ? len : 1);
		good = ferror(f) == 0 && feof(f) != 0 && exact != NULL;
	}
	if (good) {
		if (len > 0)
			memcpy(exact, data, len);
		/* on standard error at once: the last one named is the one that crashes */
		fprintf(stderr, "# %s (%zu bytes)\n", path, len);
		(void)LLVMFuzzerTestOneInput(exact, len);
	} else {
		printf("# cannot read %s\n", path);
	}
	free(exact);
	free(data);
	if (f)
		fclose(f);
	return good;
}

/* How many files of dir were run, or -1. */
static long run_dir(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	char path[PATH_CAP];
	struct stat st;
	long n = 0;

	if (!d) {
		printf("# cannot open %s\n", dir);
		return -1;
	}
	while (n >= 0 && (entry = readdir(d)) != NULL) {
		if (snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) >=
			    (int)sizeof(path) ||
		    stat(path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		n = run_file(path) ? n + 1 : -1;
	}
	closedir(d);
	return n;
}

/* "atr" of "…/atr_fuzz" */
static void name_of(const char *argv0, char *out, size_t cap)
{
	const char *base = strrchr(argv0, '/');
	char *end;

	snprintf(out, cap, "%s", base ? base + 1 : argv0);
	end = strstr(out, "_fuzz");
	if (end)
		*end = '\0';
}

int main(int argc, char **argv)
{
	const char *source = getenv("MOHR_SOURCE");
	char name[64], dir[PATH_CAP];
	long n, total = 0;
	bool good = true;

	(void)argc;
	name_of(argv[0], name, sizeof(name));
	printf("1..1\n");
	fflush(stdout);
	if (!argv[1]) {
		snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/%s", source ? source : ".", name);
		total = run_dir(dir);
		good = total > 0;
	}
	for (argv++; good && *argv; argv++) {
		n = run_dir(*argv);
		good = n > 0;
		total += n;
	}
	printf("%sok 1 - %s: %ld inputs\n", good ? "" : "not ", name, total);
	return good ? 0 : 1;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * bench [-q] [-s] [-n MAPPINGS] [-o FILE] BACKEND MODE [NODE [PCI]]
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define MAPPINGS	1000000UL

static const struct backend *const backends[] = {
	&backend_hlaccel, &backend_habanalabs,
};

static void usage(void)
{
	fprintf(stderr, "usage: bench [-q] [-s] [-n MAPPINGS] [-o FILE] hlaccel|habanalabs\n"
			"             table|calls|scale|locks [NODE [PCI-FOLDER]]\n");
	exit(2);
}

/* The card's folder in sysfs: the first device of the vendor */
static const char *find_card(void)
{
	static char path[256];
	unsigned int vendor, i;
	glob_t found;
	FILE *file;

	if (glob("/sys/bus/pci/devices/*/vendor", 0, NULL, &found))
		return NULL;
	for (i = 0; i < found.gl_pathc; i++) {
		file = fopen(found.gl_pathv[i], "r");
		vendor = 0;
		if (!file)
			continue;
		if (fscanf(file, "%x", &vendor) != 1)
			vendor = 0;
		fclose(file);
		if (vendor != 0x1da3)
			continue;
		snprintf(path, sizeof(path), "%s", found.gl_pathv[i]);
		*strrchr(path, '/') = '\0';
		globfree(&found);
		return path;
	}
	globfree(&found);
	return NULL;
}

/* Where functions are, for the profile; the driver is loaded */
static int copy_symbols(void)
{
	FILE *from = fopen("/proc/kallsyms", "r"), *to = fopen("kallsyms", "w");
	char line[512];
	int ret = from && to ? 0 : 1;

	while (!ret && fgets(line, sizeof(line), from))
		ret = fputs(line, to) < 0;
	if (from)
		fclose(from);
	if (to && fclose(to))
		ret = 1;
	return ret;
}

static const struct backend *find_backend(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
		if (!strcmp(backends[i]->name, name))
			return backends[i];
	}
	usage();
	return NULL;
}

static int run(struct bench *b, const char *mode)
{
	int ret;

	/* Locks meet on several CPUs, where nobody counts instructions */
	ret = measure_init(b);
	if (ret && (ret != -EOPNOTSUPP || strcmp(mode, "locks"))) {
		fprintf(stderr, "bench: no counters: %s\n", strerror(-ret));
		return 1;
	}
	if (!strcmp(mode, "locks")) {
		locks(b);
	} else if (!strcmp(mode, "scale")) {
		scale(b);
	} else if (!strcmp(mode, "table") || !strcmp(mode, "calls")) {
		if (b->quick)
			report_value(b, "quick", "", 1);
		calibrate(b);
		rows_submit(b);
		rows_buffers(b);
		if (!strcmp(mode, "table")) {
			rows_many(b);
			rows_device(b);
		}
		rows_map(b);
		calibrate_pins(b);
	} else {
		usage();
	}
	return b->failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct bench b = { .mappings = MAPPINGS, .out = stdout, .node = "/dev/accel/accel0" };
	int option, ret;

	while ((option = getopt(argc, argv, "qsn:o:")) != -1) {
		switch (option) {
		case 'q':
			b.quick = true;
			break;
		case 's':
			if (copy_symbols()) {
				fprintf(stderr, "bench: no symbols\n");
				return 1;
			}
			break;
		case 'n':
			b.mappings = strtoul(optarg, NULL, 0);
			break;
		case 'o':
			b.out = fopen(optarg, "w");
			break;
		default:
			usage();
		}
	}
	if (argc - optind < 2 || argc - optind > 4 || !b.out || !b.mappings)
		usage();
	b.ops = find_backend(argv[optind]);
	if (argc - optind > 2)
		b.node = argv[optind + 2];
	b.pci = argc - optind > 3 ? argv[optind + 3] : find_card();
	if (!b.pci) {
		fprintf(stderr, "bench: no card\n");
		return 1;
	}
	ret = run(&b, argv[optind + 1]);
	if (fclose(b.out))
		ret = 1;
	return ret;
}

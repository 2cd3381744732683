// SPDX-License-Identifier: GPL-2.0
/*
 * Sensors of the card in sysfs.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "card.h"

/* The folder of the card's sensors */
static void hwmon_path(const struct card *c, char *path, size_t size)
{
	char parent[128];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(parent, sizeof(parent), "/sys/class/accel/%s/device/hwmon",
		 strrchr(c->node, '/') + 1);
	dir = opendir(parent);
	if (!dir)
		FAIL("%s: %s", parent, strerror(errno));
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "hwmon", 5))
			continue;
		CHECK(!found);
		found = true;
		snprintf(path, size, "%s/%.32s", parent, entry->d_name);
	}
	closedir(dir);
	CHECK(found);
}

/* Contents of one file without the newline; false if it is not there */
static bool read_file(const char *folder, const char *name, char *text, size_t size)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(text, size, f))
		FAIL("%s: %s", path, strerror(errno));
	fclose(f);
	text[strcspn(text, "\n")] = 0;
	return true;
}

static bool value_of(const char *folder, const char *prefix, unsigned int n, const char *what,
		     long long *value)
{
	char name[64], text[64];

	snprintf(name, sizeof(name), "%s%u_%s", prefix, n, what);
	if (!read_file(folder, name, text, sizeof(text)))
		return false;
	CHECK_EQ(sscanf(text, "%lld", value), 1);
	return true;
}

TEST(hwmon_name)
{
	char path[192], text[64];
	struct card *c = card_open();

	hwmon_path(c, path, sizeof(path));
	CHECK(read_file(path, "name", text, sizeof(text)));
	CHECK(!strcmp(text, "hlaccel"));
	card_close(c);
}

/* Nobody would believe readings outside of these. */
static const struct {
	const char *name;
	const char *prefix;
	unsigned int first;
	long long low, high;
	bool needed;
} kinds[] = {
	{ "temperature", "temp", 1, 1000, 120000, true },
	{ "voltage", "in", 0, 100, 60000, false },
	{ "current", "curr", 1, 1, 1000000, false },
	{ "power", "power", 1, 1000000, 1000000000, false },
	{ "clock", "freq", 1, 1000000, 10000000000, true },
};

TEST_TABLE(hwmon_readings, kinds)
{
	static const char * const lower[] = { "min", "lowest" };
	static const char * const upper[] = { "max", "crit", "highest" };
	char path[192], label[64], labels[64][64], name[64];
	struct card *c = card_open();
	unsigned int n, i, sensors = 0;
	long long value, bound;

	hwmon_path(c, path, sizeof(path));
	for (n = row->first; value_of(path, row->prefix, n, "input", &value); n++) {
		CHECK(sensors < ARRAY_SIZE(labels));
		snprintf(name, sizeof(name), "%s%u_label", row->prefix, n);
		CHECK(read_file(path, name, label, sizeof(label)));
		harness_note("%s: %lld", label, value);
		CHECK(value >= row->low && value <= row->high);
		for (i = 0; i < ARRAY_SIZE(lower); i++) {
			if (value_of(path, row->prefix, n, lower[i], &bound))
				CHECK(bound <= value);
		}
		for (i = 0; i < ARRAY_SIZE(upper); i++) {
			if (value_of(path, row->prefix, n, upper[i], &bound))
				CHECK(bound >= value);
		}
		for (i = 0; i < sensors; i++)
			CHECK(strcmp(label, labels[i]));
		strcpy(labels[sensors++], label);
	}
	CHECK(sensors || !row->needed);
	card_close(c);
}

/* What the firmware is told to add shows in the reading at once, and does nothing else. */
TEST(hwmon_offset)
{
	char path[192], file[256];
	struct card *c = card_open();
	long long before, after, other, offset;

	hwmon_path(c, path, sizeof(path));
	snprintf(file, sizeof(file), "%s/temp1_offset", path);
	CHECK(value_of(path, "temp", 1, "offset", &offset));
	CHECK_EQ(offset, 0);
	CHECK(value_of(path, "temp", 1, "input", &before));
	OK(write_file(file, "20000"));
	CHECK(value_of(path, "temp", 1, "offset", &offset));
	CHECK_EQ(offset, 20000);
	CHECK(value_of(path, "temp", 1, "input", &after));
	/* It drifts by itself, but not so far */
	CHECK(after > before + 10000 && after < before + 30000);
	CHECK(value_of(path, "temp", 2, "offset", &other));
	CHECK_EQ(other, 0);
	OK(write_file(file, "-500"));
	CHECK(value_of(path, "temp", 1, "offset", &offset));
	CHECK_EQ(offset, -500);
	OK(write_file(file, "0"));
	REFUSED(write_file(file, "4294967296"), EINVAL);
	REFUSED(write_file(file, "warm"), EINVAL);
	card_close(c);
}

static int compare_times(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return one < other ? -1 : one > other;
}

/* The median: a busy machine takes the processor away from some of the reads */
static int64_t time_of_reads(const char *path, const char *name)
{
	int64_t time[301], started;
	unsigned int i;
	char text[64];

	for (i = 0; i < ARRAY_SIZE(time); i++) {
		started = hlaccel_now_ns();
		CHECK(read_file(path, name, text, sizeof(text)));
		time[i] = hlaccel_now_ns() - started;
	}
	qsort(time, ARRAY_SIZE(time), sizeof(time[0]), compare_times);
	return time[ARRAY_SIZE(time) / 2];
}

/*
 * Who reads all the time gets old answers, and those at once: about as fast as a name
 * that nobody has to be asked for.
 */
TEST(hwmon_readers_do_not_load_the_firmware)
{
	struct card *c = card_open();
	int64_t value, label;
	char path[192];

	hwmon_path(c, path, sizeof(path));
	time_of_reads(path, "temp1_input");
	label = time_of_reads(path, "temp1_label");
	value = time_of_reads(path, "temp1_input");
	harness_note("%" PRId64 " ns each, a label %" PRId64, value, label);
	/* Asking the firmware takes milliseconds more */
	CHECK(value < 2 * label + 1000000);
	card_close(c);
}

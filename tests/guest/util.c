// SPDX-License-Identifier: GPL-2.0
/*
 * Memory and patterns for tests.
 */
#include "card.h"

/** fill_random() - Fill memory with random words (@size: any) */
void fill_random(void *data, size_t size)
{
	unsigned char *byte = data;

	while (size) {
		uint64_t word = harness_random();
		size_t part = size < sizeof(word) ? size : sizeof(word);

		memcpy(byte, &word, part);
		byte += part;
		size -= part;
	}
}

/** check_same() - Compare, and tell where it differs */
void check_same(const void *found, const void *expected, size_t size)
{
	const unsigned char *a = found, *b = expected;
	size_t i;

	if (!memcmp(a, b, size))
		return;
	for (i = 0; i + 1 < size && a[i] == b[i]; i++)
		;
	FAIL("byte %zu of %zu is 0x%02x, not 0x%02x", i, size, a[i], b[i]);
}

/** check_pattern() - Compare with a repeated word */
void check_pattern(const void *data, uint64_t pattern, size_t size)
{
	const uint64_t *word = data;
	size_t i;

	for (i = 0; i < size / sizeof(*word); i++)
		if (word[i] != pattern)
			FAIL("word %zu is 0x%" PRIx64 ", not 0x%" PRIx64, i, word[i], pattern);
}

/** poke() - Set a field by its place */
void poke(void *structure, size_t offset, size_t size, uint64_t value)
{
	memcpy((char *)structure + offset, &value, size);
}

/** user_memory() - Page-aligned memory of this process */
void *user_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

/** write_file() - Write a word to a file of the kernel; 0 or a negative errno */
int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/** number_in() - The number behind a name in a file of such lines */
long long number_in(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	size_t length = strlen(name);
	long long value;
	char line[256];

	CHECK(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, length) || sscanf(line + length, "%lld", &value) != 1)
			continue;
		fclose(file);
		return value;
	}
	FAIL("no %s in %s", name, path);
}

/** system_number() - One of /proc/vmstat: each CPU counts for itself until it is asked */
long long system_number(const char *name)
{
	OK(write_file("/proc/sys/vm/stat_refresh", "1"));
	return number_in("/proc/vmstat", name);
}

/** system_pins() - How many pins are held on all memory? */
long long system_pins(void)
{
	return system_number("nr_foll_pin_acquired ") - system_number("nr_foll_pin_released ");
}

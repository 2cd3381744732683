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

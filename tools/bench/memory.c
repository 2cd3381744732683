// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of the program, of small or of huge pages, touched.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench.h"

static void *memory_map(uint64_t size, int advice)
{
	char *raw = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t head;

	if (raw == MAP_FAILED) {
		perror("bench: mmap");
		exit(1);
	}
	head = -(uintptr_t)raw % HUGE_PAGE;
	if (head)
		munmap(raw, head);
	munmap(raw + head + size, HUGE_PAGE - head);
	if (madvise(raw + head, size, advice))
		perror("bench: madvise");
	return raw + head;
}

static void memory_touch(char *memory, uint64_t size)
{
	uint64_t at;

	for (at = 0; at < size; at += PAGE)
		memory[at] = (char)(at / PAGE + 1);
}

/* Bytes of huge pages that this process has */
static uint64_t memory_in_huge(void)
{
	static const char name[] = "AnonHugePages:";
	FILE *file = fopen("/proc/self/smaps_rollup", "r");
	unsigned long long value = 0;
	char line[256];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, name, sizeof(name) - 1))
			value = strtoull(line + sizeof(name) - 1, NULL, 10);
	}
	fclose(file);
	return value * KIB;
}

/** memory_small() - Memory of 4 KiB pages, aligned like a huge one */
void *memory_small(uint64_t size)
{
	char *memory = memory_map(size, MADV_NOHUGEPAGE);

	memory_touch(memory, size);
	return memory;
}

/** memory_huge() - Memory of 2 MiB pages; NULL and a negative errno if there is none */
void *memory_huge(uint64_t size, int *error)
{
	uint64_t before = memory_in_huge();
	char *memory = memory_map(size, MADV_HUGEPAGE);

	memory_touch(memory, size);
	if (memory_in_huge() - before >= size)
		return memory;
	munmap(memory, size);
	*error = -ENOMEM;
	return NULL;
}

void memory_free(void *memory, uint64_t size)
{
	munmap(memory, size);
}

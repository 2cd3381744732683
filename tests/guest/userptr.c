// SPDX-License-Identifier: GPL-2.0
/*
 * User memory in huge pages of the CPU: one pin holds all of one, and whatever the
 * program does with parts of it, the card has what was mapped when it was pinned.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "card.h"

#define HUGE		(2 * MIB)
#define HUGE_PAGES	(HUGE / PAGE)

struct context {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory device;
	long long held;
};

static struct context prepare(void)
{
	struct context x = { .card = card_open() };

	x.vm = card_vm(x.card);
	x.queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
	x.device = card_memory(x.card, DRM_HLACCEL_REGION_DEVICE, 16 * MIB);
	x.held = system_pins();
	return x;
}

/* @num huge pages by anonymous memory, filled at once */
static unsigned char *huge_memory(unsigned int num)
{
	unsigned char *memory = user_memory((num + 1) * HUGE);
	unsigned char *huge = (unsigned char *)(((uintptr_t)memory + HUGE - 1) & ~(HUGE - 1));
	uint64_t *word = (uint64_t *)huge;
	long long before = system_number("nr_anon_transparent_hugepages ");
	size_t i;

	OK(madvise(huge, num * HUGE, MADV_HUGEPAGE));
	for (i = 0; i < num * HUGE / sizeof(*word); i++)
		word[i] = i * 0x9e3779b97f4a7c15;
	CHECK(system_number("nr_anon_transparent_hugepages ") - before >= num);
	return huge;
}

static int map(struct context *x, void *memory, size_t size)
{
	return hlaccel_vm_map_user(x->card->fd, x->vm, memory, x->card->va, size);
}

/* The card writes to the start of the mapping. */
static void fill(struct context *x, uint64_t size, uint64_t pattern)
{
	struct drm_hlaccel_job job = hlaccel_job_fill(0, x->card->va, size, pattern);

	OK(card_run(x->card, x->queue, &job));
}

/* What does the card see? */
static const void *seen(struct context *x, size_t size)
{
	struct drm_hlaccel_job job = hlaccel_job_copy(0, x->card->va, x->device.handle, 0, size);

	OK(card_run(x->card, x->queue, &job));
	return x->device.map;
}

/* Reads and writes of the card reach what the program has there. */
static void check_reaches(struct context *x, void *memory, size_t size)
{
	check_same(seen(x, size), memory, size);
	fill(x, size, 0x1234567 ^ size);
	check_pattern(memory, 0x1234567 ^ size, size);
}

/* Take the mapping away: no pin is left */
static void unmap(struct context *x, size_t size)
{
	OK(hlaccel_vm_unmap(x->card->fd, x->vm, x->card->va, size));
	CHECK_EQ(system_pins(), x->held);
	CHECK_EQ(number_in("/proc/self/status", "VmPin:"), 0);
}

static const struct {
	const char *name;
	size_t first;
	size_t pages;
	long long pins;
} ranges[] = {
	{ "one", 0, HUGE_PAGES, 1 },
	{ "several", 0, 4 * HUGE_PAGES, 4 },
	{ "one_page_too_short", 0, HUGE_PAGES - 1, HUGE_PAGES - 1 },
	{ "ends_within_another", 0, HUGE_PAGES + 1, 2 },
	{ "ends_late_within_another", 0, 2 * HUGE_PAGES - 1, HUGE_PAGES },
	{ "starts_within_one", 1, HUGE_PAGES - 1 + 2 * HUGE_PAGES, HUGE_PAGES - 1 + 2 },
	{ "starts_at_the_end_of_one", HUGE_PAGES - 1, 1 + HUGE_PAGES, 2 },
	{ "starts_and_ends_within", 3, 2 * HUGE_PAGES, HUGE_PAGES - 3 + 1 + 3 },
	{ "across_a_border", 3, HUGE_PAGES, HUGE_PAGES },
};

TEST_TABLE(huge_pins, ranges)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(4) + row->first * PAGE;
	size_t size = row->pages * PAGE;

	OK(map(&x, memory, size));
	CHECK_EQ(system_pins() - x.held, row->pins);
	/* The limit counts pages, however they are pinned */
	CHECK_EQ(number_in("/proc/self/status", "VmPin:"), size / KIB);
	check_reaches(&x, memory, size);
	unmap(&x, size);
}

/* A page of @huge goes elsewhere; returns where it is */
static unsigned char *take_out(unsigned char *huge, size_t page)
{
	unsigned char *place = user_memory(PAGE);

	CHECK(mremap(huge + page * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		     place) == place);
	return place;
}

static void put_in(unsigned char *huge, size_t page, unsigned char *what)
{
	CHECK(mremap(what, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, huge + page * PAGE) ==
	      huge + page * PAGE);
}

static void swap_pages(unsigned char *huge, unsigned char *other)
{
	unsigned char *a = take_out(huge, 7), *b = take_out(other, 300);

	put_in(huge, 7, b);
	put_in(other, 300, a);
}

static void swap_within(unsigned char *huge)
{
	swap_pages(huge, huge);
}

static void swap_with_next(unsigned char *huge)
{
	swap_pages(huge, huge + HUGE);
}

static void swap_firsts(unsigned char *huge)
{
	unsigned char *a = take_out(huge, 0), *b = take_out(huge + HUGE, 0);

	put_in(huge, 0, b);
	put_in(huge + HUGE, 0, a);
}

static void fill_hole(unsigned char *huge)
{
	OK(munmap(huge + 5 * PAGE, PAGE));
	CHECK(mmap(huge + 5 * PAGE, PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == huge + 5 * PAGE);
}

static void forget_last(unsigned char *huge)
{
	OK(madvise(huge + HUGE - PAGE, PAGE, MADV_DONTNEED));
}

/* Nothing is moved, but there is a table of pages now */
static void split(unsigned char *huge)
{
	OK(mprotect(huge + 9 * PAGE, PAGE, PROT_READ));
	OK(mprotect(huge + 9 * PAGE, PAGE, PROT_READ | PROT_WRITE));
}

static const struct {
	const char *name;
	void (*change)(unsigned char *huge);
} changes[] = {
	{ "split", split },
	{ "swapped_within", swap_within },
	{ "swapped_with_next", swap_with_next },
	{ "swapped_firsts", swap_firsts },
	{ "hole_filled", fill_hole },
	{ "last_forgotten", forget_last },
};

/* The first page is one of a huge page, what follows is something else. */
TEST_TABLE(huge_in_parts, changes)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(3);

	row->change(memory);
	OK(map(&x, memory, 3 * HUGE));
	CHECK(system_pins() - x.held > (long long)HUGE_PAGES);
	check_reaches(&x, memory, 3 * HUGE);
	unmap(&x, 3 * HUGE);
}

/* The card goes on with the pages that it had. */
TEST_TABLE(huge_then_parts, changes)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(3), *copy = malloc(3 * HUGE);

	CHECK(copy);
	memcpy(copy, memory, 3 * HUGE);
	OK(map(&x, memory, 3 * HUGE));
	CHECK_EQ(system_pins() - x.held, 3);
	row->change(memory);
	check_same(seen(&x, 3 * HUGE), copy, 3 * HUGE);
	fill(&x, 3 * HUGE, 77);
	check_pattern(memory + 10 * PAGE, 77, 200 * PAGE);
	unmap(&x, 3 * HUGE);
	OK(map(&x, memory, 3 * HUGE));
	check_reaches(&x, memory, 3 * HUGE);
	unmap(&x, 3 * HUGE);
}

TEST(huge_read_only_part)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(2);

	OK(mprotect(memory + HUGE + 100 * PAGE, PAGE, PROT_READ));
	REFUSED(map(&x, memory, 2 * HUGE), EACCES);
	CHECK_EQ(system_pins(), x.held);
	OK(mprotect(memory + HUGE + 100 * PAGE, PAGE, PROT_READ | PROT_WRITE));
	OK(map(&x, memory, 2 * HUGE));
	check_reaches(&x, memory, 2 * HUGE);
	unmap(&x, 2 * HUGE);
}

TEST(huge_hole)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(2);

	OK(munmap(memory + HUGE + 100 * PAGE, PAGE));
	REFUSED(map(&x, memory, 2 * HUGE), EFAULT);
	CHECK_EQ(system_pins(), x.held);
	OK(map(&x, memory, HUGE + 100 * PAGE));
	check_reaches(&x, memory, HUGE + 100 * PAGE);
	unmap(&x, HUGE + 100 * PAGE);
}

/* More pieces than fit the word that tells how they are pinned */
TEST(huge_between_small)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(4);
	unsigned int i, n;

	for (i = 0; i < 4; i += 2) {
		OK(munmap(memory + i * HUGE, HUGE));
		CHECK(mmap(memory + i * HUGE, HUGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
		OK(madvise(memory + i * HUGE, HUGE, MADV_NOHUGEPAGE));
		/* In an order in which hardly any are neighbours in memory */
		for (n = 0; n < HUGE_PAGES; n++)
			memset(memory + i * HUGE + n * 181 % HUGE_PAGES * PAGE, n, PAGE);
	}
	OK(map(&x, memory, 4 * HUGE));
	CHECK_EQ(system_pins() - x.held, 2 * HUGE_PAGES + 2);
	check_reaches(&x, memory, 4 * HUGE);
	unmap(&x, 4 * HUGE);
}

/* Pages that nobody has touched yet */
TEST(huge_untouched)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(3);

	OK(madvise(memory, 3 * HUGE, MADV_DONTNEED));
	OK(map(&x, memory, 3 * HUGE));
	CHECK_EQ(system_pins() - x.held, 3);
	check_reaches(&x, memory, 3 * HUGE);
	unmap(&x, 3 * HUGE);
}

/* What a child writes stays with the child, what the parent writes reaches the card. */
TEST(huge_fork)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(2);
	int status;
	pid_t pid;

	OK(map(&x, memory, 2 * HUGE));
	CHECK_EQ(system_pins() - x.held, 2);
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		memset(memory, 0xee, 2 * HUGE);
		_exit(0);
	}
	memset(memory, 0x11, 2 * HUGE);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_EQ(status, 0);
	check_pattern(memory, 0x1111111111111111, 2 * HUGE);
	check_reaches(&x, memory, 2 * HUGE);
	unmap(&x, 2 * HUGE);
}

/* Memory shared with a child since before: the parent's first writer is the card. */
TEST(huge_after_fork)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(2);
	int go[2], status;
	pid_t pid;
	char c;

	memset(memory, 0x22, 2 * HUGE);
	OK(pipe(go));
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		close(go[1]);
		if (read(go[0], &c, 1) != 1)
			_exit(1);
		for (size_t i = 0; i < 2 * HUGE; i++)
			if (memory[i] != 0x22)
				_exit(2);
		_exit(0);
	}
	OK(map(&x, memory, 2 * HUGE));
	check_reaches(&x, memory, 2 * HUGE);
	CHECK(write(go[1], "", 1) == 1);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_EQ(status, 0);
	unmap(&x, 2 * HUGE);
}

TEST(huge_outlives_munmap)
{
	struct context x = prepare();
	unsigned char *memory = huge_memory(2), *copy = malloc(2 * HUGE);

	CHECK(copy);
	memcpy(copy, memory, 2 * HUGE);
	OK(map(&x, memory, 2 * HUGE));
	OK(munmap(memory, HUGE));
	OK(munmap(memory + HUGE, HUGE / 2));
	CHECK_EQ(system_pins() - x.held, 2);
	check_same(seen(&x, 2 * HUGE), copy, 2 * HUGE);
	fill(&x, 2 * HUGE, 5);
	check_pattern(memory + HUGE + HUGE / 2, 5, HUGE / 2);
	unmap(&x, 2 * HUGE);
}

struct changer {
	unsigned char *memory;
	atomic_bool stop;
};

static void *change_parts(void *argument)
{
	struct changer *c = argument;
	unsigned int i;

	for (i = 0; !atomic_load(&c->stop); i++) {
		if (i % 4 == 0) {
			OK(madvise(c->memory, 2 * HUGE, MADV_DONTNEED));
			memset(c->memory, i, HUGE);
		} else if (i % 4 == 1) {
			OK(madvise(c->memory + i % HUGE_PAGES * PAGE, PAGE, MADV_DONTNEED));
		} else if (i % 4 == 2) {
			swap_within(c->memory + HUGE);
		} else {
			split(c->memory);
		}
	}
	return NULL;
}

/* Another thread takes parts away all the time; only its mprotect() may be seen. */
TEST_LIMIT(huge_race, 120)
{
	struct context x = prepare();
	struct changer c = { .memory = huge_memory(2) };
	int64_t end = deadline_ms(5000);
	unsigned int i, mapped = 0;
	pthread_t thread;
	int ret;

	OK(-pthread_create(&thread, NULL, change_parts, &c));
	for (i = 0; !mapped || (i < 300 && hlaccel_now_ns() < end); i++) {
		ret = map(&x, c.memory, 2 * HUGE);
		if (ret) {
			CHECK(ret == -EACCES || ret == -EFAULT);
			continue;
		}
		mapped++;
		fill(&x, HUGE + PAGE, i);
		OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.card->va, 2 * HUGE));
	}
	atomic_store(&c.stop, true);
	OK(-pthread_join(thread, NULL));
	CHECK_EQ(system_pins(), x.held);
	OK(map(&x, c.memory, 2 * HUGE));
	check_reaches(&x, c.memory, 2 * HUGE);
	unmap(&x, 2 * HUGE);
}

static int shared_file(size_t size)
{
	int fd = memfd_create("huge", 0);

	CHECK(fd >= 0);
	OK(ftruncate(fd, size));
	return fd;
}

/* Shared memory in huge pages, and what the card wrote is in the file. */
TEST(huge_shared_memory)
{
	static const char *const enabled = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";
	struct context x = prepare();
	long long before = system_number("nr_shmem_pmdmapped ");
	unsigned char *memory, *copy = malloc(2 * HUGE);
	int fd;

	CHECK(copy);
	OK(write_file(enabled, "advise"));
	fd = shared_file(2 * HUGE);
	memory = user_memory(3 * HUGE);
	memory = (unsigned char *)(((uintptr_t)memory + HUGE - 1) & ~(HUGE - 1));
	CHECK(mmap(memory, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
	      memory);
	OK(madvise(memory, 2 * HUGE, MADV_HUGEPAGE));
	memset(memory, 0x3c, 2 * HUGE);
	OK(write_file(enabled, "never"));
	CHECK_EQ(system_number("nr_shmem_pmdmapped ") - before, 2);

	OK(map(&x, memory, 2 * HUGE));
	CHECK_EQ(system_pins() - x.held, 2);
	check_reaches(&x, memory, 2 * HUGE);
	fill(&x, 2 * HUGE, 0x4d4d);
	unmap(&x, 2 * HUGE);
	CHECK(pread(fd, copy, 2 * HUGE, 0) == (ssize_t)(2 * HUGE));
	check_pattern(copy, 0x4d4d, 2 * HUGE);
}

/* A private mapping of a file that is only to be read, and one that may be written */
TEST(userptr_private_file)
{
	struct context x = prepare();
	int fd = shared_file(HUGE);
	unsigned char *memory, *copy = malloc(HUGE);

	CHECK(copy);
	memory = mmap(NULL, HUGE, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(memory != MAP_FAILED);
	REFUSED(map(&x, memory, HUGE), EACCES);
	memory = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(memory != MAP_FAILED);
	OK(map(&x, memory, HUGE));
	fill(&x, HUGE, 0x5e5e);
	check_pattern(memory, 0x5e5e, HUGE);
	unmap(&x, HUGE);
	/* The file has nothing of it */
	CHECK(pread(fd, copy, HUGE, 0) == (ssize_t)HUGE);
	check_pattern(copy, 0, HUGE);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Processes come and go while the card works for them.
 */
#include <signal.h>
#include <sys/wait.h>

#include "card.h"

struct context {
	struct card *card;
	uint32_t vm;
	struct memory host;
	struct memory hbm;
	uint32_t queue;
};

static void prepare(struct context *x)
{
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->host = card_host(x->card, x->vm, x->card->va, 16 * MIB);
	x->hbm = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 16 * MIB);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 0, x->vm);
}

/* Much work, of which most is not done when the caller returns. */
static void submit_much(struct context *x)
{
	static struct drm_hlaccel_job job[256];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(job); i++)
		job[i] = hlaccel_job_copy(0, x->host.address, x->hbm.handle, 0, 16 * MIB);
	OK(hlaccel_submit(x->card->fd, x->queue, job, ARRAY_SIZE(job), NULL));
}

static void must_work(void)
{
	struct drm_hlaccel_job job;
	struct context x;

	prepare(&x);
	fill_random(x.host.map, MIB);
	job = hlaccel_job_copy(0, x.host.address, x.hbm.handle, 0, MIB);
	OK(card_run(x.card, x.queue, &job));
	check_same(x.hbm.map, x.host.map, MIB);
	card_close(x.card);
}

/* Wait until the memory of a client that is gone has come back. */
static void memory_comes_back(struct card *c, uint64_t used)
{
	int64_t deadline = deadline_ms(20000);

	for (;;) {
		card_refresh(c);
		/* Less: what the tests before had was still on its way back. */
		if (c->region[DRM_HLACCEL_REGION_DEVICE].used <= used)
			return;
		CHECK(hlaccel_now_ns() < deadline);
		usleep(20000);
	}
}

TEST(close_with_work)
{
	struct card *watch = card_open();
	uint64_t used = watch->region[DRM_HLACCEL_REGION_DEVICE].used;
	struct context x;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		prepare(&x);
		submit_much(&x);
		card_close(x.card);
		must_work();
	}
	memory_comes_back(watch, used);
}

TEST_LIMIT(kill_with_work, 90)
{
	struct card *watch = card_open();
	uint64_t used = watch->region[DRM_HLACCEL_REGION_DEVICE].used;
	uint64_t sram = watch->region[DRM_HLACCEL_REGION_SRAM].used;
	unsigned int i;

	for (i = 0; i < 10; i++) {
		int status, ready[2];
		pid_t child;
		char byte;

		OK(pipe(ready));
		child = fork();
		CHECK(child >= 0);
		if (!child) {
			struct context x;

			prepare(&x);
			card_memory(x.card, DRM_HLACCEL_REGION_SRAM, 4 * MIB);
			if (i & 1)
				gate_create(x.card, 500);
			submit_much(&x);
			if (write(ready[1], "x", 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		close(ready[1]);
		CHECK_EQ(read(ready[0], &byte, 1), 1);
		close(ready[0]);
		usleep(harness_random() % 20000);
		OK(kill(child, SIGKILL));
		CHECK_EQ(waitpid(child, &status, 0), child);
		CHECK(WIFSIGNALED(status));
		must_work();
	}
	memory_comes_back(watch, used);
	CHECK(watch->region[DRM_HLACCEL_REGION_SRAM].used <= sram);
}

/* A killed process that waits in the kernel leaves at once. */
TEST(kill_while_waiting)
{
	int status, ready[2];
	int64_t started;
	pid_t child;
	char byte;

	OK(pipe(ready));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		struct card *c = card_open();
		struct gate g = gate_create(c, 3000);

		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		card_status(c, g.queue, g.seqno);
		_exit(0);
	}
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	usleep(100000);
	started = hlaccel_now_ns();
	OK(kill(child, SIGKILL));
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(hlaccel_now_ns() - started < 2000000000);
	must_work();
}

/* A child uses its parent's file; each leaves it without harm to the other. */
TEST(fork_shares_the_file)
{
	struct drm_hlaccel_job job;
	struct context x;
	int status;
	pid_t child;

	prepare(&x);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		job = hlaccel_job_fill(x.hbm.handle, 0, MIB, 0xc1);
		OK(card_run(x.card, x.queue, &job));
		card_close(x.card);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	check_pattern(x.hbm.map, 0xc1, MIB);
	job = hlaccel_job_fill(x.hbm.handle, 0, MIB, 0xc2);
	OK(card_run(x.card, x.queue, &job));
	check_pattern(x.hbm.map, 0xc2, MIB);
}

/* The parent is gone; the child's copy of the file still works. */
TEST(fork_outlives_parent)
{
	int status, result[2];
	pid_t child;
	char byte = 0;

	OK(pipe(result));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		struct drm_hlaccel_job job;
		struct context x;

		prepare(&x);
		if (fork())
			_exit(0);
		usleep(100000);
		job = hlaccel_job_fill(x.hbm.handle, 0, MIB, 0xd1);
		OK(card_run(x.card, x.queue, &job));
		check_pattern(x.hbm.map, 0xd1, MIB);
		CHECK_EQ(write(result[1], "y", 1), 1);
		_exit(0);
	}
	close(result[1]);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(read(result[0], &byte, 1), 1);
	CHECK_EQ(byte, 'y');
}

/* User memory that a child got by fork is not what the card writes to. */
TEST(fork_and_user_memory)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t *memory;
	int status;
	pid_t child;

	prepare(&x);
	memory = user_memory(MIB);
	memset(memory, 0x11, MIB);
	OK(hlaccel_vm_map_user(x.card->fd, x.vm, memory, x.card->va + 64 * MIB, MIB));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		memory[0] = 5;
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	memory[1] = 6;
	job = hlaccel_job_copy(0, x.card->va + 64 * MIB, x.hbm.handle, 0, MIB);
	OK(card_run(x.card, x.queue, &job));
	CHECK_EQ(load64(x.hbm.map), 0x1111111111111111);
	CHECK_EQ(load64(x.hbm.map + 8), 6);
	job = hlaccel_job_fill(0, x.card->va + 64 * MIB, MIB, 7);
	OK(card_run(x.card, x.queue, &job));
	check_pattern(memory, 7, MIB);
}

/* Open and close many times, with a little of everything. */
TEST_LIMIT(open_close_many, 60)
{
	struct card *watch = card_open();
	uint64_t used = watch->region[DRM_HLACCEL_REGION_DEVICE].used;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		struct context x;

		prepare(&x);
		card_syncobj(x.card);
		card_close(x.card);
	}
	memory_comes_back(watch, used);
}

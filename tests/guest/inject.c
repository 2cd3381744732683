// SPDX-License-Identifier: GPL-2.0
/*
 * The card misbehaves on request: what the driver makes of it. Only on the
 * device model, whose properties hlqom sets.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "card.h"

struct context {
	struct card *card;
	uint32_t vm;
	struct memory host;
	struct memory hbm;
	uint32_t queue;
};

static void prepare_on(struct context *x, uint32_t engine, uint32_t timeout_ms)
{
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->host = card_host(x->card, x->vm, x->card->va, MIB);
	x->hbm = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->queue = card_queue_timeout(x->card, DRM_HLACCEL_ENGINE_DMA, engine, x->vm, timeout_ms);
}

static int copy_now(struct context *x)
{
	struct drm_hlaccel_job job = hlaccel_job_copy(0, x->card->va, x->hbm.handle, 0, MIB);

	return card_run(x->card, x->queue, &job);
}

/* Wait until a new client's copies work; a reset may be on its way. */
static void must_work(int64_t limit_ms)
{
	int64_t deadline = deadline_ms(limit_ms);
	unsigned int engine = 0;

	while (engine < 8) {
		struct drm_hlaccel_job job;
		struct context x;
		uint64_t seqno;
		int ret, status = 0;

		CHECK(hlaccel_now_ns() < deadline);
		prepare_on(&x, engine, 0);
		fill_random(x.host.map, MIB);
		job = hlaccel_job_copy(0, x.card->va, x.hbm.handle, 0, MIB);
		ret = hlaccel_submit(x.card->fd, x.queue, &job, 1, &seqno);
		if (!ret)
			OK(hlaccel_wait(x.card->fd, x.queue, seqno, deadline, &status));
		if (!ret && !status) {
			check_same(x.hbm.map, x.host.map, MIB);
			engine++;
		} else {
			usleep(100000);
		}
		card_close(x.card);
	}
}

/* Wait until the card has been reset since; the caller's file stays usable for queries. */
static void wait_reset(struct card *c, uint64_t resets, int64_t limit_ms)
{
	int64_t deadline = deadline_ms(limit_ms);

	while (card_counters(c).resets == resets) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(100000);
	}
}

/* The model's errors are seen: without this, comparing proves nothing. */
TEST(inject_flipped_bit)
{
	unsigned int bits = 0;
	struct context x;
	size_t i;

	prepare_on(&x, 0, 0);
	fill_random(x.host.map, MIB);
	set("corrupt-dma", "1");
	OK(copy_now(&x));
	for (i = 0; i < MIB; i++)
		bits += __builtin_popcount(x.host.map[i] ^ x.hbm.map[i]);
	CHECK_EQ(bits, 1);
	OK(copy_now(&x));
	check_same(x.hbm.map, x.host.map, MIB);
}

/* A completion without its interrupt is found, and nothing is lost. */
TEST(inject_lost_interrupt)
{
	struct context x;
	unsigned int i;

	prepare_on(&x, 2, 0);
	for (i = 0; i < 3; i++) {
		int64_t started = hlaccel_now_ns();

		set("drop-irq", "1");
		OK(copy_now(&x));
		CHECK(hlaccel_now_ns() - started < 5000000000);
	}
	OK(copy_now(&x));
}

/* The MMU refuses a page that is mapped: the job fails, the card recovers. */
TEST_LIMIT(inject_page_fault, 60)
{
	struct context x;

	prepare_on(&x, 0, 2000);
	set("fault-va", "0x1000000001000");
	CHECK(copy_now(&x) < 0);
	card_close(x.card);
	must_work(40000);
}

/* A queue manager that fetches nothing: the engine is dead until a reset. */
TEST_LIMIT(inject_dead_engine, 90)
{
	struct drm_hlaccel_job job;
	struct context x, other;
	uint64_t resets, seqno;
	int status = 0;

	prepare_on(&x, 3, 500);
	prepare_on(&other, 4, 0);
	resets = card_counters(x.card).resets;
	/* Queue 13 of the old numbering is the first stream of dma3. */
	set("stall-queue", "13");
	job = hlaccel_job_copy(0, x.card->va, x.hbm.handle, 0, MIB);
	seqno = card_submit(x.card, x.queue, &job);
	OK(copy_now(&other));
	OK(hlaccel_wait(x.card->fd, x.queue, seqno, deadline_ms(10000), &status));
	CHECK(status < 0);
	set("stall-queue", "-1");
	wait_reset(x.card, resets, 30000);

	/* What was made before the reset says that it is lost. */
	REFUSED(hlaccel_submit(other.card->fd, other.queue, &job, 1, NULL), ECANCELED);
	REFUSED(hlaccel_vm_unmap(other.card->fd, other.vm, other.card->va, MIB), ECANCELED);
	card_close(x.card);
	card_close(other.card);
	must_work(30000);
}

struct create {
	struct card *card;
	uint32_t handle;
	int ret;
	atomic_bool done;
};

static void *create_buffer(void *argument)
{
	struct create *create = argument;

	create->ret = hlaccel_bo_create(create->card->fd, DRM_HLACCEL_REGION_DEVICE, 64 * KIB,
					&create->handle);
	atomic_store(&create->done, true);
	return NULL;
}

/*
 * The engine that clears a new buffer dies, by the job of another client that it has
 * before that: another engine clears it. Of engines with the same work the last is taken.
 */
TEST_LIMIT(inject_dead_engine_clears, 90)
{
	struct create create = { .card = card_open_plain() };
	int64_t deadline = deadline_ms(30000);
	struct drm_hlaccel_job job;
	struct context x, other[7];
	uint64_t resets, seqno;
	pthread_t thread;
	const char *at;
	char folder[96];
	unsigned int i, given, now;

	prepare_on(&x, 7, 2500);
	resets = card_counters(x.card).resets;
	for (i = 0; i < ARRAY_SIZE(other); i++)
		prepare_on(&other[i], i, 0);
	/* Memory that is known to be clean is not cleared. */
	create_buffer(&create);
	OK(create.ret);
	job = hlaccel_job_fill(create.handle, 0, PAGE, 1);
	OK(card_run(create.card, card_queue(create.card, DRM_HLACCEL_ENGINE_DMA, 0, 0), &job));
	OK(hlaccel_bo_close(create.card->fd, create.handle));
	atomic_store(&create.done, false);

	look_debugfs(x.card, folder, sizeof(folder));
	at = strstr(look_file(folder, "hlaccel_rings"), "\ndma7: given ");
	CHECK(at && sscanf(at, "\ndma7: given %u", &given) == 1);
	set("hold", "true");
	job = hlaccel_job_copy(0, x.card->va, x.hbm.handle, 0, MIB);
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		job.dst_handle = other[i].hbm.handle;
		card_submit(other[i].card, other[i].queue, &job);
	}
	job.dst_handle = x.hbm.handle;
	seqno = card_submit(x.card, x.queue, &job);
	OK(-pthread_create(&thread, NULL, create_buffer, &create));
	do {
		CHECK(!atomic_load(&create.done) && hlaccel_now_ns() < deadline);
		at = strstr(look_file(folder, "hlaccel_rings"), "\ndma7: given ");
		CHECK(at && sscanf(at, "\ndma7: given %u", &now) == 1);
	} while (now < given + 2);
	CHECK_EQ(now, given + 2);
	CHECK(!atomic_load(&create.done));

	CHECK_EQ(card_status(x.card, x.queue, seqno), -ETIMEDOUT);
	CHECK_EQ(card_counters(x.card).resets, resets);
	usleep(100000);
	CHECK(!atomic_load(&create.done));
	set("hold", "false");
	OK(-pthread_join(thread, NULL));
	OK(create.ret);
	wait_reset(x.card, resets, 30000);
	for (i = 0; i < ARRAY_SIZE(other); i++)
		card_close(other[i].card);
	card_close(x.card);
	card_close(create.card);
	must_work(30000);
}

/* The firmware falls silent: the driver notices, and brings the card back. */
TEST_LIMIT(inject_lost_heartbeat, 150)
{
	struct card *c = card_open();
	uint64_t resets = card_counters(c).resets;

	set("fw-fault", "heartbeat-stop");
	wait_reset(c, resets, 90000);
	card_close(c);
	must_work(40000);
}

/* Events that mean nothing to us, and those that want a look. */
static const struct {
	const char *name;
	const char *event;
} events[] = {
	{ "nobody_knows", "5" },
	{ "corrected_ecc", "38" },
	{ "port_status", "650" },
	{ "power_start", "658" },
	{ "power_end", "659" },
	{ "thermal_start", "660" },
	{ "thermal_end", "661" },
};

TEST_TABLE(inject_event, events)
{
	struct context x;

	prepare_on(&x, 0, 0);
	set("inject-event", row->event);
	fill_random(x.host.map, MIB);
	OK(copy_now(&x));
	check_same(x.hbm.map, x.host.map, MIB);
}

/* The firmware asks for a reset. */
TEST_LIMIT(inject_reset_event, 60)
{
	struct card *c = card_open();
	uint64_t resets = card_counters(c).resets;

	set("inject-event", "646");
	wait_reset(c, resets, 30000);
	card_close(c);
	must_work(30000);
}

/* Programs that touch device memory all the time, and binds that wait, meet a reset. */
TEST_LIMIT(inject_reset_with_mappings, 90)
{
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_vm_bind bind;
	struct drm_hlaccel_bind_op op;
	int64_t deadline = deadline_ms(60000);
	struct context x;
	uint64_t resets, touched = 0;
	struct gate g;
	uint32_t done;
	int ret;

	prepare_on(&x, 0, 0);
	resets = card_counters(x.card).resets;
	g = gate_create(x.card, 0);
	done = card_syncobj(x.card);
	sync = hlaccel_sync(done, DRM_HLACCEL_SYNC_SIGNAL, 0);
	memset(&op, 0, sizeof(op));
	op.op = DRM_HLACCEL_BIND_OP_UNMAP;
	op.address = x.host.address;
	op.size = MIB;
	memset(&bind, 0, sizeof(bind));
	bind.vm_id = x.vm;
	bind.flags = DRM_HLACCEL_VM_BIND_ASYNC;
	bind.ops = hlaccel_array(&op, sizeof(op), 1);
	bind.syncs = hlaccel_array(&sync, sizeof(sync), 1);

	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind));
	set("inject-event", "646");
	while (card_counters(x.card).resets == resets) {
		CHECK(hlaccel_now_ns() < deadline);
		*(volatile unsigned char *)(x.hbm.map + touched++ % x.hbm.size) = 1;
		ret = hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind);
		CHECK(!ret || ret == -ECANCELED);
	}
	harness_note("touched %llu times", (unsigned long long)touched);
	/* Contents are lost, the mapping is not. */
	memset(x.hbm.map, 0x5c, x.hbm.size);
	check_pattern(x.hbm.map, 0x5c5c5c5c5c5c5c5c, x.hbm.size);
	OK(hlaccel_syncobj_wait(x.card->fd, done, 0, deadline));
	CHECK_EQ(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_VM_BIND, &bind), -ECANCELED);
	CHECK(card_status(x.card, g.queue, g.seqno) < 0);
	card_close(x.card);
	must_work(30000);
}

/* Two jobs, the second of which waits for the first */
static void submit_chain(struct context *x, uint32_t *queue, uint64_t *seqno)
{
	struct drm_hlaccel_sync sync;
	struct drm_hlaccel_job job;
	uint32_t done = card_syncobj(x->card);

	*queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 6, 0);
	sync = hlaccel_sync(done, DRM_HLACCEL_SYNC_SIGNAL, 0);
	job = hlaccel_job_fill(x->hbm.handle, 0, PAGE, 0x77);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	card_submit(x->card, x->queue, &job);
	sync = hlaccel_sync(done, 0, 0);
	job = hlaccel_job_copy(x->hbm.handle, 0, x->hbm.handle, PAGE, PAGE);
	job.syncs = hlaccel_array(&sync, sizeof(sync), 1);
	*seqno = card_submit(x->card, *queue, &job);
}

/*
 * The second one has run before the driver has heard of the first one's end: no
 * interrupt came. It does hear of it by the watchdog, which may be early once.
 */
TEST_LIMIT(inject_wait_without_interrupt, 120)
{
	struct drm_hlaccel_queue_info info[2];
	unsigned int i, seen = 0;
	struct context x;
	uint32_t queue;
	uint64_t seqno;
	int64_t deadline;
	int status;
	pid_t child;

	for (i = 0; i < 8 && !seen; i++) {
		prepare_on(&x, 5, 0);
		memset(x.hbm.map, 0, 2 * PAGE);
		set("hold", "true");
		submit_chain(&x, &queue, &seqno);
		set("drop-irq", "2");
		deadline = deadline_ms(10000);
		/* The program that does it needs some time to end */
		child = fork();
		CHECK(child >= 0);
		if (!child) {
			set("hold", "false");
			_exit(0);
		}
		while (load64(x.hbm.map + PAGE) != 0x77)
			CHECK(hlaccel_now_ns() < deadline);
		CHECK_EQ(hlaccel_query_array(x.card->fd, DRM_HLACCEL_QUERY_QUEUES, info,
					     sizeof(info[0]), 2), 2);
		seen = !info[0].completed_seqno && !info[1].completed_seqno;
		CHECK_EQ(waitpid(child, &status, 0), child);
		CHECK_EQ(status, 0);
		OK(card_status(x.card, queue, seqno));
		check_pattern(x.hbm.map + PAGE, 0x77, PAGE);
		card_close(x.card);
	}
	CHECK(seen);
	set("drop-irq", "0");
}

/* A reset takes the job that waits, and the one that it waits for. */
TEST_LIMIT(inject_reset_in_a_wait, 90)
{
	struct context x;
	uint32_t queue;
	uint64_t seqno, resets;

	prepare_on(&x, 5, 0);
	resets = card_counters(x.card).resets;
	set("hold", "true");
	submit_chain(&x, &queue, &seqno);
	set("inject-event", "646");
	wait_reset(x.card, resets, 30000);
	set("hold", "false");
	CHECK(card_status(x.card, queue, seqno) < 0);
	card_close(x.card);
	must_work(30000);
	/* And waits still work. */
	prepare_on(&x, 5, 0);
	submit_chain(&x, &queue, &seqno);
	OK(card_status(x.card, queue, seqno));
	check_pattern(x.hbm.map + PAGE, 0x77, PAGE);
	card_close(x.card);
}

/* An engine dies with a job that others wait for: they end, and did not run. */
TEST_LIMIT(inject_dead_engine_in_a_wait, 90)
{
	struct context x;
	uint32_t queue;
	uint64_t seqno, resets;

	prepare_on(&x, 5, 500);
	resets = card_counters(x.card).resets;
	/* What the second job would copy though the first did not run */
	memset(x.hbm.map, 0x55, PAGE);
	memset(x.hbm.map + PAGE, 0, PAGE);
	/* The first stream of dma5, in the old numbering. */
	set("stall-queue", "21");
	submit_chain(&x, &queue, &seqno);
	CHECK_EQ(card_status(x.card, queue, seqno), -ETIMEDOUT);
	check_pattern(x.hbm.map + PAGE, 0, PAGE);
	set("stall-queue", "-1");
	wait_reset(x.card, resets, 30000);
	card_close(x.card);
	must_work(30000);
}

/* Engines that finish nothing while a client leaves by force. */
TEST_LIMIT(inject_hold_and_kill, 90)
{
	int status;
	pid_t child;

	child = fork();
	CHECK(child >= 0);
	if (!child) {
		struct drm_hlaccel_job job;
		struct context x;

		prepare_on(&x, 5, 1000);
		set("hold", "true");
		job = hlaccel_job_copy(0, x.card->va, x.hbm.handle, 0, MIB);
		card_submit(x.card, x.queue, &job);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	usleep(300000);
	set("hold", "false");
	must_work(40000);
}

/* A short pause is nothing: the job goes on where it was. */
TEST(inject_pause)
{
	struct drm_hlaccel_job job;
	struct context x;
	uint64_t seqno;
	int status;

	prepare_on(&x, 5, 10000);
	fill_random(x.host.map, MIB);
	set("hold", "true");
	job = hlaccel_job_copy(0, x.card->va, x.hbm.handle, 0, MIB);
	seqno = card_submit(x.card, x.queue, &job);
	REFUSED(hlaccel_wait(x.card->fd, x.queue, seqno, deadline_ms(500), &status), ETIME);
	set("hold", "false");
	OK(card_status(x.card, x.queue, seqno));
	check_same(x.hbm.map, x.host.map, MIB);
}

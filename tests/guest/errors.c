// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that do what they must not: what their clients can read about it.
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "card.h"
#include "hlaccel_tpc.h"

#define LIMIT_MS	20000
#define UNMAPPED	(1UL << 40)
/* Memory of the kernel on the card, closed to programs */
#define CLOSED		0x10000000UL
#define KEPT		64

/* A client with a program and data in host memory. */
struct context {
	struct card *card;
	uint32_t vm;
	struct memory program;
	struct memory data;
};

static void prepare(struct context *x)
{
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->program = card_host(x->card, x->vm, x->card->va, PAGE);
	x->data = card_host(x->card, x->vm, x->card->va + MIB, MIB);
}

static struct drm_hlaccel_job finish(struct context *x, struct hlaccel_packets *p)
{
	OK(p->error);
	return hlaccel_job_command(0, x->program.address, p->used);
}

static struct drm_hlaccel_job bad_read(struct context *x)
{
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, x->program.map, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x->card->va + UNMAPPED, x->data.address, PAGE);
	return finish(x, &p);
}

static int run(struct context *x, uint32_t queue, const struct drm_hlaccel_job *job,
	       uint64_t *seqno)
{
	int status = 0;

	*seqno = card_submit(x->card, queue, job);
	OK(hlaccel_wait(x->card->fd, queue, *seqno, deadline_ms(LIMIT_MS), &status));
	return status;
}

/* Exactly one record; errors that the firmware reports may take a while. */
static struct drm_hlaccel_error one_record(struct context *x)
{
	int64_t deadline = deadline_ms(LIMIT_MS);
	struct drm_hlaccel_error record[KEPT];
	uint64_t lost = 0;
	uint32_t count;

	do {
		CHECK(hlaccel_now_ns() < deadline);
		OK(hlaccel_read_errors(x->card->fd, record, KEPT, &count, &lost));
	} while (!count);
	CHECK_EQ(count, 1);
	CHECK_EQ(lost, 0);
	return record[0];
}

static void no_record(struct context *x)
{
	struct drm_hlaccel_error record;
	uint64_t lost = 0;
	uint32_t count;

	OK(hlaccel_read_errors(x->card->fd, &record, 1, &count, &lost));
	if (count)
		harness_note("kind %u queue %u", record.kind, record.queue_id);
	CHECK_EQ(count, 0);
	CHECK_EQ(lost, 0);
}

static void check_job(const struct drm_hlaccel_error *record, uint32_t kind, uint32_t engine_kind,
		      uint32_t instance, uint32_t queue, uint64_t seqno)
{
	CHECK_EQ(record->kind, kind);
	CHECK_EQ(record->flags & (DRM_HLACCEL_ERROR_HAS_ENGINE | DRM_HLACCEL_ERROR_HAS_JOB),
		 DRM_HLACCEL_ERROR_HAS_ENGINE | DRM_HLACCEL_ERROR_HAS_JOB);
	CHECK_EQ(record->engine_kind, engine_kind);
	CHECK_EQ(record->engine_instance, instance);
	CHECK_EQ(record->queue_id, queue);
	CHECK_EQ(record->seqno, seqno);
	CHECK(record->flags & DRM_HLACCEL_ERROR_HAS_CAUSE || !record->cause);
	CHECK(record->flags & DRM_HLACCEL_ERROR_HAS_ADDRESS || !record->address);
}

static const struct {
	const char *name;
	uint32_t instance;
} engines[] = {
	{ "dma2", 2 },
	{ "dma5", 5 },
	{ "dma7", 7 },
};

/* A good job, a bad one, a good one: the record names the bad one and its address. */
TEST_TABLE(errors_page_fault, engines)
{
	struct context x, other;
	struct drm_hlaccel_error record;
	struct drm_hlaccel_job good, bad;
	uint64_t seqno, before, after;
	int64_t started;
	uint32_t queue;

	prepare(&x);
	prepare(&other);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, row->instance, x.vm);
	good = hlaccel_job_copy(0, x.data.address, 0, x.data.address + 2 * PAGE, PAGE);
	bad = bad_read(&x);
	started = hlaccel_now_ns();
	CHECK_EQ(run(&x, queue, &good, &before), 0);
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	CHECK_EQ(run(&x, queue, &good, &after), 0);

	record = one_record(&x);
	check_job(&record, DRM_HLACCEL_ERROR_PAGE_FAULT, DRM_HLACCEL_ENGINE_DMA, row->instance,
		  queue, seqno);
	CHECK(record.flags & DRM_HLACCEL_ERROR_HAS_ADDRESS);
	CHECK(record.address >= x.card->va + UNMAPPED &&
	      record.address < x.card->va + UNMAPPED + PAGE);
	CHECK((int64_t)record.time_ns >= started && (int64_t)record.time_ns <= hlaccel_now_ns());
	no_record(&x);
	no_record(&other);
	card_close(other.card);
	card_close(x.card);
}

TEST_TABLE(errors_blocked, engines)
{
	struct drm_hlaccel_error record;
	struct context x, other;
	struct drm_hlaccel_job bad;
	struct hlaccel_packets p;
	uint64_t seqno;
	uint32_t queue;

	prepare(&x);
	prepare(&other);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, row->instance, x.vm);
	hlaccel_packets_init(&p, x.program.map, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x.data.address, CLOSED, PAGE);
	bad = finish(&x, &p);
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	record = one_record(&x);
	check_job(&record, DRM_HLACCEL_ERROR_BLOCKED, DRM_HLACCEL_ENGINE_DMA, row->instance,
		  queue, seqno);
	CHECK(!(record.flags & DRM_HLACCEL_ERROR_HAS_ADDRESS));
	no_record(&other);
	card_close(other.card);
	card_close(x.card);
}

static const struct kind {
	const char *name;
	uint32_t kind, instance;
} all_kinds[] = {
	{ "dma4", DRM_HLACCEL_ENGINE_DMA, 4 },
	{ "tpc2", DRM_HLACCEL_ENGINE_TPC, 2 },
	{ "mme1", DRM_HLACCEL_ENGINE_MME, 1 },
};

static void no_opcode(struct hlaccel_packets *p)
{
	hlaccel_packet_raw(p, 0, 0x1e000000);
}

static void no_end(struct hlaccel_packets *p)
{
	hlaccel_packet_fence(p, 0, 1, 1, 1);
}

/* A program of one packet that fails: its client alone hears of it. */
static void program_fails(const struct kind *on, void (*packet)(struct hlaccel_packets *p),
			  uint32_t timeout_ms, int status, uint32_t kind)
{
	struct drm_hlaccel_error record;
	struct context x, other;
	struct drm_hlaccel_job bad;
	struct hlaccel_packets p;
	uint64_t seqno;
	uint32_t queue;

	prepare(&x);
	prepare(&other);
	queue = card_queue_timeout(x.card, on->kind, on->instance, x.vm, timeout_ms);
	hlaccel_packets_init(&p, x.program.map, PAGE);
	packet(&p);
	bad = finish(&x, &p);
	CHECK_EQ(run(&x, queue, &bad, &seqno), status);
	record = one_record(&x);
	check_job(&record, kind, on->kind, on->instance, queue, seqno);
	no_record(&other);
	card_close(other.card);
	card_close(x.card);
}

TEST_TABLE(errors_program, all_kinds)
{
	program_fails(row, no_opcode, 2000, -EIO, DRM_HLACCEL_ERROR_PROGRAM);
}

TEST_TABLE(errors_timeout, all_kinds)
{
	program_fails(row, no_end, 300, -ETIMEDOUT, DRM_HLACCEL_ERROR_TIMEOUT);
}

#define TPC_LOAD	{ 0x0001f8000000003f, 0x0880c10000000000, 0x000000000001f000, 0 }
#define TPC_ILLEGAL	{ 0x0001f80000000021, 0x0f80000000000000, 0x000000000001f000, 0 }
#define TPC_HALT	{ 0x0001000000000020, 0x0f80000000000000, 0x000000000001f000, 0 }

/* Causes as the core has them: an illegal instruction, an answer to a read */
#define TPC_CAUSE_ILLEGAL	(1U << 13)
#define TPC_CAUSE_READ		(1U << 16)

static const struct {
	const char *name;
	/* Zero: a tensor that the program may read */
	uint64_t tensor;
	uint64_t code[3][4];
	uint32_t kind;
	uint32_t cause;
} cores[] = {
	{ "illegal", 0, { TPC_LOAD, TPC_ILLEGAL, TPC_HALT }, DRM_HLACCEL_ERROR_ENGINE,
	  TPC_CAUSE_ILLEGAL },
	{ "unmapped", 0x1800000000000, { TPC_LOAD, TPC_HALT }, DRM_HLACCEL_ERROR_PAGE_FAULT,
	  TPC_CAUSE_READ },
	{ "blocked", CLOSED, { TPC_LOAD, TPC_HALT }, DRM_HLACCEL_ERROR_BLOCKED, TPC_CAUSE_READ },
};

/* A tensor core has no error words: the event, its cause and what was latched fit together. */
TEST_TABLE(errors_tpc, cores)
{
	struct hlaccel_tensor tensor = {
		.address = row->tensor, .type = HLACCEL_TPC_F32, .dims = 1, .size = { 64 },
	};
	struct hlaccel_tpc_job tpc = { .tensors = &tensor, .num_tensors = 1 };
	struct drm_hlaccel_error record;
	struct drm_hlaccel_job job;
	struct context x, other;
	struct hlaccel_packets p;
	uint32_t queue;
	uint64_t seqno;

	prepare(&x);
	prepare(&other);
	memcpy(x.data.map, row->code, sizeof(row->code));
	tpc.code = x.data.address;
	tpc.sync_address = card_sob(x.card, 6);
	if (!tensor.address)
		tensor.address = x.data.address + MIB / 2;
	hlaccel_packets_init(&p, x.program.map, PAGE);
	hlaccel_tpc_launch(&p, &tpc);
	job = finish(&x, &p);
	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_TPC, 3, x.vm, 8000);
	CHECK_EQ(run(&x, queue, &job, &seqno), -EIO);
	record = one_record(&x);
	check_job(&record, row->kind, DRM_HLACCEL_ENGINE_TPC, 3, queue, seqno);
	CHECK_EQ(record.cause, row->cause);
	CHECK(record.flags & DRM_HLACCEL_ERROR_HAS_CAUSE);
	CHECK_EQ(record.address & ~(PAGE - 1),
		 row->kind == DRM_HLACCEL_ERROR_PAGE_FAULT ? row->tensor : 0);
	usleep(200000);
	no_record(&x);
	no_record(&other);
	card_close(other.card);
	card_close(x.card);
}

/* Records that nobody reads: the oldest stay, the others are counted, once. */
TEST_LIMIT(errors_lost, 60)
{
	struct drm_hlaccel_error record[KEPT];
	const unsigned int more = 6;
	struct drm_hlaccel_job bad;
	uint64_t seqno, lost, i;
	struct context x;
	uint32_t queue, count;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 6, x.vm);
	bad = bad_read(&x);
	for (i = 0; i < KEPT + more; i++)
		CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	/* In two pieces. */
	OK(hlaccel_read_errors(x.card->fd, record, 10, &count, &lost));
	CHECK_EQ(count, 10);
	CHECK_EQ(lost, more);
	OK(hlaccel_read_errors(x.card->fd, record + 10, KEPT, &count, &lost));
	CHECK_EQ(count, KEPT - 10);
	CHECK_EQ(lost, 0);
	for (i = 0; i < KEPT; i++) {
		CHECK_EQ(record[i].seqno, i + 1);
		CHECK_EQ(record[i].queue_id, queue);
	}
	no_record(&x);
	/* There is room again. */
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	CHECK_EQ(one_record(&x).seqno, seqno);
	card_close(x.card);
}

static uint64_t eventfd_count(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t value = 0;

	if (poll(&p, 1, timeout_ms) == 1)
		CHECK_EQ(read(fd, &value, sizeof(value)), sizeof(value));
	return value;
}

TEST(errors_eventfd)
{
	int fd = eventfd(0, EFD_NONBLOCK), second = eventfd(0, EFD_NONBLOCK);
	struct context x, other;
	struct drm_hlaccel_job bad;
	uint64_t seqno;
	uint32_t queue;

	CHECK(fd >= 0 && second >= 0);
	prepare(&x);
	prepare(&other);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 3, x.vm);
	bad = bad_read(&x);
	OK(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_ERRORS, 0, fd));
	OK(hlaccel_eventfd(other.card->fd, DRM_HLACCEL_EVENTFD_ERRORS, 0, second));
	CHECK_EQ(eventfd_count(fd, 0), 0);
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	/* Nobody reads records: the eventfd comes all the same. */
	CHECK_EQ(eventfd_count(fd, LIMIT_MS), 1);
	CHECK_EQ(one_record(&x).seqno, seqno);
	CHECK_EQ(eventfd_count(second, 0), 0);

	/* Another one in its place, then none. */
	OK(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_ERRORS, 0, second));
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	CHECK_EQ(eventfd_count(second, LIMIT_MS), 1);
	CHECK_EQ(eventfd_count(fd, 0), 0);
	OK(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_ERRORS, 0, -1));
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	CHECK_EQ(eventfd_count(second, 100), 0);
	card_close(other.card);
	card_close(x.card);
}

TEST(errors_eventfd_of_queue)
{
	uint64_t seqno, total = 0;
	int64_t deadline;
	struct drm_hlaccel_job job;
	uint32_t queue, silent;
	struct context x;
	int fd, i;

	fd = eventfd(0, EFD_NONBLOCK);
	CHECK(fd >= 0);
	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
	silent = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
	OK(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_QUEUE, queue, fd));
	job = hlaccel_job_fill(0, x.data.address, PAGE, 1);
	job.dst_handle = 0;
	CHECK_EQ(run(&x, silent, &job, &seqno), 0);
	CHECK_EQ(eventfd_count(fd, 0), 0);
	for (i = 0; i < 5; i++)
		seqno = card_submit(x.card, queue, &job);
	/* One count for each job. */
	deadline = deadline_ms(LIMIT_MS);
	while (total < 5 && hlaccel_now_ns() < deadline)
		total += eventfd_count(fd, 1000);
	CHECK_EQ(total, 5);
	OK(card_status(x.card, queue, seqno));
	CHECK_EQ(eventfd_count(fd, 100), 0);

	/* The last reference is the queue's. */
	close(fd);
	CHECK_EQ(run(&x, queue, &job, &seqno), 0);
	OK(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_QUEUE, queue, -1));
	CHECK_EQ(run(&x, queue, &job, &seqno), 0);
	OK(hlaccel_queue_destroy(x.card->fd, queue));
	REFUSED(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_QUEUE, queue, -1), ENOENT);
	card_close(x.card);
}

static const struct field_row bad_eventfds[] = {
	{ "kind_zero", FIELD(struct drm_hlaccel_eventfd, kind), 0, EINVAL },
	{ "kind_unknown", FIELD(struct drm_hlaccel_eventfd, kind), 3, EINVAL },
	{ "queue", FIELD(struct drm_hlaccel_eventfd, queue_id), 1, EINVAL },
	{ "flags", FIELD(struct drm_hlaccel_eventfd, flags), 1, EINVAL },
	{ "fd_closed", FIELD(struct drm_hlaccel_eventfd, fd), 1000, EBADF },
	{ "fd_negative", FIELD(struct drm_hlaccel_eventfd, fd), -2, EBADF },
	{ "fd_other", FIELD(struct drm_hlaccel_eventfd, fd), 1, EINVAL },
};

TEST_TABLE(errors_eventfd_refused, bad_eventfds)
{
	struct drm_hlaccel_eventfd args = { .kind = DRM_HLACCEL_EVENTFD_ERRORS };
	struct card *c = card_open();
	int fd = eventfd(0, 0);

	args.fd = fd;
	OK(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_EVENTFD, &args));
	poke(&args, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_EVENTFD, &args), row->error);
	args = (struct drm_hlaccel_eventfd) { .kind = DRM_HLACCEL_EVENTFD_QUEUE, .queue_id = 77,
					      .fd = fd };
	REFUSED(hlaccel_ioctl(c->fd, DRM_IOCTL_HLACCEL_EVENTFD, &args), ENOENT);
	card_close(c);
}

static const struct field_row bad_reads[] = {
	{ "flags", FIELD(struct drm_hlaccel_read_errors, flags), 1, EINVAL },
	{ "none", FIELD(struct drm_hlaccel_read_errors, records.count), 0, EINVAL },
	{ "too_many", FIELD(struct drm_hlaccel_read_errors, records.count), 65, EINVAL },
	{ "stride_odd", FIELD(struct drm_hlaccel_read_errors, records.stride), 52, EINVAL },
	{ "stride_small", FIELD(struct drm_hlaccel_read_errors, records.stride), 40, EINVAL },
	{ "stride_large", FIELD(struct drm_hlaccel_read_errors, records.stride), 4104, EINVAL },
	{ "pointer", FIELD(struct drm_hlaccel_read_errors, records.array), 8, EFAULT },
};

/* A refused call takes nothing away. */
TEST_TABLE(errors_read_refused, bad_reads)
{
	struct drm_hlaccel_error record[KEPT];
	struct drm_hlaccel_read_errors args = {};
	struct drm_hlaccel_job bad;
	struct context x;
	uint64_t seqno;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, x.vm);
	bad = bad_read(&x);
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	args.records = hlaccel_array(record, sizeof(*record), KEPT);
	poke(&args, row->offset, row->size, row->value);
	REFUSED(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_READ_ERRORS, &args), row->error);

	args = (struct drm_hlaccel_read_errors) {
		.records = hlaccel_array(record, sizeof(*record), KEPT)
	};
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_READ_ERRORS, &args));
	CHECK_EQ(args.count, 1);
	CHECK_EQ(record[0].seqno, seqno);
	card_close(x.card);
}

/* A caller of a later version: what it has more is zeroed. */
TEST(errors_longer_record)
{
	struct {
		struct drm_hlaccel_error record;
		uint64_t more[2];
	} record[2];
	struct drm_hlaccel_read_errors args = {};
	struct drm_hlaccel_job bad;
	uint64_t first, second;
	struct context x;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, x.vm);
	bad = bad_read(&x);
	CHECK_EQ(run(&x, queue, &bad, &first), -EFAULT);
	CHECK_EQ(run(&x, queue, &bad, &second), -EFAULT);
	memset(record, 0xff, sizeof(record));
	args.records = hlaccel_array(record, sizeof(*record), 2);
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_READ_ERRORS, &args));
	CHECK_EQ(args.count, 2);
	CHECK_EQ(record[0].record.seqno, first);
	CHECK_EQ(record[1].record.seqno, second);
	CHECK(!record[0].more[0] && !record[0].more[1]);
	CHECK(!record[1].more[0] && !record[1].more[1]);
	card_close(x.card);
}

/* Jobs that fail are counted like others. */
TEST(errors_eventfd_of_failing_queue)
{
	struct drm_hlaccel_job bad;
	uint64_t total = 0, seqno;
	int64_t deadline;
	struct context x;
	uint32_t queue;
	int fd, i;

	fd = eventfd(0, EFD_NONBLOCK);
	CHECK(fd >= 0);
	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 2, x.vm);
	OK(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_QUEUE, queue, fd));
	bad = bad_read(&x);
	for (i = 0; i < 3; i++)
		CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	deadline = deadline_ms(LIMIT_MS);
	while (total < 3 && hlaccel_now_ns() < deadline)
		total += eventfd_count(fd, 1000);
	CHECK_EQ(total, 3);
	card_close(x.card);
}

/* What the hardware had latched, and what was made of it, can be followed. */
TEST_LIMIT(errors_trace, 120)
{
	struct drm_hlaccel_job bad;
	char address[32], what[64];
	const char *text, *at;
	struct context x;
	uint64_t seqno;
	uint32_t queue;

	prepare(&x);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 5, x.vm);
	bad = bad_read(&x);
	trace_start();
	CHECK_EQ(run(&x, queue, &bad, &seqno), -EFAULT);
	text = trace_stop();
	snprintf(address, sizeof(address), "address=%#" PRIx64, x.card->va + UNMAPPED);
	at = trace_find(text, "capture", address);
	snprintf(what, sizeof(what), "queue=%u seqno=%" PRIu64 " %s", queue, seqno, address);
	CHECK(at < trace_find(text, "fault", what));
	card_close(x.card);
}

/*
 * A long-running program holds up no unbind; what it reaches there afterwards is an
 * error of its own.
 */
TEST(errors_long_running)
{
	struct drm_hlaccel_queue_create create = {
		.engine_kind = DRM_HLACCEL_ENGINE_DMA, .engine_instance = 3,
		.flags = DRM_HLACCEL_QUEUE_LONG_RUNNING,
	};
	const struct drm_hlaccel_engine_info *engine;
	struct drm_hlaccel_error record;
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	struct context x;
	uint64_t seqno;
	int status = 0, fd;

	fd = eventfd(0, EFD_NONBLOCK);
	CHECK(fd >= 0);
	prepare(&x);
	engine = card_engine(x.card, DRM_HLACCEL_ENGINE_DMA, 3);
	create.vm_id = x.vm;
	OK(hlaccel_ioctl(x.card->fd, DRM_IOCTL_HLACCEL_QUEUE_CREATE, &create));
	OK(hlaccel_eventfd(x.card->fd, DRM_HLACCEL_EVENTFD_QUEUE, create.queue_id, fd));
	hlaccel_packets_init(&p, x.program.map, PAGE);
	hlaccel_packet_lin_dma(&p, 0, x.data.address, x.data.address + PAGE, PAGE);
	hlaccel_packet_fence(&p, 0, 1, 1, 1);
	hlaccel_packet_lin_dma(&p, 0, x.data.address, x.data.address + PAGE, PAGE);
	job = finish(&x, &p);
	memset(x.data.map, 0x3d, PAGE);
	memset(x.data.map + PAGE, 0, PAGE);
	seqno = card_submit(x.card, create.queue_id, &job);
	while (load64(x.data.map + 2 * PAGE - 8) != 0x3d3d3d3d3d3d3d3d)
		usleep(10000);
	OK(hlaccel_vm_unmap(x.card->fd, x.vm, x.data.address, MIB));
	REFUSED(hlaccel_wait(x.card->fd, create.queue_id, seqno, deadline_ms(100), &status), ETIME);
	CHECK_EQ(eventfd_count(fd, 0), 0);

	hlaccel_packets_init(&p, x.program.map + PAGE / 2, PAGE / 2);
	hlaccel_packet_msg_long(&p, 0, engine->fence_address + engine->fence_stride, 1);
	OK(p.error);
	job = hlaccel_job_command(0, x.program.address + PAGE / 2, p.used);
	OK(card_run(x.card, card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 4, x.vm), &job));
	OK(hlaccel_wait(x.card->fd, create.queue_id, seqno, deadline_ms(LIMIT_MS), &status));
	CHECK_EQ(status, -EFAULT);
	CHECK_EQ(eventfd_count(fd, LIMIT_MS), 1);
	record = one_record(&x);
	check_job(&record, DRM_HLACCEL_ERROR_PAGE_FAULT, DRM_HLACCEL_ENGINE_DMA, 3, create.queue_id,
		  seqno);
	CHECK_EQ(record.address & ~(PAGE - 1), x.data.address);
	card_close(x.card);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Threads of one program against each other: what one changes or takes away while
 * the driver looks at it for another. And what a program leaves in registers.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hlaccel_user.h"
#include "lib.h"

#define THREADS		3
#define ROUNDS		400

#define DMA_CORE	0x500000
#define DMA_STRIDE	0x20000
#define WR_COMP_WDATA	0x7c
#define ERRMSG_WDATA	0x178

static int card;
static atomic_bool over;

static void start(pthread_t *thread, void *(*run)(void *data), void *data)
{
	CHECK(!pthread_create(thread, NULL, run, data));
}

static void finish(pthread_t *thread, unsigned int num)
{
	atomic_store(&over, true);
	while (num--)
		CHECK(!pthread_join(thread[num], NULL));
}

/** struct registers - The files for a register and its content */
struct registers {
	int address;
	int data;
};

static struct registers registers_open(void)
{
	struct registers r = {
		.address = open("/sys/kernel/debug/accel/0/addr", O_WRONLY | O_CLOEXEC),
		.data = open("/sys/kernel/debug/accel/0/data32", O_RDONLY | O_CLOEXEC),
	};

	CHECK(r.address >= 0 && r.data >= 0);
	return r;
}

static uint32_t register_read(const struct registers *r, uint32_t offset)
{
	char text[32] = "";
	int len = snprintf(text, sizeof(text), "0x%llx", CFG_BASE + offset);

	CHECK_EQ(pwrite(r->address, text, len, 0), len);
	CHECK_EQ(pread(r->data, text, sizeof(text) - 1, 0), 11);
	return (uint32_t)strtoul(text, NULL, 16);
}

#define WREG(reg)	(0x1U << 24 | RB | (uint32_t)(reg) << 8)

/* A packet, to and fro between one that may be and one that may not */
static void *flip(void *data)
{
	volatile uint32_t *head = data;
	unsigned int i, n = 0;

	while (!atomic_load(&over)) {
		for (i = ++n % 64; i--;)
			*head = WREG(WR_COMP_WDATA);
		for (i = n % 61; i--;)
			*head = WREG(ERRMSG_WDATA);
	}
	return NULL;
}

struct flip_row {
	const char *name;
	/* Packets before the one that changes: the size says how they are judged */
	unsigned int before;
};

static const struct flip_row flips[] = {
	{ "small", 0 },
	{ "in_a_chunk", 200 },
	{ "large", 8000 },
};

/* What was judged is what runs. */
TEST_TABLE(changed_while_judged, flips)
{
	unsigned int i, accepted = 0, refused = 0;
	struct registers r = registers_open();
	int64_t end = now_ns() + 15000000000LL;
	struct hl_cs_chunk chunk;
	uint32_t *words, value;
	pthread_t thread;
	uint64_t seq;
	struct cb cb;
	int ret;

	card = open_card();
	cb = cb_new(card, (row->before + 1) * 8);
	value = register_read(&r, DMA_CORE + ERRMSG_WDATA);
	words = cb.map;
	for (i = 0; i < row->before; i++)
		words[2 * i + 1] = 0xa << 24;
	words[2 * i] = ~value;
	words[2 * i + 1] = WREG(ERRMSG_WDATA);
	chunk = (struct hl_cs_chunk) {
		.cb_handle = cb.handle, .queue_index = Q_IN, .cb_size = (row->before + 1) * 8,
	};
	REFUSED(submit_flags(card, &chunk, 1, 0, &seq), EPERM);
	start(&thread, flip, &words[2 * i + 1]);
	for (i = 0; i < ROUNDS || (now_ns() < end && (accepted < 20 || refused < 20)); i++) {
		ret = submit_flags(card, &chunk, 1, 0, &seq);
		if (ret && ret != -EPERM && ret != -EAGAIN)
			FAIL("%s", strerror(-ret));
		accepted += !ret;
		refused += ret == -EPERM;
	}
	finish(&thread, 1);
	words[2 * row->before + 1] = WREG(WR_COMP_WDATA);
	OK(submit_flags(card, &chunk, 1, 0, &seq));
	done(card, seq);
	harness_note("%u accepted, %u refused", accepted, refused);
	CHECK(accepted && refused);
	CHECK_EQ(register_read(&r, DMA_CORE + ERRMSG_WDATA), value);
	CHECK_EQ(register_read(&r, DMA_CORE + WR_COMP_WDATA), ~value);
}

static _Atomic uint64_t shared;

/* Whatever handle is there: it goes, and is replaced by another buffer full of packets */
static void *replace(void *data)
{
	(void)data;
	while (!atomic_load(&over)) {
		struct cb cb = cb_new(card, PAGE);
		uint64_t old;

		p_nop(&cb.p);
		old = atomic_exchange(&shared, cb.handle);
		CHECK(!munmap(cb.map, PAGE));
		OK(cb_destroy(card, old));
	}
	return NULL;
}

/* A buffer goes while it is submitted: it is there or not. */
TEST_LIMIT(destroyed_while_submitted, 60)
{
	unsigned int i, j, accepted = 0;
	struct hl_cs_chunk chunks[12];
	pthread_t threads[THREADS];
	uint64_t seq, last = 0;
	struct cb cb;
	int ret;

	card = open_card();
	cb = cb_new(card, PAGE);
	p_nop(&cb.p);
	atomic_store(&shared, cb.handle);
	for (i = 0; i < THREADS; i++)
		start(&threads[i], replace, NULL);
	for (i = 0; i < ROUNDS; i++) {
		for (j = 0; j < ARRAY_SIZE(chunks); j++)
			chunks[j] = (struct hl_cs_chunk) {
				.cb_handle = atomic_load(&shared), .queue_index = j % EXTERNALS,
				.cb_size = 8,
			};
		ret = submit_flags(card, chunks, 1 + i % ARRAY_SIZE(chunks), 0, &seq);
		/* It is EINVAL, too, when there was nothing in it yet */
		if (!ret)
			last = seq;
		else if (ret != -EINVAL && ret != -EAGAIN)
			FAIL("%s", strerror(-ret));
		accepted += !ret;
	}
	finish(threads, THREADS);
	harness_note("%u accepted", accepted);
	if (last)
		done(card, last);
}

#define PLACES	16

static _Atomic uint64_t places[PLACES];
static char *area;

/* Map to some place, and unmap what was there before, which others may do as well */
static void *remap(void *data)
{
	unsigned int i, seed = (unsigned int)(uintptr_t)data, *good = calloc(1, sizeof(*good));
	uint64_t va, old, again;

	CHECK(good);
	for (i = 0; i < ROUNDS; i++) {
		unsigned int place = (seed + i * 7) % PLACES;

		OK(host_map(card, area + place * PAGE, (1 + i % 3) * PAGE, 0, 0, &va));
		old = atomic_exchange(&places[place], va);
		again = atomic_load(&places[(place + 5) % PLACES]);
		if (old && !host_unmap(card, old))
			++*good;
		/* Not ours to unmap: it may be gone, or go by this, but once */
		if (again && !host_unmap(card, again))
			++*good;
	}
	return good;
}

/* Mappings are unmapped by two at a time: one of them succeeds. */
TEST_LIMIT(unmapped_by_two, 60)
{
	pthread_t threads[THREADS];
	unsigned int i, good = 0;
	void *part;

	card = open_card();
	area = pages((PLACES + 3) * PAGE);
	memset(places, 0, sizeof(places));
	for (i = 0; i < THREADS; i++)
		start(&threads[i], remap, (void *)(uintptr_t)i);
	for (i = 0; i < THREADS; i++) {
		CHECK(!pthread_join(threads[i], &part));
		good += *(unsigned int *)part;
	}
	for (i = 0; i < PLACES; i++)
		if (atomic_load(&places[i]) && !host_unmap(card, atomic_load(&places[i])))
			good++;
	CHECK_EQ(good, THREADS * ROUNDS);
}

static void *unmap_it(void *data)
{
	struct host *h = data;

	while (!atomic_load(&over)) {
		OK(host_unmap(card, h->address));
		OK(host_map(card, h->map, h->size, h->address & ~(PAGE - 1), HL_MEM_FORCE_HINT,
			    &h->address));
	}
	return NULL;
}

/* Submissions while other memory comes and goes: what they use is not disturbed. */
TEST_LIMIT(unmapped_while_submitted, 60)
{
	struct host from, to, other;
	unsigned int i;
	pthread_t thread;
	struct cb in, out;

	card = open_card();
	from = host_new(card, 4 * PAGE);
	to = host_new(card, 4 * PAGE);
	other = host_new(card, 64 * PAGE);
	in = cb_new(card, PAGE);
	out = cb_new(card, PAGE);
	p_copy(&in.p, from.address, DRAM_BASE, 4 * PAGE);
	p_copy(&out.p, DRAM_BASE, to.address, 4 * PAGE);
	start(&thread, unmap_it, &other);
	for (i = 0; i < ROUNDS / 4; i++) {
		fill(from.map, 4 * PAGE);
		done(card, submit_cb(card, &in, Q_IN));
		done(card, submit_cb(card, &out, Q_OUT));
		same(to.map, from.map, 4 * PAGE);
	}
	finish(&thread, 1);
}

/** struct span - Registers that anybody may write */
struct span {
	uint32_t first;
	uint32_t last;
	uint32_t value;
};

/* Within the window of a queue manager; what starts or pushes something is left out */
static const struct span qman_spans[] = {
	{ 0x8110, 0x8120, 1 },			/* CQ_CFG0 */
	{ 0x8138, 0x8148, 0x15 },		/* CQ_ARUSER */
	{ 0x8358, 0x83a4, 5 },			/* fence counters */
	{ 0x8400, 0x8404, 0x30123 },		/* guards of barriers */
	{ 0x8a00, 0x8a00, 0x10 },
	{ 0x8a08, 0x8a14, 3 },			/* weights */
	{ 0x8aa4, 0x8b20, 0x77 },
	{ 0x8b28, 0x8b2c, 0x33 },
	{ 0x8b34, 0x8b34, 0x44 },
	{ 0x8b3c, 0x8b3c, 0x15 },
	{ 0x8b54, 0x8b58, 0x1230 },
};

static const struct span dma_spans[] = {
	{ 0x14, 0x20, 0x112233 },
	{ 0x2c, 0x4c, 0x40 },
	{ 0x54, 0x74, 0x50 },
	{ 0x7c, 0x88, 0x60 },
	{ 0x94, 0x94, 7 },
};

static const struct span tpc_spans[] = {
	{ 0x908, 0x908, 9 },
	{ 0x918, 0x918, 0x1234 },
	{ 0x92c, 0x92c, 0x55 },
	{ 0x940, 0x940, 0x12340000 },
	{ 0x978, 0x994, 0x6000 },
	{ 0xa00, 0xe3c, 0x3c },
};

static const struct span mme_spans[] = {
	{ 0x8, 0x1ec, 0x1c },
};

#define MOST	16384

/** struct left - What is written, or read, of which registers */
struct left {
	uint32_t offset[MOST];
	uint32_t value[MOST];
	uint32_t before[MOST];
	unsigned int num;
};

static void add(struct left *left, uint32_t base, const struct span *spans, size_t num)
{
	for (; num--; spans++)
		for (uint32_t at = spans->first; at <= spans->last; at += 4) {
			CHECK(left->num < MOST);
			left->offset[left->num] = base + at;
			left->value[left->num++] = spans->value;
		}
}

#define ADD(left, base, spans)	add(left, base, spans, ARRAY_SIZE(spans))

static void add_all(struct left *left)
{
	uint32_t i;

	for (i = 0; i < 8; i++) {
		ADD(left, DMA_CORE + i * DMA_STRIDE, qman_spans);
		ADD(left, DMA_CORE + i * DMA_STRIDE, dma_spans);
		ADD(left, 0xe06000 + i * 0x40000, tpc_spans);
		/* Its window begins before */
		ADD(left, 0xe00000 + i * 0x40000, qman_spans);
	}
	for (i = 0; i < 4; i++)
		ADD(left, 0x60000 + i * 0x80000, mme_spans);
	ADD(left, 0x60000, qman_spans);
	ADD(left, 0x160000, qman_spans);
}

/* By messages, which are not trusted */
static void write_all(const struct left *left)
{
	const uint32_t most = 2 * MIB / 16 - 64;
	uint32_t i, n;

	for (i = 0; i < left->num; i += n) {
		struct cb cb;

		n = left->num - i < most ? left->num - i : most;
		cb = cb_new(card, n * 16);
		for (uint32_t j = 0; j < n; j++)
			hlaccel_packet_msg_long(&cb.p, 0, CFG_BASE + left->offset[i + j],
						left->value[i + j]);
		done(card, submit_cb(card, &cb, Q_OUT));
		cb_free(card, &cb);
	}
}

/* Registers that programs may write are as before for the next one. */
TEST_LIMIT(registers_of_the_one_before, 120)
{
	struct left *left = calloc(1, sizeof(*left));
	struct registers r = registers_open();
	unsigned int i, taken = 0, wrong = 0;

	CHECK(left);
	card = open_card();
	add_all(left);
	for (i = 0; i < left->num; i++)
		left->before[i] = register_read(&r, left->offset[i]);
	write_all(left);
	wait_idle(card);
	for (i = 0; i < left->num; i++) {
		left->value[i] = register_read(&r, left->offset[i]);
		taken += left->value[i] != left->before[i];
	}
	harness_note("%u of %u registers were changed", taken, left->num);
	CHECK(taken > left->num * 3 / 4);
	card = reopen(card);
	for (i = 0; i < left->num; i++) {
		uint32_t value = register_read(&r, left->offset[i]);

		/* The driver has a copy of its own made, to clear memory */
		if (value == left->before[i] || value != left->value[i])
			continue;
		if (wrong++ < 12)
			harness_note("0x%x: 0x%x, before 0x%x", left->offset[i], value,
				     left->before[i]);
	}
	CHECK_EQ(wrong, 0);
}

/* Who has the whole card can't have native objects, which need the rings, beside it. */
TEST(native_objects_too)
{
	struct drm_hlaccel_client_set set = {
		.flags = DRM_HLACCEL_CLIENT_COMMAND, .arena_size = 0,
	};
	uint32_t vm, bo, queue;
	struct cb cb;

	card = open_card();
	cb = cb_new(card, PAGE);
	p_nop(&cb.p);
	REFUSED(hlaccel_vm_create(card, &vm), EBUSY);
	REFUSED(hlaccel_bo_create(card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &bo), EBUSY);
	REFUSED(hlaccel_bo_create(card, DRM_HLACCEL_REGION_HOST, 2 * MIB, &bo), EBUSY);
	REFUSED(hlaccel_queue_create(card, DRM_HLACCEL_ENGINE_DMA, 0, 0, 0, &queue), EBUSY);
	REFUSED(ioctl(card, DRM_IOCTL_HLACCEL_CLIENT_SET, &set) ? -errno : 0, EBUSY);
	done(card, submit_cb(card, &cb, Q_IN));
	CHECK(!munmap(cb.map, PAGE));
	close_card(card);
	/* A file that has not taken the card may have them */
	card = open("/dev/accel/accel0", O_RDWR | O_CLOEXEC);
	CHECK(card >= 0);
	OK(hlaccel_vm_create(card, &vm));
	OK(hlaccel_bo_create(card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB, &bo));
	OK(hlaccel_queue_create(card, DRM_HLACCEL_ENGINE_DMA, 0, vm, 0, &queue));
}

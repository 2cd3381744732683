// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that try to reach what another client has on the card: its device memory,
 * SRAM, sync objects, fence counters, engine registers. Each try has a valid twin.
 */
#include <endian.h>

#include "card.h"
#include "hlaccel_tpc.h"

#define SECRET	0x5ec2e7
#define REGS	(16 * PAGE)

struct client {
	struct card *card;
	struct memory data;
	uint32_t queue;
};

static void prepare(struct client *x)
{
	memset(x, 0, sizeof(*x));
	x->card = card_open();
	x->data = card_memory(x->card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	x->queue = card_queue(x->card, DRM_HLACCEL_ENGINE_DMA, 4, 0);
}

static struct hlaccel_packets begin(struct client *x)
{
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, x->data.map, PAGE);
	return p;
}

/* Run what was written to the first page of the client's buffer; how it ended. */
static int run(struct client *x, struct hlaccel_packets *p)
{
	struct drm_hlaccel_job job = hlaccel_job_command(x->data.handle, 0, p->used);

	OK(p->error);
	return card_run(x->card, x->queue, &job);
}

/* Something that takes the lease. */
static void take_card(struct client *x)
{
	struct hlaccel_packets p = begin(x);

	hlaccel_packet_nop(&p, 0);
	OK(run(x, &p));
}

static int copy(struct client *x, uint64_t from, uint64_t to, uint32_t size)
{
	struct hlaccel_packets p = begin(x);

	hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_MB, from, to, size);
	return run(x, &p);
}

static void write_reg(struct client *x, uint64_t address, uint32_t value)
{
	struct hlaccel_packets p = begin(x);

	hlaccel_packet_msg_long(&p, 0, address, value);
	hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
	OK(run(x, &p));
}

/* A program's view of a register. */
static uint32_t read_reg(struct client *x, uint64_t address)
{
	memset(x->data.map + REGS, 0xee, 4);
	OK(copy(x, address, x->data.address + REGS, 4));
	return load32(x->data.map + REGS);
}

/* Neither read nor written, with or without the owner's having run programs. */
TEST(isolation_of_hbm)
{
	struct client a, b;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		prepare(&a);
		prepare(&b);
		memset(a.data.map + MIB, 0xa5, PAGE);
		memset(b.data.map + MIB, 0x11, 3 * PAGE);
		if (i)
			take_card(&a);
		CHECK(copy(&b, a.data.address + MIB, b.data.address + MIB, PAGE) != 0);
		CHECK(load64(b.data.map + MIB) != 0xa5a5a5a5a5a5a5a5);
		CHECK(copy(&b, b.data.address + MIB + PAGE, a.data.address + MIB, PAGE) != 0);
		check_pattern(a.data.map + MIB, 0xa5a5a5a5a5a5a5a5, PAGE);
		OK(copy(&b, b.data.address + MIB + PAGE, b.data.address + MIB, PAGE));
		check_pattern(b.data.map + MIB, 0x1111111111111111, PAGE);
		card_close(a.card);
		card_close(b.card);
	}
}

/* Memory of clients that only copy, and what belongs to nobody. */
TEST(isolation_of_shared_hbm)
{
	struct card *plain = card_open_plain();
	struct memory m = card_memory(plain, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_client_info info;
	uint32_t size = sizeof(info);
	struct client b;
	uint64_t end;

	prepare(&b);
	memset(m.map, 0xa5, m.size);
	CHECK(copy(&b, m.address, b.data.address + MIB, PAGE) != 0);
	CHECK(load64(b.data.map + MIB) != 0xa5a5a5a5a5a5a5a5);
	CHECK(copy(&b, b.data.address + MIB, m.address, PAGE) != 0);
	check_pattern(m.map, 0xa5a5a5a5a5a5a5a5, m.size);
	/* From the end of the own arena into what is behind it. */
	OK(hlaccel_query(b.card->fd, DRM_HLACCEL_QUERY_CLIENT, &info, &size, NULL));
	end = info.arena_address + info.arena_size;
	CHECK(copy(&b, end - PAGE, b.data.address + MIB, 2 * PAGE) != 0);
	OK(copy(&b, end - 2 * PAGE, b.data.address + MIB, 2 * PAGE));
	OK(copy(&b, b.data.address + MIB, b.data.address + MIB + 8 * PAGE, PAGE));
}

TEST(isolation_of_sram)
{
	struct drm_hlaccel_bo_info info;
	struct drm_hlaccel_job job;
	struct client a, b;
	uint32_t handle;

	prepare(&a);
	prepare(&b);
	OK(hlaccel_bo_create(a.card->fd, DRM_HLACCEL_REGION_SRAM, MIB, &handle));
	OK(hlaccel_bo_info(a.card->fd, handle, &info));
	job = hlaccel_job_fill(handle, 0, MIB, SECRET);
	OK(card_run(a.card, a.queue, &job));
	OK(copy(&a, info.device_address, a.data.address + MIB, PAGE));
	check_pattern(a.data.map + MIB, SECRET, PAGE);

	memset(b.data.map + MIB, 0xff, PAGE);
	OK(copy(&b, info.device_address, b.data.address + MIB, PAGE));
	check_pattern(b.data.map + MIB, 0, PAGE);
	memset(b.data.map + MIB, 0xff, PAGE);
	OK(copy(&b, b.data.address + MIB, info.device_address, PAGE));

	OK(copy(&a, info.device_address, a.data.address + MIB, PAGE));
	check_pattern(a.data.map + MIB, 0, PAGE);
}

/* Offsets in the register space; the value, and what another client finds. */
static const struct {
	const char *name;
	uint32_t offset;
	uint32_t value, found;
} registers[] = {
	{ "sob_e_n", 0x4f2000 + 4 * 100, 77, 0 },
	{ "sob_w_s", 0x492000 + 4 * 2000, 77, 0 },
	{ "sob_e_s", 0x4b2000 + 4 * 7, 77, 0 },
	{ "sob_w_n", 0x4d2000 + 4 * 2047, 77, 0 },
	{ "monitor_address", 0x4f4000 + 4 * 33, 0xfc4f2000, 0 },
	{ "monitor_data", 0x495000 + 4 * 400, SECRET, 0 },
	{ "dma_source", 0x5a0014, SECRET, 0 },
	{ "dma_stride", 0x5c0030, SECRET, 0 },
	{ "pci_dma_stride", 0x520030, SECRET, 0 },
	{ "dma_completion", 0x560080, SECRET, 0 },
	{ "tpc_tensor", 0xe06a00, SECRET, 0 },
	{ "tpc_tensor_config", 0xfc6a0c + 15 * 0x38, SECRET, 0x50000 },
	{ "tpc_scalar", 0xf46dc0 + 4 * 31, SECRET, 0 },
	{ "tpc_kernel", 0xec6400, SECRET, 0 },
	{ "tpc_lut", 0xe86978, SECRET, 0x17000 },
	{ "mme_descriptor", 0x060008, SECRET, 0 },
	{ "mme_slave_descriptor", 0x0e0224, SECRET, 0 },
	{ "fence_counter", 0x5a8358 + 16, 5, 0 },
	{ "fence_counter_1", 0x588358 + 0x14 + 4 * 3, 0x3fff, 0 },
	{ "fence_counter_3", 0xe48394, 0x3fff, 0 },
	{ "fence_counter_pci", 0x508358 + 4 * 2, 77, 0 },
	{ "fence_counter_pci_lower", 0x528390, 77, 0 },
	{ "barrier", 0x548400, 77, 0x28 },
	{ "barrier_lower", 0xe88404, 77, 0x28 },
	{ "barrier_pci", 0x508400, 77, 0x100 },
	{ "barrier_pci_lower", 0x528404, 77, 0x28 },
	{ "fetch_user", 0x588138 + 4 * 4, 77, 0 },
	{ "arbiter_weight", 0xe08a08, 3, 0 },
	{ "dma_user", 0x560130, 1 << 11, 1 },
	{ "dma_rows", 0x5c0094, SECRET, 0 },
	{ "tpc_semaphore", 0xe06908, SECRET, 0 },
	{ "tpc_lfsr", 0xe46918, SECRET, 0x800002cc },
	{ "mme_other_slave", 0x1e0224, SECRET, 0 },
};

TEST_TABLE(isolation_of_registers, registers)
{
	uint64_t address;
	struct client a, b;

	prepare(&a);
	prepare(&b);
	address = card_engine(a.card, DRM_HLACCEL_ENGINE_DMA, 0)->register_address - 0x500000 +
		  row->offset;
	write_reg(&a, address, row->value);
	CHECK_EQ(read_reg(&a, address), row->value);
	CHECK_EQ(read_reg(&b, address), row->found);
	write_reg(&b, address, row->value);
	CHECK_EQ(read_reg(&a, address), row->found);
}

static const struct {
	const char *name;
	unsigned int manager;
} managers[] = {
	{ "first", 0 }, { "second", 1 }, { "third", 2 }, { "fourth", 3 },
};

/* A monitor that waits does not outlast the turn of its client. */
TEST_TABLE(isolation_of_monitors, managers)
{
	struct drm_hlaccel_sync_manager_info sm[4];
	struct hlaccel_monitor monitor;
	struct hlaccel_packets p;
	uint64_t sob, target, at;
	struct client a, b;

	prepare(&a);
	prepare(&b);
	CHECK_EQ(hlaccel_query_array(a.card->fd, DRM_HLACCEL_QUERY_SYNC_MANAGERS, sm,
				     sizeof(sm[0]), 4), 4);
	a.card->sync = sm[row->manager];
	sob = card_sob(a.card, 1);
	target = card_sob(a.card, 2);
	monitor = card_monitor(a.card, 1, 1, 1, target);
	p = begin(&a);
	OK(hlaccel_packet_arm_monitor(&p, &monitor));
	OK(run(&a, &p));
	write_reg(&b, sob, 1);
	CHECK_EQ(read_reg(&b, target), 0);

	/* Nor is it one that somebody else only has to say where to. */
	p = begin(&a);
	OK(hlaccel_packet_arm_monitor(&p, &monitor));
	OK(run(&a, &p));
	at = monitor.monitors + 4 * monitor.monitor;
	CHECK(read_reg(&a, at + HLACCEL_MONITOR_STATUS) & 1);
	CHECK_EQ(read_reg(&b, at + HLACCEL_MONITOR_STATUS), 0);
	write_reg(&b, at + HLACCEL_MONITOR_DATA, 1);
	write_reg(&b, at + HLACCEL_MONITOR_ADDRESS_HIGH, target >> 32);
	write_reg(&b, at + HLACCEL_MONITOR_ADDRESS_LOW, target);
	write_reg(&b, sob, 1);
	CHECK_EQ(read_reg(&b, target), 0);
	p = begin(&b);
	OK(hlaccel_packet_arm_monitor(&p, &monitor));
	OK(run(&b, &p));
	CHECK_EQ(read_reg(&b, target), 1);
}

/* Predicates of the command processor. */
TEST(isolation_of_predicates)
{
	struct hlaccel_packets p;
	struct client a, b;
	unsigned int i;
	uint64_t sob;

	prepare(&a);
	prepare(&b);
	sob = card_sob(a.card, 4);
	memset(a.data.map + REGS, 0xff, 128);
	for (i = 0; i < 2; i++) {
		struct client *x = i ? &b : &a;

		p = begin(x);
		if (!i)
			hlaccel_packet_load_predicates(&p, 0, a.data.address + REGS);
		hlaccel_packet_msg_long(&p, HLACCEL_PACKET_PRED(5), sob, 9);
		hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
		OK(run(x, &p));
		CHECK_EQ(read_reg(x, sob), i ? 0 : 9);
	}
}

/* What the kernel waits with is closed: none of this can be written or read. */
static const struct {
	const char *name;
	uint32_t offset;
	bool open;
} kernels[] = {
	{ "sob_first", 0x492000, false },
	{ "sob_last", 0x492000 + 4 * 143, false },
	{ "sob_user", 0x492000 + 4 * 144, true },
	{ "monitor_low", 0x494000, false },
	{ "monitor_high", 0x494800 + 4 * 71, false },
	{ "monitor_data", 0x495000 + 4 * 31, false },
	{ "monitor_arm", 0x495800 + 4 * 64, false },
	{ "monitor_status", 0x496000, false },
	{ "monitor_user", 0x494000 + 4 * 72, true },
	{ "security", 0x496800, false },
	{ "fence_port", 0x588330, false },
	{ "fence_counter", 0xe08380, false },
	{ "fence_pci", 0x508330, false },
	{ "fence_of_programs", 0x588368 + 4, true },
	{ "nic_fence", 0xce0358, false },
	{ "nic_arbiter", 0xd62a08, false },
};

TEST_TABLE(isolation_of_kernel_objects, kernels)
{
	struct hlaccel_packets p;
	struct client a;
	uint64_t address;

	prepare(&a);
	address = card_engine(a.card, DRM_HLACCEL_ENGINE_DMA, 0)->register_address - 0x500000 +
		  row->offset;
	p = begin(&a);
	hlaccel_packet_msg_long(&p, 0, address, 1);
	hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
	CHECK_EQ(!run(&a, &p), row->open);
	CHECK_EQ(!copy(&a, address, a.data.address + REGS, 4), row->open);
}

/*
 * What was in both local memories of a core goes to tensors 1 and 2, what tensor 0 and
 * the first parameter have goes there:
 *
 *   ld_l_v V1, 0x13c00; ld_l S1, 0x3fc; ld_tnsr V3, 0x0, I0; mov.i32 V2, S1;
 *   st_tnsr 0x1, I0, V1; st_tnsr 0x2, I0, V2; st_l_v 0x13c00, V3; st_l 0x3fc, S0; halt
 *
 * with bundles without a meaning where results are waited for.
 */
static const uint64_t swap_code[][4] = {
	{ 0x0001f8000000003f, 0x0700bf8000000000, 0x0000009e0001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x05a0bf8000000000, 0x00000001fe01f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0881c00000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x008240000000003f, 0x0f80000040080000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000002, 0x000000000000b018, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000004, 0x000000000000b028, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0xff80000000000006, 0x0000009e00007007, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0xff80000000000080, 0x00000001fe005007, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001000000000020, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
	{ 0x0001f8000000003f, 0x0f80000000000000, 0x000000000001f000, 0x0000000000000000 },
};

#define VECTOR		256
#define CODE		(32 * PAGE)
#define TENSOR(n)	((40 + (n)) * PAGE)

/* Runs that on a core; what was there is in the client's buffer then. */
static void swap_local(struct client *x, uint32_t value)
{
	struct hlaccel_tensor tensors[3];
	struct hlaccel_tpc_job tpc = { .tensors = tensors, .num_tensors = 3 };
	struct drm_hlaccel_job job;
	struct hlaccel_packets p;
	unsigned int i;

	memcpy(x->data.map + CODE, swap_code, sizeof(swap_code));
	for (i = 0; i < 3; i++) {
		memset(x->data.map + TENSOR(i), 0xee, VECTOR);
		tensors[i] = (struct hlaccel_tensor){
			.address = x->data.address + TENSOR(i), .type = HLACCEL_TPC_I32,
			.dims = 1, .size = { VECTOR / 4 },
		};
	}
	for (i = 0; i < VECTOR / 4; i++)
		memcpy(x->data.map + TENSOR(0) + 4 * i, &value, 4);
	tpc.code = x->data.address + CODE;
	tpc.srf[0] = value;
	for (i = 0; i < HLACCEL_TPC_DIMS; i++)
		tpc.size[i] = 1;
	tpc.sync_message = HLACCEL_SOB_SET(0);
	tpc.sync_address = card_sob(x->card, 6);
	hlaccel_packets_init(&p, x->data.map, 4 * PAGE);
	hlaccel_tpc_launch(&p, &tpc);
	OK(p.error);
	job = hlaccel_job_command(x->data.handle, 0, p.used);
	OK(card_run(x->card, card_queue(x->card, DRM_HLACCEL_ENGINE_TPC, 3, 0), &job));
}

/* Vector and scalar local memory of a tensor core. */
TEST(isolation_of_tpc_memory)
{
	struct client a, b;
	unsigned int i;

	prepare(&a);
	prepare(&b);
	for (i = 0; i < 2; i++) {
		swap_local(&a, SECRET);
		swap_local(&a, SECRET);
		check_pattern(a.data.map + TENSOR(1), SECRET | (uint64_t)SECRET << 32, VECTOR);
		check_pattern(a.data.map + TENSOR(2), SECRET | (uint64_t)SECRET << 32, VECTOR);
		swap_local(&b, 1);
		check_pattern(b.data.map + TENSOR(1), 0, VECTOR);
		check_pattern(b.data.map + TENSOR(2), 0, VECTOR);
	}
}

/* Scalar registers of the command processor, which hold a packet that can be run. */
TEST(isolation_of_scalars)
{
	struct hlaccel_packets p, packet;
	struct client a, b;
	unsigned int i;
	uint64_t sob, load, run_them[2];

	prepare(&a);
	prepare(&b);
	sob = card_sob(a.card, 5);
	load = (uint64_t)(HLACCEL_PACKET_RB | HLACCEL_PACKET_OPCODE(HLACCEL_PACKET_LOAD_AND_EXE))
	       << 32;
	hlaccel_packets_init(&packet, a.data.map + REGS, 64);
	hlaccel_packet_msg_long(&packet, 0, sob, 9);
	OK(packet.error);
	for (i = 0; i < 2; i++) {
		struct client *x = i ? &b : &a;

		p = begin(x);
		if (!i) {
			run_them[0] = htole64(load | 1 << 8 | 1);
			run_them[1] = htole64(a.data.address + REGS);
			hlaccel_packets_append(&p, run_them, sizeof(run_them));
		}
		run_them[0] = htole64(load | 1 << 9);
		run_them[1] = 0;
		hlaccel_packets_append(&p, run_them, sizeof(run_them));
		hlaccel_packet_nop(&p, HLACCEL_PACKET_MB);
		/* There is no packet of zeroes */
		CHECK_EQ(!run(x, &p), !i);
		CHECK_EQ(read_reg(x, sob), i ? 0 : 9);
	}
}

/* The values of reserved sync objects come back, and nobody else sees them. */
TEST(isolation_of_reserved_objects)
{
	struct drm_hlaccel_sync_manager_info sm[4];
	struct drm_hlaccel_sync_reserve r = { .sync_manager = 2, .num_sobs = 12 };
	struct drm_hlaccel_sync_release release = {};
	struct client a, b;
	unsigned int i;
	uint64_t sob;

	prepare(&a);
	prepare(&b);
	CHECK_EQ(hlaccel_query_array(a.card->fd, DRM_HLACCEL_QUERY_SYNC_MANAGERS, sm,
				     sizeof(sm[0]), 4), 4);
	OK(hlaccel_ioctl(a.card->fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &r));
	sob = sm[2].sob_address + 4 * (uint64_t)(r.first_sob + 11);
	CHECK_EQ(read_reg(&a, sob), 0);
	write_reg(&a, sob, 1234);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(read_reg(&b, sob), 0);
		write_reg(&b, sob, 4321);
		CHECK_EQ(read_reg(&a, sob), 1234);
	}
	/* Given back while the client has the card: reset soon. */
	release.id = r.id;
	OK(hlaccel_ioctl(a.card->fd, DRM_IOCTL_HLACCEL_SYNC_RELEASE, &release));
	for (i = 0; i < 200 && read_reg(&a, sob); i++)
		usleep(10000);
	CHECK_EQ(read_reg(&a, sob), 0);
	REFUSED(hlaccel_ioctl(a.card->fd, DRM_IOCTL_HLACCEL_SYNC_RELEASE, &release), ENOENT);
}

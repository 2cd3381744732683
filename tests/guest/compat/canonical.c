// SPDX-License-Identifier: GPL-2.0
/*
 * How runtimes use the card: the device's memory managed by the program, one
 * submission that uploads a program and its data, runs it on an internal queue
 * and brings the result back; all of it ordered by sync objects and monitors.
 */
#include "lib.h"

#define DATA		2048
#define ROUNDS		1000

/* The program's own objects and monitors */
#define SOB_UP		704
#define SOB_DONE	712
#define SOB_TRANSFER	720
#define MON_UP		100
#define MON_DONE	101
#define MON_TRANSFER	102

/** struct arena - The program's own management of a memory */
struct arena {
	uint64_t next;
	uint64_t end;
};

static uint64_t take(struct arena *a, uint64_t size, uint64_t alignment)
{
	uint64_t start = (a->next + alignment - 1) & ~(alignment - 1);

	CHECK(start + size <= a->end);
	a->next = start + size;
	return start;
}

struct flow {
	int fd;
	uint32_t engine;	/* the internal queue */
	struct host host;
	struct cb in, out;
	uint64_t source, result;	/* in the device's memory */
	uint64_t lower, predicates;	/* in its fast memory */
	uint32_t lower_size;
};

/* Places in the host memory */
#define AT_UPPER	0
#define AT_LOWER	1024
#define AT_PREDICATES	2048
#define AT_SOURCE	4096
#define AT_RESULT	8192

/* The lower program: the copy, one message that a predicate stops, and the signal */
static void write_lower(struct flow *f)
{
	struct hlaccel_packets *p = host_begin(&f->host, AT_LOWER, 1024);
	uint32_t *predicates = (uint32_t *)(f->host.map + AT_PREDICATES);

	p_copy(p, f->source, f->result, DATA);
	hlaccel_packet_load_predicates(p, MB, f->predicates);
	hlaccel_packet_msg_long(p, EB | MB | HLACCEL_PACKET_PRED(1), sob(SOB_DONE),
				HLACCEL_SOB_ADD(1));
	hlaccel_packet_msg_long(p, EB | MB | HLACCEL_PACKET_PRED(2), sob(SOB_DONE),
				HLACCEL_SOB_ADD(100));
	CHECK(!p->error);
	f->lower_size = (uint32_t)p->used;
	predicates[1] = 1;
	predicates[2] = 0;
}

/* The upper program: wait for the upload, with the arbiter around the launch */
static uint32_t write_upper(struct flow *f)
{
	struct hlaccel_packets *p = host_begin(&f->host, AT_UPPER, 1024);

	p_wait(p, f->engine, MON_UP, SOB_UP, 1, true);
	hlaccel_packet_arb_point(p, 0, 3, false);
	p_cp_dma(p, MB, f->lower, f->lower_size);
	hlaccel_packet_arb_point(p, EB, 0, true);
	CHECK(!p->error);
	return (uint32_t)p->used;
}

/* What the queue from the host does: two uploads, the data, and the signal by completion */
static void write_in(struct flow *f)
{
	struct hlaccel_packets *p = cb_begin(&f->in);

	hlaccel_packet_lin_dma(p, 0, f->host.address + AT_LOWER, f->lower, f->lower_size);
	hlaccel_packet_lin_dma(p, EB, f->host.address + AT_PREDICATES, f->predicates, 128);
	hlaccel_packet_wreg_32(p, EB | MB, 0x7c, HLACCEL_SOB_SET(1));
	hlaccel_packet_wreg_32(p, 0, 0x80, (uint32_t)sob(SOB_TRANSFER));
	hlaccel_packet_wreg_32(p, 0, 0x84, (uint32_t)(sob(SOB_TRANSFER) >> 32));
	hlaccel_packet_lin_dma(p, HLACCEL_PACKET_DMA_COMPLETION, f->host.address + AT_SOURCE,
			       f->source, DATA);
	/* The signal of the transfer itself, before the one for the program */
	p_wait(p, Q_IN, MON_TRANSFER, SOB_TRANSFER, 1, false);
	hlaccel_packet_msg_short(p, RB | MB, 1, 4 * SOB_UP, HLACCEL_SOB_SET(1));
}

static void write_out(struct flow *f)
{
	struct hlaccel_packets *p = cb_begin(&f->out);

	p_wait(p, Q_OUT, MON_DONE, SOB_DONE, 1, true);
	hlaccel_packet_lin_dma(p, MB, f->result, f->host.address + AT_RESULT, DATA);
	hlaccel_packet_msg_long(p, EB | MB, sob(SOB_UP), 0);
	hlaccel_packet_msg_long(p, MB, sob(SOB_DONE), 0);
	hlaccel_packet_msg_long(p, MB, sob(SOB_TRANSFER), 0);
}

static void prepare(struct flow *f, uint32_t engine)
{
	struct hl_info_hw_ip_info ip;
	struct hl_info_sync_manager s = { 0 };
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)&s, .return_size = gen->size.sync_manager,
		.op = HL_INFO_SYNC_MANAGER, .dcore_id = HL_GAUDI_EN_DCORE,
	};
	struct arena dram, sram;

	f->fd = open_card();
	f->engine = engine;
	ip = hw_ip(f->fd);
	OK(info_raw(f->fd, &a));
	CHECK(s.first_available_sync_object <= SOB_UP);
	CHECK(s.first_available_monitor <= MON_UP);
	dram = (struct arena) { ip.dram_base_address, ip.dram_base_address + ip.dram_size };
	sram = (struct arena) { ip.sram_base_address, ip.sram_base_address + ip.sram_size };
	/* To the last byte */
	f->source = take(&dram, ip.dram_page_size, ip.dram_page_size);
	f->result = dram.end - DATA;
	f->lower = take(&sram, 4096, 128);
	f->predicates = take(&sram, 128, 128);
	f->host = host_new(f->fd, 4 * PAGE);
	f->in = cb_new(f->fd, PAGE);
	f->out = cb_new(f->fd, PAGE);
}

static void one_round(struct flow *f, struct hl_cs_chunk *chunks)
{
	struct hl_wait_cs_out out;
	uint64_t seq;

	fill(f->host.map + AT_SOURCE, DATA);
	memset(f->host.map + AT_RESULT, 0, DATA);
	seq = submit(f->fd, chunks, 3);
	OK(wait_cs(f->fd, seq, FOREVER, &out));
	CHECK_EQ(out.status, HL_WAIT_CS_STATUS_COMPLETED);
	same(f->host.map + AT_RESULT, f->host.map + AT_SOURCE, DATA);
}

static void rounds(uint32_t engine, unsigned int count)
{
	struct hl_cs_chunk chunks[3];
	struct flow f;
	unsigned int i;

	prepare(&f, engine);
	write_lower(&f);
	chunks[1] = internal(engine, f.host.address + AT_UPPER, write_upper(&f));
	write_in(&f);
	write_out(&f);
	/* The consumers are first. */
	chunks[0] = external(&f.out, Q_OUT);
	chunks[2] = external(&f.in, Q_IN);
	for (i = 0; i < count; i++)
		one_round(&f, chunks);
	wait_idle(f.fd);
	host_free(f.fd, &f.host);
	cb_free(f.fd, &f.in);
	cb_free(f.fd, &f.out);
	close_card(f.fd);
}

TEST_LIMIT(a_thousand_rounds, 300)
{
	rounds(Q_DMA2, ROUNDS);
}

struct queue_row {
	const char *name;
	uint32_t queue;
};

/* The lower program copies: every engine that can */
static const struct queue_row engines[] = {
	{ "dma2_stream1", Q_DMA2 + 1 },
	{ "dma3", Q_DMA2 + 4 },
	{ "dma5_stream3", Q_DMA2 + 15 },
	{ "dma7", Q_DMA2 + 20 },
};

TEST_TABLE(engine, engines)
{
	rounds(row->queue, 20);
}

/* The bundle that ends a TPC's program */
static const uint64_t tpc_halt[4] = {
	0x0001000000000020, 0x0f80000000000000, 0x000000000001f000, 0,
};

/* A TPC launched by its queue: it adds to a sync object when it is done. */
TEST(tensor_core)
{
	int fd = open_card();
	struct host h = host_new(fd, 4 * PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunks[2];
	struct hlaccel_packets *p;
	uint64_t code = h.address + PAGE;
	uint32_t lower, upper, tpc;

	memcpy(h.map + PAGE, tpc_halt, sizeof(tpc_halt));
	for (tpc = 0; tpc < 8; tpc++) {
		p = host_begin(&h, 1024, 1024);
		hlaccel_packet_wreg_32(p, 0, 0xd80, HLACCEL_SOB_ADD(1));
		hlaccel_packet_wreg_32(p, 0, 0xd84, (uint32_t)sob(SOB_DONE));
		hlaccel_packet_wreg_32(p, 0, 0xd88, (uint32_t)code);
		hlaccel_packet_wreg_32(p, 0, 0xd8c, (uint32_t)(code >> 32));
		hlaccel_packet_wreg_32(p, EB, 0x930, 0xf);
		hlaccel_packet_wreg_32(p, 0, 0x938, 1);
		lower = (uint32_t)p->used;
		p = host_begin(&h, 0, 1024);
		p_cp_dma(p, MB, h.address + 1024, lower);
		upper = (uint32_t)p->used;
		p = cb_begin(&cb);
		p_wait(p, Q_OUT, MON_DONE, SOB_DONE, 1, true);
		p_sob(p, MB, SOB_DONE, 0);
		chunks[0] = external(&cb, Q_OUT);
		chunks[1] = internal(Q_TPC + 4 * tpc, h.address, upper);
		done(fd, submit(fd, chunks, 2));
	}
	wait_idle(fd);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Pieces of programs for the queues.
 */
#include "lib.h"

uint64_t sob(unsigned int n)
{
	return SOB_BASE + 4 * n;
}

/** fence() - The port of a fence counter of a queue's own command processor */
uint64_t fence(uint32_t queue, unsigned int id)
{
	unsigned int stream = queue < Q_CPU ? queue % 4 : (queue - 9) % 4;
	uint64_t base;

	if (queue < Q_CPU)
		base = 0x508000 + 0x20000 * (queue / 4);
	else if (queue < Q_MME)
		base = 0x508000 + 0x20000 * (2 + (queue - Q_DMA2) / 4);
	else if (queue < Q_TPC)
		base = queue < Q_MME + 4 ? 0x168000 : 0x68000;
	else
		base = 0xe08000 + 0x40000 * ((queue - Q_TPC) / 4);
	return CFG_BASE + base + 0x308 + 0x14 * id + 4 * stream;
}

/* Messages to E_N's sync objects go by base 1, as programs of the libraries do. */
void p_sob(struct hlaccel_packets *p, uint32_t barriers, unsigned int n, uint32_t value)
{
	hlaccel_packet_msg_short(p, barriers | RB, HLACCEL_BASE_SOBS, 4 * n, value);
}

void p_cp_dma(struct hlaccel_packets *p, uint32_t barriers, uint64_t address, uint32_t size)
{
	hlaccel_packet_raw(p, size, barriers | RB | HLACCEL_PACKET_OPCODE(0x05));
	hlaccel_packet_raw(p, (uint32_t)address, (uint32_t)(address >> 32));
}

/** p_wait() - The queue's processor waits until a sync object has a value, or has reached it */
void p_wait(struct hlaccel_packets *p, uint32_t queue, unsigned int monitor, unsigned int n,
	    unsigned int target, bool equal)
{
	uint32_t mask = 0xff & ~(1U << n % 8);
	uint64_t port = fence(queue, 0);

	hlaccel_packet_msg_short(p, 0, HLACCEL_BASE_MONITORS, 4 * monitor, (uint32_t)port);
	hlaccel_packet_msg_short(p, 0, HLACCEL_BASE_MONITORS, 0x800 + 4 * monitor,
				 (uint32_t)(port >> 32));
	hlaccel_packet_msg_short(p, 0, HLACCEL_BASE_MONITORS, 0x1000 + 4 * monitor, 1);
	hlaccel_packet_msg_short(p, MB, HLACCEL_BASE_MONITORS, 0x1800 + 4 * monitor,
				 target << 17 | (equal ? 1U << 16 : 0) | mask << 8 | n / 8);
	hlaccel_packet_fence(p, RB | MB, 0, 1, 1);
}

void p_copy(struct hlaccel_packets *p, uint64_t from, uint64_t to, uint64_t size)
{
	hlaccel_packet_lin_dma(p, MB, from, to, size);
}

void p_nop(struct hlaccel_packets *p)
{
	hlaccel_packet_nop(p, 0);
}

/* The object and the monitor that a gate on this queue uses */
#define GATE(queue)	(256 + 8 * (queue))

/** gate_close() - Submit work that waits for gate_open(); ends the test on failure */
struct gate gate_close(int fd, uint32_t queue, uint32_t flags)
{
	struct gate g = { .queue = queue, .cb = cb_new(fd, PAGE), .opener = cb_new(fd, PAGE) };
	struct hl_cs_chunk chunk;

	p_wait(&g.cb.p, queue, 200 + queue, GATE(queue), 1, false);
	p_sob(&g.cb.p, MB, GATE(queue), 0);
	p_sob(&g.opener.p, MB, GATE(queue), HLACCEL_SOB_SET(1));
	chunk = external(&g.cb, queue);
	OK(submit_flags(fd, &chunk, 1, flags, &g.seq));
	return g;
}

void gate_open_from(int fd, struct gate *g, uint32_t queue)
{
	submit_cb(fd, &g->opener, queue);
}

/* From another queue: the gate's own is blocked. */
void gate_open(int fd, struct gate *g)
{
	gate_open_from(fd, g, g->queue ^ 1);
}

/** gate_finish() - Open it and see it complete */
void gate_finish(int fd, struct gate *g)
{
	gate_open(fd, g);
	done(fd, g->seq);
	cb_free(fd, &g->cb);
	cb_free(fd, &g->opener);
}

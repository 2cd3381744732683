// SPDX-License-Identifier: GPL-2.0
/*
 * The compute path of the in-kernel driver (with the repairs that let its node
 * be opened) on the device model, by that driver's own ioctls: copies through
 * PCI and HBM DMA queues, an upper and a lower command processor, sync objects
 * and monitors, TPC and MME launches, signal and wait submissions. Prints TAP.
 *
 * Nothing is shared with hlaccel or with the model.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peer_abi.h"

#define CS_SIGNAL	0x2
#define CS_WAIT		0x4

#define EB		(1u << 29)
#define RB		(1u << 30)
#define MB		(1u << 31)

#define CFG		0x7ffc000000ull
#define SOB(n)		(CFG + 0x4f2000 + 4 * (n))
#define DMA1_FENCE0	(CFG + 0x528000 + 0x308)
#define DRAM		0x20000000ull
#define DRAM2		0x40000000ull
#define SIZE		(64ull << 20)

#define Q_DMA0		0
#define Q_DMA1		4
#define Q_DMA2		9
#define Q_MME		33
#define Q_TPC0		41

static int fd;
static unsigned int tests;
static int bad;

static void check(int ok, const char *what)
{
	printf("%sok %u - %s\n", ok ? "" : "not ", ++tests, what);
	bad |= !ok;
}

static void die(const char *what)
{
	printf("Bail out! ");
	fflush(stdout);
	perror(what);
	exit(1);
}

static uint64_t map(void *p, uint64_t len)
{
	struct peer_mem m = {
		.a = (uintptr_t)p, .c = len, .op = MEM_MAP,
		.flags = MEM_USERPTR,
	};

	if (ioctl(fd, PEER_MEM, &m))
		die("map");
	return m.a;
}

static int unmap(uint64_t va)
{
	struct peer_mem m = { .a = va, .op = MEM_UNMAP };

	return ioctl(fd, PEER_MEM, &m);
}

static uint64_t new_cb(uint32_t size, uint32_t **words)
{
	struct peer_cb c = { .size = size };

	if (ioctl(fd, PEER_CB, &c))
		die("command buffer");
	*words = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      c.handle);
	if (*words == MAP_FAILED)
		die("mmap of a command buffer");
	return c.handle;
}

static uint64_t submit(struct peer_chunk *chunks, unsigned int n,
		       uint32_t flags)
{
	struct peer_cs cs = {
		.execute = (uintptr_t)chunks, .num_execute = n, .flags = flags,
	};

	if (ioctl(fd, PEER_CS, &cs))
		die("submission");
	return cs.restore;
}

static int completes(uint64_t seq)
{
	struct peer_wait w = { .seq = seq, .timeout_us = 5000000 };

	if (ioctl(fd, PEER_WAIT, &w))
		return 0;
	return (uint32_t)w.seq == 0;
}

static uint32_t *put(uint32_t *p, uint32_t w0, uint32_t ctl)
{
	p[0] = w0;
	p[1] = ctl;
	return p + 2;
}

static uint32_t *put64(uint32_t *p, uint64_t v)
{
	return put(p, (uint32_t)v, v >> 32);
}

static uint32_t *lin_dma(uint32_t *p, uint64_t src, uint64_t dst, uint32_t len)
{
	p = put(p, len, 0x09000008 | RB | MB);
	return put64(put64(p, src), dst);
}

static uint32_t *cp_dma(uint32_t *p, uint64_t src, uint32_t len)
{
	return put64(put(p, len, 0x05000000 | RB | MB), src);
}

static uint32_t *msg_short(uint32_t *p, uint32_t val, unsigned int base,
			   uint32_t off, uint32_t barriers)
{
	return put(p, val, 0x04000000 | base << 22 | off | RB | barriers);
}

static uint32_t *msg_long(uint32_t *p, uint32_t val, uint64_t addr)
{
	return put64(put(p, val, 0x03000000 | EB | RB | MB), addr);
}

static uint32_t *wreg(uint32_t *p, uint32_t off, uint32_t val,
		      uint32_t barriers)
{
	return put(p, val, 0x01000000 | off << 8 | RB | barriers);
}

/* Monitor @mon waits until @sob has reached @target, then opens @fence. */
static uint32_t *wait_sob(uint32_t *p, unsigned int mon, unsigned int sob,
			  unsigned int target, uint64_t fence)
{
	uint32_t mask = 0xff & ~(1u << (sob % 8));

	p = msg_short(p, (uint32_t)fence, 0, 4 * mon, 0);
	p = msg_short(p, fence >> 32, 0, 0x800 + 4 * mon, 0);
	p = msg_short(p, 1, 0, 0x1000 + 4 * mon, 0);
	p = msg_short(p, target << 17 | mask << 8 | sob / 8, 0,
		      0x1800 + 4 * mon, MB);
	return put(p, 1 << 16 | 1, 0x08000000 | RB | MB);
}

static uint32_t bytes(const uint32_t *from, const uint32_t *to)
{
	return (uint32_t)((const char *)to - (const char *)from);
}

static void copy_by_pci_dma(uint64_t cb, uint32_t *words, uint64_t from,
			    uint64_t to)
{
	struct peer_chunk c = { .handle = cb, .queue = Q_DMA0 };

	c.size = bytes(words, lin_dma(words, from, DRAM, SIZE));
	check(completes(submit(&c, 1, 0)), "host to HBM by DMA0 completes");
	c.queue = Q_DMA1;
	c.size = bytes(words, lin_dma(words, DRAM, to, SIZE));
	check(completes(submit(&c, 1, 0)), "HBM to host by DMA1 completes");
}

/* DMA2 runs a lower program; DMA1 waits for its sync object on the device. */
static void copy_by_hbm_dma(uint64_t cb, uint32_t *words, uint64_t to,
			    uint32_t *prog, uint64_t prog_va)
{
	struct peer_chunk c[2] = {
		{ .handle = cb, .queue = Q_DMA1 },
		{ .handle = prog_va, .queue = Q_DMA2, .size = 16 },
	};
	uint32_t *lower = prog + 256, *p;

	p = lin_dma(lower, DRAM, DRAM2, SIZE / 2);
	p = lin_dma(p, DRAM + SIZE / 2, DRAM2 + SIZE / 2, SIZE / 2);
	p = msg_short(p, 0x80000001, 1, 4 * 100, EB | MB);
	cp_dma(prog, prog_va + 1024, bytes(lower, p));
	p = wait_sob(words, 10, 100, 1, DMA1_FENCE0);
	p = lin_dma(p, DRAM2, to, SIZE);
	p = msg_long(p, 0, SOB(100));
	c[0].size = bytes(words, p);
	check(completes(submit(c, 2, 0)),
	      "HBM to HBM by DMA2, awaited on the device, completes");
}

/* The bundle that ends a TPC's program, and where it is in the programs' memory */
#define TPC_CODE	4096
static const uint64_t tpc_halt[4] = {
	0x0001000000000020, 0x0f80000000000000, 0x000000000001f000, 0,
};

/* A TPC and an MME each add to the same sync object when they are done. */
static void launch_engines(uint64_t cb, uint32_t *words, uint32_t *prog,
			   uint64_t prog_va)
{
	struct peer_chunk c[3] = {
		{ .handle = cb, .queue = Q_DMA1 },
		{ .handle = prog_va, .queue = Q_TPC0, .size = 16 },
		{ .handle = prog_va + 16, .queue = Q_MME, .size = 16 },
	};
	uint32_t *tpc = prog + 256, *mme = prog + 512, *p;

	memcpy((char *)prog + TPC_CODE, tpc_halt, sizeof(tpc_halt));
	p = wreg(tpc, 0xd80, 0x80000001, 0);
	p = wreg(p, 0xd84, (uint32_t)SOB(101), 0);
	p = wreg(p, 0xd88, (uint32_t)(prog_va + TPC_CODE), 0);
	p = wreg(p, 0xd8c, (uint32_t)((prog_va + TPC_CODE) >> 32), 0);
	p = wreg(p, 0x930, 0xf, EB);
	p = wreg(p, 0x938, 1, 0);
	cp_dma(prog, prog_va + 1024, bytes(tpc, p));
	p = wreg(mme, 0x1dc, (uint32_t)SOB(101), 0);
	p = wreg(p, 0x1e0, (uint32_t)SOB(101), 0);
	p = wreg(p, 0x1e4, 0x7f, 0);
	p = wreg(p, 0x1e8, 0x80000001, 0);
	p = wreg(p, 0x280, 1, EB | MB);
	p = msg_short(p, 0x80000001, 1, 4 * 101, EB | MB);
	cp_dma(prog + 4, prog_va + 2048, bytes(mme, p));
	p = wait_sob(words, 11, 101, 4, DMA1_FENCE0);
	p = msg_long(p, 0, SOB(101));
	c[0].size = bytes(words, p);
	check(completes(submit(c, 3, 0)), "a TPC and an MME signal completion");
}

/* The wait is submitted while the copy before the signal still runs. */
static void signal_and_wait(uint64_t cb, uint32_t *words, uint64_t from)
{
	struct peer_chunk copy = { .handle = cb, .queue = Q_DMA0 };
	struct peer_chunk signal = { .queue = Q_DMA0 };
	struct peer_chunk wait = { .queue = Q_DMA1 + 1, .size = 1 };
	uint64_t seq, sig, waiting;

	copy.size = bytes(words, lin_dma(words, from, DRAM, SIZE));
	seq = submit(&copy, 1, 0);
	sig = submit(&signal, 1, CS_SIGNAL);
	wait.handle = (uintptr_t)&sig;
	waiting = submit(&wait, 1, CS_WAIT);
	/* All ones: the signal was faster, there is nothing to wait for. */
	check(waiting == UINT64_MAX || completes(waiting),
	      "a wait for a signal completes");
	check(completes(sig) && completes(seq), "so does the signal");
}

int main(int argc, char **argv)
{
	const char *node = argc > 1 ? argv[1] : "/dev/accel/accel0";
	uint64_t *src, *dst, x = 88172645463325252ull, i;
	uint64_t src_va, dst_va, prog_va, cb;
	uint32_t *words, *prog;

	fd = open(node, O_RDWR);
	if (fd < 0)
		die(node);
	src = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	dst = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	prog = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (src == MAP_FAILED || dst == MAP_FAILED || prog == MAP_FAILED)
		die("mmap");
	for (i = 0; i < SIZE / 8; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		src[i] = x;
	}
	memset(dst, 0xaa, SIZE);
	src_va = map(src, SIZE);
	dst_va = map(dst, SIZE);
	prog_va = map(prog, 8192);
	cb = new_cb(4096, &words);

	copy_by_pci_dma(cb, words, src_va, dst_va);
	check(!memcmp(src, dst, SIZE), "64 MiB come back as they were");
	memset(dst, 0, SIZE);
	copy_by_hbm_dma(cb, words, dst_va, prog, prog_va);
	check(!memcmp(src, dst, SIZE), "64 MiB come back from the second copy");
	launch_engines(cb, words, prog, prog_va);
	signal_and_wait(cb, words, src_va);
	check(!unmap(src_va) && !unmap(dst_va) && !unmap(prog_va),
	      "everything can be unmapped");
	close(fd);
	printf("1..%u\n", tests);
	return bad;
}

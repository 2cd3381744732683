/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hlaccel_raw*.c share.
 */
#ifndef _HLACCEL_RAW_PRIV_H_
#define _HLACCEL_RAW_PRIV_H_

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>

#include "hlaccel_raw.h"
#include "hlaccel_ring_priv.h"

struct hlaccel_ring;

/* Copies of command buffers share memory of this size, unless they are larger */
#define HLACCEL_RAW_CHUNK		(32 << 10)
/* Between two looks for lost interrupts */
#define HLACCEL_RAW_TIMER		msecs_to_jiffies(200)

/* Padding to a fetch line, and the completion */
#define HLACCEL_RAW_TAIL_WORDS		4
#define HLACCEL_RAW_TAIL		(24 + 8 * HLACCEL_RAW_TAIL_WORDS)

/**
 * struct hlaccel_raw_chunk - Memory for copies of command buffers
 * @node: in the list of all, or of those to be used or freed
 * @queue: queue that uses it
 * @cpu: memory, NULL when it was given back
 * @dma: its bus address
 * @size: bytes
 * @head: bytes in use
 * @live: copies in it
 */
struct hlaccel_raw_chunk {
	struct list_head node;
	struct hlaccel_raw_queue *queue;
	u8 *cpu;
	dma_addr_t dma;
	size_t size;
	u32 head;
	u32 live;
};

/**
 * struct hlaccel_raw_queue - A stream of a queue manager
 * @raw: the holder's state
 * @pq: entries
 * @pi_reg: CFG offset of the doorbell
 * @ci_reg: CFG offset of the hardware's counter
 * @order: logarithm of the number of entries
 * @kind: &enum hlaccel_raw_kind
 * @batch: entries that it gets by the call that is under way
 * @pi: entries given to the hardware, modulo 2^32
 * @fetched: of those the ones that it is known to have taken
 * @used: entries of jobs that were not retired
 * @seq: of the last job
 * @done: completion word; under RCU, as it moves when the device goes
 * @done_da: its device address
 * @tail: packets that end a command buffer, but for the number
 * @seen: its value when the holder was told last
 * @chunk: memory for the next copies, or NULL
 */
struct hlaccel_raw_queue {
	struct hlaccel_raw *raw;
	struct hlaccel_pq_entry *pq;
	u32 pi_reg;
	u32 ci_reg;
	u8 order;
	u8 kind;
	u32 batch;
	u32 pi;
	u32 fetched;
	u32 used;
	u32 seq;
	__le32 *done;
	u64 done_da;
	__le64 tail[HLACCEL_RAW_TAIL_WORDS];
	u32 seen;
	struct hlaccel_raw_chunk *chunk;
};

/**
 * struct hlaccel_raw - The card while one client has it
 * @hdev: device
 * @client: the client, a reference
 * @vm: its address space, a reference
 * @mute: protects @ops against the end of the calls that are made in process context
 * @ops: what to call; NULL: nobody wants to know. Read in interrupts.
 * @ops_ctx: argument of those
 * @resets: of the device when the client got it
 * @lock: protects all below; from any context, a leaf
 * @stopped: nothing is accepted any more
 * @programmed: the queue managers are the client's; process context
 * @unfinished: jobs of external queues that were not retired
 * @bytes: of @chunks
 * @chunks: memory that is some queue's, or that only jobs use
 * @spare: memory that nobody uses
 * @garbage: memory to be given back
 * @num_spare: entries of @spare
 * @timer: looks for lost interrupts while there are jobs
 * @last: completion words as they were at the end
 * @queues: all queues
 */
struct hlaccel_raw {
	struct hlaccel_device *hdev;
	struct hlaccel_client *client;
	struct hlaccel_vm *vm;
	struct mutex mute; /* ops, for calls that may sleep */
	const struct hlaccel_raw_ops *ops;
	void *ops_ctx;
	u32 resets;
	spinlock_t lock; /* what follows */
	bool stopped;
	bool programmed;
	u32 unfinished;
	size_t bytes;
	struct list_head chunks;
	struct list_head spare;
	struct list_head garbage;
	unsigned int num_spare;
	struct timer_list timer;
	__le32 last[HLACCEL_RAW_MAX_EXTERNAL];
	struct hlaccel_raw_queue queues[];
};

/**
 * struct hlaccel_raw_pq - Entries of a queue
 * @cpu: memory
 * @dma: its bus address
 */
struct hlaccel_raw_pq {
	struct hlaccel_pq_entry *cpu;
	dma_addr_t dma;
};

/**
 * struct hlaccel_raws - The room
 * @hdev: device
 * @gate: held for writing while a client gets the card, and for reading while others
 *        get what makes that impossible
 * @holder: client that has the card or is about to; under @gate for writing. No
 *          reference: it lets go before it goes.
 * @lock: protects @active against its end, and @orphans
 * @active: state of the holder, or NULL; read in interrupts
 * @done: completion words of all external queues
 * @done_dma: bus address of those
 * @hello: the first packets of each queue
 * @hello_dma: bus address of those
 * @orphans: copies of holders that went before the hardware had stopped
 * @unplugged: it has
 * @pq: entries of all queues, made for the first holder
 */
struct hlaccel_raws {
	struct hlaccel_device *hdev;
	struct rw_semaphore gate; /* holder */
	const struct hlaccel_client *holder;
	struct mutex lock; /* active, orphans */
	struct hlaccel_raw *active;
	__le32 *done;
	dma_addr_t done_dma;
	void *hello;
	dma_addr_t hello_dma;
	struct list_head orphans;
	bool unplugged;
	struct hlaccel_raw_pq pq[];
};

/**
 * struct hlaccel_raw_judge - Verdict on a command buffer, in several steps
 * @desc: kind of chip
 * @src: packets
 * @num: words of those
 * @pos: words that were judged
 * @operands: all that the hardware could take for packets if it repeated any
 * @repeats: it may
 */
struct hlaccel_raw_judge {
	const struct hlaccel_asic_desc *desc;
	const __le64 *src;
	size_t num;
	size_t pos;
	u64 operands;
	bool repeats;
};

static inline bool hlaccel_raw_inside(u64 address, u64 size, u64 first, u64 end)
{
	return address >= first && address < end && size && size <= end - address;
}

/* The client's memory on the card */
static inline bool hlaccel_raw_is_device(const struct hlaccel_asic_desc *desc, u64 address,
					 u64 size)
{
	return hlaccel_raw_inside(address, size, desc->sram_base + desc->raw->sram_user,
				  desc->sram_base + desc->sram_size) ||
	       hlaccel_raw_inside(address, size, desc->hbm_user, desc->hbm_size);
}

/* Host memory that is translated: the lower half of the range, as programs expect */
static inline bool hlaccel_raw_is_virtual(const struct hlaccel_asic_desc *desc, u64 address,
					  u64 size)
{
	return hlaccel_raw_inside(address, size, desc->va_start,
				  desc->va_start + (desc->va_end - desc->va_start) / 2);
}

/* hlaccel_raw_packet.c */
int hlaccel_raw_judge_begin(struct hlaccel_raw_judge *judge, const struct hlaccel_asic_desc *desc,
			    const __le64 *src, size_t size);
unsigned int hlaccel_raw_judge_plain(__le64 *dst, const __le64 *src, unsigned int num);
int hlaccel_raw_judge_some(struct hlaccel_raw_judge *judge, __le64 *dst, unsigned int room);

/* hlaccel_raw_job.c */
void hlaccel_raw_free_list(struct hlaccel_device *hdev, struct list_head *list);
void hlaccel_raw_free_chunks(struct hlaccel_raw *raw, bool all);
void hlaccel_raw_drop_memory(struct hlaccel_raw *raw);

/* hlaccel_raw_hw.c */
size_t hlaccel_raw_hello_size(struct hlaccel_device *hdev);
/* Between hlaccel_device_hw_begin() and _end() */
int hlaccel_raw_program(struct hlaccel_raw *raw);
void hlaccel_raw_unprogram(struct hlaccel_raw *raw);

#endif /* _HLACCEL_RAW_PRIV_H_ */

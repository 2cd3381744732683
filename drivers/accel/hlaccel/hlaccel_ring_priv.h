/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files behind rings and queues share: hlaccel_ring*.c,
 * hlaccel_queue.c, hlaccel_timeout.c. Beside them only hlaccel_fault.c and
 * hlaccel_debugfs.c look in here.
 */
#ifndef _HLACCEL_RING_PRIV_H_
#define _HLACCEL_RING_PRIV_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "hlaccel_job.h"

struct hlaccel_client;
struct hlaccel_device;
struct hlaccel_engine_desc;
struct hlaccel_errors;
struct eventfd_ctx;
struct hlaccel_vm;
struct page;

/*
 * What one queue may have on the hardware beside its first job there: enough to
 * keep an engine busy while an interrupt is served, and little enough that others
 * get their turn soon and a closed file's work ends soon.
 */
#define HLACCEL_QUEUE_RING_JOBS		64
#define HLACCEL_QUEUE_RING_BYTES	(64ULL << 20)

/* Failed jobs whose error a queue remembers */
#define HLACCEL_QUEUE_FAILURES		64

/* What all unfinished PACKETS jobs of one client may have in memory of the kernel */
#define HLACCEL_CLIENT_PACKETS_BYTES	(64 << 20)

/* Jobs of a queue whose times are remembered */
#define HLACCEL_QUEUE_STAMPS		64

/* Ready jobs that may pass one of a lower priority, so that this ends, too */
#define HLACCEL_PRIORITY_PASSES		256

/* Bytes of one DMA transfer: the size register has 32 bits; keep it aligned */
#define HLACCEL_COPY_PIECE		((4ULL << 30) - (2 << 20))

/* Values that the hardware writes into a job's error word */
#define HLACCEL_ERROR_ENGINE		1
#define HLACCEL_ERROR_QMAN		2

/**
 * struct hlaccel_pq_entry - Ring entry as the hardware reads it
 * @address: Device address of a command buffer
 * @size: Its bytes
 * @ctl: Zero: no repetition
 */
struct hlaccel_pq_entry {
	__le64 address;
	__le32 size;
	__le32 ctl;
};

/**
 * struct hlaccel_ring_kind - What the rings of one kind of engine need
 * @order: Logarithm of the number of entries
 * @slot_size: Bytes of a command buffer slot
 * @asid_regs: Registers in the engine window that hold the ASID
 * @num_asid_regs: Number of those
 * @asid_cfg: The same outside the window, relative to the engine's block
 * @num_asid_cfg: Number of those
 * @error_addr: Engine window: low address of the engine's error message, or 0
 * @error_cause: Engine window: error causes, written ones clear, or 0
 * @weak_order: Engine window: attribute of writes that users may change, or 0
 * @halt: Stops the engine, relative to its block; each gets a one
 * @num_halt: Number of those
 */
struct hlaccel_ring_kind {
	u8 order;
	u16 slot_size;
	const u16 *asid_regs;
	u8 num_asid_regs;
	const s32 *asid_cfg;
	u8 num_asid_cfg;
	u16 error_addr;
	u16 error_cause;
	u16 weak_order;
	const s32 *halt;
	u8 num_halt;
};

/**
 * struct hlaccel_ring_last - The last user job that ended on an engine
 * @errors: Reference to its client's error records, or NULL
 * @queue_id: Its queue
 * @seqno: Its number
 * @time: When it ended, jiffies
 */
struct hlaccel_ring_last {
	struct hlaccel_errors *errors;
	u32 queue_id;
	u64 seqno;
	unsigned long time;
};

/**
 * enum hlaccel_prio - Priorities, the highest first
 */
enum hlaccel_prio {
	/** @HLACCEL_PRIO_HIGH: before the others */
	HLACCEL_PRIO_HIGH,
	/** @HLACCEL_PRIO_NORMAL: the default */
	HLACCEL_PRIO_NORMAL,
	/** @HLACCEL_PRIO_LOW: when nobody else has work */
	HLACCEL_PRIO_LOW,
	/** @HLACCEL_PRIO_NUM: number of priorities */
	HLACCEL_PRIO_NUM,
};

/* Kinds of command buffers that a ring keeps a pattern of: the same as types of jobs */
enum hlaccel_ring_image_kind {
	/* Of jobs that are like no other; is never used again */
	HLACCEL_IMAGE_NONE,
	HLACCEL_IMAGE_COPY,
	HLACCEL_IMAGE_FILL,
	HLACCEL_IMAGE_COMMAND,
	/* The same, and others may wait for them */
	HLACCEL_IMAGE_SIGNAL,
	HLACCEL_IMAGE_NUM = HLACCEL_IMAGE_SIGNAL + HLACCEL_IMAGE_COMMAND,
};

/* Words of the longest of those */
#define HLACCEL_IMAGE_WORDS	48

/**
 * struct hlaccel_ring_image - A command buffer as jobs of one kind have it
 * @word: The words
 * @stamp: Number of the pattern among those of the ring
 * @asid: Address space of all its jobs, if there is one
 * @error: Where addresses of the error word are, 0: no second one
 * @props: Where the ASID is
 * @data: Where addresses and size begin
 * @signal: Where the message to those that wait is, if there is one
 * @seq: Where the sequence number is
 * @num: Number of words, 0: none was built yet
 */
struct hlaccel_ring_image {
	__le64 word[HLACCEL_IMAGE_WORDS];
	u16 stamp;
	u16 asid;
	u8 error[2];
	u8 props;
	u8 data;
	u8 signal;
	u8 seq;
	u8 num;
};

/**
 * struct hlaccel_ring - The hardware queue of one engine
 * @hdev: Device
 * @engine: Engine
 * @kind: What its kind needs
 * @index: Number of the engine
 * @pq: Ring entries
 * @pq_dma: Bus address of @pq
 * @cb: Command buffer slots, one per entry
 * @cb_dma: Bus address of @cb
 * @err: Error words, one per entry and one for nobody
 * @err_dma: Bus address of @err
 * @done: Written by the hardware: entries completed, modulo 2^32
 * @done_da: Device address of @done
 * @lock: Protects all below and the queues of this ring. A leaf but for the
 *        timer's lock; taken from any context, with interrupts off.
 * @pi: Entries given to the hardware, modulo 2^32
 * @ci: Entries retired
 * @jobs: Jobs by entry
 * @image: Patterns of command buffers
 * @kept: Number of the pattern that each slot has, and its entry for, or zero
 * @stamps: Numbers given to patterns
 * @stopped: The hardware takes nothing: not started, in reset, gone
 * @dead: A job hung and could not be ended; until a hard reset
 * @retiring: Somebody ends jobs; only one at a time, so that they end in order
 * @again: He is to look again
 * @suspect: A completion was found by the watchdog; it looks again soon, and if
 *           the interrupt has not come by then it was lost
 * @leftover: There was more to retire than one call may; the watchdog does it
 * @head_since: When the oldest job became that, jiffies
 * @head_time: The same, as a time
 * @busy_since: When the ring got its first job
 * @unfinished: Jobs of all its queues that have not ended
 * @others_since: When the watchdog first saw that others wait for a job without a
 *                time limit, jiffies, or zero
 * @busy_ns: Time with jobs until then
 * @num_done: Jobs retired
 * @num_queues: User queues
 * @queues: All queues
 * @ready: Queues whose first job can run and has no entry yet, by priority
 * @passes: Jobs that have passed ready ones of lower priority, since the last of these
 *          had its turn
 * @refused: Queues whose first job waits for the lease
 * @zombies: Jobs that ended by force while the hardware may still use their
 *           memory
 * @watchdog: Looks for lost interrupts and hangs while there are jobs
 * @hang_work: Decides about a hang
 * @release: Jobs to release
 * @release_work: Does it if nobody else does
 * @kernel_queue: The kernel's own queue
 * @last: Last job that ended, when the engine has no error word; ring lock
 * @wait: What its waits on the card need
 * @waiting: Jobs that wait on the card
 * @num_waits: Jobs that have
 * @num_recalled: Of those, how many had to come back
 */
struct hlaccel_ring {
	struct hlaccel_device *hdev;
	const struct hlaccel_engine_desc *engine;
	const struct hlaccel_ring_kind *kind;
	unsigned int index;

	struct hlaccel_pq_entry *pq;
	dma_addr_t pq_dma;
	u8 *cb;
	dma_addr_t cb_dma;
	__le32 *err;
	dma_addr_t err_dma;
	__le32 *done;
	u64 done_da;

	spinlock_t lock;	/* what follows, and the queues */
	u32 pi;
	u32 ci;
	struct hlaccel_job **jobs;
	struct hlaccel_ring_image image[HLACCEL_IMAGE_NUM];
	u16 *kept;
	u16 stamps;
	bool stopped;
	bool dead;
	bool retiring;
	bool again;
	bool suspect;
	bool leftover;
	unsigned long head_since;
	ktime_t head_time;
	ktime_t busy_since;
	u64 busy_ns;
	u64 num_done;
	unsigned int unfinished;
	unsigned long others_since;
	unsigned int num_queues;
	struct list_head queues;
	struct list_head ready[HLACCEL_PRIO_NUM];
	unsigned int passes;
	struct list_head refused;
	struct list_head zombies;

	struct timer_list watchdog;
	struct work_struct hang_work;
	struct llist_head release;
	struct delayed_work release_work;
	struct hlaccel_queue *kernel_queue;
	struct hlaccel_ring_last last;
	struct hlaccel_devwait *wait;
	unsigned int waiting;
	u64 num_waits;
	u64 num_recalled;
};

/* More than any chip has */
#define HLACCEL_RINGS_MAX	64

/**
 * struct hlaccel_rings - All rings of a device
 * @hdev: Device
 * @done: Completion words of all rings
 * @done_dma: Bus address of @done
 * @busy: Rings with jobs; a hint for the interrupt, which has few to look at
 * @again: Rings with jobs that could not be ended before, but can now
 * @wait_lock: Protects @pairs; inside of the rings' locks
 * @num_pairs: Queues that can be waited for on the card
 * @pairs: Their sync objects
 * @hang_wq: Runs their verdicts on hangs; all fences depend on those
 * @reset_work: Asks for the hard reset that a dead engine needs
 * @reset_deadline: When it asks even if other engines have work, jiffies
 * @num: Number of rings
 * @ring: Rings, in the order of the engines
 */
struct hlaccel_rings {
	struct hlaccel_device *hdev;
	__le32 *done;
	dma_addr_t done_dma;
	DECLARE_BITMAP(busy, HLACCEL_RINGS_MAX);
	DECLARE_BITMAP(again, HLACCEL_RINGS_MAX);
	spinlock_t wait_lock;	/* pairs */
	unsigned int num_pairs;
	struct hlaccel_devwait_pair pairs[HLACCEL_DEVWAIT_PAIRS];
	struct workqueue_struct *hang_wq;
	struct delayed_work reset_work;
	unsigned long reset_deadline;
	unsigned int num;
	struct hlaccel_ring ring[] __counted_by(num);
};

/**
 * struct hlaccel_failure - A failed job
 * @seqno: Its number
 * @error: How it ended
 */
struct hlaccel_failure {
	u64 seqno;
	int error;
};

/**
 * struct hlaccel_stamp - When a job ran
 * @seqno: Its number
 * @start: When the hardware could begin with it
 * @end: When the driver learned of its end
 */
struct hlaccel_stamp {
	u64 seqno;
	ktime_t start;
	ktime_t end;
};

/* Mapped ranges that a queue knows */
#define HLACCEL_QUEUE_RANGES		4

/**
 * struct hlaccel_queue_range - Mapped addresses
 * @start: The first one
 * @end: The first one behind, or zero
 */
struct hlaccel_queue_range {
	u64 start;
	u64 end;
};

/**
 * struct hlaccel_queue - One queue
 * @ref: References: id, unfinished jobs, callers
 * @rcu: Its memory is looked at under RCU
 * @ring: Its ring
 * @vm: Reference to its VM, or NULL
 * @client: Reference to its client, NULL for the kernel's own
 * @id: Id in its file
 * @flags: Flags of creation
 * @reset_count: Of the device at creation; another value now: lost
 * @prio: Priority
 * @timeout: Time limit of a job, jiffies
 * @context: Fence context
 * @wait: Who waits for a sequence number
 * @pool: Memory of its jobs
 * @page: Reference to the completion page
 * @slot_index: Slot in it, owned while the queue has an id
 * @slot: The slot, NULL when it is not this queue's any more; ring lock
 * @link: In the ring's list of queues; ring lock
 * @ready: In the ring's list of ready queues; ring lock
 * @in_vm: In the VM's set of queues
 * @in_client: In the client's set of queues
 * @refused: In the ring's list of queues that wait for the lease; ring lock
 * @backlog: Jobs without a ring entry; ring lock
 * @on_ring: Jobs with a ring entry; ring lock
 * @bytes_on_ring: Their bytes; ring lock
 * @last_seqno: Newest job; ring lock
 * @vm_seqno: Newest job that reaches memory in the VM; ring lock for writing, and for
 *            a value that is sure
 * @vm_changes: The VM's number when @ranges was written; this and the rest of it are
 *              written under the VM's dma_resv and the ring lock
 * @num_ranges: Number of ranges that were written
 * @ranges: Where the VM had something mapped, and has as long as that is its number
 * @leased_seqno: Newest job that uses the lease; ring lock for writing
 * @completed: Last finished job; ring lock for writing
 * @failed: Number of failed jobs; ring lock
 * @failures: The last of those, @failed modulo size is the next; ring lock
 * @stamps: Times of jobs, @num_stamps modulo size is the next; allocated with the
 *          first such job; ring lock
 * @num_stamps: Number of jobs with times
 * @banned: Takes no more jobs; ring lock
 * @cancelled: Jobs in the backlog end unrun; ring lock
 * @numbered: A job had a fence, and @pair was looked for; ring lock
 * @pair: Sync objects for those that wait on the card; ring lock
 * @number: Last value of those; ring lock
 * @waiting: Jobs that wait on the card; ring lock
 * @recalled: Jobs that are to come back from there; ring lock
 * @eventfd_lock: Protects @eventfd; a leaf, from any context
 * @eventfd: To be signalled when a job has ended, or NULL
 */
struct hlaccel_queue {
	struct kref ref;
	struct rcu_head rcu;
	struct hlaccel_ring *ring;
	struct hlaccel_vm *vm;
	struct hlaccel_client *client;
	u32 id;
	u32 flags;
	u32 reset_count;
	enum hlaccel_prio prio;
	unsigned long timeout;
	u64 context;
	wait_queue_head_t wait;
	struct hlaccel_job_pool pool;
	struct page *page;
	unsigned int slot_index;
	u64 *slot;
	struct list_head link;
	struct list_head in_vm;
	struct list_head in_client;
	struct list_head ready;
	struct list_head refused;
	struct list_head backlog;
	unsigned int on_ring;
	u64 bytes_on_ring;
	u64 last_seqno;
	u64 vm_seqno;
	u64 vm_changes;
	unsigned int num_ranges;
	struct hlaccel_queue_range ranges[HLACCEL_QUEUE_RANGES];
	u64 leased_seqno;
	u64 completed;
	u64 failed;
	struct hlaccel_failure failures[HLACCEL_QUEUE_FAILURES];
	struct hlaccel_stamp *stamps;
	u64 num_stamps;
	bool banned;
	bool cancelled;
	bool numbered;
	u8 pair;
	u64 number;
	unsigned int waiting;
	unsigned int recalled;
	spinlock_t eventfd_lock; /* eventfd */
	struct eventfd_ctx *eventfd;
};

/**
 * struct hlaccel_push - Jobs for a queue
 * @first: Jobs, linked by @next; once accepted they may be gone
 * @num: Number of them
 * @uses_vm: One reaches memory in the VM, whose reservation is locked
 * @uses_lease: One uses the lease
 * @plain: They are copies and programs of a client, without fences, and wait for nothing
 * @fences: NULL, or gets a reference to the fence of each job, NULL where none is
 * @seqno: Gets the number of the last job
 */
struct hlaccel_push {
	struct hlaccel_job *first;
	unsigned int num;
	bool uses_vm;
	bool uses_lease;
	bool plain;
	struct dma_fence **fences;
	u64 seqno;
};

/* Ring arithmetic: counters run modulo 2^32, the hardware's modulo two rings */
static inline u32 hlaccel_ring_size(const struct hlaccel_ring *ring)
{
	return 1U << ring->kind->order;
}

static inline u32 hlaccel_ring_slot(u32 count, u8 order)
{
	return count & ((1U << order) - 1);
}

static inline u32 hlaccel_ring_doorbell(u32 pi, u8 order)
{
	return pi & ((2U << order) - 1);
}

static inline bool hlaccel_ring_full(u32 pi, u32 ci, u8 order)
{
	return pi - ci >= 1U << order;
}

/* Does a queue want an entry? The ring lock is held. */
static __always_inline bool hlaccel_ring_has_ready(const struct hlaccel_ring *ring)
{
	unsigned int i;

	for (i = 0; i < HLACCEL_PRIO_NUM; i++) {
		if (!list_empty(&ring->ready[i]))
			return true;
	}
	return false;
}

/* Entries that became complete; none if the device wrote what can't be */
static inline u32 hlaccel_ring_completed(u32 pi, u32 ci, u32 word)
{
	return word - ci <= pi - ci ? word - ci : 0;
}

static inline bool hlaccel_queue_done(struct hlaccel_queue *queue, u64 seqno)
{
	/* Pairs with the release in hlaccel_queue_finish_job() */
	return smp_load_acquire(&queue->completed) >= seqno;
}

/* hlaccel_ring.c */
void hlaccel_ring_run(struct hlaccel_ring *ring);
void hlaccel_ring_begin(struct hlaccel_ring *ring);
void hlaccel_ring_ring(struct hlaccel_ring *ring, u32 pi);
u32 hlaccel_ring_finished(struct hlaccel_ring *ring);
void hlaccel_ring_retire(struct hlaccel_ring *ring);
void hlaccel_ring_abort(struct hlaccel_ring *ring, int head_error, int error, bool zombies);
void hlaccel_ring_reap_now(struct hlaccel_ring *ring);
struct hlaccel_job *hlaccel_ring_head(struct hlaccel_ring *ring);

/* Release jobs that have ended; process context, not under the reset lock */
static inline void hlaccel_ring_reap(struct hlaccel_ring *ring)
{
	if (!llist_empty(&ring->release))
		hlaccel_ring_reap_now(ring);
}

/* hlaccel_kjob.c */
struct dma_fence *hlaccel_ring_kernel_job(struct hlaccel_ring *ring, u8 type, u64 da, u64 size);
struct dma_fence *hlaccel_ring_kernel_packets(struct hlaccel_ring *ring, __le64 *packets,
					      dma_addr_t dma, u64 size);

/* hlaccel_ring_cb.c */
const struct hlaccel_ring_kind *hlaccel_ring_kind(const struct hlaccel_engine_desc *engine);
void hlaccel_ring_prepare_slots(struct hlaccel_ring *ring);

/* hlaccel_ring_hw.c */
void hlaccel_ring_hw_setup(struct hlaccel_ring *ring);
void hlaccel_ring_hw_start(struct hlaccel_ring *ring);
void hlaccel_ring_halt(struct hlaccel_ring *ring);
bool hlaccel_ring_unblock(struct hlaccel_ring *ring, bool gently);

/* hlaccel_timeout.c */
void hlaccel_ring_arm_watchdog(struct hlaccel_ring *ring);
void hlaccel_ring_watchdog(struct timer_list *timer);
void hlaccel_ring_hang_work(struct work_struct *work);
void hlaccel_rings_reset_work(struct work_struct *work);

/* hlaccel_queue.c */
struct hlaccel_queue *hlaccel_queue_alloc(struct hlaccel_ring *ring);
int hlaccel_queue_push(struct hlaccel_queue *queue, struct hlaccel_push *push);
int hlaccel_queue_want_stamps(struct hlaccel_queue *queue);
bool hlaccel_queue_admits_leased(struct hlaccel_queue *queue, struct hlaccel_job *job);
bool hlaccel_queue_runnable(struct hlaccel_queue *queue);
void hlaccel_queue_parked(struct hlaccel_queue *queue);
void hlaccel_queue_set_ready(struct hlaccel_queue *queue);
void hlaccel_queue_finish_job(struct hlaccel_queue *queue, struct hlaccel_job *job,
			      bool on_ring);
void hlaccel_queue_stamp(struct hlaccel_queue *queue, u64 seqno, ktime_t start, ktime_t end);
void hlaccel_queue_job_ready(struct hlaccel_queue *queue, struct hlaccel_job *job);
void hlaccel_queue_take_back(struct hlaccel_queue *queue, struct hlaccel_job *job);
void hlaccel_queue_admit(struct hlaccel_queue *queue);
void hlaccel_queue_ban_locked(struct hlaccel_queue *queue);
void hlaccel_queue_signal_eventfd(struct hlaccel_queue *queue);

#endif /* _HLACCEL_RING_PRIV_H_ */

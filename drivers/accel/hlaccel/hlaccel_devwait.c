// SPDX-License-Identifier: GPL-2.0
/*
 * Waits of a job for another job of the same card that the card does by itself.
 */

#include <linux/bitfield.h>
#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/pci.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_devwait.h"
#include "hlaccel_drv.h"
#include "hlaccel_io.h"
#include "hlaccel_job.h"
#include "hlaccel_lease.h"
#include "hlaccel_packet.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_trace.h"
#include "regs/qman_regs.h"
#include "regs/sync_regs.h"

/**
 * DOC: waits on the card
 *
 * A job with a fence writes a sync object of its queue behind its work: a number
 * that counts the queue's jobs with fences. A job that waits for such a one, which
 * is with the hardware already, need not be parked. Its command buffer begins with
 * this:
 *
 * 1. predicates are loaded from a line of host memory: one of them is the job's, and
 *    all that follows but the completion depends on it;
 * 2. for each dependency a monitor is armed that writes a number to a gate, a sync
 *    object of the waiting ring, when the dependency's object has reached its value;
 * 3. one more is armed that raises the processor's fence counter when all those gates
 *    have the number, and the processor waits for that;
 * 4. predicates are loaded again, and a word of host memory says that the work runs.
 *
 * So the driver can call a job back at any time: it clears the predicate and sets the
 * gates, which is no different from what the card does, and sees by that word which
 * of them came first. What did not run goes back to its queue and waits as any parked
 * job. That is done when jobs of other queues come to the ring, and nobody waits
 * behind another's wait. Objects are those of queues, not of rings, for that: a queue's
 * jobs stay in order when they are called back, and its numbers say what has run.
 *
 * Fences know nothing of this. The callbacks of the dependencies' fences stay, and a
 * job ends after they have been called: with the error of one that has failed. Then
 * the work is left out if it has not begun yet; jobs that fail before they run write
 * no object.
 *
 * An object has 15 bits, so a queue has two, and takes the other one when the first
 * has come to its end. Not while a wait for the other's old values is on the way: then
 * jobs get no number, and who waits for them is parked.
 */

/* Sync objects of a ring's gates; two rings share a group of eight */
#define DEVWAIT_GATES		4
/* Monitors of a ring: one for each dependency, and one for the gates */
#define DEVWAIT_MONITORS	(HLACCEL_DEVWAIT_DEPS + 1)

static_assert(HLACCEL_DEVWAIT_DEPS <= DEVWAIT_GATES);

/* Bytes of the longest command buffer with a wait, in steps of a fetch line */
#define DEVWAIT_BUFFER		640

/**
 * struct hlaccel_devwait_memory - What a ring's waits have in host memory
 * @go: Predicates; the first word is ignored by the hardware
 * @ran: By slot: the work has begun
 * @buffer: Command buffers
 */
struct hlaccel_devwait_memory {
	__le32 go[32];
	__le32 ran[32];
	u8 buffer[HLACCEL_DEVWAIT_SLOTS][DEVWAIT_BUFFER];
};

/**
 * struct hlaccel_devwait - Waits of one ring; ring lock
 * @memory: Host memory
 * @dma: Its bus address
 * @pi: Waits given to the hardware
 * @ci: Waits that have ended
 * @value: Gate value of the last one
 * @jobs: By slot
 */
struct hlaccel_devwait {
	struct hlaccel_devwait_memory *memory;
	dma_addr_t dma;
	u32 pi;
	u32 ci;
	u16 value;
	struct hlaccel_job *jobs[HLACCEL_DEVWAIT_SLOTS];
};

static const struct hlaccel_sync_manager_desc *devwait_sm(struct hlaccel_device *hdev)
{
	return &hdev->desc->sync_managers[hdev->desc->kernel_sm];
}

static unsigned int devwait_gate(const struct hlaccel_ring *ring)
{
	return DEVWAIT_GATES * ring->index;
}

static unsigned int devwait_monitor(const struct hlaccel_ring *ring)
{
	return DEVWAIT_MONITORS * ring->index;
}

/* Behind the gates */
static unsigned int devwait_object(struct hlaccel_device *hdev, unsigned int pair, u32 epoch)
{
	return ALIGN(DEVWAIT_GATES * hdev->desc->num_engines, 8) + 2 * pair + epoch % 2;
}

static u32 devwait_sob_reg(struct hlaccel_device *hdev, unsigned int sob)
{
	return devwait_sm(hdev)->sobs + 4 * sob;
}

static u32 devwait_monitor_reg(struct hlaccel_device *hdev, unsigned int monitor, u32 reg)
{
	return devwait_sm(hdev)->monitors + reg + 4 * monitor;
}

static struct hlaccel_devwait_pair *devwait_pair(struct hlaccel_ring *ring, unsigned int pair)
{
	return &ring->hdev->rings->pairs[pair];
}

/**
 * hlaccel_devwait_pairs() - How many queues can be waited for
 * @hdev: Device
 *
 * Return: the number, none if the chip has too few objects for the kernel
 */
unsigned int hlaccel_devwait_pairs(struct hlaccel_device *hdev)
{
	const struct hlaccel_sync_manager_desc *sm = devwait_sm(hdev);
	unsigned int gates = devwait_object(hdev, 0, 0);

	if (sm->first_monitor < DEVWAIT_MONITORS * hdev->desc->num_engines ||
	    sm->first_sob < gates)
		return 0;
	return min_t(unsigned int, (sm->first_sob - gates) / 2, HLACCEL_DEVWAIT_PAIRS);
}

/**
 * hlaccel_devwait_init() - Make what a ring needs to wait
 * @ring: Ring
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_devwait_init(struct hlaccel_ring *ring)
{
	struct hlaccel_device *hdev = ring->hdev;
	struct hlaccel_devwait *wait;

	BUILD_BUG_ON(offsetof(struct hlaccel_devwait_memory, buffer) % 128);
	BUILD_BUG_ON(ARRAY_SIZE(wait->memory->go) <= HLACCEL_DEVWAIT_SLOTS);
	wait = drmm_kzalloc(&hdev->drm, sizeof(*wait), GFP_KERNEL);
	if (!wait)
		return -ENOMEM;
	wait->memory = dma_alloc_coherent(&hdev->pdev->dev, sizeof(*wait->memory), &wait->dma,
					  GFP_KERNEL);
	if (!wait->memory)
		return -ENOMEM;
	ring->wait = wait;
	return 0;
}

/**
 * hlaccel_devwait_fini() - Give it back
 * @ring: Ring
 */
void hlaccel_devwait_fini(struct hlaccel_ring *ring)
{
	if (!ring->wait)
		return;
	dma_free_coherent(&ring->hdev->pdev->dev, sizeof(*ring->wait->memory), ring->wait->memory,
			  ring->wait->dma);
	ring->wait = NULL;
}

/* Nothing is armed, and no gate has a value that is used again */
static void devwait_reset_gates(struct hlaccel_ring *ring)
{
	struct hlaccel_device *hdev = ring->hdev;
	unsigned int i;

	for (i = 0; i < DEVWAIT_MONITORS; i++)
		hlaccel_cfg_write(hdev, devwait_monitor_reg(hdev, devwait_monitor(ring) + i,
							    SYNC_MON_STATUS), 0);
	/* What had fired has arrived before the gates are written */
	hlaccel_cfg_read(hdev, devwait_monitor_reg(hdev, devwait_monitor(ring), SYNC_MON_STATUS));
	for (i = 0; i < DEVWAIT_GATES; i++)
		hlaccel_cfg_write(hdev, devwait_sob_reg(hdev, devwait_gate(ring) + i), 0);
	ring->wait->value = 0;
}

/* Where the monitors write to is always the same */
static void devwait_start_ring(struct hlaccel_ring *ring)
{
	struct hlaccel_device *hdev = ring->hdev;
	u32 monitor = devwait_monitor(ring), i, reg;
	u64 da;

	ring->wait->pi = 0;
	ring->wait->ci = 0;
	devwait_reset_gates(ring);
	for (i = 0; i < DEVWAIT_MONITORS; i++, monitor++) {
		reg = devwait_sob_reg(hdev, devwait_gate(ring) + i);
		if (i == HLACCEL_DEVWAIT_DEPS)
			reg = ring->engine->qman + QMAN_CP_FENCE_RDATA(HLACCEL_DEVWAIT_FENCE, 0);
		da = hlaccel_cfg_da(hdev, reg);
		hlaccel_cfg_write(hdev, devwait_monitor_reg(hdev, monitor, 0), lower_32_bits(da));
		hlaccel_cfg_write(hdev, devwait_monitor_reg(hdev, monitor, SYNC_MON_ADDR_HI),
				  upper_32_bits(da));
		hlaccel_cfg_write(hdev, devwait_monitor_reg(hdev, monitor, SYNC_MON_DATA), 1);
	}
	hlaccel_cfg_write(hdev, ring->engine->qman +
			  QMAN_CP_FENCE_CNT(HLACCEL_DEVWAIT_FENCE, 0), 0);
}

/**
 * hlaccel_devwait_hw_start() - Get the sync objects ready
 * @hdev: Device, whose rings have no jobs; fresh from reset, or somebody else had the
 *        objects
 */
void hlaccel_devwait_hw_start(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	unsigned int i;

	if (!rings->num_pairs)
		return;
	hdev->desc->ops->close_sync(hdev, true);
	for (i = 0; i < rings->num; i++)
		devwait_start_ring(&rings->ring[i]);
	for (i = 0; i < rings->num_pairs; i++) {
		rings->pairs[i].epoch = 0;
		hlaccel_cfg_write(hdev, devwait_sob_reg(hdev, devwait_object(hdev, i, 0)), 0);
		hlaccel_cfg_write(hdev, devwait_sob_reg(hdev, devwait_object(hdev, i, 1)), 0);
	}
}

/**
 * hlaccel_devwait_lend() - Open the kernel's sync objects for somebody else
 * @hdev: Device, whose rings have no jobs until hlaccel_devwait_hw_start()
 */
void hlaccel_devwait_lend(struct hlaccel_device *hdev)
{
	hdev->desc->ops->close_sync(hdev, false);
}

/* A queue gets its objects with its first job that has a fence */
static void devwait_take_pair(struct hlaccel_ring *ring, struct hlaccel_queue *queue)
{
	struct hlaccel_rings *rings = ring->hdev->rings;
	struct hlaccel_client *client = queue->client;
	unsigned int i;

	queue->pair = HLACCEL_DEVWAIT_NO_PAIR;
	spin_lock(&rings->wait_lock);
	for (i = 0; i < rings->num_pairs && client->wait_pairs < HLACCEL_DEVWAIT_QUEUES; i++) {
		if (rings->pairs[i].taken)
			continue;
		rings->pairs[i].taken = true;
		rings->pairs[i].epoch = 0;
		client->wait_pairs++;
		queue->pair = i;
		break;
	}
	spin_unlock(&rings->wait_lock);
	if (queue->pair == HLACCEL_DEVWAIT_NO_PAIR)
		return;
	for (i = 0; i < 2; i++)
		hlaccel_cfg_write(ring->hdev,
				  devwait_sob_reg(ring->hdev,
						  devwait_object(ring->hdev, queue->pair, i)), 0);
	/* Before anybody can wait for them */
	hlaccel_cfg_read(ring->hdev, devwait_sob_reg(ring->hdev,
						     devwait_object(ring->hdev, queue->pair, 0)));
}

/**
 * hlaccel_devwait_queue_free() - A queue goes, and so do its objects
 * @queue: Queue
 */
void hlaccel_devwait_queue_free(struct hlaccel_queue *queue)
{
	struct hlaccel_rings *rings = queue->ring->hdev->rings;
	struct hlaccel_devwait_pair *pair;
	unsigned long flags;

	if (!queue->numbered || queue->pair == HLACCEL_DEVWAIT_NO_PAIR)
		return;
	pair = &rings->pairs[queue->pair];
	spin_lock_irqsave(&rings->wait_lock, flags);
	queue->client->wait_pairs--;
	pair->orphan = pair->users[0] || pair->users[1];
	pair->taken = pair->orphan;
	spin_unlock_irqrestore(&rings->wait_lock, flags);
}

/**
 * hlaccel_devwait_number() - Let others wait for a job
 * @ring: Ring; its lock is held
 * @job: Job with a fence, about to get a ring entry
 */
void hlaccel_devwait_number(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	struct hlaccel_device *hdev = ring->hdev;
	struct hlaccel_queue *queue = job->queue;
	struct hlaccel_fence *fence = job->fence;
	struct hlaccel_devwait_pair *pair;
	u32 epoch;
	u64 number;

	if (job->error || !queue->client)
		return;
	/* One that comes again has it already */
	if (fence->number) {
		WRITE_ONCE(fence->away, false);
		return;
	}
	if (!queue->numbered) {
		devwait_take_pair(ring, queue);
		queue->numbered = true;
	}
	if (queue->pair == HLACCEL_DEVWAIT_NO_PAIR)
		return;
	number = queue->number + 1;
	epoch = hlaccel_devwait_epoch(number);
	pair = devwait_pair(ring, queue->pair);
	/* Written under both locks, so that one is enough to read it */
	if (epoch != pair->epoch) {
		spin_lock(&hdev->rings->wait_lock);
		if (pair->users[epoch % 2]) {
			spin_unlock(&hdev->rings->wait_lock);
			return;
		}
		pair->epoch = epoch;
		hlaccel_cfg_write(hdev, devwait_sob_reg(hdev, devwait_object(hdev, queue->pair,
									     epoch)), 0);
		hlaccel_cfg_read(hdev, devwait_sob_reg(hdev, devwait_object(hdev, queue->pair,
									    epoch)));
		spin_unlock(&hdev->rings->wait_lock);
	}
	queue->number = number;
	fence->pair = queue->pair;
	/* Pairs with the acquire in devwait_fence() */
	smp_store_release(&fence->number, number);
}

/* The fence of a job that is with the hardware and can be waited for there, or NULL */
static struct hlaccel_fence *devwait_fence(const struct hlaccel_ring *ring,
					   struct dma_fence *fence)
{
	struct hlaccel_fence *ours = hlaccel_job_fence(fence);

	/* Others of that chip will not have the same rings */
	if (!ours || ours->rings != ring->hdev->rings || !smp_load_acquire(&ours->number) ||
	    READ_ONCE(ours->away))
		return NULL;
	return ours;
}

static bool devwait_signaled(struct dma_fence *fence)
{
	return test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
}

static bool devwait_can_run(const struct hlaccel_job *job)
{
	switch (job->type) {
	case DRM_HLACCEL_JOB_COPY:
	case DRM_HLACCEL_JOB_FILL:
		return job->size <= HLACCEL_COPY_PIECE;
	case DRM_HLACCEL_JOB_COMMAND:
		return true;
	default:
		/* Packets that were judged have no predicate */
		return false;
	}
}

/**
 * hlaccel_devwait_admits() - Can the card wait for what a job waits for?
 * @queue: Its queue; the ring lock is held
 * @job: The next job of the queue, with dependencies that have not ended
 *
 * Only on a ring where nobody else has work, whoever that is.
 *
 * Return: true if so
 */
bool hlaccel_devwait_admits(struct hlaccel_queue *queue, struct hlaccel_job *job)
{
	struct hlaccel_ring *ring = queue->ring;
	const struct hlaccel_devwait *wait = ring->wait;
	const struct hlaccel_deps *deps;
	unsigned int i, num = 0;

	if (job->recalled || job->error || !queue->client ||
	    queue->flags & DRM_HLACCEL_QUEUE_LONG_RUNNING || !devwait_can_run(job))
		return false;
	if (ring->unfinished != queue->last_seqno - queue->completed)
		return false;
	if (wait->pi - wait->ci >= HLACCEL_DEVWAIT_SLOTS ||
	    (wait->value == HLACCEL_DEVWAIT_VALUES && wait->pi != wait->ci))
		return false;
	if (hlaccel_job_dep_error(job))
		return false;
	for (deps = job->deps; deps; deps = deps->next) {
		for (i = 0; i < deps->num; i++) {
			if (devwait_signaled(deps->dep[i].fence))
				continue;
			if (++num > HLACCEL_DEVWAIT_DEPS ||
			    !devwait_fence(ring, deps->dep[i].fence))
				return false;
		}
	}
	return true;
}

/* What of it the card has to wait for; the objects stay as long as the wait does */
static void devwait_collect(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	struct hlaccel_rings *rings = ring->hdev->rings;
	struct hlaccel_devwait_job *wait = &job->deps->wait;
	struct hlaccel_devwait_pair *pair;
	const struct hlaccel_deps *deps;
	struct hlaccel_fence *fence;
	unsigned int i;
	u32 epoch;

	wait->num = 0;
	spin_lock(&rings->wait_lock);
	for (deps = job->deps; deps; deps = deps->next) {
		for (i = 0; i < deps->num && wait->num < HLACCEL_DEVWAIT_DEPS; i++) {
			fence = devwait_fence(ring, deps->dep[i].fence);
			if (!fence || devwait_signaled(deps->dep[i].fence))
				continue;
			pair = &rings->pairs[fence->pair];
			epoch = hlaccel_devwait_epoch(fence->number);
			/* Its object counts for the second time since: it has run long ago */
			if (pair->epoch - epoch > 1)
				continue;
			pair->users[epoch % 2]++;
			wait->on[wait->num].pair = fence->pair;
			wait->on[wait->num++].number = fence->number;
		}
	}
	spin_unlock(&rings->wait_lock);
}

/**
 * hlaccel_devwait_begin() - A job with dependencies goes to the hardware
 * @ring: Ring; its lock is held
 * @job: Job that hlaccel_devwait_admits() has let through
 */
void hlaccel_devwait_begin(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	struct hlaccel_devwait_job *wait = &job->deps->wait;
	struct hlaccel_devwait *of = ring->wait;

	devwait_collect(ring, job);
	if (of->value == HLACCEL_DEVWAIT_VALUES)
		devwait_reset_gates(ring);
	wait->value = ++of->value;
	wait->slot = of->pi++ % HLACCEL_DEVWAIT_SLOTS;
	wait->seq = ring->pi + 1;
	wait->state = HLACCEL_DEVWAIT_WAITING;
	of->jobs[wait->slot] = job;
	of->memory->go[wait->slot + 1] = cpu_to_le32(1);
	of->memory->ran[wait->slot] = 0;
	job->devwait = true;
	job->queue->waiting++;
	ring->waiting++;
	ring->num_waits++;
	trace_hlaccel_job_wait(job);
}

/* Nothing of a job is to run from now on, unless it runs already */
static void devwait_stop(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	WRITE_ONCE(ring->wait->memory->go[job->deps->wait.slot + 1], 0);
	/* Before anything that lets the processor look at it */
	mb();
}

/**
 * hlaccel_devwait_release() - Let the processor go on that waits in a job
 * @ring: Ring; its lock is held
 * @job: Its job
 *
 * Does nothing if the processor has not come so far: it will not wait there if the
 * predicate was cleared before.
 */
void hlaccel_devwait_release(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	const struct hlaccel_devwait_job *wait = &job->deps->wait;
	unsigned int i;

	if (ring->stopped || le32_to_cpu(READ_ONCE(*ring->done)) + 1 != wait->seq)
		return;
	for (i = 0; i < wait->num; i++)
		hlaccel_cfg_write(ring->hdev, devwait_sob_reg(ring->hdev, devwait_gate(ring) + i),
				  wait->value);
}

static void devwait_leave(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	struct hlaccel_queue *queue = job->queue;

	if (job->deps->wait.state == HLACCEL_DEVWAIT_WAITING) {
		queue->waiting--;
		ring->waiting--;
	} else if (job->deps->wait.state == HLACCEL_DEVWAIT_RECALLED) {
		queue->recalled--;
	}
}

/*
 * All that waits in one ring is of one queue. What it has behind the first one that is
 * called back comes back as well, to stay in order; so it is called from behind.
 */
static void devwait_recall(struct hlaccel_ring *ring, u32 first)
{
	struct hlaccel_devwait *of = ring->wait;
	struct hlaccel_job *job;
	u32 i;

	for (i = of->pi; i != first; i--) {
		job = of->jobs[(i - 1) % HLACCEL_DEVWAIT_SLOTS];
		if (job->deps->wait.state == HLACCEL_DEVWAIT_RECALLED)
			continue;
		devwait_leave(ring, job);
		job->deps->wait.state = HLACCEL_DEVWAIT_RECALLED;
		job->queue->recalled++;
		list_del_init(&job->queue->ready);
		devwait_stop(ring, job);
		ring->num_recalled++;
		trace_hlaccel_job_recall(job);
	}
	for (i = first; i != of->pi; i++)
		hlaccel_devwait_release(ring, of->jobs[i % HLACCEL_DEVWAIT_SLOTS]);
}

/**
 * hlaccel_devwait_make_way() - Call back the jobs that wait in front of another
 * @ring: Ring with waiting jobs; its lock is held
 * @job: The other, which is about to get an entry
 */
void hlaccel_devwait_make_way(struct hlaccel_ring *ring, const struct hlaccel_job *job)
{
	struct hlaccel_devwait *of = ring->wait;
	struct hlaccel_job *other = NULL;
	u32 first;

	for (first = of->ci; first != of->pi; first++) {
		other = of->jobs[first % HLACCEL_DEVWAIT_SLOTS];
		if (hlaccel_devwait_waiting(other))
			break;
	}
	if (first == of->pi || other->queue == job->queue)
		return;
	devwait_recall(ring, first);
}

/**
 * hlaccel_devwait_cancel() - Call back the jobs of a queue that takes no more part
 * @queue: Queue with waiting jobs, cancelled; the ring lock is held
 *
 * They end when the hardware is through with them, unrun.
 */
void hlaccel_devwait_cancel(struct hlaccel_queue *queue)
{
	struct hlaccel_devwait *of = queue->ring->wait;
	u32 first = of->ci;

	/* All that waits there is of this queue */
	while (first != of->pi && !hlaccel_devwait_waiting(of->jobs[first % HLACCEL_DEVWAIT_SLOTS]))
		first++;
	devwait_recall(queue->ring, first);
}

static bool devwait_waits_for(const struct hlaccel_job *job, unsigned int pair)
{
	const struct hlaccel_devwait_job *wait = &job->deps->wait;
	unsigned int i;

	for (i = 0; i < wait->num; i++) {
		if (wait->on[i].pair == pair)
			return true;
	}
	return false;
}

/**
 * hlaccel_devwait_forsake() - Let nothing on the card follow the jobs of a queue
 * @hdev: Device
 * @pair: The queue's sync objects
 *
 * Process context; no ring is locked. A job of the queue is about to end by force,
 * and will tell those that wait for it what it would have told them otherwise.
 */
void hlaccel_devwait_forsake(struct hlaccel_device *hdev, unsigned int pair)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_devwait *of;
	struct hlaccel_ring *ring;
	unsigned long flags;
	unsigned int i;
	u32 first;

	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		of = ring->wait;
		spin_lock_irqsave(&ring->lock, flags);
		for (first = of->ci; first != of->pi; first++) {
			if (devwait_waits_for(of->jobs[first % HLACCEL_DEVWAIT_SLOTS], pair))
				break;
		}
		devwait_recall(ring, first);
		spin_unlock_irqrestore(&ring->lock, flags);
	}
}

/**
 * hlaccel_devwait_resolve() - All dependencies of a job have ended
 * @ring: Its ring, whose lock is held
 * @job: The job, which may be anywhere
 *
 * Return: true if it waits on the card, and has come to its end there
 */
bool hlaccel_devwait_resolve(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	struct hlaccel_devwait_job *wait = &job->deps->wait;

	if (!job->devwait || wait->state == HLACCEL_DEVWAIT_NONE)
		return false;
	if (wait->state == HLACCEL_DEVWAIT_WAITING) {
		devwait_leave(ring, job);
		wait->state = HLACCEL_DEVWAIT_OVER;
	}
	if (hlaccel_job_dep_error(job)) {
		devwait_stop(ring, job);
		hlaccel_devwait_release(ring, job);
	}
	/* Its own time begins now */
	if (hlaccel_ring_head(ring) == job) {
		ring->busy_since = ktime_add(ring->busy_since,
					     ktime_sub(ktime_get(), ring->head_time));
		ring->head_since = jiffies;
		ring->head_time = ktime_get();
		hlaccel_ring_arm_watchdog(ring);
	}
	return (s32)(le32_to_cpu(READ_ONCE(*ring->done)) - wait->seq) >= 0;
}

/**
 * hlaccel_devwait_waiting() - Does a job wait on the card?
 * @job: The job; the ring lock is held
 *
 * Return: true if a dependency of it may not have ended
 */
bool hlaccel_devwait_waiting(const struct hlaccel_job *job)
{
	return job->devwait && job->deps->wait.state == HLACCEL_DEVWAIT_WAITING;
}

static bool devwait_ran(struct hlaccel_ring *ring, const struct hlaccel_job *job)
{
	return READ_ONCE(ring->wait->memory->ran[job->deps->wait.slot]);
}

/**
 * hlaccel_devwait_finished() - Which jobs may end
 * @ring: Ring; its lock is held
 * @num: Jobs that are complete
 *
 * Return: how many come before the first one that the driver can't judge yet, as it
 * has not seen the end of a dependency
 */
u32 hlaccel_devwait_finished(struct hlaccel_ring *ring, u32 num)
{
	struct hlaccel_job *job;
	u32 i;

	if (ring->wait->pi == ring->wait->ci)
		return num;
	for (i = 0; i < num; i++) {
		job = ring->jobs[hlaccel_ring_slot(ring->ci + i, ring->kind->order)];
		if (hlaccel_devwait_waiting(job) ||
		    (job->devwait && devwait_ran(ring, job) && !hlaccel_job_unblocked(job)))
			return i;
	}
	return num;
}

static void devwait_put_points(struct hlaccel_ring *ring, const struct hlaccel_devwait_job *wait)
{
	struct hlaccel_rings *rings = ring->hdev->rings;
	struct hlaccel_devwait_pair *pair;
	unsigned int i;

	spin_lock(&rings->wait_lock);
	for (i = 0; i < wait->num; i++) {
		pair = &rings->pairs[wait->on[i].pair];
		pair->users[hlaccel_devwait_epoch(wait->on[i].number) % 2]--;
		if (pair->orphan && !pair->users[0] && !pair->users[1]) {
			pair->orphan = false;
			pair->taken = false;
		}
	}
	spin_unlock(&rings->wait_lock);
}

/**
 * hlaccel_devwait_drop() - Forget the wait of a job that leaves the ring
 * @ring: Ring; its lock is held
 * @job: The oldest job that waits or has waited
 */
void hlaccel_devwait_drop(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	devwait_leave(ring, job);
	devwait_put_points(ring, &job->deps->wait);
	job->deps->wait.state = HLACCEL_DEVWAIT_NONE;
	ring->wait->ci++;
	job->devwait = false;
}

/**
 * hlaccel_devwait_end() - A job that has waited leaves the ring
 * @ring: Ring; its lock is held
 * @job: The oldest such job; its error is set if it does not end well
 *
 * Return: true if it ends, false if it did not run and is to go back to its queue
 */
bool hlaccel_devwait_end(struct hlaccel_ring *ring, struct hlaccel_job *job)
{
	bool recalled = job->deps->wait.state == HLACCEL_DEVWAIT_RECALLED;
	bool ran = devwait_ran(ring, job);

	hlaccel_devwait_drop(ring, job);
	if (!job->error)
		job->error = hlaccel_job_dep_error(job);
	if (job->error || ran)
		return true;
	if (job->queue->cancelled)
		job->error = -ECANCELED;
	else if (!recalled)
		job->error = -EIO;
	job->recalled = true;
	if (job->fence)
		WRITE_ONCE(job->fence->away, true);
	return job->error;
}

/**
 * hlaccel_devwait_buffer() - Where the command buffer of a waiting job goes
 * @ring: Ring
 * @job: The job
 * @da: (out) Device address
 *
 * Return: the place
 */
__le64 *hlaccel_devwait_buffer(struct hlaccel_ring *ring, const struct hlaccel_job *job, u64 *da)
{
	struct hlaccel_devwait *of = ring->wait;
	unsigned int slot = job->deps->wait.slot;

	*da = hlaccel_host_da(ring->hdev, of->dma) +
	      offsetof(struct hlaccel_devwait_memory, buffer[slot]);
	return (__le64 *)of->memory->buffer[slot];
}

/**
 * hlaccel_devwait_predicate() - What packets have that only run when a job does
 * @job: The job
 *
 * Return: bits for a packet, none for a job that does not wait
 */
u32 hlaccel_devwait_predicate(const struct hlaccel_job *job)
{
	return job->devwait ? FIELD_PREP(HLACCEL_PACKET_PREDICATE, job->deps->wait.slot + 1) : 0;
}

static __le64 *devwait_put_reg(struct hlaccel_ring *ring, __le64 *p, u32 reg, u32 value, u32 bits)
{
	return hlaccel_packet_msg_prot(p, hlaccel_cfg_da(ring->hdev, reg), value, bits);
}

static __le64 *devwait_put_load(struct hlaccel_ring *ring, __le64 *p)
{
	*p++ = cpu_to_le64(hlaccel_packet_load_predicates_head());
	*p = cpu_to_le64(hlaccel_host_da(ring->hdev, ring->wait->dma));
	return p + 1;
}

/**
 * hlaccel_devwait_put() - Write the packets that wait
 * @ring: Ring
 * @p: Where
 * @job: The job
 *
 * Return: where the next packet goes
 */
__le64 *hlaccel_devwait_put(struct hlaccel_ring *ring, __le64 *p, const struct hlaccel_job *job)
{
	u32 pred = hlaccel_devwait_predicate(job), monitor = devwait_monitor(ring), epoch, arm, i;
	const struct hlaccel_devwait_job *wait = &job->deps->wait;
	struct hlaccel_device *hdev = ring->hdev;
	unsigned int sob, gates = 0;
	u64 ran;

	p = devwait_put_load(ring, p);
	for (i = 0; i < wait->num; i++, monitor++) {
		epoch = hlaccel_devwait_epoch(wait->on[i].number);
		sob = devwait_object(hdev, wait->on[i].pair, epoch);
		arm = FIELD_PREP(SYNC_ARM_GROUP, sob / 8) |
		      FIELD_PREP(SYNC_ARM_MASK, ~BIT(sob % 8)) |
		      FIELD_PREP(SYNC_ARM_VALUE, hlaccel_devwait_value(wait->on[i].number));
		/* It may be armed for a job that was called back */
		p = devwait_put_reg(ring, p, devwait_monitor_reg(hdev, monitor, SYNC_MON_STATUS),
				    0, pred);
		p = devwait_put_reg(ring, p, devwait_monitor_reg(hdev, monitor, SYNC_MON_DATA),
				    wait->value, pred | HLACCEL_PACKET_MB);
		p = devwait_put_reg(ring, p, devwait_monitor_reg(hdev, monitor, SYNC_MON_ARM), arm,
				    pred | HLACCEL_PACKET_MB);
		gates |= BIT((devwait_gate(ring) + i) % 8);
	}
	if (wait->num) {
		arm = FIELD_PREP(SYNC_ARM_GROUP, devwait_gate(ring) / 8) |
		      FIELD_PREP(SYNC_ARM_MASK, ~gates) | SYNC_ARM_EQUAL |
		      FIELD_PREP(SYNC_ARM_VALUE, wait->value);
		monitor = devwait_monitor(ring) + HLACCEL_DEVWAIT_DEPS;
		p = devwait_put_reg(ring, p, devwait_monitor_reg(hdev, monitor, SYNC_MON_ARM), arm,
				    pred | HLACCEL_PACKET_MB);
		p = hlaccel_packet_fence(p, HLACCEL_DEVWAIT_FENCE, pred | HLACCEL_PACKET_MB);
		p = devwait_put_load(ring, p);
	}
	ran = hlaccel_host_da(hdev, ring->wait->dma) +
	      offsetof(struct hlaccel_devwait_memory, ran[wait->slot]);
	return hlaccel_packet_msg_prot(p, ran, 1, pred);
}

/**
 * hlaccel_devwait_signal_da() - The sync object that a job writes
 * @ring: Ring
 * @job: Job with a number
 *
 * Return: its device address
 */
u64 hlaccel_devwait_signal_da(struct hlaccel_ring *ring, const struct hlaccel_job *job)
{
	u32 epoch = hlaccel_devwait_epoch(job->fence->number);
	unsigned int sob = devwait_object(ring->hdev, job->fence->pair, epoch);

	return hlaccel_cfg_da(ring->hdev, devwait_sob_reg(ring->hdev, sob));
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_devwait_signal_da);

/**
 * hlaccel_devwait_signal_value() - What it writes there
 * @job: Job with a number
 *
 * Return: the value
 */
u32 hlaccel_devwait_signal_value(const struct hlaccel_job *job)
{
	return hlaccel_devwait_value(job->fence->number);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_devwait_signal_value);

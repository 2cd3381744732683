// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own jobs: clearing memory, programs that tidy up, self-tests.
 */
#include <linux/dma-fence.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_job.h"
#include "hlaccel_queue.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_priv.h"
#include "regs/qman_regs.h"

/* Bytes that one job clears, so that it ends in good time */
#define HLACCEL_KERNEL_PIECE	BIT_ULL(30)
/* Those that run at a time, each on an engine of its own */
#define HLACCEL_KERNEL_PIECES	8
#define HLACCEL_KERNEL_WAIT	msecs_to_jiffies(30 * MSEC_PER_SEC)
#define HLACCEL_SELF_TEST_WAIT	msecs_to_jiffies(5 * MSEC_PER_SEC)

static bool hlaccel_ring_copies(const struct hlaccel_ring *ring)
{
	return ring->engine->flags & DRM_HLACCEL_ENGINE_COPY && !READ_ONCE(ring->stopped) &&
	       !READ_ONCE(ring->dead);
}

/* The copy engine with the least to do, from behind: the first ones face PCI */
static struct hlaccel_ring *hlaccel_rings_pick(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_ring *ring, *best = NULL;
	unsigned int i;
	u32 num, least = U32_MAX;

	for (i = rings->num; i--; ) {
		ring = &rings->ring[i];
		if (!hlaccel_ring_copies(ring))
			continue;
		num = READ_ONCE(ring->pi) - READ_ONCE(ring->ci);
		if (num < least) {
			least = num;
			best = ring;
		}
	}
	return best;
}

/* Pushes a copy of what @like says; the fence has a reference */
static struct dma_fence *hlaccel_ring_kernel_push(struct hlaccel_ring *ring,
						  const struct hlaccel_job *like)
{
	struct dma_fence *fence = NULL;
	struct hlaccel_job *job;
	struct hlaccel_push push = { .num = 1, .fences = &fence };
	int ret, idx;

	/* The kernel's queue goes at unplug */
	if (!drm_dev_enter(&ring->hdev->drm, &idx))
		return ERR_PTR(-ENODEV);
	job = hlaccel_job_alloc(ring->kernel_queue, 1);
	if (!job) {
		ret = -ENOMEM;
		goto out;
	}
	push.first = job;
	job->type = like->type;
	job->kernel = true;
	job->asid = like->asid;
	job->src = like->src;
	job->dst = like->dst;
	job->size = like->size;
	if (like->type == DRM_HLACCEL_JOB_PACKETS) {
		job->packets = like->packets;
		job->packets_dma = like->packets_dma;
	}
	ret = hlaccel_job_want_fence(job);
	if (!ret)
		ret = hlaccel_queue_push(ring->kernel_queue, &push);
	if (ret)
		hlaccel_job_cancel(job);
out:
	drm_dev_exit(idx);
	return ret ? ERR_PTR(ret) : fence;
}

/**
 * hlaccel_ring_kernel_job() - Give a ring a job of the kernel's
 * @ring: Ring
 * @type: HLACCEL_JOB_NOP, FILL with zeroes, or COMMAND
 * @da: Device address of what is filled, or of the program, which may lie in the
 *      kernel's memory: nothing is translated
 * @size: Bytes
 *
 * Process context.
 *
 * Return: the job's fence with a reference, or an error pointer: -ENODEV, -ENOMEM,
 * -EIO when the engine is dead
 */
struct dma_fence *hlaccel_ring_kernel_job(struct hlaccel_ring *ring, u8 type, u64 da, u64 size)
{
	struct hlaccel_job like = { .type = type, .size = size };

	if (type == DRM_HLACCEL_JOB_COMMAND) {
		like.src = da;
		like.asid = QMAN_PROPS_BYPASS;
	} else {
		like.dst = da;
	}
	return hlaccel_ring_kernel_push(ring, &like);
}

/**
 * hlaccel_ring_kernel_packets() - Let the trusted command processor run packets
 * @ring: Ring of an engine without a lower processor
 * @packets: The packets, with HLACCEL_PACKETS_HEAD bytes in front and
 *           HLACCEL_PACKETS_TAIL behind; the caller's, until the job has ended
 * @dma: Bus address of all that
 * @size: Bytes of packets
 *
 * Return: as hlaccel_ring_kernel_job()
 */
struct dma_fence *hlaccel_ring_kernel_packets(struct hlaccel_ring *ring, __le64 *packets,
					      dma_addr_t dma, u64 size)
{
	struct hlaccel_job like = {
		.type = DRM_HLACCEL_JOB_PACKETS,
		.size = size,
		.packets = packets,
		.packets_dma = dma,
	};

	return hlaccel_ring_kernel_push(ring, &like);
}

/* Takes the reference, or leaves it in @late, if that is given, when not waiting on */
static int hlaccel_ring_kernel_wait(struct dma_fence *fence, unsigned long timeout,
				    struct dma_fence **late)
{
	long left = dma_fence_wait_timeout(fence, late, timeout);
	int ret;

	if (left > 0)
		ret = dma_fence_get_status(fence);
	else
		ret = left ?: -ETIMEDOUT;
	if (left <= 0 && late)
		*late = fence;
	else
		dma_fence_put(fence);
	return ret < 0 ? ret : 0;
}

/* A job may die through another one on its engine: then another engine does it */
static int hlaccel_rings_clear_piece(struct hlaccel_device *hdev, u64 da, u64 size,
				     struct dma_fence **late)
{
	u32 resets = hlaccel_device_reset_count(hdev);
	unsigned int tries = hdev->rings->num;
	struct hlaccel_ring *ring;
	struct dma_fence *fence;
	int ret;

	do {
		ring = hlaccel_rings_pick(hdev);
		if (!ring)
			return -EIO;
		fence = hlaccel_ring_kernel_job(ring, DRM_HLACCEL_JOB_FILL, da, size);
		ret = PTR_ERR_OR_ZERO(fence);
		if (!ret)
			ret = hlaccel_ring_kernel_wait(fence, HLACCEL_KERNEL_WAIT, late);
		if (!ret || ret == -ENOMEM || ret == -ENODEV || (late && *late))
			return ret;
	} while (--tries && hlaccel_device_reset_count(hdev) == resets);
	return ret;
}

/**
 * hlaccel_rings_clear() - Fill device memory with zeroes
 * @hdev: Device
 * @da: Device address
 * @size: Bytes
 * @late: If the call gives up on a job, by a signal or a timeout, this gets its
 *        fence: it may go on writing. NULL: no signal interrupts it, and what a
 *        late job writes is nobody's memory.
 *
 * Process context. Reaches protected memory as well.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_rings_clear(struct hlaccel_device *hdev, u64 da, u64 size, struct dma_fence **late)
{
	u64 piece;
	int ret;

	while (size) {
		piece = min(size, HLACCEL_KERNEL_PIECE);
		ret = hlaccel_rings_clear_piece(hdev, da, piece, late);
		if (ret)
			return ret;
		da += piece;
		size -= piece;
	}
	return 0;
}

/**
 * struct hlaccel_piece - Memory that one job clears
 * @da: Device address
 * @size: Bytes
 * @fence: Of the job, a reference
 */
struct hlaccel_piece {
	u64 da;
	u64 size;
	struct dma_fence *fence;
};

/* Begin with as many pieces as there are engines; returns how many */
static unsigned int hlaccel_rings_begin_pieces(struct hlaccel_device *hdev, u64 da, u64 size,
					       struct hlaccel_piece *pieces)
{
	unsigned int max = 0, num = 0, i;
	struct hlaccel_ring *ring;

	for (i = 0; i < hdev->rings->num; i++)
		max += hlaccel_ring_copies(&hdev->rings->ring[i]);
	max = min_t(unsigned int, max, HLACCEL_KERNEL_PIECES);
	for (; size && num < max; num++) {
		struct hlaccel_piece *piece = &pieces[num];

		ring = hlaccel_rings_pick(hdev);
		if (!ring)
			break;
		piece->da = da;
		piece->size = min(size, HLACCEL_KERNEL_PIECE);
		piece->fence = hlaccel_ring_kernel_job(ring, DRM_HLACCEL_JOB_FILL, da, piece->size);
		if (IS_ERR(piece->fence))
			break;
		da += piece->size;
		size -= piece->size;
	}
	return num;
}

/* Each of them is over on return, but for the one whose fence @late has */
static int hlaccel_rings_end_pieces(struct hlaccel_device *hdev, struct hlaccel_piece *pieces,
				    unsigned int num, struct dma_fence **late)
{
	struct hlaccel_piece *piece;
	int ret = 0;

	for (piece = pieces; piece < pieces + num; piece++) {
		if (ret) {
			/* The watchdog sees to it that they end */
			(void)hlaccel_ring_kernel_wait(piece->fence, HLACCEL_KERNEL_WAIT, NULL);
			continue;
		}
		ret = hlaccel_ring_kernel_wait(piece->fence, HLACCEL_KERNEL_WAIT, late);
		/* Its engine has died: another one does it */
		if (ret && !*late)
			ret = hlaccel_rings_clear_piece(hdev, piece->da, piece->size, late);
	}
	return ret;
}

/**
 * hlaccel_rings_clear_together() - The same with all copy engines
 * @hdev: Device, which nobody else has work for
 * @da: Device address
 * @size: Bytes
 * @late: As above, not NULL
 *
 * Return: 0 or a negative errno
 */
int hlaccel_rings_clear_together(struct hlaccel_device *hdev, u64 da, u64 size,
				 struct dma_fence **late)
{
	struct hlaccel_piece pieces[HLACCEL_KERNEL_PIECES];
	unsigned int num, i;
	int ret;

	while (size) {
		num = hlaccel_rings_begin_pieces(hdev, da, size, pieces);
		/* That knows what is wrong */
		if (!num)
			return hlaccel_rings_clear(hdev, da, size, late);
		ret = hlaccel_rings_end_pieces(hdev, pieces, num, late);
		if (ret)
			return ret;
		for (i = 0; i < num; i++) {
			da += pieces[i].size;
			size -= pieces[i].size;
		}
	}
	return 0;
}

/**
 * hlaccel_rings_self_test() - See a job through on every ring
 * @hdev: Device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_rings_self_test(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	struct hlaccel_ring *ring;
	struct dma_fence *fence;
	unsigned int i;
	int ret;

	for (i = 0; i < rings->num; i++) {
		ring = &rings->ring[i];
		fence = hlaccel_ring_kernel_job(ring, HLACCEL_JOB_NOP, 0, 0);
		ret = PTR_ERR_OR_ZERO(fence);
		if (!ret)
			ret = hlaccel_ring_kernel_wait(fence, HLACCEL_SELF_TEST_WAIT, NULL);
		if (ret) {
			drm_err(&hdev->drm, "%s: queue self-test failed: %d\n",
				ring->engine->name, ret);
			return ret;
		}
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Rings, the registers: programming, stopping and looking at queue managers.
 */

#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/string.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_io.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_priv.h"
#include "regs/dma_regs.h"
#include "regs/qman_regs.h"

/* For the CPs to end the packet at hand, and for the engines to stall */
#define HLACCEL_HALT_DELAY_US		1000

/* One FENCE can wait for this many of the steps that a write can add */
#define HLACCEL_UNBLOCK_WRITES		(255 / QMAN_CP_FENCE_RDATA_MAX + 1)

/**
 * struct hlaccel_qman_row - A row of a queue manager's programming
 * @reg: First register
 * @num: Number of registers, 4 bytes apart
 * @value: Value
 */
struct hlaccel_qman_row {
	u16 reg;
	u8 num;
	u32 value;
};

/* Written first, while the queue manager is off */
static const struct hlaccel_qman_row hlaccel_qman_common[] = {
	{ QMAN_GLBL_CFG0, 1, 0 },
	{ QMAN_GLBL_PROT, 1, QMAN_GLBL_PROT_TRUSTED },
	{ QMAN_GLBL_SECURE_PROPS(0), 5, QMAN_PROPS_BYPASS },
	/* ASID 0 maps nothing */
	{ QMAN_GLBL_NON_SECURE_PROPS(0), 5, 0 },
	/* In this order it is never more than a ring ahead */
	{ QMAN_PQ_CI(0), HLACCEL_QMAN_STREAMS, 0 },
	{ QMAN_PQ_PI(0), HLACCEL_QMAN_STREAMS, 0 },
	{ QMAN_CP_LDMA_DST_OFFSET(0), 5, DMA_DST_BASE_LO },
	{ QMAN_ARB_CFG_0, 1, 0 },
	{ QMAN_ARB_SLV_CHOISE_WDT, 1, QMAN_ARB_WDT_8_SECONDS },
	{ QMAN_GLBL_ERR_WDATA, 1, HLACCEL_ERROR_QMAN },
	/* A user's mistake must not stop a unit that others need: no stop-on-error */
	{ QMAN_GLBL_ERR_CFG, 1, QMAN_GLBL_CFG0_UPPER | QMAN_GLBL_CFG0_LOWER },
	{ QMAN_GLBL_CFG1, 1, 0 },
};

/* The upper processors drive the engine */
static const struct hlaccel_qman_row hlaccel_qman_direct[] = {
	{ QMAN_CP_LDMA_TSIZE_OFFSET(0), 5, DMA_DST_TSIZE_0 },
	{ QMAN_CP_LDMA_SRC_OFFSET(0), 5, DMA_SRC_BASE_LO },
	{ QMAN_CP_BARRIER_CFG(0), HLACCEL_QMAN_STREAMS, QMAN_CP_BARRIER_CFG_PCI_DMA },
};

/* The upper processors drive the lower one's fetcher, that drives the engine */
static const struct hlaccel_qman_row hlaccel_qman_lower[] = {
	{ QMAN_CP_LDMA_TSIZE_OFFSET(0), HLACCEL_QMAN_STREAMS,
	  QMAN_WINDOW(QMAN_CQ_TSIZE(HLACCEL_QMAN_LOWER)) },
	{ QMAN_CP_LDMA_SRC_OFFSET(0), HLACCEL_QMAN_STREAMS,
	  QMAN_WINDOW(QMAN_CQ_PTR_LO(HLACCEL_QMAN_LOWER)) },
	{ QMAN_CP_LDMA_TSIZE_OFFSET(HLACCEL_QMAN_LOWER), 1, DMA_DST_TSIZE_0 },
	{ QMAN_CP_LDMA_SRC_OFFSET(HLACCEL_QMAN_LOWER), 1, DMA_SRC_BASE_LO },
};

static void hlaccel_qman_write(struct hlaccel_ring *ring, u32 reg, u32 value)
{
	hlaccel_cfg_write(ring->hdev, ring->engine->qman + reg, value);
}

static u32 hlaccel_qman_read(struct hlaccel_ring *ring, u32 reg)
{
	return hlaccel_cfg_read(ring->hdev, ring->engine->qman + reg);
}

static void hlaccel_qman_apply(struct hlaccel_ring *ring, const struct hlaccel_qman_row *rows,
			       unsigned int num)
{
	unsigned int i, j;

	for (i = 0; i < num; i++) {
		for (j = 0; j < rows[i].num; j++)
			hlaccel_qman_write(ring, rows[i].reg + 4 * j, rows[i].value);
	}
}

/* Bases of short messages: monitors and objects of the two managers users name */
static void hlaccel_qman_set_bases(struct hlaccel_ring *ring)
{
	static const char * const names[] = { "e_n", "w_s" };
	const struct hlaccel_asic_desc *desc = ring->hdev->desc;
	const struct hlaccel_sync_manager_desc *sm;
	unsigned int i, n, s;
	u64 da[2];

	for (n = 0; n < ARRAY_SIZE(names); n++) {
		for (i = 0; i < desc->num_sync_managers; i++) {
			sm = &desc->sync_managers[i];
			if (strcmp(sm->name, names[n]))
				continue;
			da[0] = hlaccel_cfg_da(ring->hdev, sm->monitors);
			da[1] = hlaccel_cfg_da(ring->hdev, sm->sobs);
			for (s = 0; s <= HLACCEL_QMAN_LOWER; s++) {
				hlaccel_qman_write(ring, QMAN_CP_MSG_BASE_LO(2 * n, s),
						   lower_32_bits(da[0]));
				hlaccel_qman_write(ring, QMAN_CP_MSG_BASE_HI(2 * n, s),
						   upper_32_bits(da[0]));
				hlaccel_qman_write(ring, QMAN_CP_MSG_BASE_LO(2 * n + 1, s),
						   lower_32_bits(da[1]));
				hlaccel_qman_write(ring, QMAN_CP_MSG_BASE_HI(2 * n + 1, s),
						   upper_32_bits(da[1]));
			}
		}
	}
}

/**
 * hlaccel_ring_hw_setup() - Program what does not depend on who uses the queue manager
 * @ring: Ring
 *
 * It is off afterwards.
 */
void hlaccel_ring_hw_setup(struct hlaccel_ring *ring)
{
	hlaccel_qman_apply(ring, hlaccel_qman_common, ARRAY_SIZE(hlaccel_qman_common));
	if (ring->engine->lower_cp)
		hlaccel_qman_apply(ring, hlaccel_qman_lower, ARRAY_SIZE(hlaccel_qman_lower));
	else
		hlaccel_qman_apply(ring, hlaccel_qman_direct, ARRAY_SIZE(hlaccel_qman_direct));
	hlaccel_qman_set_bases(ring);
}

/**
 * hlaccel_ring_hw_start() - Program a queue manager for jobs, and switch it on
 * @ring: Ring; the queue manager is idle
 */
void hlaccel_ring_hw_start(struct hlaccel_ring *ring)
{
	u32 size = hlaccel_ring_size(ring), enable = BIT(0) | BIT(4) | BIT(9);
	struct hlaccel_device *hdev = ring->hdev;
	u64 pq_da = hlaccel_host_da(hdev, ring->pq_dma);
	u64 err_da = hlaccel_host_da(hdev, ring->err_dma + size * sizeof(*ring->err));
	unsigned long flags;
	unsigned int s;

	memset(ring->err, 0, (size + 1) * sizeof(*ring->err));
	WRITE_ONCE(*ring->done, 0);

	hlaccel_ring_hw_setup(ring);
	if (ring->engine->lower_cp)
		enable |= QMAN_GLBL_CFG0_LOWER;
	/* The other streams are off, but what they point at is ours as well */
	for (s = 0; s < HLACCEL_QMAN_STREAMS; s++) {
		hlaccel_qman_write(ring, QMAN_PQ_BASE_LO(s), lower_32_bits(pq_da));
		hlaccel_qman_write(ring, QMAN_PQ_BASE_HI(s), upper_32_bits(pq_da));
		hlaccel_qman_write(ring, QMAN_PQ_SIZE(s), ring->kind->order);
	}

	/* Errors are for the driver: to a word in memory, later each job's own */
	hlaccel_qman_write(ring, QMAN_GLBL_ERR_ADDR_LO, lower_32_bits(err_da));
	hlaccel_qman_write(ring, QMAN_GLBL_ERR_ADDR_HI, upper_32_bits(err_da));
	hlaccel_qman_write(ring, QMAN_ARB_ERR_MSG_EN, 0);
	if (ring->kind->error_addr) {
		hlaccel_cfg_write(hdev, ring->engine->base + DMA_ERRMSG_ADDR_LO,
				  lower_32_bits(err_da));
		hlaccel_cfg_write(hdev, ring->engine->base + DMA_ERRMSG_ADDR_HI,
				  upper_32_bits(err_da));
		hlaccel_cfg_write(hdev, ring->engine->base + DMA_ERRMSG_WDATA,
				  HLACCEL_ERROR_ENGINE);
		hlaccel_cfg_write(hdev, ring->engine->base + DMA_ERR_CFG, DMA_ERR_CFG_MSG);
		hlaccel_cfg_write(hdev, ring->engine->base + DMA_NON_SECURE_PROPS, 0);
	}
	hlaccel_qman_write(ring, QMAN_GLBL_CFG0, enable);

	spin_lock_irqsave(&ring->lock, flags);
	ring->pi = 0;
	ring->ci = 0;
	ring->dead = false;
	ring->suspect = false;
	ring->stopped = false;
	spin_unlock_irqrestore(&ring->lock, flags);
}

/**
 * hlaccel_rings_hw_start() - Program all queue managers and switch them on
 * @hdev: Device, fresh from reset
 *
 * Return: 0 or a negative errno
 */
int hlaccel_rings_hw_start(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	unsigned int i;

	hlaccel_devwait_hw_start(hdev);
	for (i = 0; i < rings->num; i++)
		hlaccel_ring_hw_start(&rings->ring[i]);
	return hlaccel_io_gone(hdev) ? -ENODEV : 0;
}

/**
 * hlaccel_rings_hw_stop() - Stop queue managers and engines
 * @hdev: Device
 *
 * Process context. No new job reaches the hardware from here on.
 */
void hlaccel_rings_hw_stop(struct hlaccel_device *hdev)
{
	struct hlaccel_rings *rings = hdev->rings;
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < rings->num; i++) {
		spin_lock_irqsave(&rings->ring[i].lock, flags);
		rings->ring[i].stopped = true;
		spin_unlock_irqrestore(&rings->ring[i].lock, flags);
	}
	/* From the last one: compute engines before those that feed them */
	for (i = rings->num; i--; )
		hlaccel_qman_write(&rings->ring[i], QMAN_GLBL_CFG1, QMAN_GLBL_CFG1_CP_STOP);
	fsleep(HLACCEL_HALT_DELAY_US);
	hdev->desc->ops->stall_engines(hdev);
	fsleep(HLACCEL_HALT_DELAY_US);
	for (i = rings->num; i--; )
		hlaccel_qman_write(&rings->ring[i], QMAN_GLBL_CFG0, 0);
}

/**
 * hlaccel_ring_halt() - Stop one queue manager and its engine
 * @ring: Ring
 *
 * There is no reset for one engine, but this keeps it off memory that may get
 * another owner.
 */
void hlaccel_ring_halt(struct hlaccel_ring *ring)
{
	unsigned int i;

	hlaccel_qman_write(ring, QMAN_GLBL_CFG1, QMAN_GLBL_CFG1_ALL_STOP);
	for (i = 0; i < ring->kind->num_halt; i++)
		hlaccel_cfg_write(ring->hdev, ring->engine->base + ring->kind->halt[i], 1);
	hlaccel_qman_write(ring, QMAN_GLBL_CFG0, 0);
}

/* The counter is the kernel's; returns false if its own wait is not the reason */
static bool hlaccel_ring_release_wait(struct hlaccel_ring *ring)
{
	struct hlaccel_job *job;
	unsigned long flags;
	bool waits;

	spin_lock_irqsave(&ring->lock, flags);
	job = hlaccel_ring_head(ring);
	waits = job && job->devwait;
	if (waits)
		hlaccel_devwait_release(ring, job);
	spin_unlock_irqrestore(&ring->lock, flags);
	return waits;
}

static bool hlaccel_ring_unblock_cp(struct hlaccel_ring *ring, u8 cp, bool gently)
{
	u32 sts = hlaccel_qman_read(ring, QMAN_CP_STS(cp)), id;
	unsigned int i;

	if (!(sts & QMAN_CP_STS_FENCE_WAIT))
		return false;
	id = FIELD_GET(QMAN_CP_STS_FENCE_ID, sts);
	if (!cp && id == HLACCEL_DEVWAIT_FENCE && hlaccel_ring_release_wait(ring))
		return true;
	for (i = 0; i < (gently ? 1 : HLACCEL_UNBLOCK_WRITES); i++)
		hlaccel_qman_write(ring, QMAN_CP_FENCE_RDATA(id, cp),
				   gently ? 1 : QMAN_CP_FENCE_RDATA_MAX);
	return true;
}

/**
 * hlaccel_ring_unblock() - Feed the fence counter that a user's program waits for
 * @ring: Ring
 * @gently: Add no more than one: what the client's next program finds in the counter
 *          is then no more than if this one had got what it waits for. Else enough
 *          for any FENCE.
 *
 * Return: false when no command processor waits
 */
bool hlaccel_ring_unblock(struct hlaccel_ring *ring, bool gently)
{
	bool upper = hlaccel_ring_unblock_cp(ring, 0, gently);

	return hlaccel_ring_unblock_cp(ring, HLACCEL_QMAN_LOWER, gently) || upper;
}

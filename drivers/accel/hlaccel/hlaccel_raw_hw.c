// SPDX-License-Identifier: GPL-2.0
/*
 * Queue managers as a client that has the whole card finds them.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_devwait.h"
#include "hlaccel_fw.h"
#include "hlaccel_io.h"
#include "hlaccel_packet.h"
#include "hlaccel_raw.h"
#include "hlaccel_raw_priv.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_vm.h"
#include "regs/dma_regs.h"
#include "regs/qman_regs.h"
#include "regs/sync_regs.h"

/**
 * DOC: raw queue managers
 *
 * All four streams run what the client gives them. Those of the engines that face PCI
 * have no lower processor: theirs are trusted, and run judged copies only. The upper
 * processors of all others are untrusted and translated as the lower ones are, so what
 * they run is nobody's concern: ranges and protection words hold for them. Only ring
 * entries are fetched with privilege, from the driver's memory.
 *
 * What each stream runs first is the driver's: predicates as programs expect them. Only
 * then trust is taken away.
 *
 * Errors go to the firmware, which tells the driver, and the unit that has one stops:
 * no other client needs it.
 */

/* What the firmware calls the first queue manager and the first engine of a kind */
#define RAW_IRQ_TPC_QMAN	421
#define RAW_IRQ_MME_QMAN	430
#define RAW_IRQ_DMA_QMAN	432
#define RAW_IRQ_DMA_CORE	453

/* What DMA engines write when they have ended: one more in a sync object */
#define RAW_COMPLETION_ADD	0x80000001

/* For the first packets of all queues; they only have to be fetched */
#define RAW_HELLO		msecs_to_jiffies(1000)

#define RAW_NUM_CPS		(HLACCEL_QMAN_LOWER + 1)

static void raw_qman_write(struct hlaccel_ring *ring, u32 reg, u32 value)
{
	hlaccel_cfg_write(ring->hdev, ring->engine->qman + reg, value);
}

static void raw_core_write(struct hlaccel_ring *ring, u32 reg, u32 value)
{
	hlaccel_cfg_write(ring->hdev, ring->engine->base + reg, value);
}

static u64 raw_irq_da(struct hlaccel_device *hdev, enum hlaccel_fw_irq irq)
{
	return hlaccel_cfg_da(hdev, hlaccel_fw_irq_reg(hdev, irq));
}

/* What programs have left there, or find there */
static void raw_reset_cps(struct hlaccel_ring *ring)
{
	unsigned int f, cp;

	for (cp = 0; cp < RAW_NUM_CPS; cp++) {
		for (f = 0; f < QMAN_CP_NUM_FENCES; f++)
			raw_qman_write(ring, QMAN_CP_FENCE_CNT(f, cp), 0);
		raw_qman_write(ring, QMAN_GLBL_STS1(cp), QMAN_GLBL_STS1_ALL);
		/* Streams of the others have guards of their own */
		if (ring->engine->lower_cp || cp == HLACCEL_QMAN_LOWER)
			raw_qman_write(ring, QMAN_CP_BARRIER_CFG(cp), QMAN_CP_BARRIER_CFG_RESET);
	}
}

static void raw_program_errors(struct hlaccel_ring *ring, u32 units)
{
	enum hlaccel_fw_irq irq;
	u32 id;
	u64 da;

	switch (ring->engine->kind) {
	case DRM_HLACCEL_ENGINE_TPC:
		irq = HLACCEL_FW_IRQ_TPC_QMAN;
		id = RAW_IRQ_TPC_QMAN;
		break;
	case DRM_HLACCEL_ENGINE_MME:
		irq = HLACCEL_FW_IRQ_MME_QMAN;
		id = RAW_IRQ_MME_QMAN;
		break;
	default:
		irq = HLACCEL_FW_IRQ_DMA_QMAN;
		id = RAW_IRQ_DMA_QMAN;
		break;
	}
	da = raw_irq_da(ring->hdev, irq);
	raw_qman_write(ring, QMAN_GLBL_ERR_ADDR_LO, lower_32_bits(da));
	raw_qman_write(ring, QMAN_GLBL_ERR_ADDR_HI, upper_32_bits(da));
	raw_qman_write(ring, QMAN_GLBL_ERR_WDATA, id + ring->engine->instance);
	raw_qman_write(ring, QMAN_GLBL_ERR_CFG, units | QMAN_GLBL_ERR_CFG_STOP(units));
	raw_qman_write(ring, QMAN_ARB_ERR_MSG_EN, QMAN_ARB_ERR_MSG_ALL);
}

static void raw_program_dma(struct hlaccel_ring *ring)
{
	struct hlaccel_device *hdev = ring->hdev;
	const struct hlaccel_asic_desc *desc = hdev->desc;
	u64 error = raw_irq_da(hdev, HLACCEL_FW_IRQ_DMA_CORE);
	u64 sob = hlaccel_cfg_da(hdev, desc->sync_managers[desc->raw->completion_sm].sobs) +
		  4 * ring->engine->instance;

	raw_core_write(ring, DMA_ERRMSG_ADDR_LO, lower_32_bits(error));
	raw_core_write(ring, DMA_ERRMSG_ADDR_HI, upper_32_bits(error));
	raw_core_write(ring, DMA_ERRMSG_WDATA, RAW_IRQ_DMA_CORE + ring->engine->instance);
	raw_core_write(ring, DMA_ERR_CFG, DMA_ERR_CFG_MSG | DMA_ERR_CFG_STOP);
	raw_core_write(ring, DMA_WR_COMP_ADDR_LO, lower_32_bits(sob));
	raw_core_write(ring, DMA_WR_COMP_ADDR_HI, upper_32_bits(sob));
	raw_core_write(ring, DMA_WR_COMP_WDATA, RAW_COMPLETION_ADD);
	if (ring->kind->weak_order)
		raw_core_write(ring, ring->kind->weak_order, DMA_WR_AWUSER_WEAK_ORDER);
}

static u32 raw_units(const struct hlaccel_ring *ring)
{
	return QMAN_GLBL_CFG0_UPPER | (ring->engine->lower_cp ? QMAN_GLBL_CFG0_LOWER : 0);
}

/* All but what is different for each stream, and as trusted as the rings' */
static void raw_program_ring(struct hlaccel_ring *ring, u32 asid)
{
	unsigned int cp;

	hlaccel_ring_hw_setup(ring);
	raw_reset_cps(ring);
	for (cp = 0; cp < RAW_NUM_CPS; cp++)
		raw_qman_write(ring, QMAN_GLBL_NON_SECURE_PROPS(cp), asid);
	raw_program_errors(ring, raw_units(ring));
	if (ring->engine->kind == DRM_HLACCEL_ENGINE_DMA)
		raw_program_dma(ring);
}

static void raw_program_asid(struct hlaccel_device *hdev, u32 asid)
{
	const struct hlaccel_raw_desc *desc = hdev->desc->raw;
	const struct hlaccel_raw_regs_desc *regs;
	unsigned int i, n;

	for (i = 0; i < desc->num_asid; i++) {
		regs = &desc->asid[i];
		for (n = 0; n < regs->count; n++)
			hlaccel_cfg_write(hdev, regs->base + n * regs->stride, asid);
	}
}

/* Objects of the driver's own, which no handover concerns itself with */
static void raw_reset_objects(struct hlaccel_device *hdev)
{
	const struct hlaccel_sync_manager_desc *sm;
	unsigned int i;

	sm = &hdev->desc->sync_managers[hdev->desc->raw->sm];
	/* An armed monitor would fire on what comes then */
	for (i = 0; i < sm->first_monitor; i++)
		hlaccel_cfg_write(hdev, sm->monitors + SYNC_MON_STATUS + 4 * i, 0);
	for (i = 0; i < sm->first_sob; i++)
		hlaccel_cfg_write(hdev, sm->sobs + 4 * i, 0);
}

/*
 * A stream's predicates can be loaded by itself only, and this much of its memory is
 * needed for that: zeroes, then the packets for each queue, then a word for each
 */
#define RAW_ZEROES	128

struct raw_hello {
	__le64 packets[4];
};

size_t hlaccel_raw_hello_size(struct hlaccel_device *hdev)
{
	return RAW_ZEROES + hdev->desc->raw->num_queues *
	       (sizeof(struct raw_hello) + sizeof(__le32));
}

/* The first entry of every queue */
static void raw_say_hello(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	const struct hlaccel_raws *raws = hdev->raw;
	unsigned int i, num = hdev->desc->raw->num_queues;
	struct raw_hello *hello = raws->hello + RAW_ZEROES;
	u64 da = hlaccel_host_da(hdev, raws->hello_dma);
	struct hlaccel_raw_queue *queue;
	__le64 *p;

	memset(raws->hello, 0, hlaccel_raw_hello_size(hdev));
	for (i = 0; i < num; i++) {
		queue = &raw->queues[i];
		if (!queue->pq)
			continue;
		p = hello[i].packets;
		*p++ = cpu_to_le64(hlaccel_packet_load_predicates_head());
		*p++ = cpu_to_le64(da);
		hlaccel_packet_msg_prot(p, da + RAW_ZEROES + num * sizeof(*hello) +
					i * sizeof(__le32), 1, HLACCEL_PACKET_MB);
		queue->pq[0].address = cpu_to_le64(da + RAW_ZEROES + i * sizeof(*hello));
		queue->pq[0].size = cpu_to_le32(sizeof(*hello));
		queue->pi = 1;
		queue->fetched = 1;
	}
	/* All that before the doorbells */
	dma_wmb();
	for (i = 0; i < num; i++) {
		if (raw->queues[i].pq)
			hlaccel_cfg_write(hdev, raw->queues[i].pi_reg, 1);
	}
}

static bool raw_heard_all(struct hlaccel_raw *raw)
{
	unsigned int i, num = raw->hdev->desc->raw->num_queues;
	const __le32 *word = raw->hdev->raw->hello + RAW_ZEROES + num * sizeof(struct raw_hello);

	for (i = 0; i < num; i++) {
		if (raw->queues[i].pq && !READ_ONCE(word[i]))
			return false;
	}
	return true;
}

static int raw_wait_hello(struct hlaccel_raw *raw)
{
	unsigned long end = jiffies + RAW_HELLO;
	bool last;

	for (;;) {
		last = time_after(jiffies, end);
		if (raw_heard_all(raw))
			return 0;
		if (last)
			return -EIO;
		usleep_range(50, 100);
	}
}

/**
 * hlaccel_raw_program() - Make the queue managers the client's
 * @raw: its state; the rings are stopped and have no jobs
 *
 * Return: 0, or -EIO when not all of them work
 */
int hlaccel_raw_program(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	const struct hlaccel_raw_desc *desc = hdev->desc->raw;
	struct hlaccel_rings *rings = hdev->rings;
	u32 asid = hlaccel_vm_asid(raw->vm);
	unsigned int i;
	int ret;

	hlaccel_devwait_lend(hdev);
	raw_reset_objects(hdev);
	for (i = 0; i < rings->num; i++)
		raw_program_ring(&rings->ring[i], asid);
	raw_program_asid(hdev, asid);
	for (i = 0; i < desc->num_queues; i++) {
		const struct hlaccel_raw_queue_desc *queue = &desc->queues[i];
		u64 da = hlaccel_host_da(hdev, hdev->raw->pq[i].dma);

		if (queue->kind != HLACCEL_RAW_EXTERNAL && queue->kind != HLACCEL_RAW_INTERNAL)
			continue;
		raw_qman_write(&rings->ring[queue->engine], QMAN_PQ_BASE_LO(queue->stream),
			       lower_32_bits(da));
		raw_qman_write(&rings->ring[queue->engine], QMAN_PQ_BASE_HI(queue->stream),
			       upper_32_bits(da));
		raw_qman_write(&rings->ring[queue->engine], QMAN_PQ_SIZE(queue->stream),
			       queue->order);
	}
	for (i = 0; i < rings->num; i++)
		raw_qman_write(&rings->ring[i], QMAN_GLBL_CFG0, raw_units(&rings->ring[i]));
	raw_say_hello(raw);
	ret = raw_wait_hello(raw);
	/* Nothing of the client's runs before this, so the order is its own business */
	for (i = 0; i < rings->num; i++) {
		if (rings->ring[i].engine->lower_cp)
			raw_qman_write(&rings->ring[i], QMAN_GLBL_PROT, QMAN_GLBL_PROT_USER);
	}
	return ret;
}

/**
 * hlaccel_raw_unprogram() - Give the queue managers back to the rings
 * @raw: its state; all engines are idle
 */
void hlaccel_raw_unprogram(struct hlaccel_raw *raw)
{
	struct hlaccel_device *hdev = raw->hdev;
	struct hlaccel_rings *rings = hdev->rings;
	unsigned int i;

	/* None may be sent anything by another that still works */
	for (i = 0; i < rings->num; i++)
		raw_qman_write(&rings->ring[i], QMAN_GLBL_CFG0, 0);
	raw_program_asid(hdev, 0);
	hlaccel_devwait_hw_start(hdev);
	for (i = 0; i < rings->num; i++) {
		raw_reset_cps(&rings->ring[i]);
		if (rings->ring[i].kind->error_cause)
			raw_core_write(&rings->ring[i], rings->ring[i].kind->error_cause,
				       DMA_ERR_CAUSE_ALL);
		hlaccel_ring_hw_start(&rings->ring[i]);
	}
}

u64 hlaccel_raw_busy(struct hlaccel_device *hdev)
{
	const struct hlaccel_raw_desc *desc = hdev->desc->raw;
	const struct hlaccel_raw_idle_desc *row;
	unsigned int i;
	u64 busy = 0;
	bool idle;

	for (i = 0; i < desc->num_idle; i++) {
		row = &desc->idle[i];
		idle = (hlaccel_cfg_read(hdev, row->reg) & row->mask) == row->want;
		if (row->qman)
			idle &= (hlaccel_cfg_read(hdev, row->qman + QMAN_GLBL_STS0) &
				 QMAN_GLBL_STS0_IDLE) == QMAN_GLBL_STS0_IDLE &&
				(hlaccel_cfg_read(hdev, row->qman + QMAN_CGM_STS) &
				 QMAN_CGM_STS_IDLE);
		if (!idle)
			busy |= BIT_ULL(row->id);
	}
	return busy;
}

/**
 * hlaccel_raw_idle() - Which engines work?
 * @hdev: device
 * @busy: gets one bit for each
 *
 * Process context.
 *
 * Return: 0; -ECANCELED in a reset; -EIO, -ENODEV
 */
int hlaccel_raw_idle(struct hlaccel_device *hdev, u64 *busy)
{
	int ret, idx;

	ret = hlaccel_device_hw_try(hdev, &idx);
	if (ret)
		return ret;
	*busy = hlaccel_raw_busy(hdev);
	hlaccel_device_hw_end(hdev, idx);
	return 0;
}

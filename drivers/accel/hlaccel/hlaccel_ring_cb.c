// SPDX-License-Identifier: GPL-2.0
/*
 * Command buffers: what the trusted upper command processor runs for a job.
 */

#include <linux/kernel.h>

#include <kunit/visibility.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_packet.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_build.h"
#include "regs/dma_regs.h"
#include "regs/mme_regs.h"
#include "regs/pcie_regs.h"
#include "regs/qman_regs.h"
#include "regs/tpc_regs.h"

/**
 * DOC: command buffers
 *
 * Every job is one ring entry, and what that entry names was written by the
 * kernel and can't be reached by any user:
 *
 * 1. the ASID goes into every register that the job's accesses take it from,
 *    and the addresses of error messages point at the job's own error word;
 * 2. the work: copy packets, a call of the user's program in the unprivileged
 *    lower command processor, or judged packets;
 * 3. with an engine barrier: the ASID goes back to 0, which maps nothing, so
 *    that an idle engine reaches no client's host memory whoever pokes it;
 * 4. the entry's sequence number goes to the completion word, and an interrupt.
 *
 * Copies run with privilege, since the driver has checked their addresses and
 * programs may be kept off that memory by the range registers. Host memory is
 * translated all the same, by the ASID in the properties of privileged accesses;
 * only the kernel's own jobs bypass that. Registers that start or redirect a
 * transfer are open to any program on the card otherwise, so they are closed
 * while the engine has privilege.
 *
 * An engine that meets an error writes a word of host memory instead of
 * interrupting the firmware. It is written before the completion is, so that
 * the job which caused it, and no other, ends with the error.
 *
 * The barrier in front of the first register write of a job is cheap: the job
 * before it ended with one.
 *
 * Most words of a buffer are the same for all jobs of a kind, so a ring keeps a
 * pattern of each kind. A slot gets a copy, unless it has one from a job before, and
 * those words are changed that differ. The ring entry goes with the slot, so that
 * it is right already then.
 */

/* The slots have room for three */
static_assert(HLACCEL_MAX_COPY_SIZE <= 3 * HLACCEL_COPY_PIECE);

/* Messages of judged packets go out without privilege, as the stream's own */
static const u16 hlaccel_pci_dma_asid[] = {
	DMA_NON_SECURE_PROPS,
	QMAN_WINDOW(QMAN_GLBL_NON_SECURE_PROPS(0)),
};

static const u16 hlaccel_dma_asid[] = {
	DMA_NON_SECURE_PROPS,
	QMAN_WINDOW(QMAN_GLBL_NON_SECURE_PROPS(HLACCEL_QMAN_LOWER)),
};

static const u16 hlaccel_tpc_asid[] = {
	TPC_ARUSER_LO,
	TPC_AWUSER_LO,
	QMAN_WINDOW(QMAN_GLBL_NON_SECURE_PROPS(HLACCEL_QMAN_LOWER)),
};

static const u16 hlaccel_mme_asid[] = {
	QMAN_WINDOW(QMAN_GLBL_NON_SECURE_PROPS(HLACCEL_QMAN_LOWER)),
};

/* A master reads and writes through its own ports and those of its slave */
static const s32 hlaccel_mme_asid_cfg[] = {
	MME_SBAB + MME_SBAB_ARUSER0 - MME_CTRL,
	MME_SBAB + MME_SBAB_ARUSER1 - MME_CTRL,
	MME_ACC + MME_ACC_WBC - MME_CTRL,
	MME_SBAB + MME_SBAB_ARUSER0 - MME_CTRL + MME_STRIDE,
	MME_SBAB + MME_SBAB_ARUSER1 - MME_CTRL + MME_STRIDE,
	MME_ACC + MME_ACC_WBC - MME_CTRL + MME_STRIDE,
};

static const s32 hlaccel_dma_halt[] = { DMA_CFG_1 };
static const s32 hlaccel_tpc_halt[] = { TPC_STALL };
static const s32 hlaccel_mme_halt[] = {
	MME_ACC + MME_ACC_STALL - MME_CTRL,
	MME_SBAB + MME_SBAB_STALL - MME_CTRL,
	MME_ACC + MME_ACC_STALL - MME_CTRL + MME_STRIDE,
	MME_SBAB + MME_SBAB_STALL - MME_CTRL + MME_STRIDE,
	/* The hardware may lose the first write (erratum H3-1800) */
	MME_ACC + MME_ACC_STALL - MME_CTRL,
	MME_SBAB + MME_SBAB_STALL - MME_CTRL,
	MME_ACC + MME_ACC_STALL - MME_CTRL + MME_STRIDE,
	MME_SBAB + MME_SBAB_STALL - MME_CTRL + MME_STRIDE,
};

static const struct hlaccel_ring_kind hlaccel_ring_pci_dma = {
	.order = 9,
	.slot_size = 256,
	.asid_regs = hlaccel_pci_dma_asid,
	.num_asid_regs = ARRAY_SIZE(hlaccel_pci_dma_asid),
	.error_addr = DMA_ERRMSG_ADDR_LO,
	.error_cause = DMA_ERR_CAUSE,
	.halt = hlaccel_dma_halt,
	.num_halt = ARRAY_SIZE(hlaccel_dma_halt),
};

static const struct hlaccel_ring_kind hlaccel_ring_dma = {
	.order = 9,
	.slot_size = 384,
	.asid_regs = hlaccel_dma_asid,
	.num_asid_regs = ARRAY_SIZE(hlaccel_dma_asid),
	.error_addr = DMA_ERRMSG_ADDR_LO,
	.error_cause = DMA_ERR_CAUSE,
	.weak_order = DMA_WR_AWUSER,
	.halt = hlaccel_dma_halt,
	.num_halt = ARRAY_SIZE(hlaccel_dma_halt),
};

static const struct hlaccel_ring_kind hlaccel_ring_tpc = {
	.order = 9,
	.slot_size = 256,
	.asid_regs = hlaccel_tpc_asid,
	.num_asid_regs = ARRAY_SIZE(hlaccel_tpc_asid),
	.halt = hlaccel_tpc_halt,
	.num_halt = ARRAY_SIZE(hlaccel_tpc_halt),
};

static const struct hlaccel_ring_kind hlaccel_ring_mme = {
	.order = 9,
	.slot_size = 512,
	.asid_regs = hlaccel_mme_asid,
	.num_asid_regs = ARRAY_SIZE(hlaccel_mme_asid),
	.asid_cfg = hlaccel_mme_asid_cfg,
	.num_asid_cfg = ARRAY_SIZE(hlaccel_mme_asid_cfg),
	.halt = hlaccel_mme_halt,
	.num_halt = ARRAY_SIZE(hlaccel_mme_halt),
};

/**
 * hlaccel_ring_kind() - What an engine's ring needs
 * @engine: Engine
 *
 * Return: the row of its kind
 */
const struct hlaccel_ring_kind *hlaccel_ring_kind(const struct hlaccel_engine_desc *engine)
{
	switch (engine->kind) {
	case DRM_HLACCEL_ENGINE_TPC:
		return &hlaccel_ring_tpc;
	case DRM_HLACCEL_ENGINE_MME:
		return &hlaccel_ring_mme;
	default:
		return engine->lower_cp ? &hlaccel_ring_dma : &hlaccel_ring_pci_dma;
	}
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_ring_kind);

static __le64 *hlaccel_ring_put_asid(struct hlaccel_ring *ring, __le64 *p, u32 asid)
{
	const struct hlaccel_ring_kind *kind = ring->kind;
	unsigned int i;
	u64 da;

	for (i = 0; i < kind->num_asid_regs; i++)
		p = hlaccel_packet_wreg32(p, kind->asid_regs[i], asid,
					  i ? 0 : HLACCEL_PACKET_EB);
	for (i = 0; i < kind->num_asid_cfg; i++) {
		da = hlaccel_cfg_da(ring->hdev, ring->engine->base + kind->asid_cfg[i]);
		p = hlaccel_packet_msg_prot(p, da, asid, 0);
	}
	return p;
}

/* Behind the window's own lower processor runs nothing but the user's program */
static __le64 *hlaccel_ring_put_copy_regs(__le64 *p, u64 dst, u64 src, u32 size, bool fill,
					  u32 pred)
{
	u32 commit = DMA_COMMIT_LIN | (fill ? DMA_COMMIT_MEM_SET : 0);

	p = hlaccel_packet_wreg32(p, DMA_SRC_BASE_LO, lower_32_bits(src), HLACCEL_PACKET_EB);
	p = hlaccel_packet_wreg32(p, DMA_SRC_BASE_HI, upper_32_bits(src), 0);
	p = hlaccel_packet_wreg32(p, DMA_DST_BASE_LO, lower_32_bits(dst), 0);
	p = hlaccel_packet_wreg32(p, DMA_DST_BASE_HI, upper_32_bits(dst), 0);
	p = hlaccel_packet_wreg32(p, DMA_DST_TSIZE_0, size, 0);
	return hlaccel_packet_wreg32(p, DMA_COMMIT, commit, pred);
}

static __le64 *hlaccel_ring_put_guard(struct hlaccel_ring *ring, __le64 *p, bool open)
{
	u64 block = hlaccel_cfg_da(ring->hdev, ring->engine->base);

	if (ring->kind->weak_order)
		p = hlaccel_packet_msg_prot(p, block + DMA_GUARD_USER,
					    open ? DMA_GUARD_USER_OPEN : 0, HLACCEL_PACKET_RB);
	return hlaccel_packet_msg_prot(p, block + DMA_GUARD, open ? DMA_GUARD_OPEN : 0,
				       HLACCEL_PACKET_RB);
}

static __le64 *hlaccel_ring_put_copy(struct hlaccel_ring *ring, __le64 *start, __le64 *p,
				     const struct hlaccel_job *job,
				     struct hlaccel_ring_image *image)
{
	u32 props = job->kernel ? PROPS_MMBP : job->asid;
	bool fill = job->type == DRM_HLACCEL_JOB_FILL;
	u64 done = 0, src = job->src;
	u32 size;

	p = hlaccel_ring_put_guard(ring, p, false);
	/* What was started before the registers were closed ends without privilege */
	image->props = p - start;
	p = hlaccel_packet_wreg32(p, DMA_SECURE_PROPS, props,
				  HLACCEL_PACKET_EB | HLACCEL_PACKET_MB);
	p = hlaccel_packet_wreg32(p, DMA_PROT, DMA_PROT_VAL | DMA_PROT_ERR_VAL, 0);
	if (ring->kind->weak_order)
		p = hlaccel_packet_wreg32(p, ring->kind->weak_order, DMA_WR_AWUSER_WEAK_ORDER, 0);
	image->data = p - start;
	while (done < job->size) {
		size = min(job->size - done, HLACCEL_COPY_PIECE);
		if (!fill)
			src = job->src + done;
		/* The upper processor of an engine with a lower one can't LIN_DMA */
		if (ring->engine->lower_cp || job->devwait)
			p = hlaccel_ring_put_copy_regs(p, job->dst + done, src, size, fill,
						       hlaccel_devwait_predicate(job));
		else
			p = hlaccel_packet_lin_dma(p, job->dst + done, src, size, fill,
						   HLACCEL_PACKET_EB);
		done += size;
	}
	p = hlaccel_packet_wreg32(p, DMA_PROT, DMA_PROT_ERR_VAL, HLACCEL_PACKET_EB);
	p = hlaccel_packet_wreg32(p, DMA_SECURE_PROPS, PROPS_MMBP, 0);
	return hlaccel_ring_put_guard(ring, p, true);
}

static bool hlaccel_ring_is_copy(const struct hlaccel_job *job)
{
	return job->type == DRM_HLACCEL_JOB_COPY || job->type == DRM_HLACCEL_JOB_FILL;
}

static __le64 *hlaccel_ring_put_head(struct hlaccel_ring *ring, __le64 *p, u64 err_da,
				     const struct hlaccel_job *job)
{
	const struct hlaccel_ring_kind *kind = ring->kind;

	if (job->asid && !hlaccel_ring_is_copy(job))
		p = hlaccel_ring_put_asid(ring, p, job->asid);
	if (kind->error_addr)
		p = hlaccel_packet_wreg32(p, kind->error_addr, lower_32_bits(err_da),
					  HLACCEL_PACKET_EB);
	if (!hlaccel_ring_is_copy(job))
		p = hlaccel_packet_wreg32(p, QMAN_WINDOW(QMAN_GLBL_ERR_ADDR_LO),
					  lower_32_bits(err_da), 0);
	return p;
}

/* The word of a completion that has its value */
static u8 hlaccel_ring_completion_word(const __le64 *start, const __le64 *end)
{
	return end - start - 4;
}

static __le64 *hlaccel_ring_put_tail(struct hlaccel_ring *ring, __le64 *start, __le64 *p,
				     u32 seq, const struct hlaccel_job *job,
				     struct hlaccel_ring_image *image)
{
	unsigned int cp = ring->engine->lower_cp ? HLACCEL_QMAN_LOWER : 0;

	/* Causes are latched; an old one must not hide the next job's */
	if (ring->kind->error_cause && job->type != HLACCEL_JOB_NOP)
		p = hlaccel_packet_wreg32(p, ring->kind->error_cause, DMA_ERR_CAUSE_ALL,
					  HLACCEL_PACKET_EB);
	if (!hlaccel_ring_is_copy(job) && job->type != HLACCEL_JOB_NOP)
		p = hlaccel_packet_wreg32(p, QMAN_WINDOW(QMAN_GLBL_STS1(cp)),
					  QMAN_GLBL_STS1_ALL, HLACCEL_PACKET_EB);
	if (job->asid && !hlaccel_ring_is_copy(job))
		p = hlaccel_ring_put_asid(ring, p, 0);
	/* Not by a job that does not run: the driver tells those that wait for it */
	if (hlaccel_ring_signals(job)) {
		image->signal = p - start;
		p = hlaccel_packet_msg_prot(p, hlaccel_devwait_signal_da(ring, job),
					    hlaccel_devwait_signal_value(job),
					    hlaccel_devwait_predicate(job) | HLACCEL_PACKET_EB |
					    HLACCEL_PACKET_MB);
	}
	return hlaccel_packet_completion(start, p, ring->done_da, seq,
					 hlaccel_cfg_da(ring->hdev, PCIE_CORE_MSI_REQ));
}

/**
 * hlaccel_ring_renew() - Give a slot a copy of a pattern
 * @ring: Ring
 * @slot: Slot, with the pattern of another kind of jobs, or none
 * @start: Its memory
 * @leased: The job is a program
 * @image: Pattern
 *
 * hlaccel_ring_patch() has to follow.
 */
void hlaccel_ring_renew(struct hlaccel_ring *ring, u32 slot, __le64 *start, bool leased,
			const struct hlaccel_ring_image *image)
{
	u64 err_da = hlaccel_host_da(ring->hdev, ring->err_dma + slot * sizeof(__le32));
	u64 da = hlaccel_host_da(ring->hdev, ring->cb_dma + slot * ring->kind->slot_size);
	struct hlaccel_pq_entry *entry = &ring->pq[slot];
	u32 size = image->num * sizeof(*start);

	memcpy(start, image->word, size);
	if (image->error[0] != U8_MAX)
		hlaccel_ring_set(start + image->error[0], lower_32_bits(err_da));
	if (leased)
		hlaccel_ring_set(start + image->error[1], lower_32_bits(err_da));
	ring->kept[slot] = image->stamp;
	entry->address = cpu_to_le64(da);
	entry->size = cpu_to_le32(size);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_ring_renew);

/* Ours go around the judged packets: one buffer, one entry. Returns its end. */
static __le64 *hlaccel_ring_build_packets(struct hlaccel_ring *ring, u32 seq, u64 err_da,
					  const struct hlaccel_job *job, __le64 **start, u64 *da,
					  struct hlaccel_ring_image *image)
{
	__le64 head[HLACCEL_PACKETS_HEAD / sizeof(__le64)];
	size_t size;
	__le64 *p;

	size = (u8 *)hlaccel_ring_put_head(ring, head, err_da, job) - (u8 *)head;
	p = job->packets;
	memcpy((u8 *)p + HLACCEL_PACKETS_HEAD - size, head, size);
	*start = p + (HLACCEL_PACKETS_HEAD - size) / sizeof(*p);
	*da = hlaccel_host_da(ring->hdev, job->packets_dma) + HLACCEL_PACKETS_HEAD - size;
	return hlaccel_ring_put_tail(ring, p, p + (HLACCEL_PACKETS_HEAD + job->size) / sizeof(*p),
				     seq, job, image);
}

static __le64 *hlaccel_ring_build_slot(struct hlaccel_ring *ring, u32 seq, u64 err_da,
				       const struct hlaccel_job *job, __le64 *start,
				       struct hlaccel_ring_image *image)
{
	__le64 *p = start;

	if (job->error || job->type == HLACCEL_JOB_NOP)
		return hlaccel_packet_completion(start, p, ring->done_da, seq,
						 hlaccel_cfg_da(ring->hdev, PCIE_CORE_MSI_REQ));

	if (job->devwait)
		p = hlaccel_devwait_put(ring, p, job);
	p = hlaccel_ring_put_head(ring, p, err_da, job);
	/* The last words of the head */
	image->error[0] = ring->kind->error_addr ? p - start - 1 - job->leased : U8_MAX;
	image->error[1] = p - start - 1;
	if (job->type == DRM_HLACCEL_JOB_COMMAND) {
		image->data = p - start;
		p = hlaccel_packet_cp_dma(p, job->src, job->size,
					  hlaccel_devwait_predicate(job) | HLACCEL_PACKET_MB);
	} else {
		p = hlaccel_ring_put_copy(ring, start, p, job, image);
	}
	p = hlaccel_ring_put_tail(ring, start, p, seq, job, image);
	image->seq = hlaccel_ring_completion_word(start, p);
	return p;
}

/* Remember a buffer that was just built as a pattern */
static void hlaccel_ring_keep(struct hlaccel_ring *ring, struct hlaccel_ring_image *image,
			      u32 slot, const __le64 *start, size_t num, u16 asid)
{
	unsigned int i;

	if (num > HLACCEL_IMAGE_WORDS)
		return;
	/* Slots with a pattern of another time have another number */
	if (!++ring->stamps) {
		memset(ring->kept, 0, hlaccel_ring_size(ring) * sizeof(*ring->kept));
		for (i = 0; i < HLACCEL_IMAGE_NUM; i++)
			ring->image[i].num = 0;
		ring->stamps = 1;
	}
	memcpy(image->word, start, num * sizeof(*start));
	image->asid = asid;
	image->num = num;
	image->stamp = ring->stamps;
	ring->kept[slot] = image->stamp;
}

/**
 * hlaccel_ring_build_anew() - Write an entry for which there is no pattern
 * @ring: Ring
 * @seq: Number of the entry, counting from 1
 * @slot: Its slot
 * @job: Job
 * @kind: The pattern that it becomes
 */
void hlaccel_ring_build_anew(struct hlaccel_ring *ring, u32 seq, u32 slot,
			     struct hlaccel_job *job, enum hlaccel_ring_image_kind kind)
{
	u64 err_da = hlaccel_host_da(ring->hdev, ring->err_dma + slot * sizeof(__le32));
	u64 da = hlaccel_host_da(ring->hdev, ring->cb_dma + slot * ring->kind->slot_size);
	__le64 *start = (__le64 *)(ring->cb + slot * ring->kind->slot_size), *end;
	struct hlaccel_ring_image *image = &ring->image[kind];
	size_t num;

	ring->kept[slot] = 0;
	if (job->type == DRM_HLACCEL_JOB_PACKETS && !job->error) {
		/* The slot is not used, and the entry is another one */
		end = hlaccel_ring_build_packets(ring, seq, err_da, job, &start, &da, image);
		num = end - start;
	} else if (job->devwait) {
		start = hlaccel_devwait_buffer(ring, job, &da);
		end = hlaccel_ring_build_slot(ring, seq, err_da, job, start, image);
		num = end - start;
	} else {
		end = hlaccel_ring_build_slot(ring, seq, err_da, job, start, image);
		num = end - start;
		if (kind != HLACCEL_IMAGE_NONE)
			hlaccel_ring_keep(ring, image, slot, start, num, job->asid);
	}
	ring->pq[slot].address = cpu_to_le64(da);
	ring->pq[slot].size = cpu_to_le32(num * sizeof(*start));
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_ring_build_anew);

/**
 * hlaccel_ring_prepare_slots() - Put the pattern of a copy into all slots
 * @ring: Ring, not started
 */
void hlaccel_ring_prepare_slots(struct hlaccel_ring *ring)
{
	struct hlaccel_job job = { .type = DRM_HLACCEL_JOB_COPY, .size = 1 };
	u32 seq;

	if (!(ring->engine->flags & DRM_HLACCEL_ENGINE_COPY))
		return;
	for (seq = 1; seq <= hlaccel_ring_size(ring); seq++)
		hlaccel_ring_build(ring, seq, &job);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to the card when the lease passes on: the traces of one client's
 * programs are removed, and the next one's memory is opened.
 */

#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include <uapi/hlaccel.h>

#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_io.h"
#include "hlaccel_mem.h"
#include "hlaccel_packet.h"
#include "hlaccel_reserve.h"
#include "hlaccel_ring.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_scrub.h"
#include "regs/qman_regs.h"
#include "regs/tpc_regs.h"

/**
 * DOC: handover
 *
 * Programs can write the same registers, the sync managers and SRAM. There are too
 * many of them to be written one by one by the host, so each engine tidies up by
 * itself: its lower command processor runs a program of the kernel's that writes the
 * engine's user registers, and some run a longer one for what has no processor of
 * its own, or has a tensor core clear its memories. They are user registers, so that
 * processor needs no privilege. Engines
 * without a lower processor do it in the upper one. A DMA engine clears SRAM
 * meanwhile. All of these wait for their engine to be idle, so what programs started
 * on engines of others has ended afterwards, too.
 *
 * Not until then the memory of the last client is closed and that of the next one
 * opened, by the range registers: one bit of the address is compared by each, so
 * that which of them are enabled is all that changes.
 */

/*
 * In front of a program. The lower processor loads its predicates from there, and its
 * scalar registers, that hold a packet: word 0 is ignored by the former, all are zero.
 */
#define HLACCEL_SCRUB_HEAD	128

static_assert(HLACCEL_SCRUB_HEAD == HLACCEL_PACKETS_HEAD);

/* Where code of a tensor core may begin */
#define HLACCEL_SCRUB_CODE	128

/**
 * struct hlaccel_scrub_program - What one engine runs
 * @cpu: Memory: HLACCEL_SCRUB_HEAD bytes, the program, HLACCEL_PACKETS_TAIL bytes, and
 *       for a tensor core its own code
 * @dma: Bus address
 * @size: Bytes of the program
 * @code: Where the tensor core's code is, or 0
 */
struct hlaccel_scrub_program {
	u8 *cpu;
	dma_addr_t dma;
	size_t size;
	size_t code;
};

/**
 * struct hlaccel_scrub - Removes the traces of programs
 * @lock: Protects the making of @programs, and @open with the range registers
 * @ready: @programs are made
 * @dirty: Programs may have run; lease worker
 * @open: Whose arena is open, or NULL; no reference: the lease has one
 * @programs: What each engine runs
 */
struct hlaccel_scrub {
	struct mutex lock;	/* ready, open */
	bool ready;
	bool dirty;
	struct hlaccel_client *open;
	struct hlaccel_scrub_program programs[];
};

/* Packets go to @p, or are only counted while that is NULL */
struct hlaccel_scrub_out {
	__le64 *p;
	size_t size;
};

static void scrub_put(struct hlaccel_scrub_out *out, u64 word)
{
	if (out->p)
		out->p[out->size / sizeof(word)] = cpu_to_le64(word);
	out->size += sizeof(word);
}

static void scrub_wreg(struct hlaccel_scrub_out *out, u16 reg, u32 value)
{
	__le64 word;

	hlaccel_packet_wreg32(&word, reg, value, 0);
	scrub_put(out, le64_to_cpu(word));
}

static u32 scrub_last(const struct hlaccel_scrub_row *row)
{
	return row->last ?: row->first;
}

/* Registers of the engine's own window, with as few packets as can be */
static void scrub_own(struct hlaccel_scrub_out *out, u32 base, const struct hlaccel_scrub_row *row)
{
	u32 reg = base + row->first, end = base + scrub_last(row) + 4, pairs, i;

	if (row->stride) {
		for (; reg < end; reg += row->stride)
			scrub_wreg(out, reg, row->value);
		return;
	}
	if (reg % 8) {
		scrub_wreg(out, reg, row->value);
		reg += 4;
	}
	pairs = (end - reg) / 8;
	if (pairs) {
		scrub_put(out, hlaccel_packet_wreg_bulk_head(reg, pairs));
		for (i = 0; i < pairs; i++)
			scrub_put(out, (u64)row->value << 32 | row->value);
	}
	if ((end - reg) % 8)
		scrub_wreg(out, end - 4, row->value);
}

/* Registers elsewhere, by messages */
static void scrub_far(struct hlaccel_device *hdev, struct hlaccel_scrub_out *out, u32 base,
		      const struct hlaccel_scrub_row *row)
{
	__le64 words[2];
	u32 reg;

	for (reg = row->first; reg <= scrub_last(row); reg += row->stride ?: 4) {
		hlaccel_packet_msg_long(words, hlaccel_cfg_da(hdev, base + reg), row->value, 0);
		scrub_put(out, le64_to_cpu(words[0]));
		scrub_put(out, le64_to_cpu(words[1]));
	}
}

/* A tensor core runs the code; its registers are set up for it already */
static void scrub_wipe(struct hlaccel_device *hdev, const struct hlaccel_scrub_program *program,
		       struct hlaccel_scrub_out *out)
{
	u64 da = hlaccel_host_da(hdev, program->dma) + program->code;
	__le64 word;

	scrub_wreg(out, TPC_QM_KERNEL_BASE_LO, lower_32_bits(da));
	scrub_wreg(out, TPC_QM_KERNEL_BASE_HI, upper_32_bits(da));
	hlaccel_packet_wreg32(&word, TPC_CMD, TPC_CMD_INVAL_ALL, HLACCEL_PACKET_EB);
	scrub_put(out, le64_to_cpu(word));
	scrub_wreg(out, TPC_EXECUTE, 1);
	hlaccel_packet_nop(&word);
	scrub_put(out, le64_to_cpu(word) | (u64)HLACCEL_PACKET_EB << 32);
}

static void scrub_build(struct hlaccel_device *hdev, unsigned int engine,
			const struct hlaccel_scrub_program *program,
			struct hlaccel_scrub_out *out)
{
	u64 zeroes = hlaccel_host_da(hdev, program->dma);
	__le64 word;
	unsigned int i, j;

	/* Whatever was started has ended */
	hlaccel_packet_nop(&word);
	scrub_put(out, le64_to_cpu(word) | (u64)HLACCEL_PACKET_EB << 32);
	if (hdev->desc->engines[engine].lower_cp) {
		scrub_put(out, hlaccel_packet_load_predicates_head());
		scrub_put(out, zeroes);
		scrub_put(out, hlaccel_packet_load_scalars_head());
		scrub_put(out, zeroes);
	}

	for (i = 0; i < hdev->desc->num_scrub_parts; i++) {
		const struct hlaccel_scrub_part *part = &hdev->desc->scrub_parts[i];

		if (engine < part->first || engine > (part->last ?: part->first))
			continue;
		if (part->wipe)
			scrub_wipe(hdev, program, out);
		for (j = 0; j < part->num_rows; j++) {
			if (part->own)
				scrub_own(out, part->base, &part->rows[j]);
			else
				scrub_far(hdev, out, part->base, &part->rows[j]);
		}
	}
	/* The end of the program is the end of its messages */
	hlaccel_packet_nop(&word);
	scrub_put(out, le64_to_cpu(word) | (u64)(HLACCEL_PACKET_EB | HLACCEL_PACKET_MB) << 32);
}

static size_t scrub_memory(struct hlaccel_device *hdev,
			   const struct hlaccel_scrub_program *program)
{
	if (program->code)
		return program->code + hdev->desc->num_wipe * sizeof(u64);
	return HLACCEL_SCRUB_HEAD + program->size + HLACCEL_PACKETS_TAIL;
}

static int scrub_make_program(struct hlaccel_device *hdev, unsigned int engine,
			      struct hlaccel_scrub_program *program)
{
	struct hlaccel_scrub_out out = {};
	__le64 *code;
	unsigned int i;

	program->code = 0;
	scrub_build(hdev, engine, program, &out);
	program->size = out.size;
	if (hdev->desc->engines[engine].kind == DRM_HLACCEL_ENGINE_TPC)
		program->code = ALIGN(HLACCEL_SCRUB_HEAD + program->size + HLACCEL_PACKETS_TAIL,
				      HLACCEL_SCRUB_CODE);
	program->cpu = dma_alloc_coherent(&hdev->pdev->dev, scrub_memory(hdev, program),
					  &program->dma, GFP_KERNEL);
	if (!program->cpu)
		return -ENOMEM;
	code = (__le64 *)(program->cpu + program->code);
	for (i = 0; program->code && i < hdev->desc->num_wipe; i++)
		code[i] = cpu_to_le64(hdev->desc->wipe[i]);
	out.p = (__le64 *)(program->cpu + HLACCEL_SCRUB_HEAD);
	out.size = 0;
	scrub_build(hdev, engine, program, &out);
	return 0;
}

static void scrub_free_programs(struct hlaccel_device *hdev)
{
	struct hlaccel_scrub_program *program;
	unsigned int i;

	for (i = 0; i < hdev->desc->num_engines; i++) {
		program = &hdev->scrub->programs[i];
		if (program->cpu)
			dma_free_coherent(&hdev->pdev->dev, scrub_memory(hdev, program),
					  program->cpu, program->dma);
		program->cpu = NULL;
	}
	hdev->scrub->ready = false;
}

/**
 * hlaccel_scrub_prepare() - Somebody is going to run programs
 * @hdev: Device
 *
 * The lease can't wait for memory, so what it needs is made before.
 *
 * Return: 0, -ENOMEM, -ENODEV
 */
int hlaccel_scrub_prepare(struct hlaccel_device *hdev)
{
	struct hlaccel_scrub *scrub = hdev->scrub;
	unsigned int i;
	int ret = 0, idx;

	if (!drm_dev_enter(&hdev->drm, &idx))
		return -ENODEV;
	mutex_lock(&scrub->lock);
	if (!scrub->ready) {
		for (i = 0; i < hdev->desc->num_engines && !ret; i++)
			ret = scrub_make_program(hdev, i, &scrub->programs[i]);
		if (ret)
			scrub_free_programs(hdev);
		else
			scrub->ready = true;
	}
	mutex_unlock(&scrub->lock);
	drm_dev_exit(idx);
	return ret;
}

static struct dma_fence *scrub_start(struct hlaccel_ring *ring)
{
	const struct hlaccel_scrub_program *program = &ring->hdev->scrub->programs[ring->index];
	u64 da = hlaccel_host_da(ring->hdev, program->dma) + HLACCEL_SCRUB_HEAD;

	if (ring->engine->lower_cp)
		return hlaccel_ring_kernel_job(ring, DRM_HLACCEL_JOB_COMMAND, da, program->size);
	return hlaccel_ring_kernel_packets(ring, (__le64 *)program->cpu, program->dma,
					   program->size);
}

/* All at the same time; the fences end in bounded time */
static int scrub_run(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	struct hlaccel_rings *rings = hdev->rings;
	struct dma_fence *fence[HLACCEL_MAX_ENGINES];
	unsigned int i, num;
	int ret = 0, err;

	for (num = 0; num < rings->num; num++) {
		fence[num] = scrub_start(&rings->ring[num]);
		if (IS_ERR(fence[num])) {
			ret = PTR_ERR(fence[num]);
			break;
		}
	}
	if (!ret)
		ret = hlaccel_rings_clear(hdev, desc->sram_base, desc->sram_size, NULL);
	for (i = 0; i < num; i++) {
		dma_fence_wait(fence[i], false);
		err = dma_fence_get_status(fence[i]);
		if (err < 0 && !ret)
			ret = err;
		dma_fence_put(fence[i]);
	}
	return ret;
}

/* Between hw_begin and hw_end, with the lock held */
static void scrub_set_ranges(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	u64 address = 0, size = 0;

	if (client && client->whole)
		hlaccel_mem_whole(hdev, &address, &size);
	else if (client)
		hlaccel_mem_arena_stat(hdev, client->arena, &address, &size);
	hdev->desc->ops->open_memory(hdev, address, size);
}

/* What the last client wants to find again, before it is removed */
static int scrub_save(struct hlaccel_device *hdev, u32 *resets)
{
	struct hlaccel_scrub *scrub = hdev->scrub;
	int ret, idx;

	mutex_lock(&scrub->lock);
	ret = hlaccel_device_hw_begin(hdev, &idx);
	if (ret)
		goto out;
	*resets = hlaccel_device_reset_count(hdev);
	/* Once only: the next try finds what this one left */
	if (scrub->open) {
		hlaccel_reserve_save(scrub->open, *resets);
		scrub->open = NULL;
	}
	hlaccel_device_hw_end(hdev, idx);
out:
	mutex_unlock(&scrub->lock);
	return ret;
}

/**
 * hlaccel_scrub() - Remove what programs left, and open the next client's memory
 * @hdev: Device
 * @next: The client, or NULL to leave all closed
 *
 * Lease worker; no program is on the rings.
 *
 * Return: 0 or a negative errno, then the card may still hold something
 */
int hlaccel_scrub(struct hlaccel_device *hdev, struct hlaccel_client *next)
{
	struct hlaccel_scrub *scrub = hdev->scrub;
	u32 resets = 0;
	int ret, idx;

	ret = scrub_save(hdev, &resets);
	if (!ret && READ_ONCE(scrub->dirty) && scrub->ready)
		ret = scrub_run(hdev);
	if (ret)
		return ret;

	mutex_lock(&scrub->lock);
	ret = hlaccel_device_hw_begin(hdev, &idx);
	if (ret)
		goto out;
	/* What was done before a reset has to be done again */
	if (hlaccel_device_reset_count(hdev) == resets) {
		scrub_set_ranges(hdev, next);
		if (next)
			hlaccel_reserve_restore(next, resets);
		scrub->open = next;
		WRITE_ONCE(scrub->dirty, !!next);
	} else {
		ret = -EAGAIN;
	}
	hlaccel_device_hw_end(hdev, idx);
out:
	mutex_unlock(&scrub->lock);
	return ret;
}

/**
 * hlaccel_scrub_if_open() - Do something if a client's programs may be on the card
 * @hdev: Device
 * @client: The client
 * @func: What; may touch registers
 * @data: For @func
 *
 * Process context. The lease does not pass on meanwhile.
 */
void hlaccel_scrub_if_open(struct hlaccel_device *hdev, struct hlaccel_client *client,
			   void (*func)(struct hlaccel_device *hdev, void *data), void *data)
{
	struct hlaccel_scrub *scrub = hdev->scrub;
	int idx;

	mutex_lock(&scrub->lock);
	/* If a reset is under way nothing is open after it */
	if (scrub->open == client && !hlaccel_device_hw_begin(hdev, &idx)) {
		if (scrub->open == client)
			func(hdev, data);
		hlaccel_device_hw_end(hdev, idx);
	}
	mutex_unlock(&scrub->lock);
}

static void scrub_open(struct hlaccel_device *hdev, void *client)
{
	scrub_set_ranges(hdev, client);
}

/**
 * hlaccel_scrub_open_arena() - A client's arena has grown
 * @hdev: Device
 * @client: The client
 */
void hlaccel_scrub_open_arena(struct hlaccel_device *hdev, struct hlaccel_client *client)
{
	hlaccel_scrub_if_open(hdev, client, scrub_open, client);
}

/**
 * hlaccel_scrub_lost() - A hard reset: nothing is open, and nothing known to be clean
 * @hdev: Device
 */
void hlaccel_scrub_lost(struct hlaccel_device *hdev)
{
	WRITE_ONCE(hdev->scrub->open, NULL);
	WRITE_ONCE(hdev->scrub->dirty, true);
}

/**
 * hlaccel_scrub_fini() - Give back what is the DMA layer's
 * @hdev: Device
 */
void hlaccel_scrub_fini(struct hlaccel_device *hdev)
{
	scrub_free_programs(hdev);
}

/**
 * hlaccel_scrub_init() - Software state
 * @hdev: Device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_scrub_init(struct hlaccel_device *hdev)
{
	struct hlaccel_scrub *scrub;

	if (WARN_ON(hdev->desc->num_engines > HLACCEL_MAX_ENGINES))
		return -EINVAL;
	scrub = drmm_kzalloc(&hdev->drm, struct_size(scrub, programs, hdev->desc->num_engines),
			     GFP_KERNEL);
	if (!scrub)
		return -ENOMEM;
	/* What another driver left is nobody's business either */
	scrub->dirty = true;
	hdev->scrub = scrub;
	return drmm_mutex_init(&hdev->drm, &scrub->lock);
}

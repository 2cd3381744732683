// SPDX-License-Identifier: GPL-2.0
/*
 * State of the card at its first failure, for whoever looks into it. Taken before
 * anything is reset, given out when memory may be waited for again.
 */
#include <linux/devcoredump.h>
#include <linux/ktime.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "hlaccel_coredump.h"
#include "hlaccel_debugfs.h"
#include "hlaccel_device.h"
#include "hlaccel_io.h"
#include "regs/cpu_if_regs.h"
#include "regs/dma_regs.h"
#include "regs/mmu_regs.h"
#include "regs/psoc_regs.h"
#include "regs/qman_regs.h"
#include "regs/tpc_regs.h"

/* The first line of a dump has this; another number means another format */
#define COREDUMP_VERSION	1
#define COREDUMP_SIZE		SZ_64K

/**
 * struct hlaccel_coredump - The dump of a device
 * @taken: there was one already
 * @size: bytes of @text
 * @text: not given out yet, or NULL
 */
struct hlaccel_coredump {
	atomic_t taken;
	size_t size;
	char *text;
};

/**
 * struct coredump_row - Registers that follow each other
 * @name: for people
 * @offset: first of them
 * @num: how many
 */
struct coredump_row {
	const char *name;
	u32 offset;
	u8 num;
};

static const struct coredump_row coredump_device[] = {
	{ "HW_STATE", PSOC_HW_STATE, 1 },
	{ "BOOT_STS", PSOC_BOOT_STS0, 2 },
	{ "BOOT_ERR", PSOC_BOOT_ERR0, 2 },
	{ "BOOT_STATUS", PSOC_BOOT_STATUS, 1 },
	{ "TIMESTAMP", TIMESTAMP_LOW, 2 },
	{ "CPU_PQ_PI", CPU_IF_PQ_PI, 1 },
	{ "CPU_EQ_RD_OFFS", CPU_IF_EQ_RD_OFFS, 1 },
	{ "MMU_PAGE_ERROR", MMU_PAGE_ERROR, 4 },
	{ "MMU_RAZWI", MMU_RAZWI_WRITE_VLD, 4 },
	{ "STLB_BUSY", STLB_BUSY, 1 },
	{ "STLB_INV_PS", STLB_INV_PS, 1 },
};

static const struct coredump_row coredump_qman[] = {
	{ "GLBL_CFG", QMAN_GLBL_CFG0, 2 },
	{ "GLBL_PROT", QMAN_GLBL_PROT, 1 },
	{ "GLBL_STS1", QMAN_GLBL_STS1(0), HLACCEL_QMAN_LOWER + 1 },
	{ "PQ_PI", QMAN_PQ_PI(0), HLACCEL_QMAN_STREAMS },
	{ "PQ_CI", QMAN_PQ_CI(0), HLACCEL_QMAN_STREAMS },
	{ "CQ_PTR_0", QMAN_CQ_PTR_LO(0), 3 },
	{ "CQ_PTR_LOWER", QMAN_CQ_PTR_LO(HLACCEL_QMAN_LOWER), 3 },
	{ "CP_FENCE_CNT_0", QMAN_CP_FENCE_CNT(0, 0), HLACCEL_QMAN_LOWER + 1 },
	{ "CP_STS", QMAN_CP_STS(0), HLACCEL_QMAN_LOWER + 1 },
};

static const struct coredump_row coredump_dma[] = {
	{ "CFG", DMA_CFG_0, 2 },
	{ "SRC_DST_BASE", DMA_SRC_BASE_LO, 4 },
	{ "TSIZE_COMMIT", DMA_DST_TSIZE_0, 2 },
	{ "PROT", DMA_PROT, 1 },
	{ "PROPS", DMA_SECURE_PROPS, 2 },
	{ "ERR_CAUSE", DMA_ERR_CAUSE, 1 },
	{ "STS0", DMA_STS0, 1 },
};

static const struct coredump_row coredump_tpc[] = {
	{ "STATUS", TPC_STATUS, 1 },
	{ "STALL", TPC_STALL, 1 },
	{ "INTR_CAUSE", TPC_INTR_CAUSE, 2 },
	{ "USER", TPC_ARUSER_LO, 3 },
};

static void print_registers(struct hlaccel_device *hdev, struct drm_printer *p,
			    const char *block, u32 base, const struct coredump_row *rows,
			    unsigned int num)
{
	unsigned int i, j;

	for (i = 0; i < num; i++) {
		drm_printf(p, "%s %s %#x:", block, rows[i].name, base + rows[i].offset);
		for (j = 0; j < rows[i].num; j++)
			drm_printf(p, " %08x",
				   hlaccel_cfg_read(hdev, base + rows[i].offset + 4 * j));
		drm_printf(p, "\n");
	}
}

static void print_engine(struct hlaccel_device *hdev, struct drm_printer *p,
			 const struct hlaccel_engine_desc *engine)
{
	if (engine->kind == DRM_HLACCEL_ENGINE_DMA)
		print_registers(hdev, p, engine->name, engine->base, coredump_dma,
				ARRAY_SIZE(coredump_dma));
	else if (engine->kind == DRM_HLACCEL_ENGINE_TPC)
		print_registers(hdev, p, engine->name, engine->base, coredump_tpc,
				ARRAY_SIZE(coredump_tpc));
	print_registers(hdev, p, engine->name, engine->qman, coredump_qman,
			ARRAY_SIZE(coredump_qman));
}

static void print_all(struct hlaccel_device *hdev, struct drm_printer *p, const char *why)
{
	unsigned int i;

	drm_printf(p, "hlaccel-coredump %u\n", COREDUMP_VERSION);
	drm_printf(p, "kernel:      %s\n", init_utsname()->release);
	drm_printf(p, "device:      %s\n", pci_name(hdev->pdev));
	drm_printf(p, "reason:      %s\n", why);
	drm_printf(p, "time:        %lld ns\n", ktime_get_ns());
	drm_printf(p, "\n[device]\n");
	hlaccel_debugfs_print_device(hdev, p);
	drm_printf(p, "\n[rings]\n");
	hlaccel_debugfs_print_rings(hdev, p);
	drm_printf(p, "\n[registers]\n");
	if (hlaccel_io_gone(hdev)) {
		drm_printf(p, "the card does not answer\n");
		return;
	}
	print_registers(hdev, p, "device", 0, coredump_device, ARRAY_SIZE(coredump_device));
	for (i = 0; i < hdev->desc->num_engines; i++)
		print_engine(hdev, p, &hdev->desc->engines[i]);
}

/**
 * hlaccel_coredump_take() - Something failed: write down how it looks
 * @hdev: device, whose hardware nobody takes down meanwhile
 * @why: what failed
 *
 * Only the first failure counts, the others mostly follow from it. Process context; waits
 * for no memory, since fences may wait for the caller.
 */
void hlaccel_coredump_take(struct hlaccel_device *hdev, const char *why)
{
	struct hlaccel_coredump *dump = hdev->coredump;
	struct drm_print_iterator iter = { .remain = COREDUMP_SIZE };
	struct drm_printer p;
	char *text;

	if (!IS_ENABLED(CONFIG_DEV_COREDUMP) || atomic_xchg(&dump->taken, 1))
		return;
	text = kzalloc(COREDUMP_SIZE, GFP_NOWAIT | __GFP_NOWARN);
	if (!text) {
		drm_info(&hdev->drm, "no memory for a dump of the failure\n");
		return;
	}
	iter.data = text;
	p = drm_coredump_printer(&iter);
	print_all(hdev, &p, why);
	dump->size = COREDUMP_SIZE - iter.remain;
	/* The size before the text that it belongs to */
	smp_store_release(&dump->text, text);
}

/**
 * hlaccel_coredump_publish() - Give out what was taken
 * @hdev: device
 *
 * Process context, by one caller at a time; waits for memory.
 */
void hlaccel_coredump_publish(struct hlaccel_device *hdev)
{
	struct hlaccel_coredump *dump = hdev->coredump;
	void *copy;
	char *text;

	/* Pairs with the release in hlaccel_coredump_take() */
	text = smp_load_acquire(&dump->text);
	if (!text)
		return;
	dump->text = NULL;
	/* What is given out outlives this module, and is freed in one way only */
	copy = vmalloc(dump->size);
	if (copy) {
		memcpy(copy, text, dump->size);
		dev_coredumpv(&hdev->pdev->dev, copy, dump->size, GFP_KERNEL);
	}
	kfree(text);
}

static void coredump_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_coredump *dump = data;

	kfree(dump->text);
}

/**
 * hlaccel_coredump_init() - Software state
 * @hdev: device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_coredump_init(struct hlaccel_device *hdev)
{
	hdev->coredump = drmm_kzalloc(&hdev->drm, sizeof(*hdev->coredump), GFP_KERNEL);
	if (!hdev->coredump)
		return -ENOMEM;
	return drmm_add_action_or_reset(&hdev->drm, coredump_fini, hdev->coredump);
}

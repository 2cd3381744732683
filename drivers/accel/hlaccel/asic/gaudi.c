// SPDX-License-Identifier: GPL-2.0
/*
 * Gaudi: what it is made of, and the procedures that are its own.
 */
#include <kunit/visibility.h>

#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/sizes.h>

#include <drm/drm_print.h>

#include <uapi/hlaccel.h>

#include "asic/gaudi.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_device.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"
#include "hlaccel_regtable.h"
#include "regs/dma_regs.h"
#include "regs/mme_regs.h"
#include "regs/pcie_regs.h"
#include "regs/psoc_regs.h"
#include "regs/tpc_regs.h"

#define GAUDI_CFG_BASE		0x7ffc000000ULL
#define GAUDI_SRAM_BASE		0x7ff0000000ULL
#define GAUDI_HOST_WINDOW	0x8000000000ULL

/* Arenas: with ten slots of the range registers five bits can be compared */
#define GAUDI_ARENA_SHIFT	30
#define GAUDI_ARENA_BITS	5

/* Where a group's ranges for writes and for reads begin */
#define GAUDI_HBW_WRITE		0x5e4
#define GAUDI_HBW_READ		0x824
#define GAUDI_HOST_WINDOW_SIZE	BIT_ULL(48)

/* The first bytes of SRAM stay zero: the DMA engines rely on them */
#define GAUDI_SRAM_ZEROES	128
/* Where the TPCs' first program goes; users may have the place afterwards */
#define GAUDI_SRAM_TPC		0x2000

/* Clocks, as the driver and as a firmware with STS0_DYN_PLL counts them */
#define PLL_CPU			0
#define PLL_MME			7
#define PLL_MME_DYN		5
#define MME_HZ			2200000000ULL
#define MAX_POWER_PCI_MW	200000
#define MAX_POWER_MODULE_MW	350000

/* Units of a hard reset: all but PCIe, its interface and the PLLs */
#define SOFT_RST_CFG_H		0x000fc01f
#define SOFT_RST_CFG_L		0xfe000000
#define SW_ALL_RST_CFG_H	0x003fffff
#define SW_ALL_RST_CFG_L	0xffe00001

#define ENGINE(kind_, name_, instance_, base_, qman_) \
	.name = (name_), .kind = DRM_HLACCEL_ENGINE_##kind_, .instance = (instance_), \
	.base = (base_), .qman = (qman_)
#define PCI_DMA(...) \
	{ ENGINE(DMA, __VA_ARGS__), \
	  .flags = DRM_HLACCEL_ENGINE_COPY | DRM_HLACCEL_ENGINE_PACKETS }
#define HBM_DMA(...) \
	{ ENGINE(DMA, __VA_ARGS__), .lower_cp = true, \
	  .flags = DRM_HLACCEL_ENGINE_COPY | DRM_HLACCEL_ENGINE_COMMAND }
#define TPC(...) \
	{ ENGINE(TPC, __VA_ARGS__), .lower_cp = true, \
	  .flags = DRM_HLACCEL_ENGINE_COMMAND }
#define MME(...) \
	{ ENGINE(MME, __VA_ARGS__), .lower_cp = true, \
	  .flags = DRM_HLACCEL_ENGINE_COMMAND }

/* Name, instance, block, queue manager */
static const struct hlaccel_engine_desc gaudi_engines[] = {
	PCI_DMA("dma0", 0, 0x500000, 0x508000),
	PCI_DMA("dma1", 1, 0x520000, 0x528000),
	HBM_DMA("dma2", 2, 0x540000, 0x548000),
	HBM_DMA("dma3", 3, 0x560000, 0x568000),
	HBM_DMA("dma4", 4, 0x580000, 0x588000),
	HBM_DMA("dma5", 5, 0x5a0000, 0x5a8000),
	HBM_DMA("dma6", 6, 0x5c0000, 0x5c8000),
	HBM_DMA("dma7", 7, 0x5e0000, 0x5e8000),
	TPC("tpc0", 0, 0xe06000, 0xe08000),
	TPC("tpc1", 1, 0xe46000, 0xe48000),
	TPC("tpc2", 2, 0xe86000, 0xe88000),
	TPC("tpc3", 3, 0xec6000, 0xec8000),
	TPC("tpc4", 4, 0xf06000, 0xf08000),
	TPC("tpc5", 5, 0xf46000, 0xf48000),
	TPC("tpc6", 6, 0xf86000, 0xf88000),
	TPC("tpc7", 7, 0xfc6000, 0xfc8000),
	/* These two lead the engines 1 and 3, which have no queues of their own */
	MME("mme0", 0, 0x060000, 0x068000),
	MME("mme2", 1, 0x160000, 0x168000),
};

#define SYNC_MANAGER(name_, sobs_, monitors_, ...) \
	{ .name = (name_), .sobs = (sobs_), .monitors = (monitors_), \
	  .num_sobs = 2048, .num_monitors = 512, __VA_ARGS__ }

static const struct hlaccel_sync_manager_desc gaudi_sync_managers[] = {
	/* The first ones are the kernel's */
	SYNC_MANAGER("w_s", 0x492000, 0x494000, .first_sob = GAUDI_KERNEL_SOBS,
		     .first_monitor = GAUDI_KERNEL_MONITORS),
	SYNC_MANAGER("w_n", 0x4d2000, 0x4d4000),
	SYNC_MANAGER("e_n", 0x4f2000, 0x4f4000),
	SYNC_MANAGER("e_s", 0x4b2000, 0x4b4000),
};

/*
 * Windows. The unit that translates sits behind the mailbox, one page of its
 * registers at a time.
 */
static int iatu_write(struct hlaccel_device *hdev, u32 offset, u32 val)
{
	/* The selection stays from the access before, so a failure shows below */
	if (hlaccel_elbi_write(hdev, PCIE_AUX_DBI, PCIE_AUX_DBI_IATU))
		drm_dbg(&hdev->drm, "window registers were not selected\n");
	return hlaccel_elbi_write(hdev, PCIE_DBI + (offset & PCIE_DBI_MASK), val);
}

static int set_inbound(struct hlaccel_device *hdev, unsigned int region,
		       const struct hlaccel_bar_desc *bar)
{
	u32 base = IATU_INBOUND(region);
	int ret;

	ret = iatu_write(hdev, base + IATU_TARGET_LO, lower_32_bits(bar->da));
	if (!ret)
		ret = iatu_write(hdev, base + IATU_TARGET_HI, upper_32_bits(bar->da));
	if (!ret)
		ret = iatu_write(hdev, base + IATU_CTRL1, 0);
	if (!ret)
		ret = iatu_write(hdev, base + IATU_CTRL2,
				 IATU_CTRL2_ENABLE | IATU_CTRL2_MATCH_BAR | IATU_CTRL2_MATCH |
				 FIELD_PREP(IATU_CTRL2_BAR, bar->index));
	return ret;
}

static int set_outbound(struct hlaccel_device *hdev)
{
	const u64 base = GAUDI_HOST_WINDOW;
	const u64 limit = base + GAUDI_HOST_WINDOW_SIZE - 1;
	const struct { u32 offset, val; } writes[] = {
		{ IATU_BASE_LO, lower_32_bits(base) },
		{ IATU_BASE_HI, upper_32_bits(base) },
		{ IATU_LIMIT_LO, lower_32_bits(limit) },
		{ IATU_LIMIT_HI, upper_32_bits(limit) },
		{ IATU_TARGET_LO, 0 },
		{ IATU_TARGET_HI, 0 },
		{ IATU_CTRL1, IATU_CTRL1_LARGE },
		{ IATU_CTRL2, IATU_CTRL2_ENABLE },
	};
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(writes) && !ret; i++)
		ret = iatu_write(hdev, IATU_OUTBOUND(0) + writes[i].offset, writes[i].val);
	return ret;
}

static int gaudi_init_windows(struct hlaccel_device *hdev)
{
	struct hlaccel_info *info = &hdev->info;
	u32 sts0;
	int ret;

	/* The mailbox of this part is closed; its firmware needs a moment more */
	if (info->device_id == hdev->desc->secured_device_id) {
		info->fw_security = true;
		info->fw_windows = true;
		usleep_range(2000, 3000);
		return 0;
	}

	ret = hlaccel_elbi_read(hdev, PSOC_BOOT_STS0, &sts0);
	if (ret)
		return ret;
	info->fw_windows = (sts0 & STS0_VALID) && (sts0 & STS0_WINDOWS);
	if (info->fw_windows) {
		usleep_range(2000, 3000);
		return 0;
	}

	ret = set_inbound(hdev, 0, &hdev->desc->sram_bar);
	if (!ret)
		ret = set_inbound(hdev, 1, &hdev->desc->cfg_bar);
	if (!ret)
		ret = set_inbound(hdev, 2, &hdev->desc->hbm_bar);
	if (!ret)
		ret = set_outbound(hdev);
	if (ret)
		return ret;
	return hlaccel_elbi_write(hdev, PCIE_AUX_DBI, 0);
}

static void apply(struct hlaccel_device *hdev, enum hlaccel_gaudi_step step)
{
	hlaccel_regtable_apply(hdev, &hlaccel_gaudi_steps[step]);
}

static void gaudi_init_dram(struct hlaccel_device *hdev)
{
	if (!(hdev->info.sts0_fit & STS0_DRAM_SCRAMBLER))
		apply(hdev, GAUDI_STEP_DRAM_SCRAMBLER);
}

static void gaudi_init_infra(struct hlaccel_device *hdev)
{
	const struct hlaccel_info *info = &hdev->info;

	apply(hdev, GAUDI_STEP_CLOCKS);
	if (!(info->sts0_app & STS0_SRAM_SCRAMBLER))
		apply(hdev, GAUDI_STEP_SRAM_SCRAMBLER);
	if (!(info->sts0_fit & STS0_E2E_CREDITS))
		apply(hdev, GAUDI_STEP_E2E_CREDITS);
	if (!(info->sts0_fit & STS0_HBM_CREDITS))
		apply(hdev, GAUDI_STEP_HBM_CREDITS);
	memset_io(hdev->sram.io, 0, GAUDI_SRAM_ZEROES);
}

/* Close register ranges at every port */
static void protect_lbw(struct hlaccel_device *hdev)
{
	unsigned int p, i, r;

	for (p = 0; p < GAUDI_NUM_LBW_PORTS; p++) {
		const struct hlaccel_gaudi_port *port = &hlaccel_gaudi_lbw_ports[p];

		for (i = 0; i < port->count; i++) {
			u32 base = port->base + i * port->stride;

			for (r = 0; r < GAUDI_NUM_LBW_RANGES; r++) {
				/* The bounds themselves are outside */
				u32 min = hlaccel_gaudi_lbw_ranges[r].first - 1;
				u32 max = hlaccel_gaudi_lbw_ranges[r].last + 1;

				hlaccel_cfg_write(hdev, base + port->min_w + 4 * r, min);
				hlaccel_cfg_write(hdev, base + port->max_w + 4 * r, max);
				hlaccel_cfg_write(hdev, base + port->min_r + 4 * r, min);
				hlaccel_cfg_write(hdev, base + port->max_r + 4 * r, max);
			}
			hlaccel_cfg_write(hdev, base + port->hit_w,
					  GENMASK(GAUDI_NUM_LBW_RANGES - 1, 0));
			hlaccel_cfg_write(hdev, base + port->hit_r,
					  GENMASK(GAUDI_NUM_LBW_RANGES - 1, 0));
		}
	}
}

/* Base and mask registers of one range, for writes or for reads */
static void write_hbw_range(struct hlaccel_device *hdev, u32 regs,
			    const struct hlaccel_gaudi_hbw_range *range)
{
	u64 mask = GENMASK_ULL(49, 0) & ~(range->size - 1);

	hlaccel_cfg_write(hdev, regs, lower_32_bits(range->base));
	hlaccel_cfg_write(hdev, regs + 0x40, upper_32_bits(range->base));
	hlaccel_cfg_write(hdev, regs + 0x80, lower_32_bits(mask));
	hlaccel_cfg_write(hdev, regs + 0xc0, upper_32_bits(mask));
}

/*
 * Slots behind the fixed ranges, two for each address bit of an arena: one matches
 * where the bit is zero, one where it is one. An arena is where certain bits have
 * certain values, so what is closed around it is a choice of slots. Bits above those
 * are compared, too: none of this concerns other memory than HBM.
 */
static u32 arena_slot(unsigned int bit, bool set)
{
	return GAUDI_NUM_HBW_RANGES + 2 * bit + set;
}

static void write_hbw_arena_slot(struct hlaccel_device *hdev, u32 regs, unsigned int bit, bool set)
{
	u64 one = BIT_ULL(GAUDI_ARENA_SHIFT + bit);
	u64 mask = GENMASK_ULL(49, GAUDI_ARENA_SHIFT + GAUDI_ARENA_BITS) | one;
	u64 base = set ? one : 0;

	regs += 4 * arena_slot(bit, set);
	hlaccel_cfg_write(hdev, regs, lower_32_bits(base));
	hlaccel_cfg_write(hdev, regs + 0x40, upper_32_bits(base));
	hlaccel_cfg_write(hdev, regs + 0x80, lower_32_bits(mask));
	hlaccel_cfg_write(hdev, regs + 0xc0, upper_32_bits(mask));
}

static void write_hbw_arena_slots(struct hlaccel_device *hdev, u32 base)
{
	unsigned int bit, set;

	for (bit = 0; bit < GAUDI_ARENA_BITS; bit++) {
		for (set = 0; set < 2; set++) {
			write_hbw_arena_slot(hdev, base + GAUDI_HBW_WRITE, bit, set);
			write_hbw_arena_slot(hdev, base + GAUDI_HBW_READ, bit, set);
		}
	}
}

/* Slots that close all HBM but this */
static u32 arena_slots(u64 address, u64 size)
{
	unsigned int bit;
	u32 slots = 0;

	if (!size)
		return BIT(arena_slot(0, false)) | BIT(arena_slot(0, true));
	for (bit = 0; bit < GAUDI_ARENA_BITS; bit++) {
		if (size <= BIT_ULL(GAUDI_ARENA_SHIFT + bit))
			slots |= BIT(arena_slot(bit, !(address & BIT_ULL(GAUDI_ARENA_SHIFT +
									 bit))));
	}
	return slots;
}

/* Two registers of each group, and all of them have taken effect on return */
static void gaudi_open_memory(struct hlaccel_device *hdev, u64 address, u64 size)
{
	u32 slots = arena_slots(address, size), write = 0, read = 0, last = 0;
	unsigned int g, i, r;

	for (r = 0; r < GAUDI_NUM_HBW_RANGES; r++) {
		write |= BIT(r);
		read |= hlaccel_gaudi_hbw_ranges[r].read ? BIT(r) : 0;
	}
	for (g = 0; g < GAUDI_NUM_HBW_GROUPS; g++) {
		const struct hlaccel_gaudi_port *group = &hlaccel_gaudi_hbw_groups[g];

		for (i = 0; i < group->count; i++) {
			last = group->base + i * group->stride + group->hit_r;
			hlaccel_cfg_write(hdev, last - group->hit_r + group->hit_w, write | slots);
			hlaccel_cfg_write(hdev, last, read | slots);
		}
	}
	hlaccel_cfg_read(hdev, last);
}

/* Close memory ranges at every router */
static void protect_hbw(struct hlaccel_device *hdev)
{
	unsigned int g, i, r;

	for (g = 0; g < GAUDI_NUM_HBW_GROUPS; g++) {
		const struct hlaccel_gaudi_port *group = &hlaccel_gaudi_hbw_groups[g];

		for (i = 0; i < group->count; i++) {
			u32 base = group->base + i * group->stride;

			for (r = 0; r < GAUDI_NUM_HBW_RANGES; r++) {
				const struct hlaccel_gaudi_hbw_range *range =
					&hlaccel_gaudi_hbw_ranges[r];

				write_hbw_range(hdev, base + GAUDI_HBW_WRITE + 4 * r, range);
				if (range->read)
					write_hbw_range(hdev, base + GAUDI_HBW_READ + 4 * r,
							range);
			}
			write_hbw_arena_slots(hdev, base);
		}
	}
	gaudi_open_memory(hdev, 0, 0);
}

static void start_timestamp(struct hlaccel_device *hdev)
{
	hlaccel_cfg_write(hdev, TIMESTAMP_CTRL, 0);
	hlaccel_cfg_write(hdev, TIMESTAMP_HIGH, 0);
	hlaccel_cfg_write(hdev, TIMESTAMP_LOW, 0);
	hlaccel_cfg_write(hdev, TIMESTAMP_CTRL, 1);
}

static void gaudi_init_engines(struct hlaccel_device *hdev)
{
	apply(hdev, GAUDI_STEP_PROTECT_INFRA);
	protect_lbw(hdev);
	protect_hbw(hdev);
	apply(hdev, GAUDI_STEP_PROTECT_BLOCKS);
	apply(hdev, GAUDI_STEP_ENGINES);
	start_timestamp(hdev);
}

static void gaudi_close_sync(struct hlaccel_device *hdev, bool closed)
{
	apply(hdev, closed ? GAUDI_STEP_CLOSE_SYNC : GAUDI_STEP_OPEN_SYNC);
}

/* Load the program that initialises the TPCs' memories; returns its address */
static int load_tpc_program(struct hlaccel_device *hdev, u64 *da)
{
	const struct firmware *image;
	int ret;

	ret = request_firmware(&image, hdev->desc->fw.tpc, hdev->drm.dev);
	if (ret)
		return ret;
	*da = hdev->desc->sram_base + GAUDI_SRAM_TPC;
	ret = image->size ? hlaccel_fw_copy_image(hdev, *da, image->data, image->size) : -EINVAL;
	release_firmware(image);
	return ret;
}

static int wait_tpc(struct hlaccel_device *hdev, u32 tpc, u32 reg, u32 mask, u32 want)
{
	return hlaccel_cfg_poll(hdev, tpc + reg, mask, want, 50, hdev->desc->timeouts.tpc_init);
}

static void prefetch_tpc_program(struct hlaccel_device *hdev, u32 tpc, u64 da)
{
	hlaccel_cfg_write(hdev, tpc + TPC_QM_KERNEL_BASE_LO, lower_32_bits(da));
	hlaccel_cfg_write(hdev, tpc + TPC_QM_KERNEL_BASE_HI, upper_32_bits(da));
	hlaccel_cfg_write(hdev, tpc + TPC_LUT_FUNC256_LO, lower_32_bits(da));
	hlaccel_cfg_write(hdev, tpc + TPC_LUT_FUNC256_HI, upper_32_bits(da));
	hlaccel_cfg_write(hdev, tpc + TPC_ICACHE_BASE_LO, lower_32_bits(da));
	hlaccel_cfg_write(hdev, tpc + TPC_ICACHE_BASE_HI, upper_32_bits(da));
	hlaccel_cfg_write(hdev, tpc + TPC_QM_SYNC_OBJECT_ADDR,
			  lower_32_bits(hlaccel_cfg_da(hdev, gaudi_sync_managers[2].sobs)));
	hlaccel_cfg_write(hdev, tpc + TPC_CMD,
			  TPC_CMD_ICACHE_INVAL | TPC_CMD_ICACHE_PREFETCH_64K);
}

/* Wait for what all TPCs were told to do */
static int wait_tpcs(struct hlaccel_device *hdev)
{
	unsigned int i;
	int ret;

	/* The status takes a while to show what was started */
	usleep_range(1000, 1500);
	for (i = 0; i < ARRAY_SIZE(gaudi_engines); i++) {
		const struct hlaccel_engine_desc *engine = &gaudi_engines[i];

		if (engine->kind != DRM_HLACCEL_ENGINE_TPC)
			continue;
		ret = wait_tpc(hdev, engine->base, TPC_STATUS, TPC_STATUS_VECTOR_EMPTY,
			       TPC_STATUS_VECTOR_EMPTY);
		if (!ret)
			ret = wait_tpc(hdev, engine->base, TPC_WQ_INFLIGHT, ~0u, 0);
		if (ret) {
			drm_err(&hdev->drm, "%s was not initialised: %d\n", engine->name, ret);
			return ret;
		}
	}
	return 0;
}

/* Each one's program touches its own memories only, so they run at the same time */
static int init_tpcs(struct hlaccel_device *hdev)
{
	unsigned int i;
	u64 da;
	int ret;

	ret = load_tpc_program(hdev, &da);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(gaudi_engines); i++) {
		if (gaudi_engines[i].kind == DRM_HLACCEL_ENGINE_TPC)
			prefetch_tpc_program(hdev, gaudi_engines[i].base, da);
	}
	ret = wait_tpcs(hdev);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(gaudi_engines); i++) {
		if (gaudi_engines[i].kind == DRM_HLACCEL_ENGINE_TPC)
			hlaccel_cfg_write(hdev, gaudi_engines[i].base + TPC_EXECUTE, 1);
	}
	return wait_tpcs(hdev);
}

/* Frequency of the timestamp by the clock's registers */
static u32 read_cpu_pll(struct hlaccel_device *hdev)
{
	const u32 ref = 50;
	u32 sel = hlaccel_cfg_read(hdev, CPU_PLL_DIV_SEL_2) & 3;
	u32 div = (hlaccel_cfg_read(hdev, CPU_PLL_DIV_FACTOR_2) & 0xffff) + 1;
	u32 nr = (hlaccel_cfg_read(hdev, CPU_PLL_NR) & 0xffff) + 1;
	u32 nf = (hlaccel_cfg_read(hdev, CPU_PLL_NF) & 0xffff) + 1;
	u32 od = (hlaccel_cfg_read(hdev, CPU_PLL_OD) & 0xff) + 1;
	u32 pll = ref * nf / (nr * od);

	switch (sel) {
	case 0:
		return ref;
	case 1:
		return pll;
	case 2:
		return ref / div;
	default:
		return pll / div;
	}
}

static void set_clocks(struct hlaccel_device *hdev)
{
	bool dyn = hlaccel_fw_app_has(hdev, STS0_DYN_PLL);
	u16 mhz[4] = {};
	int ret;

	if (!hlaccel_fw_app_has(hdev, STS0_PLL_INFO))
		hdev->info.timestamp_mhz = read_cpu_pll(hdev);
	else if (!hlaccel_cpucp_pll_info_get(hdev, PLL_CPU, mhz))
		hdev->info.timestamp_mhz = mhz[2];

	/* A card that keeps its own limits works all the same */
	ret = hlaccel_cpucp_frequency_set(hdev, dyn ? PLL_MME_DYN : PLL_MME, MME_HZ);
	if (!ret && !hdev->info.fw_security)
		ret = hlaccel_cpucp_max_power_set(hdev, hdev->info.mezzanine ?
						  MAX_POWER_MODULE_MW : MAX_POWER_PCI_MW);
	if (ret)
		drm_dbg(&hdev->drm, "clock or power limit was refused: %d\n", ret);
}

static int gaudi_init_late(struct hlaccel_device *hdev)
{
	set_clocks(hdev);
	return init_tpcs(hdev);
}

static void gaudi_stall_engines(struct hlaccel_device *hdev)
{
	apply(hdev, GAUDI_STEP_STALL_DMA);
	apply(hdev, GAUDI_STEP_STALL_COMPUTE);
}

/*
 * Wait until the card is fresh. Its BARs may not answer while it is not, but the
 * mailbox in configuration space does: where it is open, look there, after the
 * time in which the state of before may still be seen.
 */
static int wait_reset(struct hlaccel_device *hdev)
{
	const struct hlaccel_timeouts *t = &hdev->desc->timeouts;
	unsigned int left = (t->reset_max - t->reset_quiet) / 10000;
	u32 state, fsm;

	if (hdev->info.device_id == hdev->desc->secured_device_id) {
		msleep(t->reset_max / 1000);
	} else {
		msleep(t->reset_quiet / 1000);
		while (left--) {
			if (!hlaccel_elbi_read(hdev, PSOC_HW_STATE, &state) &&
			    !hlaccel_elbi_read(hdev, PSOC_BTM_FSM, &fsm) &&
			    state != HW_STATE_DIRTY && !(fsm & BTM_FSM_STATE))
				break;
			usleep_range(10000, 12000);
		}
	}

	if (hlaccel_cfg_read(hdev, PSOC_BTM_FSM) & BTM_FSM_STATE ||
	    hlaccel_cfg_read(hdev, PSOC_HW_STATE) == HW_STATE_DIRTY)
		return -ETIMEDOUT;
	return hdev->gone ? -ENODEV : 0;
}

static int gaudi_reset(struct hlaccel_device *hdev, bool fw_alive)
{
	bool by_driver = !hdev->info.fw_security && !hdev->info.fw_reset;

	if (by_driver)
		hlaccel_cfg_write(hdev, PCIE_AUX_FLR_CTRL, FLR_CTRL_HW | FLR_CTRL_INT_MASK);

	hlaccel_fw_halt_cpu(hdev, fw_alive);

	if (by_driver) {
		hlaccel_cfg_write(hdev, PSOC_SOFT_RST_CFG_H, SOFT_RST_CFG_H);
		hlaccel_cfg_write(hdev, PSOC_SOFT_RST_CFG_L, SOFT_RST_CFG_L);
		hlaccel_cfg_write(hdev, PSOC_SW_ALL_RST_CFG_H, SW_ALL_RST_CFG_H);
		hlaccel_cfg_write(hdev, PSOC_SW_ALL_RST_CFG_L, SW_ALL_RST_CFG_L);
		/* The device CPU finishes what it does on the bus */
		msleep(200);
		hlaccel_cfg_write(hdev, PSOC_PREBOOT_PCIE_EN, PREBOOT_PCIE_EN_KEEP);
		hlaccel_cfg_write(hdev, PSOC_BOOT_SEQ_RE_START, 1);
		hlaccel_cfg_write(hdev, PSOC_SW_ALL_RST, 1);
	}
	return wait_reset(hdev);
}

static const struct hlaccel_asic_ops gaudi_ops = {
	.init_windows = gaudi_init_windows,
	.init_dram = gaudi_init_dram,
	.init_infra = gaudi_init_infra,
	.init_engines = gaudi_init_engines,
	.init_late = gaudi_init_late,
	.close_sync = gaudi_close_sync,
	.open_memory = gaudi_open_memory,
	.stall_engines = gaudi_stall_engines,
	.reset = gaudi_reset,
};

static const struct hlaccel_clock_desc gaudi_clocks[] = {
	{ "cpu", PLL_CPU, PLL_CPU },
	{ "pci", 1, 1 },
	{ "sram", 2, 8 },
	{ "hbm", 3, 10 },
	{ "nic", 4, 2 },
	{ "dma", 5, 3 },
	{ "mesh", 6, 4 },
	{ "mme", PLL_MME, PLL_MME_DYN },
	{ "tpc", 8, 6 },
	{ "if", 9, 7 },
};

const struct hlaccel_asic_desc hlaccel_gaudi_desc = {
	.name = "Gaudi",
	.asic = DRM_HLACCEL_ASIC_GAUDI,
	.secured_device_id = 0x1010,
	.dma_bits = 48,
	.sram_bar = { .index = 0, .size = SZ_64M, .da = GAUDI_SRAM_BASE },
	.cfg_bar = { .index = 2, .size = SZ_128M, .da = 0x7ff8000000 },
	.hbm_bar = { .index = 4, .write_combining = true, .da = 0 },
	.cfg_bar_offset = 0x4000000,
	.cfg_base = GAUDI_CFG_BASE,
	.cfg_size = 0x2000000,
	.trace_size = 0x2000000,
	.sram_base = GAUDI_SRAM_BASE,
	.sram_size = 20 * SZ_1M,
	.sram_user = SZ_4K,
	.hbm_size = SZ_32G,
	.hbm_user = SZ_512M,
	.arena_shift = GAUDI_ARENA_SHIFT,
	.arena_bits = GAUDI_ARENA_BITS,
	.pt_base = 0x10000000,
	.pt_size = 0x0bf00000,
	.pt_cache_page = 0x1bf00000,
	.timestamp = TIMESTAMP_LOW,
	.host_window = GAUDI_HOST_WINDOW,
	.va_start = 0x1000000000000ULL,
	.va_end = 0x3ff8000000000ULL,
	.tpc_mask = 0xff,
	.num_asids = 1024,
	.engines = gaudi_engines,
	.num_engines = ARRAY_SIZE(gaudi_engines),
	.sync_managers = gaudi_sync_managers,
	.num_sync_managers = ARRAY_SIZE(gaudi_sync_managers),
	.events = hlaccel_gaudi_events,
	.num_events = GAUDI_NUM_EVENT_ROWS,
	.initiators = hlaccel_gaudi_initiators,
	.num_initiators = GAUDI_NUM_INITIATORS,
	.clocks = gaudi_clocks,
	.num_clocks = ARRAY_SIZE(gaudi_clocks),
	.scrub_parts = hlaccel_gaudi_scrub,
	.trace = &hlaccel_gaudi_trace,
	.num_scrub_parts = HLACCEL_GAUDI_SCRUB_PARTS,
	.wipe = hlaccel_gaudi_tpc_wipe,
	.num_wipe = GAUDI_TPC_WIPE_WORDS,
	.raw = &hlaccel_gaudi_raw,
	.fw = {
		.boot_fit = "habanalabs/gaudi/gaudi-boot-fit.itb",
		.app = "habanalabs/gaudi/gaudi-fit.itb",
		.tpc = "habanalabs/gaudi/gaudi_tpc.bin",
	},
	.timeouts = {
		.preboot = 4000000,
		.fw_load = 4000000,
		.fw_boot = 30000000,
		.comms = 30000000,
		.cpu_queues = 30000000,
		.mailbox = 4000000,
		.mailbox_long = 10000000,
		.mmu = 100000,
		.reset_quiet = 200000,
		.reset_max = 2000000,
		.tpc_init = 1000000,
	},
	.ops = &gaudi_ops,
};
EXPORT_SYMBOL_IF_KUNIT(hlaccel_gaudi_desc);

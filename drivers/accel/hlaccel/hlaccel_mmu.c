// SPDX-License-Identifier: GPL-2.0
/*
 * The hardware side of address translation: roots, invalidation, faults. The
 * tables themselves are made elsewhere.
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/sizes.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_fault.h"
#include "hlaccel_io.h"
#include "hlaccel_mmu.h"
#include "hlaccel_trace.h"
#include "regs/mmu_regs.h"

#define MMU_POLL_US		10
/* Steps of the invalidation handshake */
#define INV_PS_START		3
#define INV_PS_RUN		2
#define MMU_SPI_ALL		0xf

/**
 * struct hlaccel_mmu - Translation hardware
 * @lock: protects the programming sequences; a leaf, nothing is allocated below
 * @pi: producer index of the next invalidation, 8 bits
 */
struct hlaccel_mmu {
	struct mutex lock; /* one sequence at a time */
	u8 pi;
};

/**
 * hlaccel_mmu_init() - Software state
 * @hdev: device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_mmu_init(struct hlaccel_device *hdev)
{
	hdev->mmu = drmm_kzalloc(&hdev->drm, sizeof(*hdev->mmu), GFP_KERNEL);
	if (!hdev->mmu)
		return -ENOMEM;
	return drmm_mutex_init(&hdev->drm, &hdev->mmu->lock);
}

/**
 * hlaccel_mmu_set_root() - Give an address space its root table
 * @hdev: device
 * @asid: address space id
 * @hop0_da: device address of its root table
 *
 * Return: 0, -EIO or -ENODEV
 */
int hlaccel_mmu_set_root(struct hlaccel_device *hdev, u32 asid, u64 hop0_da)
{
	int ret;

	mutex_lock(&hdev->mmu->lock);
	hlaccel_cfg_write(hdev, STLB_ASID, asid);
	hlaccel_cfg_write(hdev, STLB_HOP0_PA43_12, lower_32_bits(hop0_da >> 12));
	hlaccel_cfg_write(hdev, STLB_HOP0_PA49_44, hop0_da >> 44);
	hlaccel_cfg_write(hdev, STLB_BUSY, STLB_BUSY_SET);
	ret = hlaccel_cfg_poll(hdev, STLB_BUSY, STLB_BUSY_SET, 0, MMU_POLL_US,
			       hdev->desc->timeouts.mmu);
	mutex_unlock(&hdev->mmu->lock);
	if (ret)
		drm_err(&hdev->drm, "root of address space %u was not taken: %d\n", asid, ret);
	/* Users meet this one, and know it as the end of a wait of theirs */
	return ret == -ETIMEDOUT ? -EIO : ret;
}

/**
 * hlaccel_mmu_invalidate() - Make the hardware forget all translations
 * @hdev: device
 *
 * Changes of tables must have been flushed to the device's memory before.
 *
 * Return: 0, -EIO or -ENODEV; then old translations may be in use
 */
int hlaccel_mmu_invalidate(struct hlaccel_device *hdev)
{
	struct hlaccel_mmu *mmu = hdev->mmu;
	u8 id;
	int ret;

	mutex_lock(&mmu->lock);
	id = mmu->pi;
	trace_hlaccel_invalidate_begin(hdev, id, 0);
	hlaccel_cfg_write(hdev, STLB_INV_PS, INV_PS_START);
	hlaccel_cfg_write(hdev, STLB_CACHE_INV, mmu->pi++);
	hlaccel_cfg_write(hdev, STLB_INV_PS, INV_PS_RUN);
	/* Most are over already */
	ret = hlaccel_cfg_read(hdev, STLB_INV_PS);
	if (ret)
		ret = hlaccel_cfg_poll(hdev, STLB_INV_PS, ~0u, 0, MMU_POLL_US,
				       hdev->desc->timeouts.mmu);
	hlaccel_cfg_write(hdev, STLB_INV_SET, 0);
	trace_hlaccel_invalidate_end(hdev, id, ret);
	mutex_unlock(&mmu->lock);
	if (ret)
		drm_err(&hdev->drm, "translations were not invalidated: %d\n", ret);
	return ret == -ETIMEDOUT ? -EIO : ret;
}

/**
 * hlaccel_mmu_hw_init() - Switch translation on
 * @hdev: device
 *
 * The kernel's address space gets an empty table: what runs in it by mistake
 * reaches no host memory.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_mmu_hw_init(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	int ret;

	memset_io(hdev->hbm.io + desc->pt_base, 0, SZ_4K);
	/* Out of the write-combining buffer before the walker may look */
	wmb();
	ioread32(hdev->hbm.io + desc->pt_base);

	ret = hlaccel_mmu_set_root(hdev, 0, desc->pt_base);
	if (ret)
		return ret;

	hlaccel_cfg_write(hdev, STLB_CACHE_INV_BASE_39_8, lower_32_bits(desc->pt_cache_page >> 8));
	hlaccel_cfg_write(hdev, STLB_CACHE_INV_BASE_49_40, desc->pt_cache_page >> 40);
	hlaccel_cfg_write(hdev, STLB_MEM_CACHE_INV, 1);
	hlaccel_cfg_write(hdev, MMU_ENABLE, 1);
	hlaccel_cfg_write(hdev, MMU_SPI_MASK, MMU_SPI_ALL);
	hlaccel_cfg_write(hdev, STLB_HOP_CONFIGURATION, HOP_CONFIGURATION_5_HOPS);

	/* The hardware counts from here */
	hdev->mmu->pi = 1;
	return 0;
}

static unsigned int take_address(struct hlaccel_device *hdev, u32 reg, u32 reg_va, u8 kind,
				 struct hlaccel_capture *capture)
{
	u32 high = hlaccel_cfg_read(hdev, reg);

	if (READ_ONCE(hdev->gone) || !(high & MMU_ERROR_VALID))
		return 0;
	*capture = (struct hlaccel_capture) {
		.kind = kind,
		.address = (u64)FIELD_GET(MMU_ERROR_VA_HIGH, high) << 32 |
			   hlaccel_cfg_read(hdev, reg_va),
		.time = jiffies,
	};
	hlaccel_cfg_write(hdev, reg, 0);
	return 1;
}

static unsigned int take_initiator(struct hlaccel_device *hdev, u32 reg, u32 reg_id, u8 kind,
				   struct hlaccel_capture *capture)
{
	if (!(hlaccel_cfg_read(hdev, reg) & RAZWI_VLD) || READ_ONCE(hdev->gone))
		return 0;
	*capture = (struct hlaccel_capture) {
		.kind = kind,
		.id = hlaccel_cfg_read(hdev, reg_id),
		.time = jiffies,
	};
	hlaccel_cfg_write(hdev, reg, 0);
	return 1;
}

/**
 * hlaccel_mmu_take_captures() - Read and clear what the hardware has latched
 * @hdev: device; the caller keeps it up, and is the only one
 * @captures: gets the bad accesses, has room for HLACCEL_MMU_CAPTURES
 *
 * Return: number of those
 */
unsigned int hlaccel_mmu_take_captures(struct hlaccel_device *hdev,
				       struct hlaccel_capture *captures)
{
	unsigned int num = 0;

	num += take_address(hdev, MMU_PAGE_ERROR, MMU_PAGE_ERROR_VA, HLACCEL_CAPTURE_PAGE,
			    &captures[num]);
	num += take_address(hdev, MMU_ACCESS_ERROR, MMU_ACCESS_ERROR_VA, HLACCEL_CAPTURE_ACCESS,
			    &captures[num]);
	num += take_initiator(hdev, MMU_RAZWI_WRITE_VLD, MMU_RAZWI_WRITE_ID,
			      HLACCEL_CAPTURE_WRITE, &captures[num]);
	num += take_initiator(hdev, MMU_RAZWI_READ_VLD, MMU_RAZWI_READ_ID,
			      HLACCEL_CAPTURE_READ, &captures[num]);
	atomic64_add(num, &hdev->counters.faults);
	return num;
}

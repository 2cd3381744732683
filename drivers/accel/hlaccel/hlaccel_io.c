// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration register access.
 */
#include <kunit/static_stub.h>
#include <kunit/visibility.h>

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/pci.h>

#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_io.h"

static __always_inline void __iomem *cfg_address(struct hlaccel_device *hdev, u32 offset)
{
	if (drm_WARN_ON_ONCE(&hdev->drm, offset >= hdev->cfg.mapped || offset & 3))
		offset = 0;
	return hdev->cfg.io + offset;
}

/**
 * hlaccel_io_gone() - Has the card left the bus?
 * @hdev: device
 *
 * Asks the bus. Once gone, no register is touched any more.
 *
 * Return: whether the card is gone
 */
bool hlaccel_io_gone(struct hlaccel_device *hdev)
{
	if (READ_ONCE(hdev->gone))
		return true;
	if (pci_device_is_present(hdev->pdev))
		return false;
	WRITE_ONCE(hdev->gone, true);
	drm_err(&hdev->drm, "card does not answer\n");
	return true;
}

/**
 * hlaccel_cfg_read() - Read a configuration register
 * @hdev: device
 * @offset: CFG offset
 *
 * Return: its value; all ones when the card is gone
 */
u32 hlaccel_cfg_read(struct hlaccel_device *hdev, u32 offset)
{
	u32 val;

	KUNIT_STATIC_STUB_REDIRECT(hlaccel_cfg_read, hdev, offset);
	if (READ_ONCE(hdev->gone))
		return ~0u;
	val = readl(cfg_address(hdev, offset));
	/* All ones is what the bus answers for a missing card, and now and then a value */
	if (unlikely(val == ~0u))
		hlaccel_io_gone(hdev);
	return val;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_cfg_read);

/**
 * hlaccel_cfg_write() - Write a configuration register
 * @hdev: device
 * @offset: CFG offset
 * @val: value
 */
void hlaccel_cfg_write(struct hlaccel_device *hdev, u32 offset, u32 val)
{
	KUNIT_STATIC_STUB_REDIRECT(hlaccel_cfg_write, hdev, offset, val);
	if (READ_ONCE(hdev->gone))
		return;
	writel(val, cfg_address(hdev, offset));
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_cfg_write);

/**
 * hlaccel_cfg_rmw() - Change some bits of a configuration register
 * @hdev: device
 * @offset: CFG offset
 * @clear: bits to clear
 * @set: bits to set then
 */
void hlaccel_cfg_rmw(struct hlaccel_device *hdev, u32 offset, u32 clear, u32 set)
{
	hlaccel_cfg_write(hdev, offset, (hlaccel_cfg_read(hdev, offset) & ~clear) | set);
}

/**
 * hlaccel_cfg_poll() - Wait for bits of a configuration register
 * @hdev: device
 * @offset: CFG offset
 * @mask: bits to look at
 * @want: value they must get
 * @interval_us: time between two looks; sleeps
 * @timeout_us: time in all
 *
 * Return: 0, -ETIMEDOUT, or -ENODEV when the card is gone
 */
int hlaccel_cfg_poll(struct hlaccel_device *hdev, u32 offset, u32 mask, u32 want,
		     u32 interval_us, u32 timeout_us)
{
	ktime_t end = ktime_add_us(ktime_get(), timeout_us);

	for (;;) {
		bool last = ktime_after(ktime_get(), end);

		if ((hlaccel_cfg_read(hdev, offset) & mask) == want)
			return 0;
		if (READ_ONCE(hdev->gone))
			return -ENODEV;
		/* The look after the deadline counts: this thread may have slept long */
		if (last)
			return -ETIMEDOUT;
		usleep_range(interval_us, 2 * interval_us);
	}
}

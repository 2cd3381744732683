// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a card: how it is brought up, reset and taken away.
 */
#include <linux/io.h>
#include <linux/pci.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_node.h"
#include "hlaccel_coredump.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_debugfs.h"
#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_event.h"
#include "hlaccel_fault.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_hwmon.h"
#include "hlaccel_io.h"
#include "hlaccel_lease.h"
#include "hlaccel_mem.h"
#include "hlaccel_mmu.h"
#include "hlaccel_raw.h"
#include "hlaccel_reserve.h"
#include "hlaccel_reset.h"
#include "hlaccel_ring.h"
#include "hlaccel_vm.h"
#include "regs/pcie_regs.h"
#include "regs/psoc_regs.h"

/**
 * DOC: bring-up
 *
 * Everything that is programmed into the card is programmed by
 * hlaccel_device_bring_up(), at probe and after each hard reset alike. Software
 * objects are made once, at probe, before.
 */

/**
 * hlaccel_device_check() - May an ioctl go on?
 * @hdev: device
 *
 * Return: 0, -ENODEV, or -EIO when the card was given up. During a reset this is
 * 0; who needs the hardware waits in hlaccel_device_hw_begin().
 */
int hlaccel_device_check(struct hlaccel_device *hdev)
{
	switch (hlaccel_device_state(hdev)) {
	case HLACCEL_STATE_UP:
		return READ_ONCE(hdev->gone) ? -ENODEV : 0;
	case HLACCEL_STATE_RESETTING:
		/* Gone or not: the bus may bring it back */
		return 0;
	case HLACCEL_STATE_WEDGED:
		return -EIO;
	case HLACCEL_STATE_DOWN:
		break;
	}
	return -ENODEV;
}

/*
 * The lock is taken within the section and not around it: lockdep sees nothing of what is
 * taken behind a recursive reader, which SRCU's are.
 */
static __always_inline int hw_enter(struct hlaccel_device *hdev, int *idx, bool interruptible)
{
	int ret = 0;

	if (!drm_dev_enter(&hdev->drm, idx))
		return -ENODEV;
	if (!interruptible)
		down_read(&hdev->reset_lock);
	else if (down_read_interruptible(&hdev->reset_lock))
		ret = -ERESTARTSYS;
	if (!ret) {
		ret = hlaccel_device_state(hdev) == HLACCEL_STATE_RESETTING ? -ECANCELED :
		      hlaccel_device_check(hdev);
		if (ret)
			up_read(&hdev->reset_lock);
	}
	if (ret)
		drm_dev_exit(*idx);
	return ret;
}

/**
 * hlaccel_device_hw_begin() - Keep the hardware up
 * @hdev: device
 * @idx: for hlaccel_device_hw_end()
 *
 * Waits for a reset to end. Between begin and end a reset waits: so nobody waits
 * for a fence there, and nobody allocates memory in a way that could.
 *
 * Return: 0; -ENODEV or -EIO as hlaccel_device_check(); -ERESTARTSYS on a signal
 */
int hlaccel_device_hw_begin(struct hlaccel_device *hdev, int *idx)
{
	int ret;

	while ((ret = hw_enter(hdev, idx, true)) == -ECANCELED) {
		if (wait_event_interruptible(hdev->reset_wait, hlaccel_device_state(hdev) !=
					     HLACCEL_STATE_RESETTING))
			return -ERESTARTSYS;
	}
	return ret;
}

/**
 * hlaccel_device_hw_begin_nointr() - The same, whatever signals there are
 * @hdev: device
 * @idx: for hlaccel_device_hw_end()
 *
 * For cleaning up. A reset is bounded, so this is, too.
 *
 * Return: 0; -ENODEV or -EIO as hlaccel_device_check()
 */
int hlaccel_device_hw_begin_nointr(struct hlaccel_device *hdev, int *idx)
{
	int ret;

	do {
		wait_event(hdev->reset_wait,
			   hlaccel_device_state(hdev) != HLACCEL_STATE_RESETTING);
		ret = hlaccel_device_hw_try(hdev, idx);
	} while (ret == -ECANCELED);
	return ret;
}

/**
 * hlaccel_device_hw_try() - Keep the hardware up, if it is
 * @hdev: device
 * @idx: for hlaccel_device_hw_end()
 *
 * For who must not wait for a reset, as fences wait for him.
 *
 * Return: 0; -ECANCELED while a reset goes on; -ENODEV or -EIO as
 * hlaccel_device_check()
 */
int hlaccel_device_hw_try(struct hlaccel_device *hdev, int *idx)
{
	return hw_enter(hdev, idx, false);
}

/**
 * hlaccel_device_hw_end() - The hardware may go down again
 * @hdev: device
 * @idx: from hlaccel_device_hw_begin()
 */
void hlaccel_device_hw_end(struct hlaccel_device *hdev, int idx)
{
	up_read(&hdev->reset_lock);
	drm_dev_exit(idx);
}

/* What goes before any access to engines or memory */
static int boot(struct hlaccel_device *hdev)
{
	int ret;

	ret = hlaccel_fw_preboot(hdev);
	if (ret)
		return ret;

	if (!hdev->info.fw_security) {
		hlaccel_cfg_write(hdev, PCIE_WRAP_LBW_PROT_OVR, LBW_PROT_OVR_ALL);
		/* Secured registers are written right after: this must have arrived */
		hlaccel_cfg_read(hdev, PCIE_WRAP_LBW_PROT_OVR);
	}
	/* From here on only a reset makes the card fresh */
	hlaccel_cfg_write(hdev, PSOC_HW_STATE, HW_STATE_DIRTY);
	return hlaccel_fw_boot(hdev);
}

static int init_blocks(struct hlaccel_device *hdev)
{
	int ret;

	hdev->desc->ops->init_infra(hdev);
	ret = hlaccel_mmu_hw_init(hdev);
	if (ret)
		return ret;
	hdev->desc->ops->init_engines(hdev);
	return hlaccel_rings_hw_start(hdev);
}

/* With interrupts on and the rings working */
static int init_late(struct hlaccel_device *hdev, bool first)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	int ret;

	ret = hlaccel_cpucp_test(hdev);
	if (!ret)
		ret = hlaccel_cpucp_info_get(hdev);
	if (!ret)
		ret = hlaccel_fw_check_errors(hdev);
	if (ret)
		return ret;
	hlaccel_fw_snapshot_app(hdev);
	if (first) {
		/* Needs the size of the memory, which only the firmware knows */
		ret = hlaccel_mem_init(hdev);
		if (ret)
			return ret;
	}

	ret = hlaccel_cpucp_pci_access(hdev, true);
	if (ret)
		return ret;
	ret = hlaccel_rings_clear(hdev, desc->pt_base, desc->pt_size, NULL);
	if (ret)
		return ret;
	ret = desc->ops->init_late(hdev);
	if (ret)
		return ret;
	hlaccel_fw_raise(hdev, HLACCEL_FW_IRQ_INTS);
	return 0;
}

/**
 * hlaccel_device_bring_up() - From the first boot stage to a working card
 * @hdev: device, interrupt masked
 * @first: at probe
 *
 * Return: 0 or a negative errno; then hlaccel_device_halt() cleans up
 */
int hlaccel_device_bring_up(struct hlaccel_device *hdev, bool first)
{
	int ret;

	ret = boot(hdev);
	if (ret)
		return ret;
	ret = init_blocks(hdev);
	if (ret)
		return ret;

	hlaccel_event_restart(hdev);
	ret = hlaccel_cpucp_start(hdev);
	if (ret)
		return ret;
	hlaccel_irq_unmask(hdev);
	hdev->irq_on = true;

	ret = hlaccel_rings_self_test(hdev);
	if (ret)
		return ret;
	return init_late(hdev, first);
}

/**
 * hlaccel_device_halt() - Stop the card for good
 * @hdev: device
 * @fw_alive: the firmware answered lately
 *
 * Afterwards it touches no memory of the host: it was reset, or it may not
 * master the bus any more.
 */
void hlaccel_device_halt(struct hlaccel_device *hdev, bool fw_alive)
{
	int ret = -ENODEV;

	if (!hlaccel_io_gone(hdev)) {
		if (fw_alive && hlaccel_cpucp_pci_access(hdev, false))
			drm_dbg(&hdev->drm, "firmware keeps its access to the host\n");
		hlaccel_rings_hw_stop(hdev);
	}
	if (hdev->irq_on)
		hlaccel_irq_mask(hdev);
	hdev->irq_on = false;
	hlaccel_cpucp_stop(hdev);

	if (!hdev->gone) {
		ret = hdev->desc->ops->reset(hdev, fw_alive);
		if (ret)
			drm_err(&hdev->drm, "card can't be reset: %d; taking it off the bus\n",
				ret);
	}
	if (ret)
		pci_clear_master(hdev->pdev);
}

static int init_software(struct hlaccel_device *hdev)
{
	int ret;

	ret = hlaccel_fw_init(hdev);
	if (!ret)
		ret = hlaccel_event_init(hdev);
	if (!ret)
		ret = hlaccel_coredump_init(hdev);
	if (!ret)
		ret = hlaccel_fault_init(hdev);
	if (!ret)
		ret = hlaccel_mmu_init(hdev);
	if (!ret)
		ret = hlaccel_reset_init(hdev);
	if (!ret)
		ret = hlaccel_vms_init(hdev);
	if (!ret)
		ret = hlaccel_reserve_init(hdev);
	if (!ret)
		ret = hlaccel_lease_init(hdev);
	if (!ret)
		ret = hlaccel_raw_init(hdev);
	if (!ret)
		ret = hlaccel_dmabuf_init(hdev);
	if (!ret)
		ret = hlaccel_compat_init(hdev);
	return ret;
}

static int init_hardware(struct hlaccel_device *hdev)
{
	int ret;

	ret = hlaccel_pci_init(hdev);
	if (ret)
		return ret;
	ret = hdev->desc->ops->init_windows(hdev);
	if (ret)
		goto err_pci;
	ret = hlaccel_cpucp_init(hdev);
	if (ret)
		goto err_pci;
	ret = hlaccel_rings_init(hdev);
	if (ret)
		goto err_cpucp;
	ret = hlaccel_irq_init(hdev);
	if (ret)
		goto err_rings;

	ret = hlaccel_device_bring_up(hdev, true);
	if (!ret)
		return 0;

	hlaccel_device_halt(hdev, true);
	hlaccel_rings_abort(hdev, -ENODEV, false);
	hlaccel_lease_unplug(hdev);
	hlaccel_irq_fini(hdev);
	if (hdev->mem)
		hlaccel_mem_unplug(hdev);
err_rings:
	hlaccel_rings_fini(hdev);
err_cpucp:
	hlaccel_cpucp_fini(hdev);
err_pci:
	hlaccel_pci_fini(hdev);
	return ret;
}

/* In reverse order of init_hardware() */
static void fini_hardware(struct hlaccel_device *hdev)
{
	hlaccel_device_halt(hdev, true);
	hlaccel_rings_abort(hdev, -ENODEV, false);
	hlaccel_raw_unplug(hdev);
	hlaccel_lease_unplug(hdev);
	hlaccel_irq_fini(hdev);
	hlaccel_vms_unplug(hdev);
	hlaccel_import_unplug(hdev);
	hlaccel_mem_unplug(hdev);
	hlaccel_rings_fini(hdev);
	hlaccel_cpucp_fini(hdev);
	hlaccel_pci_fini(hdev);
}

/**
 * hlaccel_device_probe() - Take a card into service
 * @pdev: the card
 * @drv: DRM driver
 * @desc: kind of chip
 *
 * Return: 0 or a negative errno
 */
int hlaccel_device_probe(struct pci_dev *pdev, const struct drm_driver *drv,
			 const struct hlaccel_asic_desc *desc)
{
	struct hlaccel_compat_minors minors = {};
	struct hlaccel_device *hdev;
	int ret;

	ret = hlaccel_compat_minors_take(&pdev->dev, &minors);
	if (ret)
		return ret;
	hdev = devm_drm_dev_alloc(&pdev->dev, drv, struct hlaccel_device, drm);
	if (IS_ERR(hdev)) {
		hlaccel_compat_minors_put(&minors);
		return PTR_ERR(hdev);
	}
	hdev->desc = desc;
	hdev->pdev = pdev;
	hdev->info.tpc_mask = desc->tpc_mask;
	hdev->state = HLACCEL_STATE_DOWN;
	init_rwsem(&hdev->reset_lock);
	init_waitqueue_head(&hdev->reset_wait);
	pci_set_drvdata(pdev, hdev);

	ret = init_software(hdev);
	if (!ret)
		ret = hlaccel_compat_nodes_init(hdev, &minors);
	hlaccel_compat_minors_put(&minors);
	if (ret)
		return ret;
	ret = init_hardware(hdev);
	if (ret)
		return dev_err_probe(&pdev->dev, ret, "card does not come up\n");

	hlaccel_compat_bring_up(hdev);
	WRITE_ONCE(hdev->state, HLACCEL_STATE_UP);
	hlaccel_debugfs_register(hdev);
	ret = drm_dev_register(&hdev->drm, 0);
	if (ret) {
		WRITE_ONCE(hdev->state, HLACCEL_STATE_DOWN);
		hlaccel_reset_stop(hdev);
		fini_hardware(hdev);
		return ret;
	}
	ret = hlaccel_compat_nodes_register(hdev);
	if (ret) {
		hlaccel_device_unplug(hdev);
		return ret;
	}
	hlaccel_reset_start(hdev);
	hlaccel_hwmon_register(hdev);
	drm_info(&hdev->drm, "%s %s, %llu MiB, firmware %s\n", desc->name, hdev->info.card_name,
		 hdev->info.hbm_size >> 20, hdev->info.fw_version);
	return 0;
}

/**
 * hlaccel_device_unplug() - Take a card out of service
 * @hdev: device; files that are still open stay valid and get -ENODEV
 */
void hlaccel_device_unplug(struct hlaccel_device *hdev)
{
	hlaccel_reset_give_up(hdev);
	hlaccel_hwmon_unregister(hdev);
	hlaccel_compat_nodes_unregister(hdev);
	/* From here on nobody enters; who is inside has left on return */
	drm_dev_unplug(&hdev->drm);
	hlaccel_reset_stop(hdev);

	WRITE_ONCE(hdev->state, HLACCEL_STATE_DOWN);
	hlaccel_dmabuf_unplug(hdev);
	fini_hardware(hdev);
	hlaccel_dmabuf_flush(hdev);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Firmware: first boot stage, images, capabilities, errors, and the older of
 * the two boot handshakes.
 */
#include <kunit/visibility.h>

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_cpucp.h"
#include "hlaccel_device.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"
#include "regs/psoc_regs.h"

#define FW_POLL_US		200
#define FW_MAX_IMAGE		(20 * SZ_1M)
/* Where the older handshake expects the images */
#define FW_BOOT_FIT_SRAM	0x200000
#define FW_APP_HBM		0x800000

/* The host's, as the interrupt controller counts them */
static const u16 fw_irq_id[] = {
	[HLACCEL_FW_IRQ_PI_UPDATE] = 484,
	[HLACCEL_FW_IRQ_HALT] = 485,
	[HLACCEL_FW_IRQ_INTS] = 486,
};

/**
 * hlaccel_fw_init() - Software state
 * @hdev: device
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_fw_init(struct hlaccel_device *hdev)
{
	hdev->fw = drmm_kzalloc(&hdev->drm, sizeof(*hdev->fw), GFP_KERNEL);
	return hdev->fw ? 0 : -ENOMEM;
}

/* What holds until the firmware has told something else */
static void set_defaults(struct hlaccel_device *hdev)
{
	*hdev->fw = (struct hlaccel_fw) {
		/* Every firmware that owns security knows the newer handshake */
		.comms = hdev->info.fw_security,
		.comms_timeout = hdev->desc->timeouts.comms,
		.cmd = PSOC_KMD_MSG,
		.status = PSOC_CMD_STATUS,
		.boot_status = PSOC_BOOT_STATUS,
		.sts0 = PSOC_BOOT_STS0,
		.err0 = PSOC_BOOT_ERR0,
		.err1 = PSOC_BOOT_ERR1,
		.irq = {
			[HLACCEL_FW_IRQ_PI_UPDATE] = PSOC_SCRATCHPAD(1),
			[HLACCEL_FW_IRQ_HALT] = PSOC_SCRATCHPAD(7),
			[HLACCEL_FW_IRQ_INTS] = PSOC_SCRATCHPAD(8),
			[HLACCEL_FW_IRQ_TPC_QMAN] = PSOC_SCRATCHPAD(2),
			[HLACCEL_FW_IRQ_MME_QMAN] = PSOC_SCRATCHPAD(3),
			[HLACCEL_FW_IRQ_DMA_QMAN] = PSOC_SCRATCHPAD(4),
			[HLACCEL_FW_IRQ_DMA_CORE] = PSOC_SCRATCHPAD(6),
		},
	};
}

static u32 read_sts0(struct hlaccel_device *hdev)
{
	u32 sts0 = hlaccel_cfg_read(hdev, hdev->fw->sts0);

	return sts0 & STS0_VALID ? sts0 : 0;
}

/**
 * hlaccel_fw_string() - Copy a string that the firmware wrote
 * @dst: destination
 * @size: its size
 * @src: source, perhaps without an end
 * @len: bytes there
 *
 * The copy ends at the first character that isn't printable.
 */
void hlaccel_fw_string(char *dst, size_t size, const char *src, size_t len)
{
	size_t i;

	for (i = 0; i < min(size - 1, len) && src[i] >= ' ' && src[i] <= '~'; i++)
		dst[i] = src[i];
	memset(dst + i, 0, size - i);
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_fw_string);

/* The register holds the place of a string in SRAM */
static int read_sram_version(struct hlaccel_device *hdev, u32 reg, char *version)
{
	u32 offset = hlaccel_cfg_read(hdev, reg) & VER_OFFSET;
	char raw[FW_VERSION_LEN];

	if (offset > hdev->desc->sram_size - sizeof(raw))
		return -EIO;
	memcpy_fromio(raw, hdev->sram.io + offset, sizeof(raw));
	hlaccel_fw_string(version, FW_VERSION_LEN, raw, sizeof(raw));
	return 0;
}

/**
 * hlaccel_fw_check_errors() - Read the firmware's error registers
 * @hdev: device
 *
 * Return: 0, or -EIO for an error that the card can't work with
 */
int hlaccel_fw_check_errors(struct hlaccel_device *hdev)
{
	u32 err0 = hlaccel_cfg_read(hdev, hdev->fw->err0);
	u32 err1 = hlaccel_cfg_read(hdev, hdev->fw->err1);

	if (!(err0 & BOOT_ERR_VALID))
		err0 = 0;
	if (!(err1 & BOOT_ERR_VALID))
		err1 = 0;
	err0 &= ~BOOT_ERR_VALID;
	err1 &= ~BOOT_ERR_VALID;
	if (!err0 && !err1)
		return 0;

	drm_err(&hdev->drm, "firmware reports errors %#x, %#x\n", err0, err1);
	return (err0 & BOOT_ERR0_FATAL) || err1 ? -EIO : 0;
}

/**
 * hlaccel_fw_wait_boot_status() - Wait for the firmware to get somewhere
 * @hdev: device
 * @states: boot states to wait for, a bit for each
 * @timeout_us: how long
 *
 * Return: 0, -ETIMEDOUT or -ENODEV
 */
int hlaccel_fw_wait_boot_status(struct hlaccel_device *hdev, u32 states, u32 timeout_us)
{
	ktime_t end = ktime_add_us(ktime_get(), timeout_us);

	for (;;) {
		bool last = ktime_after(ktime_get(), end);
		u32 status = hlaccel_cfg_read(hdev, hdev->fw->boot_status);

		if (status < BITS_PER_TYPE(states) && (states & BIT(status)))
			return 0;
		if (READ_ONCE(hdev->gone))
			return -ENODEV;
		if (last) {
			drm_err(&hdev->drm, "firmware is stuck in boot state %u\n", status);
			return -ETIMEDOUT;
		}
		usleep_range(FW_POLL_US, 4 * FW_POLL_US);
	}
}

/**
 * hlaccel_fw_fit_ready() - The second boot stage is up
 * @hdev: device
 *
 * Takes note of what it can do and makes the memory ready for the application.
 */
void hlaccel_fw_fit_ready(struct hlaccel_device *hdev)
{
	hdev->info.sts0_fit = hdev->info.sts0_boot ? read_sts0(hdev) : 0;
	hdev->desc->ops->init_dram(hdev);
}

/**
 * hlaccel_fw_snapshot_app() - Take note of what the application can do
 * @hdev: device
 *
 * A firmware that told nothing at its first stage tells nothing later either.
 */
void hlaccel_fw_snapshot_app(struct hlaccel_device *hdev)
{
	u32 sts0 = hdev->info.sts0_boot ? read_sts0(hdev) : 0;

	hdev->info.sts0_app = sts0;
	if (!sts0)
		return;
	hdev->info.fw_reset = sts0 & STS0_HARD_RESET;
	hdev->fw->polled_irqs = sts0 & STS0_GIC_PRIVILEGED;
	if (hdev->fw->polled_irqs && !(sts0 & STS0_MULTI_IRQ_POLL)) {
		/* One register for all three of the host's interrupts */
		hdev->fw->irq[HLACCEL_FW_IRQ_HALT] = hdev->fw->irq[HLACCEL_FW_IRQ_PI_UPDATE];
		hdev->fw->irq[HLACCEL_FW_IRQ_INTS] = hdev->fw->irq[HLACCEL_FW_IRQ_PI_UPDATE];
	}
}

/**
 * hlaccel_fw_app_has() - Does the running firmware have a capability?
 * @hdev: device
 * @bit: STS0_*
 *
 * Return: whether it does
 */
bool hlaccel_fw_app_has(struct hlaccel_device *hdev, u32 bit)
{
	return hdev->info.sts0_app & bit;
}

/**
 * hlaccel_fw_irq_reg() - Where the device CPU learns of an interrupt
 * @hdev: device
 * @irq: which
 *
 * Return: CFG offset of the register
 */
u32 hlaccel_fw_irq_reg(struct hlaccel_device *hdev, enum hlaccel_fw_irq irq)
{
	return hdev->fw->polled_irqs ? hdev->fw->irq[irq] : GIC_SETSPI;
}

/**
 * hlaccel_fw_raise() - Interrupt the device CPU
 * @hdev: device
 * @irq: which of the host's
 */
void hlaccel_fw_raise(struct hlaccel_device *hdev, enum hlaccel_fw_irq irq)
{
	hlaccel_cfg_write(hdev, hlaccel_fw_irq_reg(hdev, irq), fw_irq_id[irq]);
}

static int preboot_once(struct hlaccel_device *hdev)
{
	struct hlaccel_info *info = &hdev->info;
	int ret;

	set_defaults(hdev);
	ret = hlaccel_fw_wait_boot_status(hdev, BIT(BOOT_STATUS_NIC_FW_RDY) |
					  BIT(BOOT_STATUS_READY_TO_BOOT) |
					  BIT(BOOT_STATUS_WAIT_BOOT_FIT),
					  hdev->desc->timeouts.preboot);
	if (!ret)
		ret = hlaccel_fw_check_errors(hdev);
	if (ret)
		return ret;

	info->sts0_boot = read_sts0(hdev);
	info->sts0_fit = 0;
	info->sts0_app = 0;
	/* This replaces what the PCI id let us guess */
	info->fw_security = info->sts0_boot & STS0_SECURITY;
	info->fw_reset = info->sts0_boot & STS0_HARD_RESET;
	hdev->fw->comms = info->sts0_boot & STS0_COMMS;
	if (hdev->fw->comms)
		return 0;

	ret = read_sram_version(hdev, PSOC_PREBOOT_VER, info->preboot_version);
	if (ret)
		drm_err(&hdev->drm, "first boot stage has a bad version offset\n");
	strscpy(info->boot_version, info->preboot_version);
	return ret;
}

/*
 * A driver before this one has left the card without a reset: its firmware may
 * still run and use memory of the host that is not its own any more.
 */
static int reset_dirty(struct hlaccel_device *hdev)
{
	u32 sts0;

	drm_info(&hdev->drm, "card is in use since before; resetting it\n");
	set_defaults(hdev);
	sts0 = read_sts0(hdev);
	if (sts0) {
		hdev->info.fw_security = sts0 & STS0_SECURITY;
		hdev->info.fw_reset = sts0 & STS0_HARD_RESET;
		hdev->fw->polled_irqs = sts0 & STS0_GIC_PRIVILEGED;
	}
	hdev->fw->comms = sts0 & STS0_COMMS;
	hdev->fw->app_loaded =
		hlaccel_cfg_read(hdev, hdev->fw->boot_status) == BOOT_STATUS_APP_RUNS &&
		hdev->fw->comms;
	return hdev->desc->ops->reset(hdev, true);
}

/**
 * hlaccel_fw_preboot() - Meet the first boot stage
 * @hdev: device
 *
 * A card that isn't fresh is reset first.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_fw_preboot(struct hlaccel_device *hdev)
{
	int ret;

	if (hlaccel_cfg_read(hdev, PSOC_HW_STATE) == HW_STATE_DIRTY) {
		ret = reset_dirty(hdev);
		if (ret)
			return ret;
	}
	return preboot_once(hdev);
}

/**
 * hlaccel_fw_copy_image() - Copy an image into the card
 * @hdev: device
 * @da: device address in SRAM or HBM
 * @data: image
 * @size: bytes
 *
 * Return: 0, or -EINVAL when it doesn't lie in memory that the host reaches
 */
int hlaccel_fw_copy_image(struct hlaccel_device *hdev, u64 da, const void *data, size_t size)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	void __iomem *to;

	if (da >= desc->sram_base && da - desc->sram_base < desc->sram_size &&
	    size < desc->sram_size - (da - desc->sram_base))
		to = hdev->sram.io + (da - desc->sram_base);
	else if (da < desc->hbm_user && size < desc->hbm_user - da)
		to = hdev->hbm.io + da;
	else
		return -EINVAL;

	memcpy_toio(to, data, size);
	/* Out of the write-combining buffer and over the bus, before the firmware looks */
	wmb();
	ioread32(to);
	return 0;
}

static int load_image(struct hlaccel_device *hdev, const char *name, u64 da)
{
	const struct firmware *image;
	int ret;

	ret = request_firmware(&image, name, hdev->drm.dev);
	if (ret)
		return ret;
	if (image->size % 4 || image->size > FW_MAX_IMAGE)
		ret = -EINVAL;
	else
		ret = hlaccel_fw_copy_image(hdev, da, image->data, image->size);
	if (ret)
		drm_err(&hdev->drm, "image %s is unfit\n", name);
	release_firmware(image);
	return ret;
}

static int legacy_boot_fit(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	int ret;

	ret = load_image(hdev, desc->fw.boot_fit, desc->sram_base + FW_BOOT_FIT_SRAM);
	if (ret)
		return ret;

	hlaccel_cfg_write(hdev, hdev->fw->status, CMD_STATUS_CLEAR);
	hlaccel_cfg_write(hdev, hdev->fw->cmd, KMD_MSG_FIT_RDY);
	ret = hlaccel_cfg_poll(hdev, hdev->fw->status, ~0u, CMD_STATUS_OK, FW_POLL_US,
			       desc->timeouts.fw_load);
	hlaccel_cfg_write(hdev, hdev->fw->cmd, KMD_MSG_NONE);
	if (ret)
		drm_err(&hdev->drm, "boot image was not taken: %d\n", ret);
	return ret;
}

static int legacy_boot(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	int ret;

	/* A first stage that is past this point goes on by itself */
	if (hlaccel_cfg_read(hdev, hdev->fw->boot_status) == BOOT_STATUS_WAIT_BOOT_FIT) {
		ret = legacy_boot_fit(hdev);
		if (ret)
			return ret;
	}

	ret = hlaccel_fw_wait_boot_status(hdev, BIT(BOOT_STATUS_DRAM_RDY) |
					  BIT(BOOT_STATUS_APP_RUNS) |
					  BIT(BOOT_STATUS_NIC_FW_RDY) |
					  BIT(BOOT_STATUS_READY_TO_BOOT),
					  desc->timeouts.fw_boot);
	if (ret)
		return ret;
	hlaccel_fw_fit_ready(hdev);
	/* A stage without a version of its own keeps the first stage's */
	if (hlaccel_cfg_read(hdev, PSOC_UBOOT_VER) &&
	    read_sram_version(hdev, PSOC_UBOOT_VER, hdev->info.boot_version))
		drm_dbg(&hdev->drm, "second boot stage has a bad version offset\n");
	if (hlaccel_cfg_read(hdev, hdev->fw->boot_status) == BOOT_STATUS_APP_RUNS)
		return 0;

	ret = load_image(hdev, desc->fw.app, FW_APP_HBM);
	if (ret)
		return ret;
	hlaccel_cfg_write(hdev, hdev->fw->cmd, KMD_MSG_FIT_RDY);
	ret = hlaccel_fw_wait_boot_status(hdev, BIT(BOOT_STATUS_APP_RUNS),
					  desc->timeouts.fw_boot);
	hlaccel_cfg_write(hdev, hdev->fw->cmd, KMD_MSG_NONE);
	if (!ret)
		hdev->fw->app_loaded = true;
	return ret;
}

/**
 * hlaccel_fw_boot() - Boot the device CPU
 * @hdev: device, at its first boot stage
 *
 * Return: 0 or a negative errno
 */
int hlaccel_fw_boot(struct hlaccel_device *hdev)
{
	int ret;

	/* Before the firmware runs: it forms the host's addresses with this */
	hlaccel_cpucp_set_msb(hdev);

	ret = hdev->fw->comms ? hlaccel_comms_boot(hdev) : legacy_boot(hdev);
	if (ret)
		return ret;

	ret = hlaccel_fw_check_errors(hdev);
	if (ret)
		return ret;
	hlaccel_fw_snapshot_app(hdev);
	return 0;
}

/* Without a running application: the loader takes the request */
static void halt_by_message(struct hlaccel_device *hdev)
{
	/* Where the driver may not reset the card there is nothing else to ask for */
	bool by_fw = hdev->info.fw_reset || hdev->info.fw_security;
	struct hlaccel_fw *fw = hdev->fw;
	int ret = 0;

	/* It has nothing to load now; one that is stuck must not hold the reset up */
	fw->comms_timeout = hdev->desc->timeouts.fw_load;
	if (fw->comms && by_fw) {
		ret = hlaccel_comms_command(hdev, COMMS_RST_DEV, 0, false, NULL);
	} else if (fw->comms) {
		ret = hlaccel_comms_command(hdev, COMMS_GOTO_WFE, 0, false, NULL);
		if (!ret)
			ret = hlaccel_fw_wait_boot_status(hdev, BIT(BOOT_STATUS_WFE),
							  hdev->desc->timeouts.fw_load);
	} else if (by_fw) {
		hlaccel_cfg_write(hdev, fw->cmd, KMD_MSG_RST_DEV);
	} else {
		/* There is no answer; the CPU must have seen it before it is cleared */
		hlaccel_cfg_write(hdev, fw->cmd, KMD_MSG_GOTO_WFE);
		msleep(200);
		hlaccel_cfg_write(hdev, fw->cmd, KMD_MSG_NONE);
	}
	if (ret)
		drm_dbg(&hdev->drm, "loader does not answer: %d\n", ret);
}

/**
 * hlaccel_fw_halt_cpu() - Halt the device CPU, or have it reset the card
 * @hdev: device
 * @fw_alive: the application answered lately
 */
void hlaccel_fw_halt_cpu(struct hlaccel_device *hdev, bool fw_alive)
{
	if (hdev->fw->app_loaded)
		hlaccel_fw_raise(hdev, HLACCEL_FW_IRQ_HALT);
	if (!hdev->fw->app_loaded || !fw_alive)
		halt_by_message(hdev);
}

MODULE_FIRMWARE("habanalabs/gaudi/gaudi-boot-fit.itb");
MODULE_FIRMWARE("habanalabs/gaudi/gaudi-fit.itb");
MODULE_FIRMWARE("habanalabs/gaudi/gaudi_tpc.bin");

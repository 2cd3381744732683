// SPDX-License-Identifier: GPL-2.0
/*
 * The newer boot handshake: each command is acknowledged, and answers come by
 * way of a descriptor in the card's memory.
 */
#include <kunit/visibility.h>

#include <linux/bitfield.h>
#include <linux/crc32.h>
#include <linux/export.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"

#define COMMS_POLL_US	100

static int wait_status(struct hlaccel_device *hdev, u32 want)
{
	return hlaccel_cfg_poll(hdev, hdev->fw->status, COMMS_STS_STATUS,
				FIELD_PREP(COMMS_STS_STATUS, want), COMMS_POLL_US,
				hdev->fw->comms_timeout);
}

static void send(struct hlaccel_device *hdev, u32 cmd, u32 size)
{
	hlaccel_cfg_write(hdev, hdev->fw->cmd,
			  FIELD_PREP(COMMS_CMD_ID, cmd) | FIELD_PREP(COMMS_CMD_SIZE, size));
}

static int clear_status(struct hlaccel_device *hdev)
{
	send(hdev, COMMS_CLR_STS, 0);
	return wait_status(hdev, COMMS_STS_NOOP);
}

/**
 * hlaccel_comms_command() - Carry out one command
 * @hdev: device
 * @cmd: &enum hlaccel_comms_cmd
 * @size: its argument
 * @wait_ok: wait until it is done, not only acknowledged
 * @answer: gets the status word with the result; may be NULL
 *
 * Return: 0 or a negative errno
 */
int hlaccel_comms_command(struct hlaccel_device *hdev, u32 cmd, u32 size, bool wait_ok,
			  u32 *answer)
{
	int ret;

	ret = clear_status(hdev);
	if (ret)
		goto out;
	send(hdev, cmd, size);
	ret = wait_status(hdev, COMMS_STS_ACK);
	if (ret)
		goto out;
	ret = clear_status(hdev);
	if (ret)
		goto out;
	send(hdev, COMMS_NOOP, 0);
	if (!wait_ok)
		return 0;

	ret = wait_status(hdev, COMMS_STS_OK);
	if (ret)
		goto out;
	if (answer)
		*answer = hlaccel_cfg_read(hdev, hdev->fw->status);
	ret = clear_status(hdev);
	if (!ret)
		send(hdev, COMMS_NOOP, 0);
out:
	if (ret)
		drm_err(&hdev->drm, "boot command %u failed: %d, status %#x\n", cmd, ret,
			hlaccel_cfg_read(hdev, hdev->fw->status));
	return ret;
}

/* Those of the registers in a descriptor that the driver uses */
static const u8 used_regs[] = {
	COMMS_REG_STS0, COMMS_REG_ERR0, COMMS_REG_ERR1, COMMS_REG_BOOT_STATUS,
	COMMS_REG_KMD_MSG, COMMS_REG_CMD_STATUS, COMMS_REG_PI_UPD_IRQ, COMMS_REG_HALT_IRQ,
	COMMS_REG_INTS_IRQ, COMMS_REG_TPC_QMAN_IRQ, COMMS_REG_MME_QMAN_IRQ,
	COMMS_REG_DMA_QMAN_IRQ, COMMS_REG_DMA_CORE_IRQ,
};

/**
 * hlaccel_comms_check_desc() - Check a descriptor that the firmware wrote
 * @asic: kind of chip
 * @desc: the descriptor, in memory of the driver
 *
 * Return: 0; -EINVAL for a length or a register that can't be; -EBADMSG for a
 * wrong checksum
 */
int hlaccel_comms_check_desc(const struct hlaccel_asic_desc *asic,
			     const struct hlaccel_comms_desc *desc)
{
	const void *payload = &desc->regs;
	u32 size = le16_to_cpu(desc->header.size);
	unsigned int i;

	/* What the driver uses must be covered by the checksum */
	if (size > sizeof(*desc) - sizeof(desc->header) ||
	    size < offsetofend(struct hlaccel_comms_desc, img_addr) - sizeof(desc->header))
		return -EINVAL;
	if (~crc32_le(~0u, payload, size) != le32_to_cpu(desc->header.crc32))
		return -EBADMSG;

	for (i = 0; i < ARRAY_SIZE(used_regs); i++) {
		u32 offset = le32_to_cpu(desc->regs[used_regs[i]]);

		if (offset & 3 || offset >= asic->cfg_size)
			return -EINVAL;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_comms_check_desc);

static void use_registers(struct hlaccel_fw *fw, const struct hlaccel_comms_desc *desc)
{
	static const u8 irq_regs[HLACCEL_FW_IRQ_NUM] = {
		[HLACCEL_FW_IRQ_PI_UPDATE] = COMMS_REG_PI_UPD_IRQ,
		[HLACCEL_FW_IRQ_HALT] = COMMS_REG_HALT_IRQ,
		[HLACCEL_FW_IRQ_INTS] = COMMS_REG_INTS_IRQ,
		[HLACCEL_FW_IRQ_TPC_QMAN] = COMMS_REG_TPC_QMAN_IRQ,
		[HLACCEL_FW_IRQ_MME_QMAN] = COMMS_REG_MME_QMAN_IRQ,
		[HLACCEL_FW_IRQ_DMA_QMAN] = COMMS_REG_DMA_QMAN_IRQ,
		[HLACCEL_FW_IRQ_DMA_CORE] = COMMS_REG_DMA_CORE_IRQ,
	};
	unsigned int i;

	fw->cmd = le32_to_cpu(desc->regs[COMMS_REG_KMD_MSG]);
	fw->status = le32_to_cpu(desc->regs[COMMS_REG_CMD_STATUS]);
	fw->boot_status = le32_to_cpu(desc->regs[COMMS_REG_BOOT_STATUS]);
	fw->sts0 = le32_to_cpu(desc->regs[COMMS_REG_STS0]);
	fw->err0 = le32_to_cpu(desc->regs[COMMS_REG_ERR0]);
	fw->err1 = le32_to_cpu(desc->regs[COMMS_REG_ERR1]);
	for (i = 0; i < ARRAY_SIZE(irq_regs); i++)
		fw->irq[i] = le32_to_cpu(desc->regs[irq_regs[i]]);
}

static void print_messages(struct hlaccel_device *hdev, const struct hlaccel_comms_desc *desc)
{
	char text[sizeof(desc->messages[0].text) + 1];
	unsigned int i;

	/* Behind what an older descriptor's checksum covers there is nothing to say */
	if (le16_to_cpu(desc->header.size) <
	    offsetofend(struct hlaccel_comms_desc, messages) - sizeof(desc->header))
		return;
	for (i = 0; i < ARRAY_SIZE(desc->messages); i++) {
		if (!desc->messages[i].valid)
			continue;
		hlaccel_fw_string(text, sizeof(text), desc->messages[i].text,
				  sizeof(desc->messages[i].text));
		drm_dbg(&hdev->drm, "firmware: %s\n", text);
	}
}

/* Where the answer to PREP_DESC says that the descriptor is */
static void __iomem *desc_address(struct hlaccel_device *hdev, u32 answer)
{
	u64 offset = (u64)FIELD_GET(COMMS_STS_OFFSET, answer) << 2;
	const size_t size = sizeof(struct hlaccel_comms_desc);

	switch (FIELD_GET(COMMS_STS_RAM, answer)) {
	case COMMS_RAM_SRAM:
		if (offset + size < hdev->desc->sram_size)
			return hdev->sram.io + offset;
		break;
	case COMMS_RAM_DRAM:
		if (offset + size < hdev->desc->hbm_user)
			return hdev->hbm.io + offset;
		break;
	}
	return NULL;
}

/* Announce an image of this size; @desc gets the descriptor */
static int prepare(struct hlaccel_device *hdev, size_t size, struct hlaccel_comms_desc *desc)
{
	void __iomem *from;
	u32 answer;
	int ret;

	ret = hlaccel_comms_command(hdev, COMMS_PREP_DESC, size, true, &answer);
	if (ret)
		return ret;

	from = desc_address(hdev, answer);
	if (!from) {
		drm_err(&hdev->drm, "boot descriptor lies outside of memory: %#x\n", answer);
		return -EINVAL;
	}
	memcpy_fromio(desc, from, sizeof(*desc));

	ret = hlaccel_comms_check_desc(hdev->desc, desc);
	if (ret) {
		drm_err(&hdev->drm, "boot descriptor is bad: %d\n", ret);
		return ret;
	}
	if (le32_to_cpu(desc->header.magic) != COMMS_DESC_MAGIC ||
	    desc->header.version != COMMS_DESC_VERSION)
		drm_dbg(&hdev->drm, "boot descriptor has magic %#x and version %u\n",
			le32_to_cpu(desc->header.magic), desc->header.version);
	use_registers(hdev->fw, desc);
	print_messages(hdev, desc);
	return 0;
}

/* Hand over one image and start it */
static int run_image(struct hlaccel_device *hdev, const char *name,
		     struct hlaccel_comms_desc *desc)
{
	const struct firmware *image;
	int ret;

	ret = request_firmware(&image, name, hdev->drm.dev);
	if (ret)
		return ret;
	if (image->size % 4 || image->size > FIELD_MAX(COMMS_CMD_SIZE)) {
		ret = -EINVAL;
		goto out;
	}

	ret = prepare(hdev, image->size, desc);
	if (ret)
		goto out;
	ret = hlaccel_fw_copy_image(hdev, le64_to_cpu(desc->img_addr), image->data, image->size);
	if (ret) {
		drm_err(&hdev->drm, "firmware wants %s at a bad address\n", name);
		goto out;
	}
	ret = hlaccel_comms_command(hdev, COMMS_DATA_RDY, 0, true, NULL);
	if (!ret)
		ret = hlaccel_comms_command(hdev, COMMS_EXEC, 0, false, NULL);
out:
	release_firmware(image);
	return ret;
}

static int boot_stages(struct hlaccel_device *hdev, struct hlaccel_comms_desc *desc)
{
	const struct hlaccel_asic_desc *asic = hdev->desc;
	int ret;

	ret = hlaccel_comms_command(hdev, COMMS_RST_STATE, 0, true, NULL);
	if (ret)
		return ret;
	ret = prepare(hdev, sizeof(*desc), desc);
	if (ret)
		return ret;
	hlaccel_fw_string(hdev->info.preboot_version, sizeof(hdev->info.preboot_version),
			  desc->fw_version, sizeof(desc->fw_version));

	ret = run_image(hdev, asic->fw.boot_fit, desc);
	if (ret)
		return ret;
	hlaccel_fw_string(hdev->info.boot_version, sizeof(hdev->info.boot_version),
			  desc->fw_version, sizeof(desc->fw_version));
	ret = hlaccel_fw_wait_boot_status(hdev, BIT(BOOT_STATUS_READY_TO_BOOT) |
					  BIT(BOOT_STATUS_APP_RUNS), asic->timeouts.fw_boot);
	if (ret)
		return ret;
	hlaccel_fw_fit_ready(hdev);

	ret = run_image(hdev, asic->fw.app, desc);
	if (ret)
		return ret;
	ret = hlaccel_fw_wait_boot_status(hdev, BIT(BOOT_STATUS_APP_RUNS),
					  asic->timeouts.fw_boot);
	if (!ret)
		hdev->fw->app_loaded = true;
	return ret;
}

/**
 * hlaccel_comms_boot() - Boot the device CPU
 * @hdev: device, at its first boot stage
 *
 * Return: 0 or a negative errno
 */
int hlaccel_comms_boot(struct hlaccel_device *hdev)
{
	struct hlaccel_comms_desc *desc;
	int ret;

	desc = kzalloc(sizeof(*desc), GFP_KERNEL);
	if (!desc)
		return -ENOMEM;
	ret = boot_stages(hdev, desc);
	kfree(desc);
	return ret;
}

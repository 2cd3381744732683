// SPDX-License-Identifier: GPL-2.0
/*
 * Mailbox to the card's CPU. One packet at a time: the driver fills it in host
 * memory, the firmware answers in place and writes the fence last.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_cpucp.h"
#include "hlaccel_device.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"
#include "regs/cpu_if_regs.h"

#define CPUCP_PQ_ENTRIES	4096
/* Indices count to twice the length, so that full and empty differ */
#define CPUCP_PI_MASK		(2 * CPUCP_PQ_ENTRIES - 1)
#define CPUCP_PQ_SIZE		(CPUCP_PQ_ENTRIES * sizeof(struct hlaccel_cpucp_bd))
#define CPUCP_EQ_SIZE		(EQ_ENTRIES * sizeof(struct hlaccel_eq_entry))

/* Layout of the memory that the card's CPU reaches */
#define CPUCP_MEM_SIZE		SZ_2M
#define CPUCP_MEM_EQ		CPUCP_PQ_SIZE
#define CPUCP_MEM_PACKET	(CPUCP_MEM_EQ + SZ_4K)
#define CPUCP_MEM_BUFFER	(CPUCP_MEM_PACKET + SZ_4K)
#define CPUCP_MEM_BUFFER_SIZE	HLACCEL_CPUCP_MAX_BUFFER

/* The CPU has 40 address bits; the highest says "host" */
#define CPU_VIEW_BITS		39

#define CPUCP_POLL_US		20
#define CPUCP_POLL_MAX_US	1000
#define CPUCP_INIT_POLL_US	200

/**
 * struct hlaccel_cpucp - The mailbox
 * @lock: serialises packets; a leaf: its holder neither allocates nor locks
 * @mem: memory shared with the card's CPU
 * @dma: its bus address
 * @pi: producer index, under @lock
 * @usable: the firmware has answered so far, under @lock
 */
struct hlaccel_cpucp {
	struct mutex lock; /* one packet at a time */
	void *mem;
	dma_addr_t dma;
	u32 pi;
	bool usable;
};

/* The address of shared memory as the card's CPU sees it */
static u64 cpu_view(struct hlaccel_device *hdev, size_t offset)
{
	u64 da = hlaccel_host_da(hdev, hdev->cpucp->dma + offset);

	/* A firmware that owns security translates by itself */
	if (hdev->info.fw_security)
		return da;
	return BIT_ULL(CPU_VIEW_BITS) | (da & (BIT_ULL(CPU_VIEW_BITS) - 1));
}

/**
 * hlaccel_cpucp_init() - Allocate the mailbox
 * @hdev: device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_init(struct hlaccel_device *hdev)
{
	struct hlaccel_cpucp *cpucp;
	int ret;

	cpucp = drmm_kzalloc(&hdev->drm, sizeof(*cpucp), GFP_KERNEL);
	if (!cpucp)
		return -ENOMEM;
	ret = drmm_mutex_init(&hdev->drm, &cpucp->lock);
	if (ret)
		return ret;

	cpucp->mem = dma_alloc_coherent(&hdev->pdev->dev, CPUCP_MEM_SIZE, &cpucp->dma,
					GFP_KERNEL);
	if (!cpucp->mem)
		return -ENOMEM;
	hdev->cpucp = cpucp;

	/* One register holds the high bits for all of it */
	if ((cpucp->dma ^ (cpucp->dma + CPUCP_MEM_SIZE - 1)) >> CPU_VIEW_BITS) {
		hlaccel_cpucp_fini(hdev);
		return -ENOMEM;
	}
	return 0;
}

/**
 * hlaccel_cpucp_fini() - Free the mailbox; the card must have been reset
 * @hdev: device
 */
void hlaccel_cpucp_fini(struct hlaccel_device *hdev)
{
	struct hlaccel_cpucp *cpucp = hdev->cpucp;

	dma_free_coherent(&hdev->pdev->dev, CPUCP_MEM_SIZE, cpucp->mem, cpucp->dma);
	cpucp->mem = NULL;
}

/**
 * hlaccel_cpucp_set_msb() - Tell the card's CPU the high bits of host addresses
 * @hdev: device
 */
void hlaccel_cpucp_set_msb(struct hlaccel_device *hdev)
{
	if (!hdev->info.fw_security)
		hlaccel_cfg_write(hdev, CPU_IF_MSB_ADDR,
				  hlaccel_host_da(hdev, hdev->cpucp->dma) >> CPU_VIEW_BITS);
}

/**
 * hlaccel_cpucp_event_queue() - Memory of the event queue
 * @hdev: device
 *
 * Return: EQ_ENTRIES entries
 */
void *hlaccel_cpucp_event_queue(struct hlaccel_device *hdev)
{
	return hdev->cpucp->mem + CPUCP_MEM_EQ;
}

static void write_queue(struct hlaccel_device *hdev, u32 base_lo, size_t offset, size_t size)
{
	u64 address = cpu_view(hdev, offset);

	/* Base low, base high and length follow each other */
	hlaccel_cfg_write(hdev, base_lo, lower_32_bits(address));
	hlaccel_cfg_write(hdev, base_lo + 4, upper_32_bits(address));
	hlaccel_cfg_write(hdev, base_lo + 8, size);
}

/**
 * hlaccel_cpucp_start() - Give the queues to the firmware
 * @hdev: device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_start(struct hlaccel_device *hdev)
{
	struct hlaccel_cpucp *cpucp = hdev->cpucp;
	int ret;

	mutex_lock(&cpucp->lock);
	memset(cpucp->mem, 0, CPUCP_MEM_BUFFER);
	cpucp->pi = 0;

	write_queue(hdev, CPU_IF_PQ_BASE_LO, 0, CPUCP_PQ_SIZE);
	write_queue(hdev, CPU_IF_CQ_BASE_LO, 0, CPUCP_MEM_SIZE);
	write_queue(hdev, CPU_IF_EQ_BASE_LO, CPUCP_MEM_EQ, CPUCP_EQ_SIZE);
	hlaccel_cfg_write(hdev, CPU_IF_EQ_RD_OFFS, 0);
	hlaccel_cfg_write(hdev, CPU_IF_PQ_PI, 0);
	/* The zeroed queues must be visible before the firmware is told of them */
	wmb();
	hlaccel_cfg_write(hdev, CPU_IF_QUEUE_INIT, QUEUE_INIT_READY_FOR_CP);
	hlaccel_fw_raise(hdev, HLACCEL_FW_IRQ_PI_UPDATE);

	ret = hlaccel_cfg_poll(hdev, CPU_IF_QUEUE_INIT, ~0u, QUEUE_INIT_READY_FOR_HOST,
			       CPUCP_INIT_POLL_US, hdev->desc->timeouts.cpu_queues);
	if (ret)
		drm_err(&hdev->drm, "firmware did not take its queues: %d\n", ret);
	else
		hlaccel_fw_snapshot_app(hdev);
	cpucp->usable = !ret;
	mutex_unlock(&cpucp->lock);
	return ret;
}

/**
 * hlaccel_cpucp_stop() - Send no more packets
 * @hdev: device
 */
void hlaccel_cpucp_stop(struct hlaccel_device *hdev)
{
	mutex_lock(&hdev->cpucp->lock);
	hdev->cpucp->usable = false;
	mutex_unlock(&hdev->cpucp->lock);
}

static int wait_fence(struct hlaccel_device *hdev, struct hlaccel_cpucp_packet *shared,
		      u32 want, u32 timeout_us)
{
	ktime_t end = ktime_add_us(ktime_get(), timeout_us);
	u32 interval = CPUCP_POLL_US;

	for (;;) {
		bool last = ktime_after(ktime_get(), end);

		if (le32_to_cpu(READ_ONCE(shared->fence)) == want) {
			/* The answer was written before the fence */
			dma_rmb();
			return 0;
		}
		if (last || hlaccel_io_gone(hdev))
			return -ETIMEDOUT;
		usleep_range(interval, 2 * interval);
		interval = min(2 * interval, CPUCP_POLL_MAX_US);
	}
}

/* @packet is copied in and out; what the firmware does to it later can't be seen */
static int send_locked(struct hlaccel_device *hdev, struct hlaccel_cpucp_packet *packet,
		       u32 opcode, u32 timeout_us)
{
	struct hlaccel_cpucp *cpucp = hdev->cpucp;
	struct hlaccel_cpucp_packet *shared = cpucp->mem + CPUCP_MEM_PACKET;
	struct hlaccel_cpucp_bd *bd = cpucp->mem;
	u32 rc;
	int ret;

	lockdep_assert_held(&cpucp->lock);
	if (!cpucp->usable)
		return -EAGAIN;

	packet->ctl = cpu_to_le32(FIELD_PREP(CPUCP_CTL_OPCODE, opcode));
	packet->fence = cpu_to_le32(CPUCP_FENCE_NONE);
	*shared = *packet;

	bd += cpucp->pi % CPUCP_PQ_ENTRIES;
	cpucp->pi = (cpucp->pi + 1) & CPUCP_PI_MASK;
	bd->ptr = cpu_to_le64(cpu_view(hdev, CPUCP_MEM_PACKET));
	bd->len = cpu_to_le32(sizeof(*packet));
	bd->ctl = cpu_to_le32(cpucp->pi);
	/* Packet and entry before the index that shows them to the firmware */
	wmb();
	hlaccel_cfg_write(hdev, CPU_IF_PQ_PI, cpucp->pi);
	hlaccel_fw_raise(hdev, HLACCEL_FW_IRQ_PI_UPDATE);

	ret = wait_fence(hdev, shared, hlaccel_fw_app_has(hdev, STS0_PACKET_PI_ACK) ?
			 cpucp->pi : CPUCP_FENCE_CONST, timeout_us);
	if (ret) {
		/* A late answer could be taken for that of the next packet */
		cpucp->usable = false;
		drm_err(&hdev->drm, "firmware does not answer packet %u, fence %#x\n", opcode,
			le32_to_cpu(READ_ONCE(shared->fence)));
		return ret;
	}
	/* An old index in the queue must not look like one of the next round */
	bd->ctl = cpu_to_le32(CPUCP_FENCE_NONE);

	*packet = *shared;
	rc = FIELD_GET(CPUCP_CTL_RC, le32_to_cpu(packet->ctl));
	if (rc) {
		drm_dbg(&hdev->drm, "firmware answers packet %u with %u\n", opcode, rc);
		return -EIO;
	}
	return 0;
}

static int send(struct hlaccel_device *hdev, struct hlaccel_cpucp_packet *packet, u32 opcode)
{
	int ret;

	mutex_lock(&hdev->cpucp->lock);
	ret = send_locked(hdev, packet, opcode, hdev->desc->timeouts.mailbox);
	mutex_unlock(&hdev->cpucp->lock);
	return ret;
}

/**
 * hlaccel_cpucp_test() - Ask for a sign of life
 * @hdev: device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_test(struct hlaccel_device *hdev)
{
	struct hlaccel_cpucp_packet packet = { .value = cpu_to_le64(CPUCP_FENCE_CONST) };
	int ret;

	ret = send(hdev, &packet, CPUCP_TEST);
	if (ret)
		return ret;
	return le64_to_cpu(packet.result) == CPUCP_FENCE_CONST ? 0 : -EIO;
}

static void take_info(struct hlaccel_device *hdev, const struct hlaccel_cpucp_info *raw)
{
	struct hlaccel_info *info = &hdev->info;
	u64 size = le64_to_cpu(raw->dram_size);
	unsigned int i;

	hlaccel_fw_string(info->card_name, sizeof(info->card_name), raw->card_name,
			  sizeof(raw->card_name));
	hlaccel_fw_string(info->fw_version, sizeof(info->fw_version), raw->cpucp_version,
			  sizeof(raw->cpucp_version));
	if (!info->fw_version[0])
		hlaccel_fw_string(info->fw_version, sizeof(info->fw_version),
				  raw->kernel_version, sizeof(raw->kernel_version));

	/* The list ends with an empty entry; what the driver does not know it skips later */
	for (i = 0; i < ARRAY_SIZE(info->sensors); i++) {
		info->sensors[i].type = le32_to_cpu(raw->sensors[i].type);
		info->sensors[i].attrs = le32_to_cpu(raw->sensors[i].attrs);
		if (!info->sensors[i].type && !info->sensors[i].attrs)
			break;
	}
	info->num_sensors = i;

	info->mezzanine = le32_to_cpu(raw->card_type) == 1;
	info->module_id = le32_to_cpu(raw->card_location);
	info->cpld_version = le32_to_cpu(raw->cpld_version);
	info->cpld_timestamp = le32_to_cpu(raw->cpld_timestamp);
	info->vrm_version = le32_to_cpu(raw->infineon_version);
	info->vrm_second_version = le32_to_cpu(raw->infineon_second_version);
	hlaccel_fw_string(info->kernel_version, sizeof(info->kernel_version),
			  raw->kernel_version, sizeof(raw->kernel_version));
	hlaccel_fw_string(info->fuse_version, sizeof(info->fuse_version),
			  raw->fuse_version, sizeof(raw->fuse_version));
	hlaccel_fw_string(info->thermal_version, sizeof(info->thermal_version),
			  raw->thermal_version, sizeof(raw->thermal_version));
	hlaccel_fw_string(info->os_version, sizeof(info->os_version),
			  raw->fw_os_version, sizeof(raw->fw_os_version));

	/* A card may have less than its kind has, never more, and not next to nothing */
	info->hbm_size = hdev->desc->hbm_size;
	if (is_power_of_2(size) && size > hdev->desc->hbm_user && size < info->hbm_size)
		info->hbm_size = size;
}

/**
 * hlaccel_cpucp_info_get() - Ask for the description of the card
 * @hdev: device, gets the answer in its info
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_info_get(struct hlaccel_device *hdev)
{
	struct hlaccel_cpucp *cpucp = hdev->cpucp;
	struct hlaccel_cpucp_packet packet = {
		.addr = cpu_to_le64(cpu_view(hdev, CPUCP_MEM_BUFFER)),
		.data_max_size = cpu_to_le32(sizeof(struct hlaccel_cpucp_info)),
	};
	int ret;

	static_assert(sizeof(struct hlaccel_cpucp_info) <= CPUCP_MEM_BUFFER_SIZE);
	mutex_lock(&cpucp->lock);
	memset(cpucp->mem + CPUCP_MEM_BUFFER, 0, sizeof(struct hlaccel_cpucp_info));
	ret = send_locked(hdev, &packet, CPUCP_INFO_GET, hdev->desc->timeouts.mailbox_long);
	if (!ret)
		take_info(hdev, cpucp->mem + CPUCP_MEM_BUFFER);
	mutex_unlock(&cpucp->lock);
	return ret;
}

/**
 * hlaccel_cpucp_pci_access() - Let the firmware use host memory, or not
 * @hdev: device
 * @enable: whether it may
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_pci_access(struct hlaccel_device *hdev, bool enable)
{
	struct hlaccel_cpucp_packet packet = {};

	return send(hdev, &packet, enable ? CPUCP_ENABLE_PCI_ACCESS : CPUCP_DISABLE_PCI_ACCESS);
}

/**
 * hlaccel_cpucp_frequency_set() - Set a clock
 * @hdev: device
 * @pll: which, as this firmware counts them
 * @hz: frequency
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_frequency_set(struct hlaccel_device *hdev, u32 pll, u64 hz)
{
	struct hlaccel_cpucp_packet packet = {
		.value = cpu_to_le64(hz),
		.pll_index = cpu_to_le32(pll),
	};

	return send(hdev, &packet, CPUCP_FREQUENCY_SET);
}

/**
 * hlaccel_cpucp_frequency_get() - Ask for a clock
 * @hdev: device
 * @pll: which, as this firmware counts them
 * @hz: gets the frequency
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_frequency_get(struct hlaccel_device *hdev, u32 pll, u64 *hz)
{
	struct hlaccel_cpucp_packet packet = { .pll_index = cpu_to_le32(pll) };
	int ret;

	ret = send(hdev, &packet, CPUCP_FREQUENCY_CURR_GET);
	if (!ret)
		*hz = le64_to_cpu(packet.result);
	return ret;
}

/**
 * hlaccel_cpucp_sensor_get() - Ask for what a sensor tells
 * @hdev: device
 * @type: kind of sensor
 * @index: number within its kind
 * @attr: what of it
 * @value: gets the value
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_sensor_get(struct hlaccel_device *hdev, u32 type, u32 index, u32 attr,
			     s64 *value)
{
	static const u8 opcodes[] = {
		[CPUCP_SENSOR_TEMPERATURE] = CPUCP_TEMPERATURE_GET,
		[CPUCP_SENSOR_VOLTAGE] = CPUCP_VOLTAGE_GET,
		[CPUCP_SENSOR_CURRENT] = CPUCP_CURRENT_GET,
		[CPUCP_SENSOR_POWER] = CPUCP_POWER_GET,
	};
	struct hlaccel_cpucp_packet packet = {
		.sensor_index = cpu_to_le16(index),
		.sensor_attr = cpu_to_le16(attr),
	};
	int ret;

	ret = send(hdev, &packet, opcodes[type]);
	if (!ret)
		*value = le64_to_cpu(packet.result);
	return ret;
}

/**
 * hlaccel_cpucp_max_power_set() - Set the card's power limit
 * @hdev: device
 * @mw: milliwatts
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_max_power_set(struct hlaccel_device *hdev, u64 mw)
{
	struct hlaccel_cpucp_packet packet = { .value = cpu_to_le64(mw) };

	return send(hdev, &packet, CPUCP_MAX_POWER_SET);
}

/**
 * hlaccel_cpucp_pll_info_get() - Ask for a clock's outputs
 * @hdev: device
 * @pll: which, as this firmware counts them
 * @mhz: gets the frequencies of its four outputs
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_pll_info_get(struct hlaccel_device *hdev, u32 pll, u16 mhz[4])
{
	struct hlaccel_cpucp_packet packet = { .pll_type = cpu_to_le16(pll) };
	unsigned int i;
	int ret;

	ret = send(hdev, &packet, CPUCP_PLL_INFO_GET);
	if (ret)
		return ret;
	for (i = 0; i < 4; i++)
		mhz[i] = le64_to_cpu(packet.result) >> (16 * i);
	return 0;
}

/**
 * hlaccel_cpucp_unmask() - Let the firmware report an event again
 * @hdev: device
 * @event: event id
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_unmask(struct hlaccel_device *hdev, u32 event)
{
	struct hlaccel_cpucp_packet packet = { .value = cpu_to_le64(event) };

	return send(hdev, &packet, CPUCP_UNMASK_IRQ);
}

/**
 * hlaccel_cpucp_ask() - Send a packet that has a number for an answer, or none
 * @hdev: device
 * @opcode: &enum hlaccel_cpucp_opcode
 * @index: what of, as the packet has it
 * @value: its argument, and gets the answer
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_ask(struct hlaccel_device *hdev, u32 opcode, u32 index, u64 *value)
{
	struct hlaccel_cpucp_packet packet = {
		.value = cpu_to_le64(*value),
		.index = cpu_to_le32(index),
	};
	int ret;

	ret = send(hdev, &packet, opcode);
	if (!ret)
		*value = le64_to_cpu(packet.result);
	return ret;
}

/**
 * hlaccel_cpucp_ask_buffer() - Send a packet that has a structure for an answer
 * @hdev: device
 * @opcode: &enum hlaccel_cpucp_opcode
 * @sub: number that goes with it
 * @buffer: gets the answer
 * @size: bytes of that, HLACCEL_CPUCP_MAX_BUFFER at most
 *
 * Return: 0 or a negative errno
 */
int hlaccel_cpucp_ask_buffer(struct hlaccel_device *hdev, u32 opcode, u32 sub, void *buffer,
			     size_t size)
{
	struct hlaccel_cpucp *cpucp = hdev->cpucp;
	struct hlaccel_cpucp_packet packet = {
		.data_max_size = cpu_to_le32(size),
		.sub_index = cpu_to_le32(sub),
	};
	int ret;

	mutex_lock(&cpucp->lock);
	/* What the firmware does not write is what the last one asked for */
	memset(cpucp->mem + CPUCP_MEM_BUFFER, 0, size);
	packet.addr = cpu_to_le64(cpu_view(hdev, CPUCP_MEM_BUFFER));
	ret = send_locked(hdev, &packet, opcode, hdev->desc->timeouts.mailbox_long);
	if (!ret)
		memcpy(buffer, cpucp->mem + CPUCP_MEM_BUFFER, size);
	mutex_unlock(&cpucp->lock);
	return ret;
}

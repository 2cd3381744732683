/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device: what every room shares. Rooms hang on it as opaque pointers.
 */
#ifndef _HLACCEL_DEVICE_H_
#define _HLACCEL_DEVICE_H_

#include <linux/atomic.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <drm/drm_device.h>

#include "asic/hlaccel_asic.h"

struct drm_driver;
struct pci_dev;

struct hlaccel_compat;
struct hlaccel_coredump;
struct hlaccel_cpucp;
struct hlaccel_dmabuf;
struct hlaccel_event;
struct hlaccel_faults;
struct hlaccel_fw;
struct hlaccel_hwmon;
struct hlaccel_lease;
struct hlaccel_mem;
struct hlaccel_mmu;
struct hlaccel_raws;
struct hlaccel_reset;
struct hlaccel_rings;
struct kmem_cache;
struct hlaccel_vms;

/**
 * enum hlaccel_state - What the hardware is good for
 */
enum hlaccel_state {
	/** @HLACCEL_STATE_DOWN: not yet up, or unplugged */
	HLACCEL_STATE_DOWN,
	/** @HLACCEL_STATE_UP: working */
	HLACCEL_STATE_UP,
	/** @HLACCEL_STATE_RESETTING: a hard reset goes on; it ends in UP or WEDGED */
	HLACCEL_STATE_RESETTING,
	/** @HLACCEL_STATE_WEDGED: a hard reset failed; given up */
	HLACCEL_STATE_WEDGED,
};

/* Sensors in the firmware's list, at most */
#define HLACCEL_MAX_SENSORS	128

/**
 * struct hlaccel_sensor - A sensor as the firmware describes it, unchecked
 * @type: kind
 * @attrs: what it tells, one bit each
 */
struct hlaccel_sensor {
	u32 type;
	u32 attrs;
};

/**
 * struct hlaccel_info - Facts found at run time, written by bring-up only
 * @device_id: PCI device id
 * @revision: PCI revision id
 * @fw_security: the firmware owns reset, windows and infrastructure registers
 * @fw_windows: the firmware programmed the inbound and outbound windows
 * @fw_reset: the firmware carries out hard resets
 * @sts0_boot: capabilities of preboot (0 when it does not tell)
 * @sts0_fit: capabilities of the boot fit
 * @sts0_app: capabilities of the application firmware
 * @hbm_size: bytes of HBM
 * @tpc_mask: usable TPC engines
 * @mezzanine: an OAM module, not a PCI card: more power
 * @module_id: slot of the card in its machine
 * @cpld_version: of the board's logic
 * @cpld_timestamp: when that was made
 * @vrm_version: of the voltage regulators
 * @vrm_second_version: of their second stage
 * @timestamp_mhz: frequency of the device's timestamp counter, 0 if unknown
 * @num_sensors: number of @sensors
 * @sensors: what can be measured
 * @card_name: from the firmware
 * @fw_version: of the application firmware
 * @boot_version: of the boot firmware
 * @preboot_version: of the first boot stage
 * @kernel_version: of the kernel of the application firmware
 * @fuse_version: of the fuses
 * @thermal_version: of the thermal firmware
 * @os_version: of the system around the application firmware
 */
struct hlaccel_info {
	u16 device_id;
	u8 revision;
	bool fw_security;
	bool fw_windows;
	bool fw_reset;
	u32 sts0_boot;
	u32 sts0_fit;
	u32 sts0_app;
	u64 hbm_size;
	u32 tpc_mask;
	bool mezzanine;
	u32 module_id;
	u32 cpld_version;
	u32 cpld_timestamp;
	u32 vrm_version;
	u32 vrm_second_version;
	u32 timestamp_mhz;
	u32 num_sensors;
	struct hlaccel_sensor sensors[HLACCEL_MAX_SENSORS];
	char card_name[16];
	char fw_version[128];
	char boot_version[128];
	char preboot_version[128];
	char kernel_version[128];
	char fuse_version[128];
	char thermal_version[128];
	char os_version[128];
};

/**
 * struct hlaccel_bar - One memory BAR
 * @io: mapping of what the driver itself touches (HBM: write-combining)
 * @mapped: bytes of that
 * @phys: CPU physical address of the BAR
 * @size: bytes of the BAR
 */
struct hlaccel_bar {
	void __iomem *io;
	resource_size_t mapped;
	resource_size_t phys;
	resource_size_t size;
};

/**
 * struct hlaccel_counters - Sums since the driver was loaded; see the uapi
 * @jobs_submitted: jobs accepted
 * @jobs_completed: jobs that ended well
 * @jobs_failed: jobs that ended with an error
 * @bytes_copied: bytes of finished copies and fills
 * @interrupts: interrupts taken
 * @events: firmware events consumed
 * @faults: translation faults and blocked accesses
 */
struct hlaccel_counters {
	atomic64_t jobs_submitted;
	atomic64_t jobs_completed;
	atomic64_t jobs_failed;
	atomic64_t bytes_copied;
	atomic64_t interrupts;
	atomic64_t events;
	atomic64_t faults;
};

/**
 * struct hlaccel_device - One card
 * @drm: DRM device
 * @desc: what is fixed for its kind of chip
 * @pdev: PCI device
 * @info: facts found at run time
 * @sram: BAR 0
 * @cfg: BAR 2; what is mapped is the configuration space in it, with the trace components
 * @hbm: BAR 4, write-combining
 * @gone: the card does not answer any more
 * @irq: Linux interrupt number
 * @irq_on: it is not masked; written by bring-up and halt only
 * @state: &enum hlaccel_state; read through hlaccel_device_state()
 * @reset_lock: held for reading by whoever touches hardware in process context: use
 *              hlaccel_device_hw_begin(). Held for writing while a reset takes the
 *              hardware down, after it has ended all fences.
 * @reset_wait: woken when a reset is over
 * @reset_count: hard resets so far; a VM or queue whose value differs is lost
 * @counters: sums for the user
 * @compat: the older interface's part
 * @coredump: state at the first failure
 * @cpucp: mailbox to the device CPU
 * @fw: firmware
 * @event: firmware event queue
 * @faults: errors and whose they are
 * @hwmon: sensors for people, or NULL
 * @mmu: translation hardware
 * @reset: reset worker and heartbeat
 * @mem: device memory
 * @vms: address spaces
 * @rings: hardware rings
 * @lease: who may run command jobs
 * @raw: the whole card for one client
 * @dmabuf: buffers shared with other devices
 * @reserve: sync objects that clients have reserved
 * @scrub: what removes the traces of programs
 */
struct hlaccel_device {
	struct drm_device drm;
	const struct hlaccel_asic_desc *desc;
	struct pci_dev *pdev;
	struct hlaccel_info info;

	struct hlaccel_bar sram;
	struct hlaccel_bar cfg;
	struct hlaccel_bar hbm;
	bool gone;
	int irq;
	bool irq_on;

	int state;
	struct rw_semaphore reset_lock;
	wait_queue_head_t reset_wait;
	atomic_t reset_count;

	struct hlaccel_counters counters;

	struct hlaccel_compat *compat;
	struct hlaccel_coredump *coredump;
	struct hlaccel_cpucp *cpucp;
	struct hlaccel_fw *fw;
	struct hlaccel_event *event;
	struct hlaccel_faults *faults;
	struct hlaccel_hwmon *hwmon;
	struct hlaccel_mmu *mmu;
	struct hlaccel_reset *reset;
	struct hlaccel_mem *mem;
	struct hlaccel_vms *vms;
	struct hlaccel_rings *rings;
	struct hlaccel_lease *lease;
	struct hlaccel_raws *raw;
	struct hlaccel_dmabuf *dmabuf;
	struct hlaccel_reserve *reserve;
	struct hlaccel_scrub *scrub;
};

#define to_hlaccel_device(ddev) container_of(ddev, struct hlaccel_device, drm)

/**
 * hlaccel_device_state() - Read the state
 * @hdev: device
 *
 * Return: &enum hlaccel_state, possibly old at once unless under reset_lock.
 */
static inline enum hlaccel_state hlaccel_device_state(struct hlaccel_device *hdev)
{
	return READ_ONCE(hdev->state);
}

static inline u32 hlaccel_device_reset_count(struct hlaccel_device *hdev)
{
	return atomic_read(&hdev->reset_count);
}

/* Device address of a CFG register */
static inline u64 hlaccel_cfg_da(struct hlaccel_device *hdev, u32 offset)
{
	return hdev->desc->cfg_base + offset;
}

/* Device address of host memory, for masters that bypass the MMU */
static inline u64 hlaccel_host_da(struct hlaccel_device *hdev, dma_addr_t addr)
{
	return hdev->desc->host_window + addr;
}

int hlaccel_device_probe(struct pci_dev *pdev, const struct drm_driver *drv,
			 const struct hlaccel_asic_desc *desc);
void hlaccel_device_unplug(struct hlaccel_device *hdev);

int hlaccel_device_check(struct hlaccel_device *hdev);
int hlaccel_device_hw_begin(struct hlaccel_device *hdev, int *idx);
int hlaccel_device_hw_begin_nointr(struct hlaccel_device *hdev, int *idx);
int hlaccel_device_hw_try(struct hlaccel_device *hdev, int *idx);
void hlaccel_device_hw_end(struct hlaccel_device *hdev, int idx);

/* The steps of hlaccel_reset.c */
int hlaccel_device_bring_up(struct hlaccel_device *hdev, bool first);
void hlaccel_device_halt(struct hlaccel_device *hdev, bool fw_alive);

/* hlaccel_pci.c */
int hlaccel_pci_init(struct hlaccel_device *hdev);
void hlaccel_pci_fini(struct hlaccel_device *hdev);
int hlaccel_elbi_read(struct hlaccel_device *hdev, u32 offset, u32 *val);
int hlaccel_elbi_write(struct hlaccel_device *hdev, u32 offset, u32 val);

/* hlaccel_irq.c */
int hlaccel_irq_init(struct hlaccel_device *hdev);
void hlaccel_irq_fini(struct hlaccel_device *hdev);
void hlaccel_irq_mask(struct hlaccel_device *hdev);
void hlaccel_irq_unmask(struct hlaccel_device *hdev);

#endif /* _HLACCEL_DEVICE_H_ */

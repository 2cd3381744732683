// SPDX-License-Identifier: GPL-2.0
/*
 * State of the rooms for people, one file each. The driver's own data only: the
 * hardware is not touched, so a reset or a dead card makes no difference.
 */
#include <linux/seq_file.h>
#include <linux/xarray.h>

#include <drm/drm_debugfs.h>
#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "hlaccel_debugfs.h"
#include "hlaccel_device.h"
#include "hlaccel_drv.h"
#include "hlaccel_error.h"
#include "hlaccel_lease.h"
#include "hlaccel_mem.h"
#include "hlaccel_ring_priv.h"
#include "hlaccel_vm.h"

static const char * const state_names[] = {
	[HLACCEL_STATE_DOWN] = "down",
	[HLACCEL_STATE_UP] = "up",
	[HLACCEL_STATE_RESETTING] = "resetting",
	[HLACCEL_STATE_WEDGED] = "wedged",
};

/**
 * hlaccel_debugfs_print_device() - The card as a whole
 * @hdev: device
 * @p: where to
 */
void hlaccel_debugfs_print_device(struct hlaccel_device *hdev, struct drm_printer *p)
{
	const struct hlaccel_info *info = &hdev->info;
	struct hlaccel_counters *counters = &hdev->counters;

	drm_printf(p, "chip:        %s, device %#x, revision %u\n", hdev->desc->name,
		   info->device_id, info->revision);
	drm_printf(p, "card:        %s\n", info->card_name);
	drm_printf(p, "firmware:    %s\n", info->fw_version);
	drm_printf(p, "boot:        %s\n", info->boot_version);
	drm_printf(p, "state:       %s%s\n", state_names[hlaccel_device_state(hdev)],
		   READ_ONCE(hdev->gone) ? ", gone" : "");
	drm_printf(p, "security:    %d\n", info->fw_security);
	drm_printf(p, "status:      preboot %#x, boot fit %#x, application %#x\n",
		   info->sts0_boot, info->sts0_fit, info->sts0_app);
	drm_printf(p, "resets:      %u\n", hlaccel_device_reset_count(hdev));
	drm_printf(p, "jobs:        %llu accepted, %llu done, %llu failed\n",
		   atomic64_read(&counters->jobs_submitted),
		   atomic64_read(&counters->jobs_completed),
		   atomic64_read(&counters->jobs_failed));
	drm_printf(p, "interrupts:  %llu, events %llu, faults %llu\n",
		   atomic64_read(&counters->interrupts), atomic64_read(&counters->events),
		   atomic64_read(&counters->faults));
}

static void print_queue(struct hlaccel_queue *queue, struct drm_printer *p)
{
	drm_printf(p, "    queue %u client %llu: last %llu, done %llu, failed %llu", queue->id,
		   queue->client ? queue->client->errors->client : 0, queue->last_seqno,
		   queue->completed, queue->failed);
	drm_printf(p, ", on ring %u%s%s\n", queue->on_ring, queue->banned ? ", banned" : "",
		   queue->cancelled ? ", cancelled" : "");
}

/**
 * hlaccel_debugfs_print_rings() - All rings and queues
 * @hdev: device
 * @p: where to; it does not sleep
 */
void hlaccel_debugfs_print_rings(struct hlaccel_device *hdev, struct drm_printer *p)
{
	struct hlaccel_queue *queue;
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < hdev->rings->num; i++) {
		struct hlaccel_ring *ring = &hdev->rings->ring[i];

		spin_lock_irqsave(&ring->lock, flags);
		drm_printf(p, "%s: given %u, retired %u, complete %u", ring->engine->name,
			   ring->pi, ring->ci,
			   ring->done ? le32_to_cpu(READ_ONCE(*ring->done)) : 0);
		drm_printf(p, ", done %llu, busy %llu ns%s%s\n", ring->num_done, ring->busy_ns,
			   ring->stopped ? ", stopped" : "", ring->dead ? ", dead" : "");
		drm_printf(p, "    waits on the card %llu, called back %llu, now %u\n",
			   ring->num_waits, ring->num_recalled, ring->waiting);
		list_for_each_entry(queue, &ring->queues, link) {
			if (queue->client || queue->last_seqno != queue->completed)
				print_queue(queue, p);
		}
		spin_unlock_irqrestore(&ring->lock, flags);
	}
}

static struct hlaccel_device *show_device(struct seq_file *m)
{
	struct drm_debugfs_entry *entry = m->private;

	return to_hlaccel_device(entry->dev);
}

static int device_show(struct seq_file *m, void *data)
{
	struct drm_printer p = drm_seq_file_printer(m);

	hlaccel_debugfs_print_device(show_device(m), &p);
	return 0;
}

static int rings_show(struct seq_file *m, void *data)
{
	struct drm_printer p = drm_seq_file_printer(m);

	hlaccel_debugfs_print_rings(show_device(m), &p);
	return 0;
}

static int memory_show(struct seq_file *m, void *data)
{
	static const char * const names[] = {
		[DRM_HLACCEL_REGION_DEVICE] = "device",
		[DRM_HLACCEL_REGION_SRAM] = "sram",
	};
	struct hlaccel_device *hdev = show_device(m);
	struct hlaccel_mem_stat stat;
	u32 region;

	for (region = DRM_HLACCEL_REGION_DEVICE; region < ARRAY_SIZE(names); region++) {
		if (hlaccel_mem_stat(hdev, region, &stat))
			continue;
		seq_printf(m, "%s: at %#llx, %llu bytes, %llu used, %llu visible\n", names[region],
			   stat.address, stat.size, stat.used, stat.visible);
	}
	seq_printf(m, "host: %llu used\n", hlaccel_mem_host_used(hdev));
	return 0;
}

static void print_file(struct drm_file *file, struct seq_file *m)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct hlaccel_vm *vm;
	unsigned long id;

	guard(mutex)(&hfile->lock);
	seq_printf(m, "client %llu: %u VMs, %u queues, %d buffers, %u error records\n",
		   file->client_id, hfile->num_vms, hfile->num_queues,
		   atomic_read(&hfile->num_bos), hlaccel_errors_count(hfile->client->errors));
	xa_for_each(&hfile->vms, id, vm)
		seq_printf(m, "    VM %u: asid %u%s\n", hlaccel_vm_id(vm), hlaccel_vm_asid(vm),
			   hlaccel_vm_lost(vm) ? ", lost" : "");
}

static int clients_show(struct seq_file *m, void *data)
{
	struct drm_device *drm = &show_device(m)->drm;
	struct drm_printer p = drm_seq_file_printer(m);
	struct drm_file *file;

	hlaccel_lease_print(to_hlaccel_device(drm), &p);

	guard(mutex)(&drm->filelist_mutex);
	list_for_each_entry(file, &drm->filelist, lhead)
		print_file(file, m);
	return 0;
}

static const struct drm_debugfs_info debugfs_files[] = {
	{ "hlaccel_device", device_show },
	{ "hlaccel_rings", rings_show },
	{ "hlaccel_memory", memory_show },
	{ "hlaccel_clients", clients_show },
};

/**
 * hlaccel_debugfs_register() - Make the files
 * @hdev: device, about to be registered
 */
void hlaccel_debugfs_register(struct hlaccel_device *hdev)
{
	drm_debugfs_add_files(&hdev->drm, debugfs_files, ARRAY_SIZE(debugfs_files));
}

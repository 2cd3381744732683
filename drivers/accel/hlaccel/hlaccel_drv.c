// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's front: module, PCI ids, DRM driver, files and the table of ioctls.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <kunit/visibility.h>

#include <drm/drm_accel.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_prime.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_node.h"
#include "hlaccel_compat_sysfs.h"
#include "hlaccel_device.h"
#include "hlaccel_dmabuf.h"
#include "hlaccel_drv.h"
#include "hlaccel_error.h"
#include "hlaccel_fault.h"
#include "hlaccel_fdinfo.h"
#include "hlaccel_gem.h"
#include "hlaccel_kver.h"
#include "hlaccel_lease.h"
#include "hlaccel_queue.h"
#include "hlaccel_reserve.h"
#include "hlaccel_reset.h"
#include "hlaccel_vm.h"

#define PCI_VENDOR_ID_HABANALABS	0x1da3
#define PCI_DEVICE_ID_GAUDI		0x1000
#define PCI_DEVICE_ID_GAUDI_SECURED	0x1010

static_assert(sizeof(struct drm_hlaccel_bind_op) >= HLACCEL_BIND_OP_MIN_SIZE);
static_assert(sizeof(struct drm_hlaccel_job) >= HLACCEL_JOB_MIN_SIZE);
static_assert(sizeof(struct drm_hlaccel_sync) >= HLACCEL_SYNC_MIN_SIZE);
static_assert(HLACCEL_COMPLETION_SLOTS * HLACCEL_COMPLETION_STRIDE <= PAGE_SIZE);
static_assert(HLACCEL_COMPLETION_SLOTS >= HLACCEL_MAX_QUEUES_PER_FILE);
static_assert(HLACCEL_COMPLETION_MMAP_OFFSET >> PAGE_SHIFT < DRM_FILE_PAGE_OFFSET_START);

int hlaccel_array_get(const struct drm_hlaccel_array *in, size_t size, size_t min_size,
		      u32 max_count, void **out)
{
	void *array;
	u32 i;
	int ret;

	*out = NULL;
	if (in->count > max_count)
		return -EINVAL;
	/* Nothing at all may be all zeroes */
	if (!in->count && !in->stride)
		return in->array ? -EINVAL : 0;
	if (in->stride % 8 || in->stride < min_size || in->stride > HLACCEL_MAX_ARRAY_STRIDE)
		return -EINVAL;
	if (!in->count)
		return in->array ? -EINVAL : 0;

	array = kvmalloc_array(in->count, size, GFP_KERNEL);
	if (!array)
		return -ENOMEM;
	if (in->stride == size) {
		ret = copy_from_user(array, u64_to_user_ptr(in->array), in->count * size);
		ret = ret ? -EFAULT : 0;
	} else {
		for (ret = 0, i = 0; !ret && i < in->count; i++)
			ret = copy_struct_from_user(array + i * size, size,
						    u64_to_user_ptr(in->array +
								    (u64)i * in->stride),
						    in->stride);
	}
	if (ret) {
		kvfree(array);
		return ret;
	}
	*out = array;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(hlaccel_array_get);

static int hlaccel_open(struct drm_device *drm, struct drm_file *file)
{
	struct hlaccel_file *hfile;
	int ret;

	ret = hlaccel_device_check(to_hlaccel_device(drm));
	if (ret)
		return ret;
	/* Nobody can do anything on a card that belongs to somebody */
	if (READ_ONCE(to_hlaccel_device(drm)->compat->ctx))
		return READ_ONCE(to_hlaccel_device(drm)->compat->releasing) ? -EAGAIN : -EBUSY;
	hfile = kzalloc(sizeof(*hfile), GFP_KERNEL);
	if (!hfile)
		return -ENOMEM;
	hfile->client = hlaccel_client_create(to_hlaccel_device(drm), file->client_id);
	if (!hfile->client) {
		kfree(hfile);
		return -ENOMEM;
	}

	hfile->hdev = to_hlaccel_device(drm);
	mutex_init(&hfile->lock);
	spin_lock_init(&hfile->find_lock);
	xa_init_flags(&hfile->vms, XA_FLAGS_ALLOC1);
	xa_init_flags(&hfile->queues, XA_FLAGS_ALLOC1);
	file->driver_priv = hfile;
	hlaccel_fault_attach(hfile->hdev, hfile->client->errors);
	return 0;
}

struct page *hlaccel_file_completion(struct hlaccel_file *hfile)
{
	struct page *page = READ_ONCE(hfile->completion);

	if (page)
		return page;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	/* Somebody else may have been faster */
	if (page && cmpxchg(&hfile->completion, NULL, page))
		__free_page(page);
	return READ_ONCE(hfile->completion);
}

/* Buffer handles are gone already; what jobs still need they hold themselves */
static void hlaccel_postclose(struct drm_device *drm, struct drm_file *file)
{
	struct hlaccel_file *hfile = file->driver_priv;

	hlaccel_fault_detach(hfile->hdev, hfile->client->errors);
	hlaccel_compat_release(hfile);
	hlaccel_queue_close_all(hfile);
	hlaccel_lease_close(hfile->hdev, hfile->client);
	hlaccel_vm_file_close(hfile);
	xa_destroy(&hfile->queues);
	xa_destroy(&hfile->vms);
	mutex_destroy(&hfile->lock);
	hlaccel_client_put(hfile->client);
	if (hfile->completion)
		put_page(hfile->completion);
	kfree(hfile);
}

/* A mapping keeps the file, and with it the page. Unplugging empties it once. */
static vm_fault_t hlaccel_completion_fault(struct vm_fault *vmf)
{
	struct drm_file *file = vmf->vma->vm_file->private_data;
	struct page *page = hlaccel_file_completion(file->driver_priv);

	if (!page)
		return VM_FAULT_OOM;
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct hlaccel_completion_vm_ops = {
	.fault = hlaccel_completion_fault,
};

/* One page for all queues of the file */
static int hlaccel_mmap_completion(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	if (vma_pages(vma) != 1)
		return -EINVAL;
	vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE);
	vma->vm_ops = &hlaccel_completion_vm_ops;
	return 0;
}

static int hlaccel_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct drm_file *file = filp->private_data;

	if ((u64)vma->vm_pgoff << PAGE_SHIFT & HLACCEL_ABI_MMAP_KIND)
		return hlaccel_compat_mmap(file->driver_priv, vma);
	if (vma->vm_pgoff == HLACCEL_COMPLETION_MMAP_OFFSET >> PAGE_SHIFT)
		return hlaccel_mmap_completion(vma);
	return drm_gem_mmap(filp, vma);
}

/* As DRM brings it */
static noinline long hlaccel_bo_create_direct(struct drm_file *file, void __user *argp)
{
	struct hlaccel_file *hfile = file->driver_priv;
	struct drm_device *drm = &hfile->hdev->drm;
	struct drm_hlaccel_bo_create args;
	int ret;

	if (drm_dev_is_unplugged(drm))
		return -ENODEV;
	if (copy_from_user(&args, argp, sizeof(args)))
		return -EFAULT;
	ret = hlaccel_ioctl_bo_create(drm, &args, file);
	return copy_to_user(argp, &args, sizeof(args)) ? -EFAULT : ret;
}

static noinline long hlaccel_bind_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	long ret = hlaccel_vm_bind_direct(filp->private_data, (void __user *)arg);

	return ret == -EAGAIN ? drm_ioctl(filp, cmd, arg) : ret;
}

/*
 * The frequent calls come without DRM's detour: no command of theirs has another size
 * yet, or needs more than an open file. The more often one is made the earlier it is
 * looked for, and none pays for the stack frame of another. The older interface has
 * numbers that DRM takes for its own when it does not look closely.
 */
static long hlaccel_unlocked_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	if (cmd == DRM_IOCTL_HLACCEL_SUBMIT)
		return hlaccel_submit_direct(filp->private_data, (void __user *)arg);
	if (cmd == DRM_IOCTL_HLACCEL_WAIT)
		return hlaccel_wait_direct(filp->private_data, (void __user *)arg);
	if (cmd == DRM_IOCTL_HLACCEL_VM_BIND)
		return hlaccel_bind_ioctl(filp, cmd, arg);
	if (hlaccel_compat_is_request(cmd))
		return hlaccel_compat_ioctl(filp, cmd, (void __user *)arg);
	if (cmd == DRM_IOCTL_HLACCEL_BO_CREATE)
		return hlaccel_bo_create_direct(filp->private_data, (void __user *)arg);
	return drm_ioctl(filp, cmd, arg);
}

#ifdef CONFIG_COMPAT
/* No structure of ours depends on the size of a pointer */
static long hlaccel_compat32_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	if (hlaccel_compat_is_request(cmd))
		return hlaccel_compat_ioctl(filp, cmd, compat_ptr(arg));
	return drm_compat_ioctl(filp, cmd, arg);
}
#endif

/* As DRM_ACCEL_FOPS, but for mmap, fdinfo and the calls of every job */
static const struct file_operations hlaccel_fops = {
	.owner = THIS_MODULE,
	.open = accel_open,
	.release = drm_release,
	.unlocked_ioctl = hlaccel_unlocked_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = hlaccel_compat32_ioctl,
#endif
	.poll = drm_poll,
	.read = drm_read,
	.llseek = noop_llseek,
	.mmap = hlaccel_mmap,
	.show_fdinfo = drm_show_fdinfo,
	.fop_flags = FOP_UNSIGNED_OFFSET,
};

#define HLACCEL_IOCTL(name, func) \
	DRM_IOCTL_DEF_DRV(HLACCEL_##name, hlaccel_ioctl_##func, 0)

static const struct drm_ioctl_desc hlaccel_ioctls[] = {
	HLACCEL_IOCTL(QUERY, query),
	HLACCEL_IOCTL(BO_CREATE, bo_create),
	HLACCEL_IOCTL(BO_INFO, bo_info),
	HLACCEL_IOCTL(BO_MMAP_OFFSET, bo_mmap_offset),
	HLACCEL_IOCTL(VM_CREATE, vm_create),
	HLACCEL_IOCTL(VM_DESTROY, vm_destroy),
	HLACCEL_IOCTL(VM_BIND, vm_bind),
	HLACCEL_IOCTL(QUEUE_CREATE, queue_create),
	HLACCEL_IOCTL(QUEUE_DESTROY, queue_destroy),
	HLACCEL_IOCTL(SUBMIT, submit),
	HLACCEL_IOCTL(WAIT, wait),
	HLACCEL_IOCTL(CLIENT_SET, client_set),
	HLACCEL_IOCTL(SYNC_RESERVE, sync_reserve),
	HLACCEL_IOCTL(SYNC_RELEASE, sync_release),
	HLACCEL_IOCTL(EVENTFD, eventfd),
	HLACCEL_IOCTL(READ_ERRORS, read_errors),
};

/*
 * Interface versions:
 * 1.0 - query, buffers, VMs, queues, submit, wait
 * 1.1 - command clients and arenas, reserved sync objects, eventfds, error records,
 *       device time, asynchronous binds, job timestamps, implicit synchronisation,
 *       priorities, long-running queues, PRIME
 */
static const struct drm_driver hlaccel_driver = {
	.driver_features = DRIVER_COMPUTE_ACCEL | DRIVER_GEM | DRIVER_GEM_GPUVA |
			   DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE,
	.open = hlaccel_open,
	.postclose = hlaccel_postclose,
	.show_fdinfo = hlaccel_show_fdinfo,
	.gem_create_object = hlaccel_gem_create_object,
	.gem_prime_import = hlaccel_gem_prime_import,
	.ioctls = hlaccel_ioctls,
	.num_ioctls = ARRAY_SIZE(hlaccel_ioctls),
	.fops = &hlaccel_fops,
	.name = "hlaccel",
	.desc = "Habana accelerators",
	HLACCEL_DRIVER_DATE
	.major = 1,
	.minor = 1,
};

static int hlaccel_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return hlaccel_device_probe(pdev, &hlaccel_driver,
				    (const struct hlaccel_asic_desc *)id->driver_data);
}

static void hlaccel_remove(struct pci_dev *pdev)
{
	hlaccel_device_unplug(pci_get_drvdata(pdev));
}

/* Accesses may have been lost: what the card does is not to be trusted */
static pci_ers_result_t hlaccel_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct hlaccel_device *hdev = pci_get_drvdata(pdev);

	switch (state) {
	case pci_channel_io_normal:
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		hlaccel_reset_freeze(hdev, true);
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		/* Nobody brings it back: who waits for that is told */
		hlaccel_reset_freeze(hdev, true);
		hlaccel_reset_thaw(hdev);
		return PCI_ERS_RESULT_DISCONNECT;
	}
}

static pci_ers_result_t hlaccel_mmio_enabled(struct pci_dev *pdev)
{
	hlaccel_reset_schedule(pci_get_drvdata(pdev), "PCI error");
	return PCI_ERS_RESULT_RECOVERED;
}

static pci_ers_result_t hlaccel_slot_reset(struct pci_dev *pdev)
{
	pci_restore_state(pdev);
	/* Once restored it is used up */
	if (pci_save_state(pdev) || hlaccel_reset_thaw(pci_get_drvdata(pdev)))
		return PCI_ERS_RESULT_DISCONNECT;
	return PCI_ERS_RESULT_RECOVERED;
}

static void hlaccel_reset_prepare(struct pci_dev *pdev)
{
	hlaccel_reset_freeze(pci_get_drvdata(pdev), false);
}

/* The thaw tells about a failure itself */
static void hlaccel_reset_done(struct pci_dev *pdev)
{
	hlaccel_reset_thaw(pci_get_drvdata(pdev));
}

static const struct pci_error_handlers hlaccel_pci_error_handlers = {
	.error_detected = hlaccel_error_detected,
	.mmio_enabled = hlaccel_mmio_enabled,
	.slot_reset = hlaccel_slot_reset,
	.reset_prepare = hlaccel_reset_prepare,
	.reset_done = hlaccel_reset_done,
};

static int hlaccel_suspend(struct device *dev)
{
	hlaccel_reset_freeze(dev_get_drvdata(dev), false);
	return 0;
}

static int hlaccel_resume(struct device *dev)
{
	return hlaccel_reset_thaw(dev_get_drvdata(dev));
}

static DEFINE_SIMPLE_DEV_PM_OPS(hlaccel_pm_ops, hlaccel_suspend, hlaccel_resume);

static const struct pci_device_id hlaccel_pci_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_HABANALABS, PCI_DEVICE_ID_GAUDI),
	  .driver_data = (kernel_ulong_t)&hlaccel_gaudi_desc },
	{ PCI_DEVICE(PCI_VENDOR_ID_HABANALABS, PCI_DEVICE_ID_GAUDI_SECURED),
	  .driver_data = (kernel_ulong_t)&hlaccel_gaudi_desc },
	{}
};
MODULE_DEVICE_TABLE(pci, hlaccel_pci_ids);

static struct pci_driver hlaccel_pci_driver = {
	.name = "hlaccel",
	.id_table = hlaccel_pci_ids,
	.probe = hlaccel_probe,
	.remove = hlaccel_remove,
	.shutdown = hlaccel_remove,
	.err_handler = &hlaccel_pci_error_handlers,
	.driver.pm = pm_sleep_ptr(&hlaccel_pm_ops),
	.dev_groups = hlaccel_compat_groups,
};

static int __init hlaccel_init(void)
{
	int ret;

	ret = hlaccel_compat_nodes_setup();
	if (ret)
		return ret;
	ret = pci_register_driver(&hlaccel_pci_driver);
	if (ret)
		hlaccel_compat_nodes_cleanup();
	return ret;
}
module_init(hlaccel_init);

static void __exit hlaccel_exit(void)
{
	pci_unregister_driver(&hlaccel_pci_driver);
	hlaccel_compat_nodes_cleanup();
}
module_exit(hlaccel_exit);

MODULE_DESCRIPTION("DRM accel driver for Habana Gaudi");
MODULE_LICENSE("GPL");

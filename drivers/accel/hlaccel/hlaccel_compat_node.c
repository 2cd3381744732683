// SPDX-License-Identifier: GPL-2.0
/*
 * Device nodes of the older interface.
 */
#include <linux/cdev.h>
#include <linux/compat.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <drm/drm_accel.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_debugfs.h"
#include "hlaccel_compat_node.h"
#include "hlaccel_compat_sysfs.h"
#include "hlaccel_device.h"
#include "hlaccel_kver.h"

/**
 * DOC: nodes
 *
 * Runtimes do arithmetic with minors: a card's node has an even one, its control node
 * the next one with the same major. So each card has two DRM devices, its own and one
 * that is nothing but the control node, made one after the other. Where another driver
 * has taken minors so that the lowest free one is odd, that one is left out. The kernel
 * gives the number of the minor to the name, so the second card is accel2.
 *
 * The nodes of before, hlN and hl_controlDN, have a major and a class of their own,
 * and lead to the same files.
 */

#define LEGACY_NAME	"habanalabs"

static bool legacy_nodes = true;
module_param(legacy_nodes, bool, 0444);
MODULE_PARM_DESC(legacy_nodes, "Make the nodes /dev/hlN and /dev/hl_controlDN (default: on)");

/* Of all nodes of the class; fixed when the module is loaded */
static int legacy_major __ro_after_init;

static const struct class legacy_class = {
	.name = LEGACY_NAME,
};

/**
 * struct legacy_node - hlN or hl_controlDN
 * @dev: In the class
 * @hdev: The card, a reference
 * @target: DRM device whose files it opens, a reference
 */
struct legacy_node {
	struct device dev;
	struct hlaccel_device *hdev;
	struct drm_device *target;
};

/**
 * struct hlaccel_compat_nodes - The nodes of a card
 * @control: DRM device of the control node, a reference
 * @paired: Its minor follows the card's
 * @registered: Its node is there
 * @node: hlN and hl_controlDN, or NULL
 */
struct hlaccel_compat_nodes {
	struct drm_device *control;
	bool paired;
	bool registered;
	struct legacy_node *node[2];
};

static int control_open(struct drm_device *drm, struct drm_file *file)
{
	struct hlaccel_device *hdev = drm->dev_private;

	return hlaccel_compat_status(hdev) == HLACCEL_ABI_STATUS_MALFUNCTION ? -EPERM : 0;
}

static long control_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct drm_file *file = filp->private_data;

	return hlaccel_compat_control_ioctl(file->minor->dev->dev_private, cmd,
					    (void __user *)arg);
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.open = accel_open,
	.release = drm_release,
	.unlocked_ioctl = control_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
	.fop_flags = FOP_UNSIGNED_OFFSET,
};

static void control_release(struct drm_device *drm)
{
	struct hlaccel_device *hdev = drm->dev_private;

	if (hdev)
		drm_dev_put(&hdev->drm);
}

static const struct drm_driver control_driver = {
	.driver_features = DRIVER_COMPUTE_ACCEL,
	.open = control_open,
	.release = control_release,
	.fops = &control_fops,
	.name = "hlaccel",
	.desc = "Habana accelerators, control node",
	HLACCEL_DRIVER_DATE
	.major = 1,
	.minor = 0,
};

static void parent_release(struct device *dev)
{
	kfree(dev);
}

/* DRM devices with the same parent would have the same folder in debugfs */
static struct drm_device *control_make(struct device *parent, unsigned int number)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	struct drm_device *drm;
	int ret;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->parent = parent;
	dev->release = parent_release;
	ret = dev_set_name(dev, number ? "%s-control-%u" : "%s-control", dev_name(parent), number);
	drm = ret ? ERR_PTR(ret) : drm_dev_alloc(&control_driver, dev);
	/* The DRM device has one now */
	put_device(dev);
	return drm;
}

/**
 * hlaccel_compat_minors_put() - Give minors back
 * @minors: What is left of them
 */
void hlaccel_compat_minors_put(struct hlaccel_compat_minors *minors)
{
	if (minors->control)
		drm_dev_put(minors->control);
	minors->control = NULL;
	while (minors->num)
		drm_dev_put(minors->spare[--minors->num]);
}

/**
 * hlaccel_compat_minors_take() - Find a pair of minors, and take the odd one
 * @parent: The card
 * @minors: Zeroed; gets what was taken
 *
 * The lowest free minor is the even one afterwards, unless another driver is quicker:
 * then some runtimes do not find the card.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_minors_take(struct device *parent, struct hlaccel_compat_minors *minors)
{
	struct drm_device *drm, *before = NULL;

	while (minors->num < ARRAY_SIZE(minors->spare)) {
		drm = control_make(parent, minors->num);
		if (IS_ERR(drm)) {
			hlaccel_compat_minors_put(minors);
			return PTR_ERR(drm);
		}
		if (before && drm->accel->index % 2 &&
		    drm->accel->index == before->accel->index + 1)
			break;
		minors->spare[minors->num++] = drm;
		before = drm;
	}
	if (minors->num == ARRAY_SIZE(minors->spare)) {
		/* None fits: any will have to do */
		minors->control = minors->spare[--minors->num];
	} else {
		minors->control = drm;
		drm_dev_put(minors->spare[--minors->num]);
	}
	return 0;
}

static void nodes_fini(struct drm_device *drm, void *data)
{
	struct hlaccel_compat_nodes *nodes = data;

	if (nodes->control)
		drm_dev_put(nodes->control);
}

/**
 * hlaccel_compat_nodes_init() - Software state
 * @hdev: Device
 * @minors: Minors; the control node's is taken out of them
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_nodes_init(struct hlaccel_device *hdev, struct hlaccel_compat_minors *minors)
{
	struct hlaccel_compat_nodes *nodes = drmm_kzalloc(&hdev->drm, sizeof(*nodes),
							  GFP_KERNEL);

	if (!nodes)
		return -ENOMEM;
	nodes->control = minors->control;
	minors->control = NULL;
	nodes->paired = !(hdev->drm.accel->index % 2) &&
			nodes->control->accel->index == hdev->drm.accel->index + 1;
	hdev->compat->nodes = nodes;
	/* Runtimes look for the address beside the number of the node */
	hdev->drm.accel->kdev->groups = hlaccel_compat_groups;
	return drmm_add_action_or_reset(&hdev->drm, nodes_fini, nodes);
}

/**
 * hlaccel_compat_nodes_index() - Number of the card among the nodes of before
 * @hdev: Device
 *
 * Return: the number, or -1 when it has no such nodes
 */
int hlaccel_compat_nodes_index(struct hlaccel_device *hdev)
{
	return legacy_nodes && hdev->compat->nodes->paired ? hdev->drm.accel->index / 2 : -1;
}

static int control_register(struct hlaccel_device *hdev)
{
	struct drm_device *control = hdev->compat->nodes->control;
	int ret;

	ret = dev_set_name(control->accel->kdev, "accel_controlD%d", hdev->drm.accel->index);
	if (ret)
		return ret;
	/* Files of the control node keep it, and it keeps the card's memory */
	drm_dev_get(&hdev->drm);
	control->dev_private = hdev;
	ret = device_add(control->dev);
	if (ret)
		return ret;
	ret = drm_dev_register(control, 0);
	if (ret)
		device_del(control->dev);
	return ret;
}

static int open_target(struct drm_device *target, struct file *filp)
{
	const struct file_operations *fops = fops_get(target->driver->fops);

	if (!fops)
		return -ENODEV;
	replace_fops(filp, fops);
	/* Of a node it looks at the number only, and this one has the target's */
	return fops->open(target->anon_inode, filp);
}

static int open_compute(struct hlaccel_device *hdev, struct inode *inode, struct file *filp)
{
	struct drm_file *file;
	int ret;

	ret = hlaccel_compat_open_check(hdev);
	if (ret)
		return ret;
	ret = open_target(&hdev->drm, filp);
	if (ret)
		return ret;
	file = filp->private_data;
	ret = hlaccel_compat_take(file->driver_priv, filp);
	if (ret)
		filp->f_op->release(inode, filp);
	return ret;
}

static int legacy_open(struct inode *inode, struct file *filp)
{
	struct device *dev = class_find_device_by_devt(&legacy_class, inode->i_rdev);
	struct legacy_node *node;
	int ret;

	if (!dev)
		return -ENXIO;
	node = container_of(dev, struct legacy_node, dev);
	if (node->target == &node->hdev->drm)
		ret = open_compute(node->hdev, inode, filp);
	else
		ret = open_target(node->target, filp);
	put_device(dev);
	return ret;
}

static const struct file_operations legacy_fops = {
	.owner = THIS_MODULE,
	.open = legacy_open,
	.llseek = noop_llseek,
};

static void legacy_release(struct device *dev)
{
	struct legacy_node *node = container_of(dev, struct legacy_node, dev);

	drm_dev_put(node->target);
	drm_dev_put(&node->hdev->drm);
	kfree(node);
}

static struct legacy_node *legacy_add(struct hlaccel_device *hdev, struct drm_device *target,
				      const char *name, const struct attribute_group **groups)
{
	struct legacy_node *node = kzalloc(sizeof(*node), GFP_KERNEL);
	int ret;

	if (!node)
		return ERR_PTR(-ENOMEM);
	device_initialize(&node->dev);
	node->dev.class = &legacy_class;
	node->dev.parent = &hdev->pdev->dev;
	node->dev.devt = MKDEV(legacy_major, target->accel->index);
	node->dev.groups = groups;
	node->dev.release = legacy_release;
	dev_set_drvdata(&node->dev, hdev->drm.accel);
	drm_dev_get(&hdev->drm);
	node->hdev = hdev;
	drm_dev_get(target);
	node->target = target;

	ret = dev_set_name(&node->dev, name, hlaccel_compat_nodes_index(hdev));
	if (!ret)
		ret = device_add(&node->dev);
	if (!ret)
		return node;
	put_device(&node->dev);
	return ERR_PTR(ret);
}

static int legacy_register(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_nodes *nodes = hdev->compat->nodes;
	struct legacy_node *node;

	if (hlaccel_compat_nodes_index(hdev) < 0)
		return 0;
	node = legacy_add(hdev, &hdev->drm, "hl%d", hlaccel_compat_groups);
	if (IS_ERR(node))
		return PTR_ERR(node);
	nodes->node[0] = node;
	node = legacy_add(hdev, nodes->control, "hl_controlD%d", NULL);
	if (IS_ERR(node))
		return PTR_ERR(node);
	nodes->node[1] = node;
	return 0;
}

/**
 * hlaccel_compat_nodes_register() - Make the nodes
 * @hdev: Device, registered
 *
 * Return: 0 or a negative errno; then hlaccel_compat_nodes_unregister() cleans up
 */
int hlaccel_compat_nodes_register(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_nodes *nodes = hdev->compat->nodes;
	int ret;

	hdev->drm.anon_inode->i_rdev = hdev->drm.accel->kdev->devt;
	nodes->control->anon_inode->i_rdev = nodes->control->accel->kdev->devt;
	ret = control_register(hdev);
	if (ret)
		return ret;
	nodes->registered = true;
	if (!nodes->paired)
		drm_notice(&hdev->drm, "no pair of minors is free; some runtimes won't find the card\n");
	hlaccel_compat_debugfs_register(hdev);
	return legacy_register(hdev);
}

/**
 * hlaccel_compat_nodes_unregister() - Take the nodes away
 * @hdev: Device; files that are open stay valid
 */
void hlaccel_compat_nodes_unregister(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_nodes *nodes = hdev->compat->nodes;
	unsigned int i;

	hlaccel_compat_debugfs_unregister(hdev);
	for (i = 0; i < ARRAY_SIZE(nodes->node); i++) {
		if (nodes->node[i])
			device_unregister(&nodes->node[i]->dev);
		nodes->node[i] = NULL;
	}
	if (nodes->registered) {
		drm_dev_unplug(nodes->control);
		device_del(nodes->control->dev);
	}
	/* The last reference, but for open files */
	drm_dev_put(nodes->control);
	nodes->control = NULL;
}

/**
 * hlaccel_compat_nodes_setup() - Major and class of the nodes of before
 *
 * Return: 0 or a negative errno
 */
int hlaccel_compat_nodes_setup(void)
{
	int ret;

	if (!legacy_nodes)
		return 0;
	ret = class_register(&legacy_class);
	if (ret)
		return ret;
	ret = register_chrdev(0, LEGACY_NAME, &legacy_fops);
	if (ret < 0) {
		class_unregister(&legacy_class);
		return ret;
	}
	legacy_major = ret;
	return 0;
}

/**
 * hlaccel_compat_nodes_cleanup() - Give them back
 */
void hlaccel_compat_nodes_cleanup(void)
{
	if (!legacy_nodes)
		return;
	unregister_chrdev(legacy_major, LEGACY_NAME);
	class_unregister(&legacy_class);
	hlaccel_compat_debugfs_cleanup();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the older interface has in debugfs: in a folder of its own, and beside what
 * DRM has for the card.
 */
#include <linux/debugfs.h>
#include <linux/kstrtox.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_cs.h"
#include "hlaccel_compat_debugfs.h"
#include "hlaccel_compat_info.h"
#include "hlaccel_compat_node.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_fw_if.h"

#define FOLDER		"habanalabs"

#define I2C_MAX_LEN	8

int hlaccel_compat_debugfs_text(char *text, const char __user *buf, size_t size)
{
	if (size >= HLACCEL_COMPAT_DEBUGFS_TEXT)
		return -EINVAL;
	if (copy_from_user(text, buf, size))
		return -EFAULT;
	text[size] = 0;
	return 0;
}

int hlaccel_compat_debugfs_hex(const char __user *buf, size_t size, u64 *value)
{
	char text[HLACCEL_COMPAT_DEBUGFS_TEXT];
	int ret = hlaccel_compat_debugfs_text(text, buf, size);

	if (!ret && kstrtou64(strim(text), 16, value))
		ret = -EINVAL;
	return ret;
}

/* The clocks are never gated: programs that ask for it all the same go on */
static ssize_t clk_gate_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	return 0;
}

static ssize_t clk_gate_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	return size;
}

static const struct file_operations clk_gate_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = clk_gate_read,
	.write = clk_gate_write,
};

static int timeout_get(void *data, u64 *value)
{
	struct hlaccel_compat_debugfs *debugfs = data;

	*value = READ_ONCE(debugfs->hdev->compat->timeout_locked);
	return 0;
}

static int timeout_set(void *data, u64 value)
{
	struct hlaccel_compat_debugfs *debugfs = data;

	if (value > U32_MAX)
		return -EINVAL;
	WRITE_ONCE(debugfs->hdev->compat->timeout_locked, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(timeout_fops, timeout_get, timeout_set, "%llu\n");

static int watchdog_get(void *data, u64 *value)
{
	struct hlaccel_compat_debugfs *debugfs = data;

	*value = READ_ONCE(debugfs->hdev->compat->release_s);
	return 0;
}

static int watchdog_set(void *data, u64 value)
{
	struct hlaccel_compat_debugfs *debugfs = data;

	if (value > HLACCEL_COMPAT_MAX_RELEASE_S)
		return -EINVAL;
	WRITE_ONCE(debugfs->hdev->compat->release_s, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(watchdog_fops, watchdog_get, watchdog_set, "%llu\n");

static int skip_get(void *data, u64 *value)
{
	struct hlaccel_compat_debugfs *debugfs = data;

	*value = READ_ONCE(debugfs->hdev->compat->skip_reset);
	return 0;
}

static int skip_set(void *data, u64 value)
{
	struct hlaccel_compat_debugfs *debugfs = data;

	if (value > U8_MAX)
		return -EINVAL;
	WRITE_ONCE(debugfs->hdev->compat->skip_reset, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(skip_fops, skip_get, skip_set, "0x%02llx\n");

/* As the firmware's packet has it: bus, address, register, length */
static int ask_i2c(struct hlaccel_compat_debugfs *debugfs, u32 opcode, u64 *value)
{
	u32 where = debugfs->i2c_bus | debugfs->i2c_addr << 8 | debugfs->i2c_reg << 16 |
		    (u32)debugfs->i2c_len << 24;
	int ret, idx;

	if (debugfs->i2c_len > I2C_MAX_LEN)
		return -EINVAL;
	ret = hlaccel_device_hw_try(debugfs->hdev, &idx);
	if (ret)
		return -EBUSY;
	ret = hlaccel_cpucp_ask(debugfs->hdev, opcode, where, value);
	hlaccel_device_hw_end(debugfs->hdev, idx);
	return ret == -EAGAIN ? -EIO : ret;
}

static int i2c_get(void *data, u64 *value)
{
	*value = 0;
	return ask_i2c(data, CPUCP_I2C_READ, value);
}

static int i2c_set(void *data, u64 value)
{
	return ask_i2c(data, CPUCP_I2C_WRITE, &value);
}
DEFINE_DEBUGFS_ATTRIBUTE(i2c_fops, i2c_get, i2c_set, "0x%02llx\n");

static int set_led(struct hlaccel_compat_debugfs *debugfs, u32 led, u64 value)
{
	int ret, idx;

	ret = hlaccel_device_hw_try(debugfs->hdev, &idx);
	if (ret)
		return -EBUSY;
	value = !!value;
	ret = hlaccel_cpucp_ask(debugfs->hdev, CPUCP_LED_SET, led, &value);
	hlaccel_device_hw_end(debugfs->hdev, idx);
	return ret == -EAGAIN ? -EIO : ret;
}

static int led0_set(void *data, u64 value)
{
	return set_led(data, 0, value);
}
DEFINE_DEBUGFS_ATTRIBUTE(led0_fops, NULL, led0_set, "%llu\n");

static int led1_set(void *data, u64 value)
{
	return set_led(data, 1, value);
}
DEFINE_DEBUGFS_ATTRIBUTE(led1_fops, NULL, led1_set, "%llu\n");

static int led2_set(void *data, u64 value)
{
	return set_led(data, 2, value);
}
DEFINE_DEBUGFS_ATTRIBUTE(led2_fops, NULL, led2_set, "%llu\n");

static int engines_show(struct seq_file *m, void *data)
{
	struct hlaccel_compat_debugfs *debugfs = m->private;
	char *text;
	int idx;

	text = kzalloc(PAGE_SIZE, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (!hlaccel_device_hw_try(debugfs->hdev, &idx)) {
		hlaccel_compat_print_engines(debugfs->hdev, text, PAGE_SIZE);
		hlaccel_device_hw_end(debugfs->hdev, idx);
	}
	seq_puts(m, text);
	kfree(text);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(engines);

static int show_submissions(struct seq_file *m, bool jobs)
{
	struct hlaccel_compat_debugfs *debugfs = m->private;
	struct hlaccel_compat *compat = debugfs->hdev->compat;

	if (down_read_killable(&compat->lock))
		return -EINTR;
	if (compat->ctx)
		hlaccel_compat_cs_show(compat->ctx, m, jobs);
	up_read(&compat->lock);
	return 0;
}

static int submissions_show(struct seq_file *m, void *data)
{
	return show_submissions(m, false);
}
DEFINE_SHOW_ATTRIBUTE(submissions);

static int submission_jobs_show(struct seq_file *m, void *data)
{
	return show_submissions(m, true);
}
DEFINE_SHOW_ATTRIBUTE(submission_jobs);

static const struct hlaccel_compat_file debugfs_files[] = {
	{ "clk_gate", 0644, &clk_gate_fops },
	{ "timeout_locked", 0644, &timeout_fops },
	{ "device_release_watchdog_timeout", 0644, &watchdog_fops },
	{ "skip_reset_on_timeout", 0644, &skip_fops },
	{ "i2c_data", 0644, &i2c_fops },
	{ "led0", 0200, &led0_fops },
	{ "led1", 0200, &led1_fops },
	{ "led2", 0200, &led2_fops },
	{ "engines", 0444, &engines_fops },
	{ "command_submission", 0444, &submissions_fops },
	{ "command_submission_jobs", 0444, &submission_jobs_fops },
	{}
};

/* Nobody minds if there is no debugfs */
static void make_table(struct hlaccel_compat_debugfs *debugfs, struct dentry *folder,
		       const struct hlaccel_compat_file *file)
{
	for (; file->name; file++)
		debugfs_create_file(file->name, file->mode, folder, debugfs, file->fops);
}

static void make_files(struct hlaccel_compat_debugfs *debugfs, struct dentry *folder)
{
	make_table(debugfs, folder, debugfs_files);
	make_table(debugfs, folder, hlaccel_compat_memory_files);
	debugfs_create_u8("i2c_bus", 0644, folder, &debugfs->i2c_bus);
	debugfs_create_u8("i2c_addr", 0644, folder, &debugfs->i2c_addr);
	debugfs_create_u8("i2c_reg", 0644, folder, &debugfs->i2c_reg);
	debugfs_create_u8("i2c_len", 0644, folder, &debugfs->i2c_len);
	debugfs_create_u16("server_type", 0444, folder, &debugfs->server_type);
}

static struct dentry *legacy_folder(struct hlaccel_device *hdev)
{
	int index = hlaccel_compat_nodes_index(hdev);
	struct dentry *all, *folder;
	char name[16];

	if (index < 0)
		return NULL;
	all = debugfs_lookup(FOLDER, NULL);
	if (!all)
		all = dget(debugfs_create_dir(FOLDER, NULL));
	scnprintf(name, sizeof(name), "hl%d", index);
	folder = debugfs_create_dir(name, all);
	dput(all);
	return folder;
}

/**
 * hlaccel_compat_debugfs_register() - Make the files
 * @hdev: Device, registered
 */
void hlaccel_compat_debugfs_register(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_debugfs *debugfs;
	char name[16];

	if (IS_ERR_OR_NULL(hdev->drm.debugfs_root))
		return;
	debugfs = drmm_kzalloc(&hdev->drm, sizeof(*debugfs), GFP_KERNEL);
	if (!debugfs)
		return;
	debugfs->hdev = hdev;
	if (hlaccel_compat_memory_init(debugfs))
		return;
	hdev->compat->debugfs = debugfs;
	make_files(debugfs, hdev->drm.debugfs_root);
	debugfs->folder = legacy_folder(hdev);
	if (!IS_ERR_OR_NULL(debugfs->folder))
		make_files(debugfs, debugfs->folder);
	/* DRM names the card's folder by its address; libraries look for its number */
	scnprintf(name, sizeof(name), "%d", hdev->drm.accel->index);
	debugfs->link = debugfs_create_symlink(name, hdev->drm.debugfs_root->d_parent,
					       hdev->drm.unique);
}

/**
 * hlaccel_compat_debugfs_unregister() - Take the files away
 * @hdev: Device; those in DRM's folder go with that
 */
void hlaccel_compat_debugfs_unregister(struct hlaccel_device *hdev)
{
	struct hlaccel_compat_debugfs *debugfs = hdev->compat->debugfs;

	if (!debugfs)
		return;
	debugfs_remove(debugfs->link);
	debugfs_remove(debugfs->folder);
}

/**
 * hlaccel_compat_debugfs_cleanup() - Take the folder of all cards away
 */
void hlaccel_compat_debugfs_cleanup(void)
{
	debugfs_lookup_and_remove(FOLDER, NULL);
}

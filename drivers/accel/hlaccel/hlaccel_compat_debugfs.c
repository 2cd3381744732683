// SPDX-License-Identifier: GPL-2.0
/*
 * What the older interface has in debugfs: in a folder of its own, and beside what
 * DRM has for the card.
 */
#include <linux/debugfs.h>
#include <linux/io.h>
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
#include "hlaccel_compat_mem.h"
#include "hlaccel_compat_node.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"

#define FOLDER		"habanalabs"

/* Longest text that is written: a number, and what ends it */
#define TEXT_SIZE	32

#define I2C_MAX_LEN	8

/**
 * struct hlaccel_compat_debugfs - Files of a card
 * @hdev: Device
 * @folder: Of its own
 * @link: By number, to the card's folder
 * @address: What data32 and data64 are at
 * @i2c_bus: What i2c_data is at
 * @i2c_addr: Address there
 * @i2c_reg: Register there
 * @i2c_len: Bytes of that
 */
struct hlaccel_compat_debugfs {
	struct hlaccel_device *hdev;
	struct dentry *folder;
	struct dentry *link;
	u64 address;
	u8 i2c_bus;
	u8 i2c_addr;
	u8 i2c_reg;
	u8 i2c_len;
};

/* Libraries write the zero that ends their text, too */
static int get_text(char *text, const char __user *buf, size_t size)
{
	if (size >= TEXT_SIZE)
		return -EINVAL;
	if (copy_from_user(text, buf, size))
		return -EFAULT;
	text[size] = 0;
	return 0;
}

static int get_hex(const char __user *buf, size_t size, u64 *value)
{
	char text[TEXT_SIZE];
	int ret = get_text(text, buf, size);

	if (!ret && kstrtou64(strim(text), 16, value))
		ret = -EINVAL;
	return ret;
}

static ssize_t address_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;
	char text[TEXT_SIZE];
	int len = scnprintf(text, sizeof(text), "0x%llx\n", READ_ONCE(debugfs->address));

	return simple_read_from_buffer(buf, size, pos, text, len);
}

static ssize_t address_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;
	u64 address;
	int ret = get_hex(buf, size, &address);

	if (ret)
		return ret;
	WRITE_ONCE(debugfs->address, address);
	return size;
}

static const struct file_operations address_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = address_read,
	.write = address_write,
};

static bool inside(u64 address, size_t size, u64 start, u64 length)
{
	return length >= size && address >= start && address - start <= length - size;
}

static int access_config(struct hlaccel_device *hdev, u64 address, void *data, size_t size,
			 bool write)
{
	u32 offset = address - hdev->desc->cfg_base, *word = data;
	size_t i;

	if (address % sizeof(u32))
		return -EINVAL;
	for (i = 0; i < size / sizeof(u32); i++) {
		if (write)
			hlaccel_cfg_write(hdev, offset + 4 * i, word[i]);
		else
			word[i] = hlaccel_cfg_read(hdev, offset + 4 * i);
	}
	return 0;
}

static void access_io(void __iomem *at, void *data, size_t size, bool write)
{
	if (write)
		memcpy_toio(at, data, size);
	else
		memcpy_fromio(data, at, size);
}

/* What the driver does not use itself it has not mapped */
static int access_hbm(struct hlaccel_device *hdev, u64 address, void *data, size_t size, bool write)
{
	void __iomem *at = ioremap_wc(hdev->hbm.phys + address, size);

	if (!at)
		return -ENOMEM;
	access_io(at, data, size, write);
	iounmap(at);
	return 0;
}

static int access_hardware(struct hlaccel_device *hdev, u64 address, void *data, size_t size,
			   bool write)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;

	if (inside(address, size, desc->cfg_base, desc->cfg_size))
		return access_config(hdev, address, data, size, write);
	if (inside(address, size, desc->sram_base, hdev->sram.mapped)) {
		access_io(hdev->sram.io + (address - desc->sram_base), data, size, write);
		return 0;
	}
	if (inside(address, size, 0, min_t(u64, hdev->hbm.size, hdev->info.hbm_size)))
		return access_hbm(hdev, address, data, size, write);
	return -EINVAL;
}

/* Nothing (1) while the card is reset */
static int access_data(struct hlaccel_compat_debugfs *debugfs, void *data, size_t size, bool write)
{
	u64 address = READ_ONCE(debugfs->address);
	int ret, idx;

	if (hlaccel_device_hw_try(debugfs->hdev, &idx))
		return 1;
	ret = access_hardware(debugfs->hdev, address, data, size, write);
	hlaccel_device_hw_end(debugfs->hdev, idx);
	return ret;
}

static ssize_t data_read(struct file *filp, char __user *buf, size_t size, loff_t *pos,
			 size_t width)
{
	char text[TEXT_SIZE];
	u64 value = 0;
	int ret, len;

	if (*pos)
		return 0;
	ret = access_data(filp->private_data, &value, width, false);
	if (ret)
		return ret < 0 ? ret : 0;
	len = scnprintf(text, sizeof(text), "0x%0*llx\n", (int)(2 * width), value);
	return simple_read_from_buffer(buf, size, pos, text, len);
}

static ssize_t data_write(struct file *filp, const char __user *buf, size_t size, size_t width)
{
	u64 value;
	int ret = get_hex(buf, size, &value);

	if (!ret && width == sizeof(u32) && value > U32_MAX)
		ret = -EINVAL;
	if (!ret)
		ret = access_data(filp->private_data, &value, width, true);
	if (ret)
		return ret < 0 ? ret : 0;
	return size;
}

static ssize_t data32_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	return data_read(filp, buf, size, pos, sizeof(u32));
}

static ssize_t data32_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	return data_write(filp, buf, size, sizeof(u32));
}

static const struct file_operations data32_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = data32_read,
	.write = data32_write,
};

static ssize_t data64_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	return data_read(filp, buf, size, pos, sizeof(u64));
}

static ssize_t data64_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	return data_write(filp, buf, size, sizeof(u64));
}

static const struct file_operations data64_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = data64_read,
	.write = data64_write,
};

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

static void show_mapping(void *arg, u64 dev_va, u64 size)
{
	seq_printf(arg, "0x%-14llx  %llu\n", dev_va, size);
}

static int userptr_show(struct seq_file *m, void *data)
{
	struct hlaccel_compat_debugfs *debugfs = m->private;
	struct hlaccel_compat *compat = debugfs->hdev->compat;

	if (down_read_killable(&compat->lock))
		return -EINTR;
	seq_puts(m, "device address    bytes\n");
	if (compat->ctx)
		hlaccel_compat_mem_for_each(compat->ctx, show_mapping, m);
	up_read(&compat->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(userptr);

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

static const struct {
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
} debugfs_files[] = {
	{ "addr", 0644, &address_fops },
	{ "data32", 0644, &data32_fops },
	{ "data64", 0644, &data64_fops },
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
	{ "userptr", 0444, &userptr_fops },
	{ "vm", 0444, &userptr_fops },
};

/* Nobody minds if there is no debugfs */
static void make_files(struct hlaccel_compat_debugfs *debugfs, struct dentry *folder)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(debugfs_files); i++)
		debugfs_create_file(debugfs_files[i].name, debugfs_files[i].mode, folder, debugfs,
				    debugfs_files[i].fops);
	debugfs_create_u8("i2c_bus", 0644, folder, &debugfs->i2c_bus);
	debugfs_create_u8("i2c_addr", 0644, folder, &debugfs->i2c_addr);
	debugfs_create_u8("i2c_reg", 0644, folder, &debugfs->i2c_reg);
	debugfs_create_u8("i2c_len", 0644, folder, &debugfs->i2c_len);
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

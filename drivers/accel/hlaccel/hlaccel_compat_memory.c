// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at memory in debugfs: of the card by its address, of the program that has the
 * card by its device address, and what it has mapped and made.
 */
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <drm/drm_managed.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_buf.h"
#include "hlaccel_compat_debugfs.h"
#include "hlaccel_compat_mem.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_io.h"
#include "hlaccel_mem.h"
#include "hlaccel_pt.h"
#include "hlaccel_raw_priv.h"
#include "hlaccel_vm.h"

#define TEXT_SIZE	HLACCEL_COMPAT_DEBUGFS_TEXT

/* Of device memory, read at a time; and without a break for those who want a reset */
#define MAX_BLOB	SZ_128M
#define BLOB_STEP	SZ_64K

/* Mappings that one lookup shows; the same memory may be mapped as often as one likes */
#define MAX_FOUND	16

/* Of all sync managers: five registers of each of the 512 monitors */
#define MONITORS_SIZE	(4 * 5 * 512 * sizeof(u32))

/**
 * struct blob - A copy for debugfs
 * @lock: Protects it
 * @data: The copy, or NULL
 * @size: Bytes
 */
struct blob {
	struct mutex lock; /* data, size */
	void *data;
	size_t size;
};

/**
 * struct hlaccel_compat_memory - What is looked at
 * @address: By data32 and data64, and copied by dma_size
 * @host: By userptr_lookup
 * @asid: By mmu: the address space
 * @va: By mmu: the address there
 * @copy: Of device memory
 * @monitors: Registers, as the firmware tells them
 */
struct hlaccel_compat_memory {
	u64 address;
	u64 host;
	u32 asid;
	u64 va;
	struct blob copy;
	struct blob monitors;
};

static ssize_t address_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;
	char text[TEXT_SIZE];
	int len = scnprintf(text, sizeof(text), "0x%llx\n", READ_ONCE(debugfs->memory->address));

	return simple_read_from_buffer(buf, size, pos, text, len);
}

static ssize_t address_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;
	u64 address;
	int ret = hlaccel_compat_debugfs_hex(buf, size, &address);

	if (ret)
		return ret;
	WRITE_ONCE(debugfs->memory->address, address);
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

static bool is_sram(const struct hlaccel_device *hdev, u64 address, size_t size)
{
	return inside(address, size, hdev->desc->sram_base, hdev->sram.mapped);
}

static bool is_hbm(const struct hlaccel_device *hdev, u64 address, size_t size)
{
	return inside(address, size, 0, min_t(u64, hdev->hbm.size, hdev->info.hbm_size));
}

/* @hbm: where the address is mapped, if it is one of HBM */
static int access_hardware(struct hlaccel_device *hdev, u64 address, void __iomem *hbm, void *data,
			   size_t size, bool write)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;

	if (inside(address, size, desc->cfg_base, desc->cfg_size))
		return access_config(hdev, address, data, size, write);
	if (is_sram(hdev, address, size)) {
		access_io(hdev->sram.io + (address - desc->sram_base), data, size, write);
		return 0;
	}
	if (!hbm)
		return -EINVAL;
	access_io(hbm, data, size, write);
	return 0;
}

/* Nothing (1) while the card is reset */
static int access_card(struct hlaccel_device *hdev, u64 address, void *data, size_t size,
		       bool write)
{
	void __iomem *hbm = NULL;
	int ret = 1, idx;

	/*
	 * What the driver does not use itself it has not mapped. That takes memory, for
	 * which nobody may wait who keeps a reset from beginning.
	 */
	if (is_hbm(hdev, address, size)) {
		hbm = ioremap_wc(hdev->hbm.phys + address, size);
		if (!hbm)
			return -ENOMEM;
	}
	if (!hlaccel_device_hw_try(hdev, &idx)) {
		ret = access_hardware(hdev, address, hbm, data, size, write);
		hlaccel_device_hw_end(hdev, idx);
	}
	if (hbm)
		iounmap(hbm);
	return ret;
}

/* By its pages: whether there is an IOMMU does not matter */
static int access_program(struct hlaccel_device *hdev, u64 address, void *data, size_t size,
			  bool write)
{
	struct hlaccel_compat *compat = hdev->compat;
	int ret = -EINVAL;

	if (hlaccel_device_state(hdev) != HLACCEL_STATE_UP)
		return 1;
	if (down_read_killable(&compat->lock))
		return -EINTR;
	if (compat->ctx)
		ret = hlaccel_compat_mem_access(compat->ctx, address, data, size, write);
	up_read(&compat->lock);
	return ret;
}

static int access_data(struct hlaccel_compat_debugfs *debugfs, void *data, size_t size, bool write)
{
	u64 address = READ_ONCE(debugfs->memory->address);
	struct hlaccel_device *hdev = debugfs->hdev;

	if (hlaccel_raw_is_virtual(hdev->desc, address, size))
		return access_program(hdev, address, data, size, write);
	return access_card(hdev, address, data, size, write);
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
	int ret = hlaccel_compat_debugfs_hex(buf, size, &value);

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

static int copy_blob(struct hlaccel_device *hdev, u64 address, void *blob, size_t size)
{
	size_t done, step;
	int ret = 0;

	for (done = 0; done < size && !ret; done += step) {
		step = min_t(size_t, size - done, BLOB_STEP);
		ret = access_card(hdev, address + done, blob + done, step, false);
		if (!ret && fatal_signal_pending(current))
			ret = -EINTR;
		cond_resched();
	}
	return ret;
}

/* The old contents go */
static void set_blob(struct blob *blob, void *data, size_t size)
{
	mutex_lock(&blob->lock);
	swap(blob->data, data);
	blob->size = size;
	mutex_unlock(&blob->lock);
	vfree(data);
}

static ssize_t read_blob(struct blob *blob, char __user *buf, size_t size, loff_t *pos)
{
	guard(mutex)(&blob->lock);
	return blob->data ? simple_read_from_buffer(buf, size, pos, blob->data, blob->size) : 0;
}

/* Nobody has to be asked for the copy: all of it is in the BARs */
static ssize_t copy_size_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;
	struct hlaccel_compat_memory *memory = debugfs->memory;
	u64 address = READ_ONCE(memory->address), value;
	void *data;
	int ret = hlaccel_compat_debugfs_hex(buf, size, &value);

	if (ret)
		return ret;
	if (!value || value > MAX_BLOB ||
	    !(is_sram(debugfs->hdev, address, value) || is_hbm(debugfs->hdev, address, value)))
		return -EINVAL;
	data = vmalloc(value);
	if (!data)
		return -ENOMEM;
	ret = copy_blob(debugfs->hdev, address, data, value);
	if (ret) {
		vfree(data);
		return ret < 0 ? ret : 0;
	}
	set_blob(&memory->copy, data, value);
	return size;
}

static const struct file_operations copy_size_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = copy_size_write,
};

static ssize_t copy_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;

	return read_blob(&debugfs->memory->copy, buf, size, pos);
}

static const struct file_operations copy_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = copy_read,
	.llseek = default_llseek,
};

static ssize_t trigger_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;
	struct hlaccel_device *hdev = debugfs->hdev;
	char text[TEXT_SIZE];
	u32 value;
	void *data;
	int ret, idx;

	ret = hlaccel_compat_debugfs_text(text, buf, size);
	if (ret)
		return ret;
	if (kstrtou32(strim(text), 10, &value) || value != 1)
		return -EINVAL;
	data = vzalloc(MONITORS_SIZE);
	if (!data)
		return -ENOMEM;
	ret = hlaccel_device_hw_try(hdev, &idx);
	if (ret) {
		vfree(data);
		return 0;
	}
	ret = hlaccel_cpucp_ask_buffer(hdev, CPUCP_MONITOR_DUMP_GET, 0, data, MONITORS_SIZE);
	hlaccel_device_hw_end(hdev, idx);
	if (ret) {
		vfree(data);
		return -EIO;
	}
	set_blob(&debugfs->memory->monitors, data, MONITORS_SIZE);
	return size;
}

static const struct file_operations trigger_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = trigger_write,
};

static ssize_t monitors_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = filp->private_data;

	return read_blob(&debugfs->memory->monitors, buf, size, pos);
}

static const struct file_operations monitors_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = monitors_read,
	.llseek = default_llseek,
};

/* Tables that may be looked at while whoever has the card stays */
static int show_for_program(struct seq_file *m,
			    void (*show)(struct seq_file *m, struct hlaccel_compat_ctx *ctx))
{
	struct hlaccel_compat_debugfs *debugfs = m->private;
	struct hlaccel_compat *compat = debugfs->hdev->compat;

	if (down_read_killable(&compat->lock))
		return -EINTR;
	show(m, compat->ctx);
	up_read(&compat->lock);
	return 0;
}

static void show_mapping(void *arg, u64 dev_va, u64 size, u64 host)
{
	seq_printf(arg, "0x%-14llx  0x%-14llx  %llu\n", dev_va, host, size);
}

static void show_mappings(struct seq_file *m, struct hlaccel_compat_ctx *ctx)
{
	seq_puts(m, "device address    host address      bytes\n");
	if (ctx)
		hlaccel_compat_mem_for_each(ctx, show_mapping, m);
}

static int userptr_show(struct seq_file *m, void *data)
{
	return show_for_program(m, show_mappings);
}
DEFINE_SHOW_ATTRIBUTE(userptr);

static void show_cb(void *arg, const struct hlaccel_compat_buf *buf)
{
	seq_printf(arg, "0x%016llx  %8u  %4d\n", hlaccel_compat_handle(buf->kind, buf->number),
		   buf->size, atomic_read(&buf->mapped));
}

static void show_cbs(struct seq_file *m, struct hlaccel_compat_ctx *ctx)
{
	seq_puts(m, "handle                 bytes  maps\n");
	if (ctx)
		hlaccel_compat_cb_for_each(ctx, show_cb, m);
}

static int command_buffers_show(struct seq_file *m, void *data)
{
	return show_for_program(m, show_cbs);
}
DEFINE_SHOW_ATTRIBUTE(command_buffers);

/**
 * struct found - Mappings that show an address of the program
 * @host: The address
 * @num: How many there are
 * @at: The first of them
 */
struct found {
	u64 host;
	unsigned int num;
	struct {
		u64 dev_va;
		u64 host;
		u64 size;
	} at[MAX_FOUND];
};

static void find_host(void *arg, u64 dev_va, u64 size, u64 host)
{
	struct found *found = arg;
	u64 first = round_down(host, PAGE_SIZE);

	if (found->host < first || found->host - first >= size || found->num == MAX_FOUND)
		return;
	found->at[found->num].dev_va = dev_va;
	found->at[found->num].host = first;
	found->at[found->num++].size = size;
}

static void show_found(struct seq_file *m, struct hlaccel_compat_ctx *ctx)
{
	struct hlaccel_compat_debugfs *debugfs = m->private;
	struct found found = { .host = READ_ONCE(debugfs->memory->host) };
	u64 dev_va, bus;
	unsigned int i;

	seq_puts(m, "host address      device address    bus address       region            bytes\n");
	if (!ctx)
		return;
	hlaccel_compat_mem_for_each(ctx, find_host, &found);
	for (i = 0; i < found.num; i++) {
		dev_va = found.at[i].dev_va + (found.host - found.at[i].host);
		/* It may have gone meanwhile */
		if (hlaccel_compat_mem_bus(ctx, dev_va, &bus))
			continue;
		seq_printf(m, "0x%-14llx  0x%-14llx  0x%-14llx  0x%-14llx  %llu\n", found.host,
			   dev_va, bus, found.at[i].host, found.at[i].size);
	}
}

static int lookup_show(struct seq_file *m, void *data)
{
	return show_for_program(m, show_found);
}

static int lookup_open(struct inode *inode, struct file *filp)
{
	return single_open(filp, lookup_show, inode->i_private);
}

static struct hlaccel_compat_debugfs *seq_debugfs(struct file *filp)
{
	return ((struct seq_file *)filp->private_data)->private;
}

static ssize_t lookup_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	u64 host;
	int ret = hlaccel_compat_debugfs_hex(buf, size, &host);

	if (ret)
		return ret;
	WRITE_ONCE(seq_debugfs(filp)->memory->host, host);
	return size;
}

static const struct file_operations lookup_fops = {
	.owner = THIS_MODULE,
	.open = lookup_open,
	.read = seq_read,
	.write = lookup_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* As the hardware goes through the tables */
static int walk(struct seq_file *m, struct hlaccel_device *hdev, u64 table, u64 va)
{
	unsigned int level, shift;
	u64 entry, at;
	int ret;

	for (level = 0; level < HLACCEL_PT_LEVELS; level++) {
		shift = 12 + 9 * (HLACCEL_PT_LEVELS - 1 - level);
		at = table + 8 * ((va >> shift) % 512);
		if (!is_hbm(hdev, at, sizeof(entry)))
			return -EINVAL;
		ret = access_card(hdev, at, &entry, sizeof(entry), false);
		if (ret)
			return ret < 0 ? ret : -EBUSY;
		seq_printf(m, "hop%u: table 0x%llx, entry 0x%llx: 0x%llx\n", level, table, at,
			   entry);
		if (!(entry & HLACCEL_PT_PRESENT))
			break;
		table = entry & ~(HLACCEL_PT_PAGE_SIZE - 1);
		if (entry & HLACCEL_PT_LEAF || level == HLACCEL_PT_LEVELS - 1) {
			seq_printf(m, "address: 0x%llx\n", table | (va & (BIT_ULL(shift) - 1)));
			return 0;
		}
	}
	seq_puts(m, "not mapped\n");
	return 0;
}

/* A program knows no other address space than its own, whatever the number */
static int mmu_show(struct seq_file *m, void *data)
{
	struct hlaccel_compat_debugfs *debugfs = m->private;
	struct hlaccel_device *hdev = debugfs->hdev;
	struct hlaccel_compat *compat = hdev->compat;
	u32 asid = READ_ONCE(debugfs->memory->asid);
	u64 va = READ_ONCE(debugfs->memory->va);

	if (down_read_killable(&compat->lock))
		return -EINTR;
	if (asid && compat->ctx)
		asid = hlaccel_vm_asid(compat->ctx->vm);
	up_read(&compat->lock);
	seq_printf(m, "asid %u, 0x%llx\n", asid, va);
	return walk(m, hdev, hlaccel_mem_root(hdev, asid), va);
}

static int mmu_open(struct inode *inode, struct file *filp)
{
	return single_open(filp, mmu_show, inode->i_private);
}

static ssize_t mmu_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	struct hlaccel_compat_debugfs *debugfs = seq_debugfs(filp);
	char text[TEXT_SIZE], *second;
	u32 asid;
	u64 va;
	int ret;

	ret = hlaccel_compat_debugfs_text(text, buf, size);
	if (ret)
		return ret;
	second = strim(text);
	strsep(&second, " ");
	if (!second || kstrtou32(strim(text), 10, &asid) || !strstarts(second, "0x") ||
	    kstrtou64(second, 16, &va) || asid >= debugfs->hdev->desc->num_asids)
		return -EINVAL;
	WRITE_ONCE(debugfs->memory->asid, asid);
	WRITE_ONCE(debugfs->memory->va, va);
	return size;
}

static const struct file_operations mmu_fops = {
	.owner = THIS_MODULE,
	.open = mmu_open,
	.read = seq_read,
	.write = mmu_write,
	.llseek = seq_lseek,
	.release = single_release,
};

const struct hlaccel_compat_file hlaccel_compat_memory_files[] = {
	{ "addr", 0644, &address_fops },
	{ "data32", 0644, &data32_fops },
	{ "data64", 0644, &data64_fops },
	{ "dma_size", 0200, &copy_size_fops },
	{ "data_dma", 0400, &copy_fops },
	{ "monitor_dump_trig", 0200, &trigger_fops },
	{ "monitor_dump", 0400, &monitors_fops },
	{ "userptr", 0444, &userptr_fops },
	{ "vm", 0444, &userptr_fops },
	{ "userptr_lookup", 0644, &lookup_fops },
	{ "command_buffers", 0444, &command_buffers_fops },
	{ "mmu", 0644, &mmu_fops },
	{}
};

static void memory_fini(struct drm_device *drm, void *arg)
{
	struct hlaccel_compat_memory *memory = arg;

	vfree(memory->copy.data);
	mutex_destroy(&memory->copy.lock);
	vfree(memory->monitors.data);
	mutex_destroy(&memory->monitors.lock);
}

/**
 * hlaccel_compat_memory_init() - Software state
 * @debugfs: Files of a card
 *
 * Return: 0 or -ENOMEM
 */
int hlaccel_compat_memory_init(struct hlaccel_compat_debugfs *debugfs)
{
	struct drm_device *drm = &debugfs->hdev->drm;

	debugfs->memory = drmm_kzalloc(drm, sizeof(*debugfs->memory), GFP_KERNEL);
	if (!debugfs->memory)
		return -ENOMEM;
	mutex_init(&debugfs->memory->copy.lock);
	mutex_init(&debugfs->memory->monitors.lock);
	return drmm_add_action_or_reset(drm, memory_fini, debugfs->memory);
}

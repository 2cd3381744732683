// SPDX-License-Identifier: GPL-2.0
/*
 * What the older interface has in sysfs.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <drm/drm_file.h>

#include "hlaccel_compat.h"
#include "hlaccel_compat_info.h"
#include "hlaccel_compat_sysfs.h"
#include "hlaccel_cpucp.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_reset.h"

#define MHZ	1000000

/* Bytes that an EEPROM has, as it is shown */
#define EEPROM_SIZE	PAGE_SIZE

/* The files are in folders of three kinds of devices */
static struct hlaccel_device *attr_device(struct device *dev)
{
	struct drm_minor *minor;

	if (dev_is_pci(dev))
		return dev_get_drvdata(dev);
	minor = dev_get_drvdata(dev);
	return to_hlaccel_device(minor->dev);
}

/* Programs know one answer for a card that does not answer */
static int ask(struct hlaccel_device *hdev, u32 opcode, u32 index, u64 *value)
{
	int ret, idx;

	if (hlaccel_device_hw_try(hdev, &idx))
		return -ENODEV;
	ret = hlaccel_cpucp_ask(hdev, opcode, index, value);
	hlaccel_device_hw_end(hdev, idx);
	return ret == -EAGAIN ? -EIO : ret;
}

static ssize_t pci_addr_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pci_name(attr_device(dev)->pdev));
}
static DEVICE_ATTR_RO(pci_addr);

static ssize_t parent_device_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct pci_dev *parent = pci_upstream_bridge(attr_device(dev)->pdev);

	return sysfs_emit(buf, "%s\n", parent ? pci_name(parent) :
			  dev_name(attr_device(dev)->pdev->dev.parent));
}
static DEVICE_ATTR_RO(parent_device);

static ssize_t device_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct hlaccel_device *hdev = attr_device(dev);

	return sysfs_emit(buf, "%s\n", hdev->info.device_id == hdev->desc->secured_device_id ?
			  "GAUDI SEC" : "GAUDI");
}
static DEVICE_ATTR_RO(device_type);

static ssize_t status_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char * const names[] = {
		[HLACCEL_ABI_STATUS_OPERATIONAL] = "Operational",
		[HLACCEL_ABI_STATUS_IN_RESET] = "In reset",
		[HLACCEL_ABI_STATUS_MALFUNCTION] = "Disabled",
		[HLACCEL_ABI_STATUS_NEEDS_RESET] = "Needs reset",
		[HLACCEL_ABI_STATUS_IN_CREATION] = "In device creation",
		[HLACCEL_ABI_STATUS_RESET_AFTER_RELEASE] = "In reset after device release",
	};

	return sysfs_emit(buf, "%s\n", names[hlaccel_compat_status(attr_device(dev))]);
}
static DEVICE_ATTR_RO(status);

static ssize_t hard_reset_cnt_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", hlaccel_device_reset_count(attr_device(dev)));
}
static DEVICE_ATTR_RO(hard_reset_cnt);

/* There is no smaller reset on this chip */
static ssize_t soft_reset_cnt_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0\n");
}
static DEVICE_ATTR_RO(soft_reset_cnt);

static ssize_t hard_reset_store(struct device *dev, struct device_attribute *attr,
				const char *buf, size_t count)
{
	struct hlaccel_device *hdev = attr_device(dev);
	long value;
	int ret;

	ret = kstrtol(buf, 0, &value);
	if (ret)
		return -EINVAL;
	hlaccel_reset_schedule(hdev, "asked for in sysfs");
	return count;
}
static DEVICE_ATTR_WO(hard_reset);

static ssize_t max_power_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u64 mw = 0;
	int ret = ask(attr_device(dev), CPUCP_MAX_POWER_GET, 0, &mw);

	return ret ? ret : sysfs_emit(buf, "%llu\n", mw);
}

static ssize_t max_power_store(struct device *dev, struct device_attribute *attr,
			       const char *buf, size_t count)
{
	unsigned long mw;
	u64 value;
	int ret;

	if (kstrtoul(buf, 0, &mw))
		return -EINVAL;
	value = mw;
	ret = ask(attr_device(dev), CPUCP_MAX_POWER_SET, 0, &value);
	return ret ? ret : count;
}
static DEVICE_ATTR_RW(max_power);

static ssize_t show_clock(struct device *dev, u32 opcode, char *buf)
{
	struct hlaccel_device *hdev = attr_device(dev);
	u64 hz = 0;
	int ret = ask(hdev, opcode, hlaccel_compat_pll(hdev, HLACCEL_COMPAT_PLL_MME), &hz);

	return ret ? ret : sysfs_emit(buf, "%llu\n", div_u64(hz, MHZ));
}

static ssize_t clk_max_freq_mhz_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_clock(dev, CPUCP_FREQUENCY_GET, buf);
}

static ssize_t clk_max_freq_mhz_store(struct device *dev, struct device_attribute *attr,
				      const char *buf, size_t count)
{
	struct hlaccel_device *hdev = attr_device(dev);
	u32 mhz;
	u64 hz;
	int ret;

	if (kstrtou32(buf, 0, &mhz))
		return -EINVAL;
	hz = (u64)mhz * MHZ;
	ret = ask(hdev, CPUCP_FREQUENCY_SET, hlaccel_compat_pll(hdev, HLACCEL_COMPAT_PLL_MME), &hz);
	return ret ? ret : count;
}
static DEVICE_ATTR_RW(clk_max_freq_mhz);

static ssize_t clk_cur_freq_mhz_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_clock(dev, CPUCP_FREQUENCY_CURR_GET, buf);
}
static DEVICE_ATTR_RO(clk_cur_freq_mhz);

static ssize_t module_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", attr_device(dev)->info.module_id);
}
static DEVICE_ATTR_RO(module_id);

static ssize_t security_enabled_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", attr_device(dev)->info.fw_security);
}
static DEVICE_ATTR_RO(security_enabled);

static ssize_t cpld_ver_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct hlaccel_info *info = &attr_device(dev)->info;

	return sysfs_emit(buf, "0x%08x%08x\n", info->cpld_timestamp, info->cpld_version);
}
static DEVICE_ATTR_RO(cpld_ver);

static ssize_t vrm_ver_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct hlaccel_info *info = &attr_device(dev)->info;

	if (!info->vrm_second_version)
		return sysfs_emit(buf, "%#04x\n", info->vrm_version);
	return sysfs_emit(buf, "%#04x:%#04x\n", info->vrm_version, info->vrm_second_version);
}
static DEVICE_ATTR_RO(vrm_ver);

static ssize_t infineon_ver_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%#04x\n", attr_device(dev)->info.vrm_version);
}
static DEVICE_ATTR_RO(infineon_ver);

#define VERSION(name_, field_)								\
	static ssize_t name_##_show(struct device *dev, struct device_attribute *attr,	\
				    char *buf)						\
	{										\
		return sysfs_emit(buf, "%s\n", attr_device(dev)->info.field_);		\
	}										\
	static DEVICE_ATTR_RO(name_)

VERSION(armcp_ver, fw_version);
VERSION(cpucp_ver, fw_version);
VERSION(armcp_kernel_ver, kernel_version);
VERSION(cpucp_kernel_ver, kernel_version);
VERSION(fuse_ver, fuse_version);
VERSION(thermal_ver, thermal_version);
VERSION(fw_os_ver, os_version);
VERSION(preboot_btl_ver, preboot_version);
VERSION(uboot_ver, boot_version);

static ssize_t eeprom_read(struct file *filp, struct kobject *kobj, struct bin_attribute *attr,
			   char *buf, loff_t offset, size_t size)
{
	struct hlaccel_device *hdev = attr_device(kobj_to_dev(kobj));
	char *data;
	ssize_t ret;
	int idx;

	data = kzalloc(EEPROM_SIZE, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	ret = -ENODEV;
	if (!hlaccel_device_hw_try(hdev, &idx)) {
		ret = hlaccel_cpucp_ask_buffer(hdev, CPUCP_EEPROM_GET, 0, data, EEPROM_SIZE);
		hlaccel_device_hw_end(hdev, idx);
	}
	if (!ret)
		ret = memory_read_from_buffer(buf, size, &offset, data, EEPROM_SIZE);
	kfree(data);
	return ret;
}
static BIN_ATTR_RO(eeprom, EEPROM_SIZE);

static struct attribute *compat_attrs[] = {
	&dev_attr_pci_addr.attr,
	&dev_attr_parent_device.attr,
	&dev_attr_device_type.attr,
	&dev_attr_status.attr,
	&dev_attr_hard_reset_cnt.attr,
	&dev_attr_soft_reset_cnt.attr,
	&dev_attr_hard_reset.attr,
	&dev_attr_max_power.attr,
	&dev_attr_clk_max_freq_mhz.attr,
	&dev_attr_clk_cur_freq_mhz.attr,
	&dev_attr_module_id.attr,
	&dev_attr_security_enabled.attr,
	&dev_attr_cpld_ver.attr,
	&dev_attr_vrm_ver.attr,
	&dev_attr_infineon_ver.attr,
	&dev_attr_armcp_ver.attr,
	&dev_attr_cpucp_ver.attr,
	&dev_attr_armcp_kernel_ver.attr,
	&dev_attr_cpucp_kernel_ver.attr,
	&dev_attr_fuse_ver.attr,
	&dev_attr_thermal_ver.attr,
	&dev_attr_fw_os_ver.attr,
	&dev_attr_preboot_btl_ver.attr,
	&dev_attr_uboot_ver.attr,
	NULL
};

static struct bin_attribute *compat_bin_attrs[] = {
	&bin_attr_eeprom,
	NULL
};

static const struct attribute_group compat_group = {
	.attrs = compat_attrs,
	.bin_attrs = compat_bin_attrs,
};

const struct attribute_group *hlaccel_compat_groups[] = { &compat_group, NULL };

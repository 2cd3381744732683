// SPDX-License-Identifier: GPL-2.0
/*
 * Sensors of the card in hwmon. The firmware measures; a worker asks it, and readers
 * see what the worker found: nobody waits for firmware that is dead.
 */
#include <linux/hwmon.h>
#include <linux/hwmon-sysfs.h>
#include <linux/jiffies.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include "hlaccel_cpucp.h"
#include "hlaccel_device.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"
#include "hlaccel_hwmon.h"

/* Of one kind; the names of more would mean nothing to anybody */
#define HWMON_MAX_CHANNELS	16
#define HWMON_MAX_VALUES	256
#define HWMON_MAX_CLOCKS	10

/* A value this old is asked for anew; the reader waits no longer than this for it */
#define HWMON_FRESH		HZ
#define HWMON_WAIT		msecs_to_jiffies(100)
/* And a value this old is not worth showing */
#define HWMON_STALE		(60 * HZ)

/**
 * struct hwmon_attr_row - How firmware and hwmon call the same thing
 * @type: kind of sensor as hwmon has it
 * @attr: attribute as hwmon has it
 * @fw_type: kind as the firmware has it
 * @fw_attr: attribute as the firmware has it
 */
struct hwmon_attr_row {
	u8 type;
	u8 attr;
	u8 fw_type;
	u8 fw_attr;
};

static const struct hwmon_attr_row hwmon_rows[] = {
	{ hwmon_temp, hwmon_temp_input, CPUCP_SENSOR_TEMPERATURE, CPUCP_TEMPERATURE_INPUT },
	{ hwmon_temp, hwmon_temp_max, CPUCP_SENSOR_TEMPERATURE, CPUCP_TEMPERATURE_MAX },
	{ hwmon_temp, hwmon_temp_crit, CPUCP_SENSOR_TEMPERATURE, CPUCP_TEMPERATURE_CRIT },
	{ hwmon_temp, hwmon_temp_offset, CPUCP_SENSOR_TEMPERATURE, CPUCP_TEMPERATURE_OFFSET },
	{ hwmon_temp, hwmon_temp_lowest, CPUCP_SENSOR_TEMPERATURE, CPUCP_TEMPERATURE_LOWEST },
	{ hwmon_temp, hwmon_temp_highest, CPUCP_SENSOR_TEMPERATURE, CPUCP_TEMPERATURE_HIGHEST },
	{ hwmon_in, hwmon_in_input, CPUCP_SENSOR_VOLTAGE, CPUCP_RAIL_INPUT },
	{ hwmon_in, hwmon_in_min, CPUCP_SENSOR_VOLTAGE, CPUCP_RAIL_MIN },
	{ hwmon_in, hwmon_in_max, CPUCP_SENSOR_VOLTAGE, CPUCP_RAIL_MAX },
	{ hwmon_in, hwmon_in_lowest, CPUCP_SENSOR_VOLTAGE, CPUCP_RAIL_LOWEST },
	{ hwmon_in, hwmon_in_highest, CPUCP_SENSOR_VOLTAGE, CPUCP_RAIL_HIGHEST },
	{ hwmon_curr, hwmon_curr_input, CPUCP_SENSOR_CURRENT, CPUCP_RAIL_INPUT },
	{ hwmon_curr, hwmon_curr_min, CPUCP_SENSOR_CURRENT, CPUCP_RAIL_MIN },
	{ hwmon_curr, hwmon_curr_max, CPUCP_SENSOR_CURRENT, CPUCP_RAIL_MAX },
	{ hwmon_curr, hwmon_curr_lowest, CPUCP_SENSOR_CURRENT, CPUCP_RAIL_LOWEST },
	{ hwmon_curr, hwmon_curr_highest, CPUCP_SENSOR_CURRENT, CPUCP_RAIL_HIGHEST },
	{ hwmon_power, hwmon_power_input, CPUCP_SENSOR_POWER, CPUCP_POWER_INPUT },
	{ hwmon_power, hwmon_power_input_highest, CPUCP_SENSOR_POWER,
	  CPUCP_POWER_INPUT_HIGHEST },
};

/**
 * struct hwmon_kind - A kind of sensor
 * @type: as hwmon has it
 * @fw_type: as the firmware has it
 * @label: the attribute that is the label
 * @name: beginning of labels
 */
struct hwmon_kind {
	enum hwmon_sensor_types type;
	u32 fw_type;
	u32 label;
	const char *name;
};

static const struct hwmon_kind hwmon_kinds[] = {
	{ hwmon_temp, CPUCP_SENSOR_TEMPERATURE, hwmon_temp_label, "temperature" },
	{ hwmon_in, CPUCP_SENSOR_VOLTAGE, hwmon_in_label, "voltage" },
	{ hwmon_curr, CPUCP_SENSOR_CURRENT, hwmon_curr_label, "current" },
	{ hwmon_power, CPUCP_SENSOR_POWER, hwmon_power_label, "power" },
};

/**
 * struct hwmon_value - Something that the firmware is asked for
 * @row: what it is; NULL: a clock
 * @index: number of the sensor within its kind, or of the clock
 * @valid: @value means something
 * @value: the answer
 */
struct hwmon_value {
	const struct hwmon_attr_row *row;
	u8 index;
	bool valid;
	s64 value;
};

/**
 * struct hlaccel_hwmon - Sensors of a card
 * @hdev: device
 * @dev: hwmon device
 * @work: asks the firmware
 * @wait: woken when it has
 * @asked: when it last had all answers, jiffies; pairs with @values by release and
 *         acquire
 * @any: @asked means something
 * @chip: description for hwmon
 * @info: the same, by kind
 * @info_list: pointers to @info, and NULL
 * @chip_config: the same of the whole, and zero
 * @config: attributes of all sensors of a kind, and zero
 * @labels: labels of those
 * @num_values: number of @values
 * @values: what is known; written by @work only
 */
struct hlaccel_hwmon {
	struct hlaccel_device *hdev;
	struct device *dev;
	struct work_struct work;
	wait_queue_head_t wait;
	unsigned long asked;
	bool any;
	struct hwmon_chip_info chip;
	struct hwmon_channel_info info[ARRAY_SIZE(hwmon_kinds) + 1];
	const struct hwmon_channel_info *info_list[ARRAY_SIZE(hwmon_kinds) + 2];
	u32 chip_config[2];
	u32 config[ARRAY_SIZE(hwmon_kinds)][HWMON_MAX_CHANNELS + 1];
	char labels[ARRAY_SIZE(hwmon_kinds)][HWMON_MAX_CHANNELS][20];
	unsigned int num_values;
	struct hwmon_value values[HWMON_MAX_VALUES];
};

static int hwmon_ask(struct hlaccel_device *hdev, const struct hwmon_value *value, s64 *answer)
{
	const struct hlaccel_clock_desc *clock;
	u64 hz;
	int ret;

	if (value->row)
		return hlaccel_cpucp_sensor_get(hdev, value->row->fw_type, value->index,
						value->row->fw_attr, answer);
	clock = &hdev->desc->clocks[value->index];
	ret = hlaccel_cpucp_frequency_get(hdev, hlaccel_fw_app_has(hdev, STS0_DYN_PLL) ?
					  clock->pll_dyn : clock->pll, &hz);
	if (!ret)
		*answer = hz;
	return ret;
}

static void hwmon_work(struct work_struct *work)
{
	struct hlaccel_hwmon *hwmon = container_of(work, struct hlaccel_hwmon, work);
	struct hlaccel_device *hdev = hwmon->hdev;
	int idx, ret = -ENODEV;
	unsigned int i;
	s64 answer;

	if (!drm_dev_enter(&hdev->drm, &idx))
		return;
	for (i = 0; i < hwmon->num_values; i++) {
		struct hwmon_value *value = &hwmon->values[i];

		if (hlaccel_device_state(hdev) != HLACCEL_STATE_UP)
			break;
		ret = hwmon_ask(hdev, value, &answer);
		/* It does not answer at all: what is known stays, and gets old */
		if (ret == -ETIMEDOUT || ret == -EAGAIN)
			break;
		WRITE_ONCE(value->value, ret ? 0 : answer);
		WRITE_ONCE(value->valid, !ret);
	}
	drm_dev_exit(idx);
	if (i == hwmon->num_values) {
		WRITE_ONCE(hwmon->asked, jiffies);
		/* Values before the time that calls them fresh */
		smp_store_release(&hwmon->any, true);
	}
	wake_up_all(&hwmon->wait);
}

static bool hwmon_younger(struct hlaccel_hwmon *hwmon, unsigned long age)
{
	/* Pairs with the release in hwmon_work() */
	return smp_load_acquire(&hwmon->any) &&
	       time_before(jiffies, READ_ONCE(hwmon->asked) + age);
}

static int hwmon_get(struct hlaccel_hwmon *hwmon, const struct hwmon_value *value, s64 *answer)
{
	if (!hwmon_younger(hwmon, HWMON_FRESH)) {
		queue_work(system_unbound_wq, &hwmon->work);
		wait_event_interruptible_timeout(hwmon->wait, hwmon_younger(hwmon, HWMON_FRESH),
						 HWMON_WAIT);
		if (signal_pending(current) && !hwmon_younger(hwmon, HWMON_STALE))
			return -ERESTARTSYS;
	}
	if (!hwmon_younger(hwmon, HWMON_STALE) || !READ_ONCE(value->valid))
		return -ENODATA;
	*answer = READ_ONCE(value->value);
	return 0;
}

static const struct hwmon_value *hwmon_find(struct hlaccel_hwmon *hwmon,
					    enum hwmon_sensor_types type, u32 attr, int channel)
{
	unsigned int i;

	for (i = 0; i < hwmon->num_values; i++) {
		const struct hwmon_value *value = &hwmon->values[i];

		if (value->row && value->row->type == type && value->row->attr == attr &&
		    value->index == channel)
			return value;
	}
	return NULL;
}

static umode_t hwmon_is_visible(const void *data, enum hwmon_sensor_types type, u32 attr,
				int channel)
{
	return type == hwmon_temp && attr == hwmon_temp_offset ? 0644 : 0444;
}

static int hwmon_read(struct device *dev, enum hwmon_sensor_types type, u32 attr, int channel,
		      long *val)
{
	struct hlaccel_hwmon *hwmon = dev_get_drvdata(dev);
	const struct hwmon_value *value = hwmon_find(hwmon, type, attr, channel);
	s64 answer = 0;
	int ret;

	/* The whole has one attribute, which is there even if the firmware tells nothing */
	if (type == hwmon_chip) {
		*val = jiffies_to_msecs(HWMON_FRESH);
		return 0;
	}
	if (!value)
		return -EOPNOTSUPP;
	ret = hwmon_get(hwmon, value, &answer);
	*val = answer;
	return ret;
}

static int hwmon_read_string(struct device *dev, enum hwmon_sensor_types type, u32 attr,
			     int channel, const char **str)
{
	struct hlaccel_hwmon *hwmon = dev_get_drvdata(dev);
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(hwmon_kinds); k++) {
		if (hwmon_kinds[k].type != type || hwmon_kinds[k].label != attr)
			continue;
		*str = hwmon->labels[k][channel];
		return 0;
	}
	return -EOPNOTSUPP;
}

static int hwmon_set_offset(struct hlaccel_device *hdev, int channel, long offset)
{
	u64 value = offset;
	int ret, idx;

	if (hlaccel_device_hw_try(hdev, &idx))
		return -ENODEV;
	ret = hlaccel_cpucp_ask(hdev, CPUCP_TEMPERATURE_SET,
				channel | CPUCP_TEMPERATURE_OFFSET << 16, &value);
	hlaccel_device_hw_end(hdev, idx);
	return ret == -EAGAIN ? -EIO : ret;
}

static int hwmon_write(struct device *dev, enum hwmon_sensor_types type, u32 attr, int channel,
		       long val)
{
	struct hlaccel_hwmon *hwmon = dev_get_drvdata(dev);
	int ret;

	/* Nothing else can be written */
	if (type != hwmon_temp || attr != hwmon_temp_offset)
		return -EOPNOTSUPP;
	if (val < S32_MIN || val > S32_MAX)
		return -EINVAL;
	ret = hwmon_set_offset(hwmon->hdev, channel, val);
	if (ret)
		return ret;
	/* Who reads then sees it: answers of before are worth nothing */
	flush_work(&hwmon->work);
	queue_work(system_unbound_wq, &hwmon->work);
	flush_work(&hwmon->work);
	return 0;
}

static const struct hwmon_ops hwmon_ops = {
	.is_visible = hwmon_is_visible,
	.read = hwmon_read,
	.write = hwmon_write,
	.read_string = hwmon_read_string,
};

/* hwmon itself knows no frequencies: names as other drivers have them */
static ssize_t freq_input_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct hlaccel_hwmon *hwmon = dev_get_drvdata(dev);
	unsigned int i, clock = to_sensor_dev_attr(attr)->index;
	s64 hz = 0;
	int ret = -ENODATA;

	for (i = 0; i < hwmon->num_values; i++) {
		if (!hwmon->values[i].row && hwmon->values[i].index == clock)
			ret = hwmon_get(hwmon, &hwmon->values[i], &hz);
	}
	return ret ? ret : sysfs_emit(buf, "%lld\n", hz);
}

static ssize_t freq_label_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct hlaccel_hwmon *hwmon = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n",
			  hwmon->hdev->desc->clocks[to_sensor_dev_attr(attr)->index].name);
}

static SENSOR_DEVICE_ATTR_RO(freq1_input, freq_input, 0);
static SENSOR_DEVICE_ATTR_RO(freq1_label, freq_label, 0);
static SENSOR_DEVICE_ATTR_RO(freq2_input, freq_input, 1);
static SENSOR_DEVICE_ATTR_RO(freq2_label, freq_label, 1);
static SENSOR_DEVICE_ATTR_RO(freq3_input, freq_input, 2);
static SENSOR_DEVICE_ATTR_RO(freq3_label, freq_label, 2);
static SENSOR_DEVICE_ATTR_RO(freq4_input, freq_input, 3);
static SENSOR_DEVICE_ATTR_RO(freq4_label, freq_label, 3);
static SENSOR_DEVICE_ATTR_RO(freq5_input, freq_input, 4);
static SENSOR_DEVICE_ATTR_RO(freq5_label, freq_label, 4);
static SENSOR_DEVICE_ATTR_RO(freq6_input, freq_input, 5);
static SENSOR_DEVICE_ATTR_RO(freq6_label, freq_label, 5);
static SENSOR_DEVICE_ATTR_RO(freq7_input, freq_input, 6);
static SENSOR_DEVICE_ATTR_RO(freq7_label, freq_label, 6);
static SENSOR_DEVICE_ATTR_RO(freq8_input, freq_input, 7);
static SENSOR_DEVICE_ATTR_RO(freq8_label, freq_label, 7);
static SENSOR_DEVICE_ATTR_RO(freq9_input, freq_input, 8);
static SENSOR_DEVICE_ATTR_RO(freq9_label, freq_label, 8);
static SENSOR_DEVICE_ATTR_RO(freq10_input, freq_input, 9);
static SENSOR_DEVICE_ATTR_RO(freq10_label, freq_label, 9);

static struct attribute *freq_attrs[] = {
	&sensor_dev_attr_freq1_input.dev_attr.attr,
	&sensor_dev_attr_freq1_label.dev_attr.attr,
	&sensor_dev_attr_freq2_input.dev_attr.attr,
	&sensor_dev_attr_freq2_label.dev_attr.attr,
	&sensor_dev_attr_freq3_input.dev_attr.attr,
	&sensor_dev_attr_freq3_label.dev_attr.attr,
	&sensor_dev_attr_freq4_input.dev_attr.attr,
	&sensor_dev_attr_freq4_label.dev_attr.attr,
	&sensor_dev_attr_freq5_input.dev_attr.attr,
	&sensor_dev_attr_freq5_label.dev_attr.attr,
	&sensor_dev_attr_freq6_input.dev_attr.attr,
	&sensor_dev_attr_freq6_label.dev_attr.attr,
	&sensor_dev_attr_freq7_input.dev_attr.attr,
	&sensor_dev_attr_freq7_label.dev_attr.attr,
	&sensor_dev_attr_freq8_input.dev_attr.attr,
	&sensor_dev_attr_freq8_label.dev_attr.attr,
	&sensor_dev_attr_freq9_input.dev_attr.attr,
	&sensor_dev_attr_freq9_label.dev_attr.attr,
	&sensor_dev_attr_freq10_input.dev_attr.attr,
	&sensor_dev_attr_freq10_label.dev_attr.attr,
	NULL
};

static umode_t freq_is_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	struct hlaccel_hwmon *hwmon = dev_get_drvdata(kobj_to_dev(kobj));

	return n / 2 < hwmon->hdev->desc->num_clocks ? attr->mode : 0;
}

static const struct attribute_group freq_group = {
	.attrs = freq_attrs,
	.is_visible = freq_is_visible,
};

static const struct attribute_group *freq_groups[] = { &freq_group, NULL };

static void hwmon_add_value(struct hlaccel_hwmon *hwmon, const struct hwmon_attr_row *row,
			    u32 index)
{
	hwmon->values[hwmon->num_values++] = (struct hwmon_value) { .row = row, .index = index };
}

/* What the firmware says about one sensor; nothing of it is trusted */
static void hwmon_add_sensor(struct hlaccel_hwmon *hwmon, const struct hlaccel_sensor *sensor,
			     unsigned int k, unsigned int channel)
{
	unsigned int i;
	/* A channel without any attribute would end the list */
	u32 config = BIT(hwmon_kinds[k].label);

	for (i = 0; i < ARRAY_SIZE(hwmon_rows); i++) {
		const struct hwmon_attr_row *row = &hwmon_rows[i];

		if (row->fw_type != sensor->type || !(sensor->attrs & BIT(row->fw_attr)) ||
		    hwmon->num_values == HWMON_MAX_VALUES - HWMON_MAX_CLOCKS)
			continue;
		config |= BIT(row->attr);
		hwmon_add_value(hwmon, row, channel);
	}
	hwmon->config[k][channel] = config;
	snprintf(hwmon->labels[k][channel], sizeof(hwmon->labels[k][channel]), "%s %u",
		 hwmon_kinds[k].name, channel);
}

static void hwmon_describe(struct hlaccel_hwmon *hwmon)
{
	const struct hlaccel_info *info = &hwmon->hdev->info;
	unsigned int i, k, channel, num = 0;

	hwmon->chip_config[0] = HWMON_C_UPDATE_INTERVAL;
	hwmon->info[num].type = hwmon_chip;
	hwmon->info[num].config = hwmon->chip_config;
	hwmon->info_list[num] = &hwmon->info[num];
	num++;
	for (k = 0; k < ARRAY_SIZE(hwmon_kinds); k++) {
		channel = 0;
		for (i = 0; i < info->num_sensors && channel < HWMON_MAX_CHANNELS; i++) {
			if (info->sensors[i].type == hwmon_kinds[k].fw_type)
				hwmon_add_sensor(hwmon, &info->sensors[i], k, channel++);
		}
		if (!channel)
			continue;
		hwmon->info[num].type = hwmon_kinds[k].type;
		hwmon->info[num].config = hwmon->config[k];
		hwmon->info_list[num] = &hwmon->info[num];
		num++;
	}
	for (i = 0; i < hwmon->hdev->desc->num_clocks && i < HWMON_MAX_CLOCKS; i++)
		hwmon_add_value(hwmon, NULL, i);
	hwmon->chip.ops = &hwmon_ops;
	hwmon->chip.info = hwmon->info_list;
}

/**
 * hlaccel_hwmon_register() - Show the sensors
 * @hdev: device, up
 *
 * A card whose sensors can't be shown works all the same.
 */
void hlaccel_hwmon_register(struct hlaccel_device *hdev)
{
	struct hlaccel_hwmon *hwmon = kzalloc(sizeof(*hwmon), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!hwmon)
		goto err;
	hwmon->hdev = hdev;
	INIT_WORK(&hwmon->work, hwmon_work);
	init_waitqueue_head(&hwmon->wait);
	hwmon_describe(hwmon);
	hwmon->dev = hwmon_device_register_with_info(&hdev->pdev->dev, "hlaccel", hwmon,
						     &hwmon->chip, freq_groups);
	if (IS_ERR(hwmon->dev)) {
		ret = PTR_ERR(hwmon->dev);
		goto err;
	}
	hdev->hwmon = hwmon;
	return;

err:
	kfree(hwmon);
	drm_warn(&hdev->drm, "no sensors: %d\n", ret);
}

/**
 * hlaccel_hwmon_unregister() - Show them no more
 * @hdev: device
 */
void hlaccel_hwmon_unregister(struct hlaccel_device *hdev)
{
	struct hlaccel_hwmon *hwmon = hdev->hwmon;

	if (!hwmon)
		return;
	hwmon_device_unregister(hwmon->dev);
	/* Bounded by the mailbox's time limit */
	cancel_work_sync(&hwmon->work);
	hdev->hwmon = NULL;
	kfree(hwmon);
}

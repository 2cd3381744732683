/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the older interface has in sysfs: beside its node, beside the card's own, and
 * in the folder of the PCI device.
 */
#ifndef _HLACCEL_COMPAT_SYSFS_H_
#define _HLACCEL_COMPAT_SYSFS_H_

struct attribute_group;

extern const struct attribute_group *hlaccel_compat_groups[];

#endif /* _HLACCEL_COMPAT_SYSFS_H_ */

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_COMPAT_DEBUGFS_H_
#define _HLACCEL_COMPAT_DEBUGFS_H_

#include <linux/fs.h>
#include <linux/types.h>

struct dentry;
struct hlaccel_compat_memory;
struct hlaccel_device;

/* Longest text that is written: two numbers, and what ends it */
#define HLACCEL_COMPAT_DEBUGFS_TEXT	32

/**
 * struct hlaccel_compat_debugfs - Files of a card
 * @hdev: Device
 * @folder: Of its own
 * @link: By number, to the card's folder
 * @server_type: Of the machine, which nobody tells: zero, as INFO has it
 * @memory: What memory is looked at
 * @i2c_bus: What i2c_data is at
 * @i2c_addr: Address there
 * @i2c_reg: Register there
 * @i2c_len: Bytes of that
 */
struct hlaccel_compat_debugfs {
	struct hlaccel_device *hdev;
	struct dentry *folder;
	struct dentry *link;
	u16 server_type;
	struct hlaccel_compat_memory *memory;
	u8 i2c_bus;
	u8 i2c_addr;
	u8 i2c_reg;
	u8 i2c_len;
};

/**
 * struct hlaccel_compat_file - A file
 * @name: Its name; NULL ends a table
 * @mode: Its mode
 * @fops: What it does with &struct hlaccel_compat_debugfs
 */
struct hlaccel_compat_file {
	const char *name;
	umode_t mode;
	const struct file_operations *fops;
};

void hlaccel_compat_debugfs_register(struct hlaccel_device *hdev);
void hlaccel_compat_debugfs_unregister(struct hlaccel_device *hdev);
/* At the end of the module */
void hlaccel_compat_debugfs_cleanup(void);

/* Libraries write the zero that ends their text, too */
int hlaccel_compat_debugfs_text(char *text, const char __user *buf, size_t size);
int hlaccel_compat_debugfs_hex(const char __user *buf, size_t size, u64 *value);

/* hlaccel_compat_memory.c */
extern const struct hlaccel_compat_file hlaccel_compat_memory_files[];
int hlaccel_compat_memory_init(struct hlaccel_compat_debugfs *debugfs);

#endif /* _HLACCEL_COMPAT_DEBUGFS_H_ */

// SPDX-License-Identifier: GPL-2.0
/*
 * Faults on purpose, one per load: the bench's judge must reject each of them
 * before it may be trusted with a driver.
 */

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "none";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "none, warn, leak, overrun, locks, sleep or stuck");

static DEFINE_MUTEX(planted_first);
static DEFINE_MUTEX(planted_second);
static DEFINE_SPINLOCK(planted_spin);

static void planted_leak(void)
{
	void *lost = kzalloc(96, GFP_KERNEL);

	/* Only in a register from here on. */
	pr_info("planted: %zu bytes will be lost\n", ksize(lost));
}

static void planted_overrun(void)
{
	char *small = kzalloc(48, GFP_KERNEL);

	if (!small)
		return;
	OPTIMIZER_HIDE_VAR(small);
	WRITE_ONCE(small[50], 1);
	kfree(small);
}

static void planted_locks(void)
{
	mutex_lock(&planted_first);
	mutex_lock(&planted_second);
	mutex_unlock(&planted_second);
	mutex_unlock(&planted_first);

	mutex_lock(&planted_second);
	mutex_lock(&planted_first);
	mutex_unlock(&planted_first);
	mutex_unlock(&planted_second);
}

static void planted_sleep(void)
{
	spin_lock(&planted_spin);
	mutex_lock(&planted_first);
	mutex_unlock(&planted_first);
	spin_unlock(&planted_spin);
}

static int __init planted_init(void)
{
	if (!strcmp(fault, "warn"))
		WARN(1, "planted warning\n");
	else if (!strcmp(fault, "leak"))
		planted_leak();
	else if (!strcmp(fault, "overrun"))
		planted_overrun();
	else if (!strcmp(fault, "locks"))
		planted_locks();
	else if (!strcmp(fault, "sleep"))
		planted_sleep();
	else if (!strcmp(fault, "stuck"))
		__module_get(THIS_MODULE);
	return 0;
}
module_init(planted_init);

static void __exit planted_exit(void)
{
}
module_exit(planted_exit);

MODULE_DESCRIPTION("Faults on purpose");
MODULE_LICENSE("GPL");

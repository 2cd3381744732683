/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A short look before going to sleep.
 */
#ifndef _HLACCEL_SPIN_H_
#define _HLACCEL_SPIN_H_

#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>

/* A short job ends before a thread has gone to sleep and come back */
#define HLACCEL_SPIN_NS		3000

/* Look for @cond, for no longer than sleeping would take and if nobody else is to run */
#define hlaccel_spin_until(cond) do {							\
	u64 __end = local_clock() + HLACCEL_SPIN_NS;					\
											\
	while (!(cond) && !need_resched() && local_clock() < __end)			\
		cpu_relax();								\
} while (0)

#endif /* _HLACCEL_SPIN_H_ */

// SPDX-License-Identifier: GPL-2.0
/*
 * What programs are told of events that the firmware sends, and that the card survives.
 * Only on the device model, whose firmware sends what we like.
 */
#include "lib.h"

#define HARDWARE	HL_NOTIFIER_EVENT_GENERAL_HW_ERR
#define ENGINE		HL_NOTIFIER_EVENT_USER_ENGINE_ERR
#define FAILURE		(ENGINE | HL_NOTIFIER_EVENT_DEVICE_RESET)

struct told_row {
	const char *name;
	unsigned int event;
	uint64_t told;
};

static const struct told_row told[] = {
	{ "pcie_memory", 34, HARDWARE }, { "mmu_memory", 193, HARDWARE },
	{ "hbm_controller", 400, HARDWARE }, { "pcie_decode", 200, HARDWARE },
	{ "cpu_access", 257, HARDWARE }, { "system_control", 263, HARDWARE },
	{ "nic", 264, ENGINE }, { "sync_manager", 278, ENGINE }, { "tpc_profiler", 306, ENGINE },
	{ "dma_profiler", 384, ENGINE }, { "page_fault", 380, ENGINE },
	{ "page_permission", 381, ENGINE }, { "temperature", 421, ENGINE },
	{ "mme_response", 225, FAILURE }, { "blocked_access", 548, FAILURE },
	{ "tpc_queue", 573, FAILURE }, { "nic_queue", 595, FAILURE },
	{ "dma_core", 605, FAILURE }, { "tpc_program", 307, FAILURE },
	{ "assertion", 203, FAILURE | HL_NOTIFIER_EVENT_TPC_ASSERT },
};

/* Which bits come by what the card goes on after: these, and no others. */
TEST_TABLE(told_of, told)
{
	int fd = open_card(), e = notifier(fd);
	struct cb cb = cb_new(fd, PAGE);

	inject_event(row->event);
	CHECK_EQ(await_events(fd, e, row->told), row->told);
	sleep_ms(100);
	CHECK_EQ(take_events(fd), 0);
	p_nop(&cb.p);
	done(fd, submit_cb(fd, &cb, Q_IN));
	close_card(fd);
}

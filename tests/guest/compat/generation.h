/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generations of programs that exist: which nodes they open, which request
 * numbers they were compiled with, and how large the structures were that have
 * grown since.
 */
#ifndef GENERATION_H
#define GENERATION_H

#include <stdbool.h>
#include <stddef.h>

enum request { INFO, CB, CS, WAIT_CS, MEMORY, DEBUG, REQUESTS };

/** struct generation - What a program of its time was compiled with */
struct generation {
	const char *name;
	/* /dev/accel/accelN, not /dev/hlN */
	bool accel;
	/* The sizes below are of the headers of 6.1 and later */
	bool modern;
	unsigned long request[REQUESTS];
	struct {
		size_t hw_ip;
		size_t hw_idle;
		size_t time_sync;
		size_t sync_manager;
		size_t clk_throttle;
		size_t razwi;
		size_t bmon;
		size_t spmu;
		size_t wait;
		size_t wait_out;
		size_t cs_out;
	} size;
};

/* By the public header that a program includes, that of 6.1 or a later one */
#define PUBLIC_SIZES {							\
	.hw_ip = sizeof(struct hl_info_hw_ip_info),			\
	.hw_idle = sizeof(struct hl_info_hw_idle),			\
	.time_sync = sizeof(struct hl_info_time_sync),			\
	.sync_manager = sizeof(struct hl_info_sync_manager),		\
	.clk_throttle = sizeof(struct hl_info_clk_throttle),		\
	.razwi = sizeof(struct hl_info_razwi_event),			\
	.bmon = sizeof(struct hl_debug_params_bmon),			\
	.spmu = sizeof(struct hl_debug_params_spmu),			\
	.wait = sizeof(union hl_wait_cs_args),				\
	.wait_out = sizeof(struct hl_wait_cs_out),			\
	.cs_out = sizeof(struct hl_cs_out),				\
}

extern const struct generation generation_2021, generation_61, generation_66, generation_612;

#endif /* GENERATION_H */

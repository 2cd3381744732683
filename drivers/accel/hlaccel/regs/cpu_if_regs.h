/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_REGS_CPU_IF_H_
#define _HLACCEL_REGS_CPU_IF_H_

/* Queues to the device CPU; offsets are relative to the configuration space */
#define CPU_IF_MSB_ADDR			0x44212c
#define CPU_IF_PQ_PI			0x442200
#define CPU_IF_PQ_BASE_LO		0x442204
#define CPU_IF_PQ_BASE_HI		0x442208
#define CPU_IF_PQ_LENGTH		0x44220c
#define CPU_IF_CQ_BASE_LO		0x442210
#define CPU_IF_CQ_BASE_HI		0x442214
#define CPU_IF_CQ_LENGTH		0x442218
#define CPU_IF_EQ_BASE_LO		0x442220
#define CPU_IF_EQ_BASE_HI		0x442224
#define CPU_IF_EQ_LENGTH		0x442228
#define CPU_IF_EQ_RD_OFFS		0x44222c
#define CPU_IF_QUEUE_INIT		0x442230
#define   QUEUE_INIT_READY_FOR_HOST	2
#define   QUEUE_INIT_READY_FOR_CP	3

#endif

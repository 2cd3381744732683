// SPDX-License-Identifier: GPL-2.0
/*
 * Gaudi: events of the firmware, and places of the engines on the chip.
 */
#include <uapi/hlaccel.h>

#include "asic/gaudi.h"

#define DMA	DRM_HLACCEL_ENGINE_DMA
#define TPC	DRM_HLACCEL_ENGINE_TPC
#define MME	DRM_HLACCEL_ENGINE_MME

#define EVENT(id_, count_, stride_, class_, extra_, tell_, kind_, name_) \
	{ .id = (id_), .count = (count_), .stride = (stride_), \
	  .class = HLACCEL_EVENT_##class_, .extra = HLACCEL_EXTRA_##extra_, \
	  .tell = HLACCEL_TELL_##tell_, .kind = (kind_), .name = (name_) }

const struct hlaccel_event_row hlaccel_gaudi_events[GAUDI_NUM_EVENT_ROWS] = {
	/* Memories: single errors are corrected, double errors are not */
	EVENT(32, 3, 2, UNMASK, ECC, HARDWARE, 0, "PCIe memory, corrected"),
	EVENT(33, 3, 2, RESET, ECC, HARDWARE, 0, "PCIe memory"),
	EVENT(38, 8, 1, UNMASK, ECC, HARDWARE, 0, "TPC memory, corrected"),
	EVENT(46, 8, 1, RESET, ECC, HARDWARE, 0, "TPC memory"),
	EVENT(54, 8, 2, UNMASK, ECC, HARDWARE, 0, "MME memory, corrected"),
	EVENT(55, 8, 2, RESET, ECC, HARDWARE, 0, "MME memory"),
	EVENT(70, 8, 1, UNMASK, ECC, HARDWARE, 0, "DMA memory, corrected"),
	EVENT(78, 8, 1, RESET, ECC, HARDWARE, 0, "DMA memory"),
	EVENT(86, 1, 1, UNMASK, ECC, HARDWARE, 0, "CPU interface memory, corrected"),
	EVENT(87, 1, 1, RESET, ECC, HARDWARE, 0, "CPU interface memory"),
	EVENT(88, 2, 1, UNMASK, ECC, HARDWARE, 0, "system memory, corrected"),
	EVENT(90, 2, 1, RESET, ECC, HARDWARE, 0, "system memory"),
	EVENT(92, 32, 1, UNMASK, ECC, HARDWARE, 0, "SRAM, corrected"),
	EVENT(124, 32, 1, RESET, ECC, HARDWARE, 0, "SRAM"),
	EVENT(156, 5, 1, UNMASK, ECC, HARDWARE, 0, "NIC memory, corrected"),
	EVENT(166, 5, 1, RESET, ECC, HARDWARE, 0, "NIC memory"),
	EVENT(176, 4, 1, UNMASK, ECC, HARDWARE, 0, "DMA interface memory, corrected"),
	EVENT(180, 4, 1, RESET, ECC, HARDWARE, 0, "DMA interface memory"),
	EVENT(184, 1, 1, RESET, NONE, HARDWARE, 0, "interrupt controller"),
	EVENT(185, 4, 1, UNMASK, ECC, HARDWARE, 0, "HBM, corrected"),
	EVENT(189, 4, 1, RESET, ECC, HARDWARE, 0, "HBM"),
	EVENT(193, 1, 1, UNMASK, ECC, HARDWARE, 0, "MMU memory, corrected"),
	EVENT(194, 1, 1, RESET, ECC, HARDWARE, 0, "MMU memory"),

	/* Accesses to where nothing is, and errors inside the engines */
	EVENT(200, 1, 1, UNMASK, FAULTS, HARDWARE, 0, "PCIe decode"),
	EVENT(201, 8, 2, UNMASK, TPC, ASSERTION, TPC, "TPC decode"),
	EVENT(217, 2, 1, RESET, NONE, HARDWARE, 0, "device CPU memory"),
	EVENT(219, 4, 5, UNMASK, FAULTS, FAILURE, 0, "MME write response"),
	EVENT(220, 4, 5, UNMASK, FAULTS, FAILURE, 0, "MME read response"),
	EVENT(239, 18, 1, RESET, NONE, HARDWARE, 0, "PLL"),
	EVENT(257, 1, 1, UNMASK, FAULTS, HARDWARE, 0, "device CPU split access"),
	EVENT(262, 2, 1, UNMASK, FAULTS, HARDWARE, 0, "system control decode"),
	EVENT(264, 5, 1, UNMASK, NONE, ENGINE, 0, "NIC"),
	EVENT(277, 4, 1, UNMASK, NONE, ENGINE, 0, "sync manager"),
	EVENT(290, 1, 1, INFO, NONE, NOTHING, 0, "PCIe function reset"),
	EVENT(300, 8, 6, UNMASK, NONE, ENGINE, 0, "TPC profiler"),
	EVENT(301, 8, 6, UNMASK, TPC, FAILURE, TPC, "TPC program"),
	EVENT(380, 1, 1, UNMASK, FAULTS, ENGINE, 0, "page fault"),
	EVENT(381, 1, 1, UNMASK, FAULTS, ENGINE, 0, "write to a page without permission"),
	EVENT(383, 8, 1, UNMASK, NONE, ENGINE, 0, "DMA profiler"),
	EVENT(395, 4, 4, RESET, NONE, HARDWARE, 0, "HBM controller"),
	EVENT(396, 4, 4, UNMASK, NONE, HARDWARE, 0, "HBM controller, corrected"),
	EVENT(421, 1, 1, INFO, NONE, ENGINE, 0, "high temperature"),
	EVENT(483, 5, 4, RESET, NONE, HARDWARE, 0, "NIC debug memory"),
	EVENT(548, 1, 1, UNMASK, FAULTS, FAILURE, 0, "blocked access"),

	/* Queue managers and DMA cores: a job has failed */
	EVENT(572, 8, 1, UNMASK, FAULTS, FAILURE, TPC, "TPC queue"),
	EVENT(581, 2, 1, UNMASK, FAULTS, FAILURE, MME, "MME queue"),
	EVENT(583, 8, 1, UNMASK, FAULTS, FAILURE, DMA, "DMA queue"),
	EVENT(594, 10, 1, UNMASK, FAULTS, FAILURE, 0, "NIC queue"),
	EVENT(604, 8, 1, UNMASK, CORE, FAILURE, DMA, "DMA core"),

	/* The firmware itself */
	EVENT(645, 1, 1, RESET, NONE, FIRMWARE, 0, "firmware error"),
	EVENT(646, 1, 1, RESET, NONE, HARDWARE, 0, "firmware asks for a reset"),
	EVENT(647, 1, 1, RESET, NONE, HARDWARE, 0, "mailbox out of step"),
	EVENT(648, 10, 1, IGNORE, NONE, NOTHING, 0, "NIC status"),
	EVENT(658, 2, 1, UNMASK, NONE, NOTHING, 0, "power throttling"),
	EVENT(660, 2, 1, UNMASK, NONE, NOTHING, 0, "thermal throttling"),
	EVENT(662, 1, 1, RESET, FAULTS, ENGINE, 0, "firmware blocked an access"),
};

#define AT(x_, y_, axi_, kind_, instances_) \
	{ .x = (x_), .y = (y_), .axi = (axi_), .kind = (kind_), .instances = (instances_) }

#define AXI_MME		0
#define AXI_TPC		1
#define AXI_DMA		2

const struct hlaccel_initiator hlaccel_gaudi_initiators[GAUDI_NUM_INITIATORS] = {
	AT(1, 1, AXI_TPC, TPC, BIT(0)),
	AT(2, 1, AXI_TPC, TPC, BIT(1)),
	AT(7, 1, AXI_TPC, TPC, BIT(2)),
	AT(8, 1, AXI_TPC, TPC, BIT(3)),
	AT(1, 6, AXI_TPC, TPC, BIT(4)),
	AT(2, 6, AXI_TPC, TPC, BIT(5)),
	AT(7, 6, AXI_TPC, TPC, BIT(6)),
	AT(8, 6, AXI_TPC, TPC, BIT(7)),
	/* A master and its slave, two routers each */
	AT(3, 1, AXI_MME, MME, BIT(0)),
	AT(4, 1, AXI_MME, MME, BIT(0)),
	AT(5, 1, AXI_MME, MME, BIT(0)),
	AT(6, 1, AXI_MME, MME, BIT(0)),
	AT(3, 6, AXI_MME, MME, BIT(1)),
	AT(4, 6, AXI_MME, MME, BIT(1)),
	AT(5, 6, AXI_MME, MME, BIT(1)),
	AT(6, 6, AXI_MME, MME, BIT(1)),
	/* Two DMA engines share an interface, whose channels tell nothing */
	AT(0, 1, AXI_DMA, DMA, BIT(0) | BIT(2)),
	AT(0, 2, AXI_DMA, DMA, BIT(0) | BIT(2)),
	AT(0, 3, AXI_DMA, DMA, BIT(4) | BIT(6)),
	AT(0, 4, AXI_DMA, DMA, BIT(4) | BIT(6)),
	AT(9, 1, AXI_DMA, DMA, BIT(1) | BIT(3)),
	AT(9, 2, AXI_DMA, DMA, BIT(1) | BIT(3)),
	AT(9, 3, AXI_DMA, DMA, BIT(5) | BIT(7)),
	AT(9, 4, AXI_DMA, DMA, BIT(5) | BIT(7)),
};

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Jobs of the tensor processor cores: builds the command program that hands a
 * core its descriptor and starts it.
 */
#ifndef HLACCEL_TPC_H
#define HLACCEL_TPC_H

#include <string.h>

#include "hlaccel_packets.h"

#define HLACCEL_TPC_DIMS	5
#define HLACCEL_TPC_TENSORS	16
#define HLACCEL_TPC_SRFS	32
#define HLACCEL_TPC_LUTS	4
/* Vector length of a core, bytes */
#define HLACCEL_TPC_VECTOR	256
/* Code begins at a multiple of this */
#define HLACCEL_TPC_CODE_ALIGN	0x2000

/* Registers of a core, in the window of its queue */
#define HLACCEL_TPC_DESCRIPTOR	0xa00
#define HLACCEL_TPC_COMMAND	0x930
#define HLACCEL_TPC_EXECUTE	0x938
#define HLACCEL_TPC_LUT_BASE	0x978

/* Words of a descriptor, and where its parts begin */
#define HLACCEL_TPC_WORDS	0x110
#define HLACCEL_TPC_W_TENSOR(n)	(14 * (n))
#define HLACCEL_TPC_W_SYNC	224
#define HLACCEL_TPC_W_KERNEL	226
#define HLACCEL_TPC_W_SPACE	228
#define HLACCEL_TPC_W_CONFIG	238
#define HLACCEL_TPC_W_SRF	240

/* All registers for parameters, and small local memory with tables */
#define HLACCEL_TPC_CONFIG	0x60882U
#define HLACCEL_TPC_CONFIG_LUT	0x60883U

/* Invalidates the caches, tables and code */
#define HLACCEL_TPC_INVALIDATE	0xf

/* Bytes that the program of one launch needs at most */
#define HLACCEL_TPC_LAUNCH_SIZE	2048

/** enum hlaccel_tpc_type - Types of elements, as the descriptor has them */
enum hlaccel_tpc_type {
	HLACCEL_TPC_I8,
	HLACCEL_TPC_I16,
	HLACCEL_TPC_I32,
	HLACCEL_TPC_U8,
	HLACCEL_TPC_U16,
	HLACCEL_TPC_U32,
	HLACCEL_TPC_BF16,
	HLACCEL_TPC_F32,
};

/**
 * struct hlaccel_tensor - A dense tensor
 * @address: device address or device virtual address
 * @type: &enum hlaccel_tpc_type
 * @dims: number of dimensions, 1 to HLACCEL_TPC_DIMS
 * @size: elements of each, dimension 0 is contiguous
 * @pad: 32-bit pattern that reads outside of the tensor see
 */
struct hlaccel_tensor {
	uint64_t address;
	uint32_t type;
	uint32_t dims;
	uint32_t size[HLACCEL_TPC_DIMS];
	uint32_t pad;
};

/**
 * struct hlaccel_tpc_job - What a core is to run
 * @code: device address of the code, a multiple of HLACCEL_TPC_CODE_ALIGN
 * @tensors: tensors, in the order of the kernel's parameters
 * @num_tensors: number of those
 * @srf: scalar parameters
 * @base: first member of the index space
 * @size: its members, in each dimension
 * @lut: addresses of the special-function tables of 32, 64, 128 and 256 entries,
 *       or zero when the kernel uses none
 * @sync_message: message at the end, see HLACCEL_SOB_ADD()
 * @sync_address: device address of a sync object
 */
struct hlaccel_tpc_job {
	uint64_t code;
	const struct hlaccel_tensor *tensors;
	unsigned int num_tensors;
	uint32_t srf[HLACCEL_TPC_SRFS];
	uint32_t base[HLACCEL_TPC_DIMS];
	uint32_t size[HLACCEL_TPC_DIMS];
	uint64_t lut[HLACCEL_TPC_LUTS];
	uint32_t sync_message;
	uint64_t sync_address;
};

static inline void hlaccel_tpc_put64(uint32_t *word, uint64_t value)
{
	word[0] = (uint32_t)value;
	word[1] = (uint32_t)(value >> 32);
}

static inline void hlaccel_tpc_tensor(uint32_t *word, const struct hlaccel_tensor *t)
{
	uint32_t stride = 1, d;

	hlaccel_tpc_put64(word, t->address);
	word[2] = t->pad;
	word[3] = t->type | ((1U << t->dims) - 1) << 8 | (t->dims - 1) << 16;
	for (d = 0; d < HLACCEL_TPC_DIMS; d++) {
		word[4 + 2 * d] = d < t->dims ? t->size[d] : 1;
		word[5 + 2 * d] = stride;
		stride *= word[4 + 2 * d];
	}
}

/**
 * hlaccel_tpc_launch() - Append the launch of a job
 * @p: the program, for a queue of a tensor processor core
 * @job: the job
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
static inline int hlaccel_tpc_launch(struct hlaccel_packets *p, const struct hlaccel_tpc_job *job)
{
	uint32_t words[HLACCEL_TPC_WORDS] = {};
	bool luts = false;
	unsigned int i;

	if (job->num_tensors > HLACCEL_TPC_TENSORS || job->code % HLACCEL_TPC_CODE_ALIGN)
		return hlaccel_packets_fail(p, -EINVAL);
	for (i = 0; i < job->num_tensors; i++) {
		if (!job->tensors[i].dims || job->tensors[i].dims > HLACCEL_TPC_DIMS)
			return hlaccel_packets_fail(p, -EINVAL);
		hlaccel_tpc_tensor(words + HLACCEL_TPC_W_TENSOR(i), &job->tensors[i]);
	}
	for (i = 0; i < HLACCEL_TPC_LUTS; i++)
		luts |= !!job->lut[i];
	words[HLACCEL_TPC_W_SYNC] = job->sync_message;
	words[HLACCEL_TPC_W_SYNC + 1] = (uint32_t)job->sync_address;
	hlaccel_tpc_put64(words + HLACCEL_TPC_W_KERNEL, job->code);
	for (i = 0; i < HLACCEL_TPC_DIMS; i++) {
		words[HLACCEL_TPC_W_SPACE + 2 * i] = job->base[i];
		words[HLACCEL_TPC_W_SPACE + 2 * i + 1] = job->size[i];
	}
	words[HLACCEL_TPC_W_CONFIG] = luts ? HLACCEL_TPC_CONFIG_LUT : HLACCEL_TPC_CONFIG;
	memcpy(words + HLACCEL_TPC_W_SRF, job->srf, sizeof(job->srf));

	hlaccel_packet_wreg_bulk(p, 0, HLACCEL_TPC_DESCRIPTOR, words, HLACCEL_TPC_WORDS);
	if (luts) {
		for (i = 0; i < HLACCEL_TPC_LUTS; i++)
			hlaccel_tpc_put64(words + 2 * i, job->lut[i]);
		hlaccel_packet_wreg_bulk(p, 0, HLACCEL_TPC_LUT_BASE, words, 2 * HLACCEL_TPC_LUTS);
	}
	/* Not before the job in front has ended, which may use the caches */
	hlaccel_packet_wreg_32(p, HLACCEL_PACKET_EB, HLACCEL_TPC_COMMAND, HLACCEL_TPC_INVALIDATE);
	return hlaccel_packet_wreg_32(p, 0, HLACCEL_TPC_EXECUTE, 1);
}

#endif /* HLACCEL_TPC_H */

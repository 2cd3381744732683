/* SPDX-License-Identifier: GPL-2.0 */
/* The cases of the folder vectors: one run of a program each. */
#ifndef TPC_TEST_CASE_H
#define TPC_TEST_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CASE_TENSORS	8
#define CASE_SRF	32

struct case_tensor {
	unsigned int id;
	bool output;
	unsigned int type;	/* as descriptors number them */
	unsigned int ndims;
	uint32_t dims[5];
	uint32_t pad;
	char file[64];
	uint8_t *data;		/* contents; of an output, what is expected */
	size_t size;
};

struct tpc_case {
	char kernel[64];
	char code_file[128];
	uint8_t *code;
	size_t code_size;
	int32_t space[5];
	unsigned int tensors;
	struct case_tensor tensor[CASE_TENSORS];
	unsigned int srfs;
	uint32_t srf[CASE_SRF];
	bool lut;
	double tolerance;
};

/* A file as a whole, with a zero behind it; ends the program without. */
uint8_t *case_file(const char *folder, const char *name, size_t *size);
/* folder/cases/name with all its files. */
struct tpc_case *case_load(const char *folder, const char *name);
void case_free(struct tpc_case *c);
/*
 * Whether a result is what is expected; where not, says what is wrong with the
 * first element.
 */
bool case_check(const struct tpc_case *c, const struct case_tensor *t,
		const uint8_t *got);

#endif

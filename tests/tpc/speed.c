// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the interpreter is: the compiled add_f32 over tensors of 64 MiB, one
 * core on one host thread. Nearly all of the bundles belong to the inner loop
 * (SET_INDX, LD_TNSR, LD_TNSR, ADD, ST_TNSR); padding is not counted.
 *
 * speed FOLDER [CASE-INDEPENDENT REPEATS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "case.h"
#include "host.h"
#include "tap.h"

#define ELEMENTS	(16u << 20)
#define BYTES		((size_t)ELEMENTS * 4)

/* Of this thread alone: other work on the machine does not count. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static const uint32_t dims[] = { ELEMENTS };
	static const int32_t space[] = { ELEMENTS / 64, 1, 1, 1, 1 };
	unsigned int repeats = argc > 2 ? atoi(argv[2]) : 5, i, k;
	double best = 0, best_copy = 0;
	struct host *h = host_new();
	uint8_t *memory[3];
	uint8_t *code;
	size_t size;

	if (argc < 2)
		tap_die("usage: speed FOLDER [REPEATS]");
	code = case_file(argv[1], "code/add_f32.bin", &size);
	for (i = 0; i < 3; i++) {
		memory[i] = host_region(h, 0x100000000ull * (i + 1), BYTES);
		host_tensor(h, i, 0x100000000ull * (i + 1), TPC_MEM_F32, 1,
			    dims, 0);
	}
	for (i = 0; i < ELEMENTS; i++) {
		((float *)memory[0])[i] = i % 1000;
		((float *)memory[1])[i] = 0.5f;
	}
	host_program(h, code, size);
	host_index_space(h, NULL, space);
	for (k = 0; k < repeats; k++) {
		TpcStats before = *tpc_core_stats(h->core);
		double start = now(), seconds;

		if (host_run(h, UINT64_MAX) != TPC_HALTED)
			tap_die("did not halt");
		seconds = now() - start;
		if ((tpc_core_stats(h->core)->bundles - before.bundles) /
		    seconds > best)
			best = (tpc_core_stats(h->core)->bundles -
				before.bundles) / seconds;
		start = now();
		memcpy(memory[2] + BYTES / 2, memory[0], BYTES / 2);
		memcpy(memory[2], memory[0] + BYTES / 2, BYTES / 2);
		seconds = now() - start;
		if (BYTES / seconds > best_copy)
			best_copy = BYTES / seconds;
		if (k + 1 < repeats)
			continue;
		/* The copy has replaced the result. */
		if (host_run(h, UINT64_MAX) != TPC_HALTED)
			tap_die("did not halt");
		for (i = 0; i < ELEMENTS; i++)
			if (((float *)memory[2])[i] != i % 1000 + 0.5f)
				tap_die("element %u is wrong", i);
	}
	printf("add_f32 inner loop: %.1f million bundles/s, %.2f GB/s of tensors; memcpy %.2f GB/s\n",
	       best / 1e6, best / 5 * 768 / 1e9, best_copy / 1e9);
	free(code);
	host_free(h);
	return 0;
}

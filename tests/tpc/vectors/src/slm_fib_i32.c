// SPDX-License-Identifier: GPL-2.0
/* scalars: a table in scalar local memory, integer arithmetic, branches, and stores to global memory by address */
__local__ int table[32];

void main(tensor out, int seed, int count)
{
	int5 at = { 0, 0, 0, 0, 0 };
	const int5 first = get_index_space_offset();

	if (first[0] != 0)
		return;
	table[0] = seed;
	table[1] = seed + 1;
	for (int i = 2; i < count; i++) {
		int v = table[i - 1] + table[i - 2];

		if (v & 1)
			v = v ^ 0x55;
		else
			v = v - (v >> 3);
		table[i] = v;
	}
	for (int i = 0; i < count; i++) {
		at[0] = i;
		__global__ int *p = (__global__ int *)gen_addr(at, out);

		s_i32_st_g(p, table[i]);
	}
}

// SPDX-License-Identifier: GPL-2.0
/* out = max(x, 0) in bf16, 128 lanes */
void main(tensor in, tensor out)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };
	const bfloat128 zero = 0;

	for (int w = first[1]; w < end[1]; w++) {
		at[1] = w;
		for (int d = first[0] * 128; d < end[0] * 128; d += 128) {
			at[0] = d;
			v_bf16_st_tnsr(at, out, v_bf16_max_b(v_bf16_ld_tnsr_b(at, in), zero));
		}
	}
}

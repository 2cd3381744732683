// SPDX-License-Identifier: GPL-2.0
/* out[d] = sum over dim 1 of in[d][w], loop length is a scalar parameter */
void main(tensor in, tensor out, int width)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };

	for (int d = first[0] * 64; d < end[0] * 64; d += 64) {
		float64 sum = 0;
		at[0] = d;
		for (int w = 0; w < width; w++) {
			at[1] = w;
			sum += v_f32_ld_tnsr_b(at, in);
		}
		at[1] = 0;
		v_f32_st_tnsr(at, out, sum);
	}
}

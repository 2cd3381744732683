// SPDX-License-Identifier: GPL-2.0
/* out = 1 / x through the special-function tables */
void main(tensor in, tensor out)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };

	for (int w = first[1]; w < end[1]; w++) {
		at[1] = w;
		for (int d = first[0] * 64; d < end[0] * 64; d += 64) {
			at[0] = d;
			v_f32_st_tnsr(at, out, v_reciprocal_f32(v_f32_ld_tnsr_b(at, in)));
		}
	}
}

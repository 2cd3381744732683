// SPDX-License-Identifier: GPL-2.0
/* out = saturating a + b in signed bytes, 256 lanes */
void main(tensor a, tensor b, tensor out)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };

	for (int w = first[1]; w < end[1]; w++) {
		at[1] = w;
		for (int d = first[0] * 256; d < end[0] * 256; d += 256) {
			at[0] = d;
			char256 x = v_i8_ld_tnsr_b(at, a);
			char256 y = v_i8_ld_tnsr_b(at, b);
			v_i8_st_tnsr(at, out, v_i8_add_b(x, y, SW_SAT));
		}
	}
}

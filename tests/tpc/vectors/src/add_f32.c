// SPDX-License-Identifier: GPL-2.0
/* out = a + b, tensors of up to 4 dimensions; one index-space member is 64 elements of dim 0 by 1 by 1 by 1 */
void main(tensor a, tensor b, tensor out)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };

	for (int n = first[3]; n < end[3]; n++) {
		at[3] = n;
		for (int h = first[2]; h < end[2]; h++) {
			at[2] = h;
			for (int w = first[1]; w < end[1]; w++) {
				at[1] = w;
				for (int d = first[0] * 64; d < end[0] * 64; d += 64) {
					at[0] = d;
					float64 x = v_f32_ld_tnsr_b(at, a);
					float64 y = v_f32_ld_tnsr_b(at, b);
					v_f32_st_tnsr(at, out, x + y);
				}
			}
		}
	}
}

// SPDX-License-Identifier: GPL-2.0
/* out = x > knee ? x : knee + slope * (x - knee); two scalar parameters, a compare and a select */
void main(tensor in, tensor out, float knee, float slope)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };

	for (int w = first[1]; w < end[1]; w++) {
		at[1] = w;
		for (int d = first[0] * 64; d < end[0] * 64; d += 64) {
			at[0] = d;
			float64 x = v_f32_ld_tnsr_b(at, in);
			float64 low = v_f32_mac_b(x - knee, slope, knee);
			v_f32_st_tnsr(at, out, v_f32_sel_grt_f32_b(x, knee, x, low));
		}
	}
}

// SPDX-License-Identifier: GPL-2.0
/* integer lanes: out = ((a << 3) ^ b) + (a >> 2 arithmetic) - k, then kept under a mask where a < b */
void main(tensor a, tensor b, tensor out, int k)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 at = { 0, 0, 0, 0, 0 };

	for (int w = first[1]; w < end[1]; w++) {
		at[1] = w;
		for (int d = first[0] * 64; d < end[0] * 64; d += 64) {
			at[0] = d;
			int64 x = v_i32_ld_tnsr_b(at, a);
			int64 y = v_i32_ld_tnsr_b(at, b);
			int64 r = (x << 3) ^ y;
			r = r + (x >> 2) - k;
			r = v_i32_sel_less_i32_b(x, y, r, x & y);
			v_i32_st_tnsr(at, out, r);
		}
	}
}

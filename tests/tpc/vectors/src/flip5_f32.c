// SPDX-License-Identifier: GPL-2.0
/* five dimensions: out[d][w][h][n][f] = in[d][W-1-w][H-1-h][n][f], sizes are scalar parameters */
void main(tensor in, tensor out, int width, int height, int batch, int frames)
{
	const int5 first = get_index_space_offset();
	const int5 end = first + get_index_space_size();
	int5 from = { 0, 0, 0, 0, 0 };
	int5 to = { 0, 0, 0, 0, 0 };

	for (int f = 0; f < frames; f++) {
		from[4] = f;
		to[4] = f;
		for (int n = 0; n < batch; n++) {
			from[3] = n;
			to[3] = n;
			for (int h = 0; h < height; h++) {
				from[2] = height - 1 - h;
				to[2] = h;
				for (int w = 0; w < width; w++) {
					from[1] = width - 1 - w;
					to[1] = w;
					for (int d = first[0] * 64; d < end[0] * 64; d += 64) {
						from[0] = d;
						to[0] = d;
						v_f32_st_tnsr(to, out, v_f32_ld_tnsr_b(from, in));
					}
				}
			}
		}
	}
}

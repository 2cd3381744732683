/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HLACCEL_FDINFO_H_
#define _HLACCEL_FDINFO_H_

struct drm_file;
struct drm_printer;

void hlaccel_show_fdinfo(struct drm_printer *p, struct drm_file *file);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device nodes of the older interface.
 */
#ifndef _HLACCEL_COMPAT_NODE_H_
#define _HLACCEL_COMPAT_NODE_H_

struct device;
struct drm_device;
struct hlaccel_device;

/* Once per module */
int hlaccel_compat_nodes_setup(void);
void hlaccel_compat_nodes_cleanup(void);

/* DRM devices that are made until two have minors that fit */
#define HLACCEL_COMPAT_SPARES	16

/**
 * struct hlaccel_compat_minors - Minors that are kept while the card gets its own
 * @control: DRM device of the control node, or NULL
 * @spare: Others, made to take minors that do not fit
 * @num: Number of those
 */
struct hlaccel_compat_minors {
	struct drm_device *control;
	struct drm_device *spare[HLACCEL_COMPAT_SPARES];
	unsigned int num;
};

/* Before the card's own DRM device is made, and after it */
int hlaccel_compat_minors_take(struct device *parent, struct hlaccel_compat_minors *minors);
void hlaccel_compat_minors_put(struct hlaccel_compat_minors *minors);

/* Takes the control node out of @minors */
int hlaccel_compat_nodes_init(struct hlaccel_device *hdev, struct hlaccel_compat_minors *minors);
/* The card's own node is there, and is about to go */
int hlaccel_compat_nodes_register(struct hlaccel_device *hdev);
void hlaccel_compat_nodes_unregister(struct hlaccel_device *hdev);

/* Number of the card among these nodes, or -1 when it has none */
int hlaccel_compat_nodes_index(struct hlaccel_device *hdev);

#endif /* _HLACCEL_COMPAT_NODE_H_ */

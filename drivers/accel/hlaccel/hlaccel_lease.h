/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lease: who may run programs of his own on the card.
 */
#ifndef _HLACCEL_LEASE_H_
#define _HLACCEL_LEASE_H_

#include <linux/types.h>

struct drm_hlaccel_client_info;
struct drm_printer;
struct hlaccel_client;
struct hlaccel_device;

int hlaccel_lease_init(struct hlaccel_device *hdev);
/* After a hard reset, when no job of before lives any more */
void hlaccel_lease_reset(struct hlaccel_device *hdev);
/* The client's file is closed and its queues are destroyed */
void hlaccel_lease_close(struct hlaccel_device *hdev, struct hlaccel_client *client);
/* The rings have no jobs any more, and get none */
void hlaccel_lease_unplug(struct hlaccel_device *hdev);

int hlaccel_lease_take(struct hlaccel_device *hdev, struct hlaccel_client *client,
		       unsigned int jobs);
bool hlaccel_lease_take_more(struct hlaccel_device *hdev, struct hlaccel_client *client);
void hlaccel_lease_untake(struct hlaccel_device *hdev, struct hlaccel_client *client,
			  unsigned int jobs);
int hlaccel_lease_take_exclusive(struct hlaccel_device *hdev, struct hlaccel_client *client);
void hlaccel_lease_drop(struct hlaccel_device *hdev, struct hlaccel_client *client);
void hlaccel_lease_arena_changed(struct hlaccel_device *hdev, struct hlaccel_client *client);
void hlaccel_lease_fill_info(struct hlaccel_device *hdev, struct hlaccel_client *client,
			     struct drm_hlaccel_client_info *info);

/* Under a ring's lock: a program gets an entry, and ends with or without one */
void hlaccel_lease_job_start(struct hlaccel_client *client);
void hlaccel_lease_print(struct hlaccel_device *hdev, struct drm_printer *p);
void hlaccel_lease_job_back(struct hlaccel_device *hdev, struct hlaccel_client *client);
void hlaccel_lease_job_end(struct hlaccel_device *hdev, struct hlaccel_client *client,
			   bool started);

/*
 * May programs of this client go to the hardware now? Asked under a ring's lock;
 * who turns the answer to yes calls hlaccel_rings_kick().
 */
bool hlaccel_lease_admit(struct hlaccel_device *hdev, const struct hlaccel_client *client);

#endif /* _HLACCEL_LEASE_H_ */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to the card when the lease passes on.
 */
#ifndef _HLACCEL_SCRUB_H_
#define _HLACCEL_SCRUB_H_

struct hlaccel_client;
struct hlaccel_device;

int hlaccel_scrub_init(struct hlaccel_device *hdev);
/* At unplug */
void hlaccel_scrub_fini(struct hlaccel_device *hdev);
/* A hard reset: nothing is known about the card */
void hlaccel_scrub_lost(struct hlaccel_device *hdev);

int hlaccel_scrub_prepare(struct hlaccel_device *hdev);
int hlaccel_scrub(struct hlaccel_device *hdev, struct hlaccel_client *next);
void hlaccel_scrub_open_arena(struct hlaccel_device *hdev, struct hlaccel_client *client);
void hlaccel_scrub_if_open(struct hlaccel_device *hdev, struct hlaccel_client *client,
			   void (*func)(struct hlaccel_device *hdev, void *data), void *data);

#endif /* _HLACCEL_SCRUB_H_ */

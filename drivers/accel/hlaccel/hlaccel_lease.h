/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lease: who may run programs of his own on the card.
 */
#ifndef _HLACCEL_LEASE_H_
#define _HLACCEL_LEASE_H_

#include <linux/types.h>

struct hlaccel_client;
struct hlaccel_device;

int hlaccel_lease_init(struct hlaccel_device *hdev);
/* After a hard reset, when no job of before lives any more */
void hlaccel_lease_reset(struct hlaccel_device *hdev);
/* The client's file is closed and its queues are destroyed */
void hlaccel_lease_close(struct hlaccel_device *hdev, struct hlaccel_client *client);

int hlaccel_lease_take(struct hlaccel_device *hdev, struct hlaccel_client *client,
		       unsigned int jobs);
void hlaccel_lease_untake(struct hlaccel_device *hdev, unsigned int jobs);
void hlaccel_lease_job_done(struct hlaccel_device *hdev);

/*
 * May programs of this client go to the hardware now? Asked under a ring's lock;
 * who turns the answer to yes calls hlaccel_rings_kick().
 */
bool hlaccel_lease_admit(struct hlaccel_device *hdev, const struct hlaccel_client *client);

#endif /* _HLACCEL_LEASE_H_ */

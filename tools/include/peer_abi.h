/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layouts and numbers of the in-kernel driver's interface, as far as its witness and the
 * benchmark need them, in words of our own. Nothing is shared with hlaccel or the model.
 */
#ifndef PEER_ABI_H
#define PEER_ABI_H

#include <stdint.h>
#include <sys/ioctl.h>

struct peer_cb {
	uint64_t handle;
	uint32_t op;
	uint32_t size;
	uint32_t ctx;
	uint32_t flags;
};

struct peer_cs {
	uint64_t restore;	/* out: sequence number */
	uint64_t execute;
	uint64_t seq;
	uint32_t num_restore;
	uint32_t num_execute;
	uint32_t timeout;
	uint32_t flags;
	uint32_t ctx;
	uint32_t pad;
};

struct peer_chunk {
	uint64_t handle;
	uint32_t queue;
	uint32_t size;
	uint32_t flags;
	uint32_t engine;
	uint32_t pad[10];
};

struct peer_wait {
	uint64_t seq;		/* out: status in the low half */
	uint64_t timeout_us;
	uint32_t ctx;
	uint32_t flags;
	uint64_t more[4];
};

struct peer_mem {
	uint64_t a;		/* out: device address or handle */
	uint64_t b;
	uint64_t c;
	uint32_t op;
	uint32_t flags;
	uint32_t ctx;
	uint32_t num;
};

#define PEER_CB		_IOWR('d', 0x41, struct peer_cb)
#define PEER_CS		_IOWR('d', 0x42, struct peer_cs)
#define PEER_WAIT	_IOWR('d', 0x43, struct peer_wait)
#define PEER_MEM	_IOWR('d', 0x44, struct peer_mem)

#define MEM_MAP		2
#define MEM_UNMAP	3
#define MEM_USERPTR	0x4

#endif /* PEER_ABI_H */

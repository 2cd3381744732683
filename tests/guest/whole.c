// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of habanalabs have the whole card: they get it while nobody else has
 * anything there, nobody else gets anything meanwhile, and neither sees what the other
 * has left.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "card.h"

#define NODE		"/dev/hl0"

/* Requests of that interface, with blocks of so many words */
#define HL_CB		_IOWR('H', 2, uint64_t[3])
#define HL_CS		_IOWR('H', 3, uint64_t[6])
#define HL_WAIT		_IOWR('H', 4, uint64_t[7])
#define HL_MEMORY	_IOWR('H', 5, uint64_t[5])

#define HL_MEMORY_MAP	2ULL
#define HL_USERPTR	4ULL
#define Q_IN		0
#define Q_OUT		4

#define HBM		0x20000000ULL
#define SRAM		0x7ff0000080ULL
#define SECRET		0x5ec2e75ec2e7ULL
#define AREA		(64 * KIB)

/** struct owner - A program that has the card */
struct owner {
	int fd;
	uint64_t cb;
	void *packets;
	uint64_t *host;
	uint64_t va;
};

static int request(int fd, unsigned long code, void *args)
{
	return ioctl(fd, code, args) ? -errno : 0;
}

static int try_open(void)
{
	int fd = open(NODE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Until the one before has let go, which takes a moment */
static int open_owner(void)
{
	int fd, tries = 200;

	do {
		fd = try_open();
		if (fd != -EAGAIN && fd != -EBUSY)
			break;
		usleep(10000);
	} while (tries--);
	return fd;
}

static void owner_prepare(struct owner *o)
{
	uint64_t cb[3] = { 0, PAGE << 32, 0 }, map[5] = { 0 };

	OK(request(o->fd, HL_CB, cb));
	o->cb = cb[0];
	o->packets = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, o->fd, (off_t)o->cb);
	CHECK(o->packets != MAP_FAILED);
	o->host = user_memory(AREA);
	map[0] = (uintptr_t)o->host;
	map[2] = AREA;
	map[3] = HL_MEMORY_MAP | HL_USERPTR << 32;
	OK(request(o->fd, HL_MEMORY, map));
	o->va = map[0];
}

static void owner_open(struct owner *o)
{
	o->fd = open_owner();
	CHECK(o->fd >= 0);
	owner_prepare(o);
}

static void owner_close(struct owner *o)
{
	munmap(o->packets, PAGE);
	close(o->fd);
	munmap(o->host, AREA);
}

static void owner_copy(struct owner *o, uint32_t queue, uint64_t from, uint64_t to)
{
	uint64_t chunk[8] = { o->cb }, cs[6] = { 0 }, wait[7] = { 0 };
	struct hlaccel_packets p;

	hlaccel_packets_init(&p, o->packets, PAGE);
	hlaccel_packet_lin_dma(&p, HLACCEL_PACKET_RB | HLACCEL_PACKET_MB, from, to, AREA);
	OK(p.error);
	chunk[1] = queue | (uint64_t)p.used << 32;
	cs[1] = (uintptr_t)chunk;
	cs[3] = 1ULL << 32;
	OK(request(o->fd, HL_CS, cs));
	wait[0] = cs[0];
	wait[1] = 20000000;
	OK(request(o->fd, HL_WAIT, wait));
	CHECK_EQ((uint32_t)wait[0], 0);
}

static void owner_write(struct owner *o, uint64_t address)
{
	unsigned int i;

	for (i = 0; i < AREA / sizeof(uint64_t); i++)
		o->host[i] = SECRET;
	owner_copy(o, Q_IN, o->va, address);
}

/* Whether there is anything but zeroes */
static bool owner_finds(struct owner *o, uint64_t address)
{
	unsigned int i;

	memset(o->host, 0xee, AREA);
	owner_copy(o, Q_OUT, address, o->va);
	for (i = 0; i < AREA / sizeof(uint64_t); i++)
		if (o->host[i])
			return true;
	return false;
}

/* What a file can have that keeps others from getting the whole card */
struct native {
	const char *name;
	int (*make)(int fd);
};

static int make_vm(int fd)
{
	uint32_t id;

	return hlaccel_vm_create(fd, &id);
}

static int make_buffer(int fd)
{
	uint32_t handle;

	return hlaccel_bo_create(fd, DRM_HLACCEL_REGION_HOST, PAGE, &handle);
}

static int make_device_buffer(int fd)
{
	uint32_t handle;

	return hlaccel_bo_create(fd, DRM_HLACCEL_REGION_DEVICE, PAGE, &handle);
}

static int make_queue(int fd)
{
	uint32_t id;

	return hlaccel_queue_create(fd, DRM_HLACCEL_ENGINE_DMA, 0, 0, 0, &id);
}

static int make_arena(int fd)
{
	uint64_t size = 0, address;

	return hlaccel_client_set(fd, DRM_HLACCEL_CLIENT_COMMAND, &size, &address);
}

static int make_reservation(int fd)
{
	struct drm_hlaccel_sync_reserve args = { .num_sobs = 8 };

	return hlaccel_ioctl(fd, DRM_IOCTL_HLACCEL_SYNC_RESERVE, &args);
}

static const struct native natives[] = {
	{ "address_space", make_vm },
	{ "buffer", make_buffer },
	{ "device_buffer", make_device_buffer },
	{ "queue", make_queue },
	{ "arena", make_arena },
	{ "reservation", make_reservation },
};

TEST_TABLE(native_objects_keep_the_card, natives)
{
	struct card *c = card_open_plain();
	int fd;

	OK(row->make(c->fd));
	CHECK_EQ(try_open(), -EBUSY);
	card_close(c);
	fd = open_owner();
	CHECK(fd >= 0);
	close(fd);
}

TEST_TABLE(owner_keeps_objects_away, natives)
{
	struct card *c = card_open_plain();
	int fd = open_owner();

	/* An open file alone keeps nobody away */
	CHECK(fd >= 0);
	CHECK_EQ(row->make(c->fd), -EBUSY);
	close(fd);
	OK(row->make(c->fd));
	card_close(c);
}

TEST(one_owner)
{
	int fd = open_owner();

	CHECK(fd >= 0);
	CHECK_EQ(try_open(), -EBUSY);
	close(fd);
}

static const uint64_t places[] = {
	HBM, HBM + 0x200000 - AREA, 0x400000000ULL, 0x800000000ULL - AREA, SRAM,
};

TEST(owners_see_nothing_of_each_other)
{
	struct owner o;
	unsigned int i;

	owner_open(&o);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		owner_write(&o, places[i]);
		/* It is there, or the test would find nothing whatever happens */
		CHECK(owner_finds(&o, places[i]));
	}
	owner_close(&o);
	owner_open(&o);
	for (i = 0; i < ARRAY_SIZE(places); i++)
		CHECK(!owner_finds(&o, places[i]));
	owner_close(&o);
}

TEST(owner_sees_nothing_of_others)
{
	struct card *c = card_open_plain();
	struct memory m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
	uint64_t address = m.address;
	struct owner o;
	unsigned int i;

	for (i = 0; i < m.size / sizeof(uint64_t); i++)
		((uint64_t *)m.map)[i] = SECRET;
	CHECK(load64(m.map + m.size - 8) == SECRET);
	card_close(c);
	owner_open(&o);
	CHECK(!owner_finds(&o, address));
	CHECK(!owner_finds(&o, address + 4 * MIB - AREA));
	owner_close(&o);
}

/*
 * A buffer that somebody else holds keeps its client, and that the arena: programs may
 * have written to all of it, not only to buffers.
 */
TEST(exported_buffer_keeps_the_arena)
{
	struct card *c = card_open();
	struct memory code = card_memory(c, DRM_HLACCEL_REGION_DEVICE, PAGE);
	struct memory shared = card_memory(c, DRM_HLACCEL_REGION_HOST, PAGE);
	uint32_t queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 4, 0);
	struct drm_hlaccel_client_info info = { 0 };
	uint32_t size = sizeof(info);
	struct hlaccel_packets p;
	unsigned int tries;
	struct drm_hlaccel_job job;
	int dmabuf = -1;
	uint64_t place;
	struct owner o;

	OK(hlaccel_query(c->fd, DRM_HLACCEL_QUERY_CLIENT, &info, &size, NULL));
	place = info.arena_address + info.arena_size - AREA;
	CHECK(code.address + code.size <= place);
	hlaccel_packets_init(&p, code.map, PAGE);
	hlaccel_packet_fill(&p, HLACCEL_PACKET_MB, SECRET, place, AREA);
	job = hlaccel_job_command(code.handle, 0, p.used);
	OK(p.error);
	OK(card_run(c, queue, &job));
	OK(hlaccel_prime_export(c->fd, shared.handle, DRM_CLOEXEC, &dmabuf));
	card_close(c);

	/* Refused each time, not only while the file is on its way out */
	for (tries = 0; tries < 5; tries++) {
		o.fd = try_open();
		if (o.fd != -EBUSY)
			break;
		usleep(50000);
	}
	if (o.fd >= 0) {
		owner_prepare(&o);
		CHECK(!owner_finds(&o, place));
	}
	CHECK_EQ(o.fd, -EBUSY);
	close(dmabuf);
	owner_open(&o);
	CHECK(!owner_finds(&o, place));
	owner_close(&o);
}

/* All device memory, piece by piece, until the piece with the secret comes */
TEST(others_see_nothing_of_an_owner)
{
	const uint64_t place = 0x400000000ULL;
	bool found = false;
	struct memory m;
	struct card *c;
	struct owner o;
	unsigned int i;

	owner_open(&o);
	owner_write(&o, place);
	CHECK(owner_finds(&o, place));
	owner_close(&o);

	c = card_open_plain();
	for (i = 0; i < 31 && !found; i++) {
		m = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 1UL << 30);
		if (place < m.address || place - m.address >= m.size)
			continue;
		found = true;
		CHECK_EQ(load64(m.map + (place - m.address)), 0);
	}
	CHECK(found);
	card_close(c);
}

/* Engines are as before for those who come then */
TEST(copies_run_afterwards)
{
	struct drm_hlaccel_job job;
	struct memory from, to;
	uint32_t queue;
	struct owner o;
	struct card *c;

	owner_open(&o);
	owner_write(&o, HBM);
	owner_close(&o);
	c = card_open_plain();
	from = card_memory(c, DRM_HLACCEL_REGION_DEVICE, PAGE);
	to = card_memory(c, DRM_HLACCEL_REGION_DEVICE, PAGE);
	queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 5, 0);
	fill_random(from.map, PAGE);
	job = hlaccel_job_copy(from.handle, 0, to.handle, 0, PAGE);
	OK(card_run(c, queue, &job));
	check_same(to.map, from.map, PAGE);
	card_close(c);
}

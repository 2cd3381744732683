// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes, requests, command buffers, memory and submissions. See lib.h.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib.h"

const struct generation *gen = &generation_612;

static void __attribute__((constructor)) choose_generation(void)
{
	static const struct generation *const all[] = {
		&generation_2021, &generation_61, &generation_66, &generation_612,
	};
	const char *name = getenv("HLCOMPAT_GENERATION");
	size_t i;

	if (!name)
		return;
	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(all[i]->name, name)) {
			gen = all[i];
			return;
		}
	fprintf(stderr, "no generation %s\n", name);
	exit(2);
}

/** peer() - Is this the in-kernel driver? */
bool peer(void)
{
	static int is_peer = -1;
	char target[256] = "";

	if (is_peer < 0) {
		ssize_t n = readlink("/sys/class/accel/accel0/device/driver", target,
				     sizeof(target) - 1);

		if (n < 0)
			FAIL("no driver at accel0: %s", strerror(errno));
		is_peer = strstr(target, "/habanalabs") != NULL;
	}
	return is_peer;
}

bool exists(const char *path)
{
	return !access(path, F_OK);
}

void compute_node(char *path, size_t size, unsigned int index)
{
	snprintf(path, size, gen->accel ? "/dev/accel/accel%u" : "/dev/hl%u", index);
}

void control_node(char *path, size_t size, unsigned int index)
{
	snprintf(path, size, gen->accel ? "/dev/accel/accel_controlD%u" : "/dev/hl_controlD%u",
		 index);
}

/** card_index() - The index of the nth card's nodes; ends the test when there is none */
unsigned int card_index(unsigned int nth)
{
	unsigned int i;
	char path[64];

	for (i = 0; i < 256; i++) {
		compute_node(path, sizeof(path), i);
		if (exists(path) && !nth--)
			return i;
	}
	FAIL("no such card");
}

int try_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int open_index(unsigned int index)
{
	char path[64];

	compute_node(path, sizeof(path), index);
	return try_open(path);
}

/*
 * Our accel node has other clients as well: the card is taken with the first
 * request of this interface, even one that is refused.
 */
static int claim(int fd)
{
	if (!gen->accel)
		return 0;
	return host_unmap(fd, 0) == -EBUSY ? -EBUSY : 0;
}

/** reopen() - Open the first card, patiently: something before may have upset it */
int reopen(int fd)
{
	int64_t end = now_ns() + 60 * 1000000000LL;
	int ret;

	if (fd >= 0)
		close(fd);
	for (;;) {
		ret = open_index(card_index(0));
		if (ret >= 0 && !claim(ret))
			return ret;
		if (ret >= 0) {
			close(ret);
			ret = -EBUSY;
		}
		if ((ret != -EAGAIN && ret != -EBUSY && ret != -EPERM) || now_ns() > end)
			FAIL("open: %s", strerror(-ret));
		sleep_ms(20);
	}
}

int open_card(void)
{
	return reopen(-1);
}

int open_control(void)
{
	char path[64];
	int fd;

	control_node(path, sizeof(path), card_index(0));
	fd = try_open(path);
	if (fd < 0)
		FAIL("%s: %s", path, strerror(-fd));
	return fd;
}

void close_card(int fd)
{
	CHECK(!close(fd));
}

bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n < 0)
		return false;
	text[n] = 0;
	text[strcspn(text, "\n")] = 0;
	return true;
}

/** card_folder() - The sysfs folder with the first card's attributes */
void card_folder(char *path, size_t size)
{
	if (peer())
		snprintf(path, size, "/sys/class/accel/accel0/device");
	else if (gen->accel)
		snprintf(path, size, "/sys/class/accel/accel%u", card_index(0));
	else
		snprintf(path, size, "/sys/class/habanalabs/hl%u", card_index(0));
}

int sysfs_value(const char *name, char *text, size_t size)
{
	char folder[128], path[256];

	card_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	errno = 0;
	if (!read_text(path, text, size))
		return errno ? -errno : -EIO;
	return 0;
}

/** debugfs_file() - Where a file of the first card is, in the one folder or the other */
void debugfs_file(char *path, size_t size, bool legacy, const char *name)
{
	char address[64];

	if (peer()) {
		OK(sysfs_value("pci_addr", address, sizeof(address)));
		snprintf(path, size, "/sys/kernel/debug/accel/%s/%s", address, name);
		return;
	}
	snprintf(path, size, legacy ? "/sys/kernel/debug/habanalabs/hl0/%s" :
		 "/sys/kernel/debug/accel/0/%s", name);
}

int put_text(const char *path, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, size) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int request(int fd, enum request which, void *args)
{
	return ioctl(fd, gen->request[which], args) ? -errno : 0;
}

/** request_sized() - The same with another size in its number */
int request_sized(int fd, enum request which, void *args, size_t size)
{
	unsigned long number = gen->request[which] & ~(_IOC_SIZEMASK << _IOC_SIZESHIFT);

	return ioctl(fd, number | size << _IOC_SIZESHIFT, args) ? -errno : 0;
}

int info_raw(int fd, struct hl_info_args *args)
{
	return request(fd, INFO, args);
}

int info(int fd, uint32_t op, void *result, size_t size)
{
	struct hl_info_args args = {
		.return_pointer = (uintptr_t)result, .return_size = size, .op = op,
	};

	return info_raw(fd, &args);
}

/**
 * record_rooms() - Read a record that there is with room for it, with more and with less
 * @fd: open file
 * @op: what for
 * @size: bytes of the record
 * @whole: it is there as a whole or not at all, else it is cut
 */
void record_rooms(int fd, uint32_t op, size_t size, bool whole)
{
	unsigned char record[1024], room[1024], untouched[1024];

	memset(record, 0xa5, sizeof(record));
	memset(room, 0xa5, sizeof(room));
	memset(untouched, 0xa5, sizeof(untouched));
	CHECK(size < sizeof(room));
	OK(info(fd, op, record, size));
	same(record + size, untouched, sizeof(record) - size);
	OK(info(fd, op, room, sizeof(room)));
	same(room, record, sizeof(room));
	memset(room, 0xa5, sizeof(room));
	REFUSED(info(fd, op, room, size - 1), whole ? ENOMEM : 0);
	if (!whole)
		same(room, record, size - 1);
	size = whole ? 0 : size - 1;
	same(room + size, untouched, sizeof(room) - size);
}

/* An eventfd that the notifier signals */
int notifier(int fd)
{
	int e = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct hl_info_args a = { .op = HL_INFO_REGISTER_EVENTFD, .eventfd = (uint32_t)e };

	OK(info_raw(fd, &a));
	return e;
}

/* What the notifier has told since this was asked last */
uint64_t take_events(int fd)
{
	uint64_t mask = 0;

	OK(info(fd, HL_INFO_GET_EVENTS, &mask, sizeof(mask)));
	return mask;
}

/* Collect events until all of @wanted have come; returns all that have. */
uint64_t await_events(int fd, int e, uint64_t wanted)
{
	struct pollfd p = { .fd = e, .events = POLLIN };
	/* The firmware is known to be silent only after a while */
	int64_t end = now_ns() + 120000000000LL;
	uint64_t seen = 0, count;

	while ((seen & wanted) != wanted) {
		int64_t left = end - now_ns();

		if (left <= 0 || poll(&p, 1, (int)(left / 1000000) + 1) <= 0)
			FAIL("events 0x%" PRIx64 ", not all of 0x%" PRIx64, seen, wanted);
		CHECK_EQ(read(e, &count, sizeof(count)), (ssize_t)sizeof(count));
		CHECK(count > 0);
		seen |= take_events(fd);
	}
	return seen;
}

int debug(int fd, uint32_t op, uint32_t index, uint32_t enable, const void *in, size_t in_size,
	  void *out, size_t out_size)
{
	struct hl_debug_args a = {
		.input_ptr = (uintptr_t)in,
		.input_size = in_size,
		.output_ptr = (uintptr_t)out,
		.output_size = out_size,
		.op = op,
		.reg_idx = index,
		.enable = enable,
	};

	return request(fd, DEBUG, &a);
}

int debug_mode(int fd, bool on)
{
	return debug(fd, HL_DEBUG_OP_SET_MODE, 0, on, NULL, 0, NULL, 0);
}

int etr_start(int fd, uint64_t address, uint64_t size)
{
	struct hl_debug_params_etr p = { .buffer_address = address, .buffer_size = size };

	return debug(fd, HL_DEBUG_OP_ETR, 0, 1, &p, sizeof(p), NULL, 0);
}

int etr_stop(int fd, uint64_t *end)
{
	*end = UINT64_MAX;
	return debug(fd, HL_DEBUG_OP_ETR, 0, 0, NULL, 0, end, sizeof(*end));
}

struct hl_info_hw_ip_info hw_ip(int fd)
{
	struct hl_info_hw_ip_info ip = { 0 };

	OK(info(fd, HL_INFO_HW_IP_INFO, &ip, gen->size.hw_ip));
	return ip;
}

struct hl_info_cs_counters counters(int fd)
{
	struct hl_info_cs_counters c = { 0 };

	OK(info(fd, HL_INFO_CS_COUNTERS, &c, sizeof(c)));
	return c;
}

uint32_t device_status(int fd)
{
	struct hl_info_device_status s = { 0 };

	OK(info(fd, HL_INFO_DEVICE_STATUS, &s, sizeof(s)));
	return s.status;
}

bool idle(int fd)
{
	struct hl_info_hw_idle h = { 0 };

	OK(info(fd, HL_INFO_HW_IDLE, &h, gen->size.hw_idle));
	return h.is_idle;
}

/** wait_idle() - Shortly after the last completion everything is idle */
void wait_idle(int fd)
{
	int64_t end = now_ns() + 5000000000LL;

	while (!idle(fd)) {
		if (now_ns() > end)
			FAIL("not idle 5 s after the last work");
		sleep_ms(1);
	}
}

int cb_create(int fd, uint32_t size, uint64_t *handle)
{
	union hl_cb_args a = { .in = { .op = HL_CB_OP_CREATE, .cb_size = size } };
	int ret = request(fd, CB, &a);

	*handle = a.out.cb_handle;
	return ret;
}

int cb_destroy(int fd, uint64_t handle)
{
	union hl_cb_args a = { .in = { .op = HL_CB_OP_DESTROY, .cb_handle = handle } };

	return request(fd, CB, &a);
}

int cb_info(int fd, uint64_t handle, uint32_t flags, struct hl_cb_out *out)
{
	union hl_cb_args a = {
		.in = { .op = HL_CB_OP_INFO, .cb_handle = handle, .flags = flags },
	};
	int ret = request(fd, CB, &a);

	*out = a.out;
	return ret;
}

/** cb_new() - A mapped command buffer; ends the test on failure */
struct cb cb_new(int fd, uint32_t size)
{
	struct cb cb = { .size = size };

	OK(cb_create(fd, size, &cb.handle));
	cb.map = mmap(NULL, (size + PAGE - 1) & ~(PAGE - 1), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, (off_t)cb.handle);
	if (cb.map == MAP_FAILED)
		FAIL("mmap: %s", strerror(errno));
	hlaccel_packets_init(&cb.p, cb.map, size);
	return cb;
}

void cb_free(int fd, struct cb *cb)
{
	CHECK(!munmap(cb->map, (cb->size + PAGE - 1) & ~(PAGE - 1)));
	OK(cb_destroy(fd, cb->handle));
}

/** cb_begin() - Begin the program anew */
struct hlaccel_packets *cb_begin(struct cb *cb)
{
	hlaccel_packets_init(&cb->p, cb->map, cb->size);
	return &cb->p;
}

/** harmless() - A command buffer with one packet that does nothing */
struct cb harmless(int fd)
{
	struct cb cb = cb_new(fd, PAGE);

	p_nop(&cb.p);
	return cb;
}

int memory(int fd, union hl_mem_args *args)
{
	return request(fd, MEMORY, args);
}

int host_map(int fd, void *start, uint64_t size, uint64_t hint, uint32_t flags, uint64_t *address)
{
	union hl_mem_args a = {
		.in = {
			.map_host = {
				.host_virt_addr = (uintptr_t)start,
				.hint_addr = hint, .mem_size = size,
			},
			.op = HL_MEM_OP_MAP, .flags = HL_MEM_USERPTR | flags,
		},
	};
	int ret = memory(fd, &a);

	*address = a.out.device_virt_addr;
	return ret;
}

int host_unmap(int fd, uint64_t address)
{
	union hl_mem_args a = {
		.in = { .unmap = { .device_virt_addr = address }, .op = HL_MEM_OP_UNMAP },
	};

	return memory(fd, &a);
}

/** pages() - Fresh memory; less than a huge page does not begin like one */
void *pages(size_t size)
{
	void *map;

	do {
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (map == MAP_FAILED)
			FAIL("mmap of %zu bytes: %s", size, strerror(errno));
	} while (size < 2 * MIB && !((uintptr_t)map % (2 * MIB)));
	return map;
}

struct host host_new(int fd, uint64_t size)
{
	struct host h = { .size = size, .map = pages(size) };

	OK(host_map(fd, h.map, size, 0, 0, &h.address));
	return h;
}

void host_free(int fd, struct host *h)
{
	OK(host_unmap(fd, h->address));
	CHECK(!munmap(h->map, h->size));
}

/** host_begin() - Begin a program in a part of the memory */
struct hlaccel_packets *host_begin(struct host *h, size_t offset, size_t size)
{
	hlaccel_packets_init(&h->p, h->map + offset, size);
	return &h->p;
}

struct hl_cs_chunk external(const struct cb *cb, uint32_t queue)
{
	if (cb->p.error)
		FAIL("program: %s", strerror(-cb->p.error));
	return (struct hl_cs_chunk) {
		.cb_handle = cb->handle, .queue_index = queue, .cb_size = (uint32_t)cb->p.used,
	};
}

struct hl_cs_chunk internal(uint32_t queue, uint64_t address, uint32_t size)
{
	return (struct hl_cs_chunk) {
		.cb_handle = address, .queue_index = queue, .cb_size = size,
	};
}

int cs(int fd, union hl_cs_args *args)
{
	return request(fd, CS, args);
}

int submit_flags(int fd, struct hl_cs_chunk *chunks, uint32_t count, uint32_t flags, uint64_t *seq)
{
	union hl_cs_args a = {
		.in = {
			.chunks_execute = (uintptr_t)chunks, .num_chunks_execute = count,
			.cs_flags = flags,
		},
	};
	int ret = cs(fd, &a);

	*seq = a.out.seq;
	return ret;
}

/** submit() - A normal submission; ends the test when it is refused */
uint64_t submit(int fd, struct hl_cs_chunk *chunks, uint32_t count)
{
	uint64_t seq;

	OK(submit_flags(fd, chunks, count, 0, &seq));
	CHECK(seq && seq != NO_SEQ);
	return seq;
}

uint64_t submit_cb(int fd, const struct cb *cb, uint32_t queue)
{
	struct hl_cs_chunk chunk = external(cb, queue);

	return submit(fd, &chunk, 1);
}

/** reserve() - Reserve signals of a queue */
/* Submit a signal of @queue. */
int try_signal(int fd, uint32_t queue, struct hl_cs_out *out)
{
	struct hl_cs_chunk chunk = { .queue_index = queue };
	union hl_cs_args a = {
		.in = {
			.chunks_execute = (uintptr_t)&chunk, .num_chunks_execute = 1,
			.cs_flags = HL_CS_FLAGS_SIGNAL,
		},
	};
	int ret = cs(fd, &a);

	*out = a.out;
	return ret;
}

int reserve(int fd, uint32_t queue, uint32_t count, struct hl_cs_out *out)
{
	union hl_cs_args a = {
		.in = {
			.encaps_signals_count = count, .encaps_signals_q_idx = queue,
			.cs_flags = HL_CS_FLAGS_RESERVE_SIGNALS_ONLY,
		},
	};
	int ret = cs(fd, &a);

	*out = a.out;
	return ret;
}

/** unreserve() - Give them back */
int unreserve(int fd, uint32_t id)
{
	union hl_cs_args a = {
		.in = {
			.encaps_sig_handle_id = id,
			.cs_flags = HL_CS_FLAGS_UNRESERVE_SIGNALS_ONLY,
		},
	};

	return cs(fd, &a);
}

int wait_raw(int fd, union hl_wait_cs_args *args)
{
	return request(fd, WAIT_CS, args);
}

int wait_cs(int fd, uint64_t seq, uint64_t timeout_us, struct hl_wait_cs_out *out)
{
	union hl_wait_cs_args a = { .in = { .seq = seq, .timeout_us = timeout_us } };
	int ret = wait_raw(fd, &a);

	*out = a.out;
	return ret;
}

int wait_multi(int fd, const uint64_t *seqs, uint8_t count, uint64_t timeout_us,
	       struct hl_wait_cs_out *out)
{
	union hl_wait_cs_args a = {
		.in = {
			.seq = (uintptr_t)seqs, .timeout_us = timeout_us,
			.flags = HL_WAIT_CS_FLAGS_MULTI_CS, .seq_arr_len = count,
		},
	};
	int ret = wait_raw(fd, &a);

	*out = a.out;
	return ret;
}

/** done() - The submission completes within 20 s, or the test ends */
void done(int fd, uint64_t seq)
{
	struct hl_wait_cs_out out;

	OK(wait_cs(fd, seq, 20 * SECOND, &out));
	if (out.status != HL_WAIT_CS_STATUS_COMPLETED)
		FAIL("submission %" PRIu64 " has not completed: status %u", seq, out.status);
}

/** busy() - Is the submission still running? */
bool busy(int fd, uint64_t seq)
{
	struct hl_wait_cs_out out;

	OK(wait_cs(fd, seq, 0, &out));
	return out.status == HL_WAIT_CS_STATUS_BUSY;
}

int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	usleep(ms * 1000);
}

uint64_t load64(const void *address)
{
	return *(const volatile uint64_t *)address;
}

void fill(void *data, size_t size)
{
	uint64_t *words = data;
	size_t i;

	for (i = 0; i < size / 8; i++)
		words[i] = harness_random();
}

void same(const void *found, const void *expected, size_t size)
{
	const unsigned char *a = found, *b = expected;
	size_t i;

	if (!memcmp(found, expected, size))
		return;
	for (i = 0; a[i] == b[i]; i++)
		;
	FAIL("byte %zu of %zu is 0x%02x, not 0x%02x", i, size, a[i], b[i]);
}

/* Let the firmware of the device model send an event. */
void inject_event(unsigned int event)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", event);
	set("inject-event", text);
}

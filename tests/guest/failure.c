// SPDX-License-Identifier: GPL-2.0
/*
 * The card fails on request: who is told, and what is left to look at. Only on the device
 * model, whose properties hlqom sets.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "card.h"

#define DUMPS		"/sys/class/devcoredump"
#define LIMIT_MS	40000
/* A reader of a sensor waits a tenth of a second; a busy host makes it more */
#define READER_LIMIT_NS	2500000000LL

struct context {
	struct card *card;
	uint32_t vm;
	struct memory host;
};

static void prepare(struct context *x)
{
	x->card = card_open();
	x->vm = card_vm(x->card);
	x->host = card_host(x->card, x->vm, x->card->va, 4 * MIB);
}

/* A fresh driver, for which every failure is the first one */
static void rebind(void)
{
	struct card *c = card_open();
	char address[64];

	card_pci_address(c, address, sizeof(address));
	card_close(c);
	OK(write_file(DRIVER_FOLDER "/unbind", address));
	OK(write_file(DRIVER_FOLDER "/bind", address));
}

static uint64_t resets(struct card *c)
{
	return card_counters(c).resets;
}

/* Does a new client's work get done? A reset may be on its way. */
static void must_work(void)
{
	int64_t deadline = deadline_ms(LIMIT_MS);
	int ret, status;

	do {
		struct drm_hlaccel_job job;
		struct context x;
		uint32_t queue;
		uint64_t seqno;

		CHECK(hlaccel_now_ns() < deadline);
		prepare(&x);
		queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 0, x.vm);
		job = hlaccel_job_copy(0, x.host.address, 0, x.host.address + MIB, PAGE);
		status = 0;
		ret = hlaccel_submit(x.card->fd, queue, &job, 1, &seqno);
		if (!ret)
			OK(hlaccel_wait(x.card->fd, queue, seqno, deadline, &status));
		card_close(x.card);
		if (ret || status)
			usleep(100000);
	} while (ret || status);
}

static void wait_reset(struct card *c, uint64_t before)
{
	int64_t deadline = deadline_ms(LIMIT_MS);

	while (resets(c) == before) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(50000);
	}
}

static uint32_t read_records(struct context *x, struct drm_hlaccel_error record[64])
{
	uint64_t lost;
	uint32_t count;

	OK(hlaccel_read_errors(x->card->fd, record, 64, &count, &lost));
	CHECK_EQ(lost, 0);
	return count;
}

/* All clients are told of a reset. */
TEST_LIMIT(failure_reset_is_told, 90)
{
	struct drm_hlaccel_error record[64];
	struct context x[2];
	uint64_t before;
	int fd[2], i;

	for (i = 0; i < 2; i++) {
		prepare(&x[i]);
		fd[i] = eventfd(0, EFD_NONBLOCK);
		CHECK(fd[i] >= 0);
		OK(hlaccel_eventfd(x[i].card->fd, DRM_HLACCEL_EVENTFD_ERRORS, 0, fd[i]));
	}
	before = resets(x[0].card);
	set("inject-event", "646");
	for (i = 0; i < 2; i++) {
		struct pollfd p = { .fd = fd[i], .events = POLLIN };

		CHECK_EQ(poll(&p, 1, LIMIT_MS), 1);
		CHECK_EQ(read_records(&x[i], record), 1);
		CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_RESET);
		CHECK_EQ(record[0].flags, 0);
	}
	wait_reset(x[0].card, before);
	for (i = 0; i < 2; i++) {
		CHECK_EQ(read_records(&x[i], record), 0);
		card_close(x[i].card);
	}
	must_work();
}

/* A copy that meets a fault is told where, and only its own client. */
TEST_LIMIT(failure_page_fault_of_copy, 60)
{
	struct drm_hlaccel_error record[64];
	struct drm_hlaccel_job job;
	struct context x, other;
	uint32_t queue, theirs;
	char address[32];
	uint64_t seqno;
	int status = 0;

	prepare(&x);
	prepare(&other);
	queue = card_queue(x.card, DRM_HLACCEL_ENGINE_DMA, 1, x.vm);
	theirs = card_queue(other.card, DRM_HLACCEL_ENGINE_DMA, 1, other.vm);
	snprintf(address, sizeof(address), "%#" PRIx64, x.host.address + MIB + PAGE);
	set("fault-va", address);
	job = hlaccel_job_copy(0, x.host.address + MIB, 0, x.host.address + 2 * MIB, 2 * PAGE);
	seqno = card_submit(x.card, queue, &job);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(LIMIT_MS), &status));
	CHECK_EQ(status, -EFAULT);
	OK(card_run(other.card, theirs, &job));
	CHECK_EQ(read_records(&other, record), 0);
	CHECK_EQ(read_records(&x, record), 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_PAGE_FAULT);
	CHECK_EQ(record[0].engine_instance, 1);
	CHECK_EQ(record[0].queue_id, queue);
	CHECK_EQ(record[0].seqno, seqno);
	CHECK(record[0].flags & DRM_HLACCEL_ERROR_HAS_ADDRESS);
	CHECK_EQ(record[0].address & ~(PAGE - 1), x.host.address + MIB + PAGE);
	card_close(other.card);
	card_close(x.card);
	must_work();
}

/* An engine without error words: the firmware's event finds the program that runs. */
TEST_LIMIT(failure_engine_event, 60)
{
	struct drm_hlaccel_error record[64];
	struct drm_hlaccel_job job, copy;
	struct context x, other;
	struct hlaccel_packets p;
	uint32_t queue, beside, count;
	int64_t deadline = deadline_ms(LIMIT_MS);
	uint64_t seqno;
	int status = 0;

	prepare(&x);
	prepare(&other);
	/* Nobody is there: nobody is blamed. */
	set("inject-event", "313");
	beside = card_queue(other.card, DRM_HLACCEL_ENGINE_DMA, 4, other.vm);
	copy = hlaccel_job_copy(0, other.host.address, 0, other.host.address + MIB, PAGE);
	OK(card_run(other.card, beside, &copy));
	CHECK_EQ(read_records(&x, record), 0);

	queue = card_queue_timeout(x.card, DRM_HLACCEL_ENGINE_TPC, 2, x.vm, 6000);
	hlaccel_packets_init(&p, x.host.map, PAGE);
	hlaccel_packet_fence(&p, 0, 0, 1, 1);
	OK(p.error);
	job = hlaccel_job_command(0, x.host.address, p.used);
	seqno = card_submit(x.card, queue, &job);
	/* Its turn comes when the lease does */
	usleep(500000);
	set("inject-event", "313");
	do {
		CHECK(hlaccel_now_ns() < deadline);
		count = read_records(&x, record);
	} while (!count);
	/* The job itself ends by its limit, which a slow machine may have reached, too. */
	if (count != 1)
		harness_note("%u errors, of kinds %u and %u", count, record[0].kind,
			     record[1].kind);
	CHECK(count == 1 || record[1].kind == DRM_HLACCEL_ERROR_TIMEOUT);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_ENGINE);
	CHECK_EQ(record[0].engine_kind, DRM_HLACCEL_ENGINE_TPC);
	CHECK_EQ(record[0].engine_instance, 2);
	CHECK_EQ(record[0].queue_id, queue);
	CHECK_EQ(record[0].seqno, seqno);
	OK(hlaccel_wait(x.card->fd, queue, seqno, deadline_ms(LIMIT_MS), &status));
	CHECK(status < 0);
	OK(card_run(other.card, beside, &copy));
	CHECK_EQ(read_records(&other, record), 0);
	card_close(other.card);
	card_close(x.card);
	must_work();
}

/* The firmware's event and the reset that it asks for can be followed. */
TEST_LIMIT(failure_trace, 90)
{
	struct card *c = card_open();
	uint64_t before = resets(c);
	const char *text, *event, *begin;
	char what[32];

	trace_start();
	set("inject-event", "646");
	wait_reset(c, before);
	must_work();
	text = trace_stop();
	event = trace_find(text, "event", "id=646 ");
	begin = trace_find(text, "reset_begin", "why=firmware asks for a reset");
	snprintf(what, sizeof(what), "number=%" PRIu64 " state=", before + 1);
	CHECK(event < begin && begin < trace_find(text, "reset_end", what));
	card_close(c);
}

/* --- sensors --- */

static bool read_sensor(const char *folder, long long *value)
{
	char path[256], text[64] = "";
	int64_t started = hlaccel_now_ns();
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s/temp1_input", folder);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (hlaccel_now_ns() - started > READER_LIMIT_NS)
		FAIL("reading took %lld ns", (long long)(hlaccel_now_ns() - started));
	return got > 0 && sscanf(text, "%lld", value) == 1;
}

static void sensor_folder(struct card *c, char *folder, size_t size)
{
	char parent[128];
	struct dirent *entry;
	DIR *dir;

	snprintf(parent, sizeof(parent), "/sys/class/accel/%s/device/hwmon",
		 strrchr(c->node, '/') + 1);
	dir = opendir(parent);
	CHECK(dir);
	folder[0] = 0;
	while ((entry = readdir(dir))) {
		if (!strncmp(entry->d_name, "hwmon", 5))
			snprintf(folder, size, "%s/%.32s", parent, entry->d_name);
	}
	closedir(dir);
	CHECK(folder[0]);
}

/* Nobody waits long for the first answers of the firmware: they may not be there yet. */
static void until_readable(const char *folder)
{
	int64_t deadline = deadline_ms(60000);
	long long value;

	while (!read_sensor(folder, &value)) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(100000);
	}
}

/* The firmware answers nothing: readers don't wait for it, and it comes back. */
TEST_LIMIT(failure_sensors_of_dead_firmware, 150)
{
	struct card *c = card_open();
	uint64_t before = resets(c);
	int64_t deadline;
	long long value;
	char folder[192];

	sensor_folder(c, folder, sizeof(folder));
	until_readable(folder);
	set("fw-fault", "wrong-fence");
	deadline = deadline_ms(60000);
	while (resets(c) == before) {
		CHECK(hlaccel_now_ns() < deadline);
		/* What is known is younger than a minute */
		CHECK(read_sensor(folder, &value));
		usleep(200000);
	}
	set("fw-fault", "none");
	until_readable(folder);
	card_close(c);
	must_work();
}

static int sensor_error(const char *folder, const char *name)
{
	char path[256], text[64];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	ret = read(fd, text, sizeof(text)) > 0 ? 0 : -errno;
	close(fd);
	return ret;
}

/* The card is given up: what was known of it is told for a minute, and then no more. */
TEST_LIMIT(failure_sensors_get_old, 180)
{
	static const char * const values[] = { "temp1_max", "temp1_crit", "freq1_input" };
	static const char * const others[] = { "temp1_label", "freq1_label", "update_interval" };
	struct card *c = card_open_plain();
	char folder[192], address[64];
	int64_t started, age;
	long long value;
	unsigned int i;

	card_pci_address(c, address, sizeof(address));
	sensor_folder(c, folder, sizeof(folder));
	until_readable(folder);
	CHECK(read_sensor(folder, &value));
	started = hlaccel_now_ns();
	set("fw-fault", "stuck-preboot");
	set("inject-event", "646");
	while (read_sensor(folder, &value)) {
		CHECK(hlaccel_now_ns() - started < 100000000000);
		for (i = 0; i < ARRAY_SIZE(others); i++)
			OK(sensor_error(folder, others[i]));
		usleep(200000);
	}
	age = hlaccel_now_ns() - started;
	harness_note("told for %lld ms", (long long)(age / 1000000));
	/* What was read first was not quite new */
	CHECK(age >= 55000000000);
	REFUSED(sensor_error(folder, "temp1_input"), ENODATA);
	for (i = 0; i < ARRAY_SIZE(values); i++)
		REFUSED(sensor_error(folder, values[i]), ENODATA);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		OK(sensor_error(folder, others[i]));

	set("fw-fault", "none");
	card_close(c);
	OK(write_file(DRIVER_FOLDER "/unbind", address));
	OK(write_file(DRIVER_FOLDER "/bind", address));
	c = card_open_plain();
	sensor_folder(c, folder, sizeof(folder));
	until_readable(folder);
	for (i = 0; i < ARRAY_SIZE(values); i++)
		OK(sensor_error(folder, values[i]));
	card_close(c);
	must_work();
}

/* --- dump and uevent --- */

/* The data of a dump, or an empty path */
static void find_dump(char *path, size_t size)
{
	struct dirent *entry;
	DIR *dir = opendir(DUMPS);

	path[0] = 0;
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (!strncmp(entry->d_name, "devcd", 5))
			snprintf(path, size, DUMPS "/%.32s/data", entry->d_name);
	}
	closedir(dir);
}

static void drop_dump(void)
{
	int64_t deadline = deadline_ms(5000);
	char path[128];

	find_dump(path, sizeof(path));
	while (path[0]) {
		CHECK(hlaccel_now_ns() < deadline);
		/* It goes away in its own time, once written to */
		if (!access(path, W_OK))
			OK(write_file(path, "1"));
		usleep(20000);
		find_dump(path, sizeof(path));
	}
}

TEST_LIMIT(failure_dump, 120)
{
	static const char * const wanted[] = {
		"\nkernel: ", "\nreason:      firmware asks for a reset\n", "\n[device]\n",
		"\n[rings]\n", "\n[registers]\n", "\ndma0 ERR_CAUSE 0x500164: ",
		"\ntpc7 STATUS ", "\nmme0 CP_STS ",
	};
	static char text[128 * 1024];
	char path[128];
	int64_t deadline;
	uint64_t before;
	struct card *c;
	size_t size;
	unsigned int i;
	FILE *f;

	drop_dump();
	rebind();
	c = card_open();
	before = resets(c);
	set("inject-event", "646");
	wait_reset(c, before);
	deadline = deadline_ms(LIMIT_MS);
	do {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(20000);
		find_dump(path, sizeof(path));
	} while (!path[0]);
	f = fopen(path, "r");
	CHECK(f);
	size = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[size] = 0;
	CHECK(!strncmp(text, "hlaccel-coredump 1\n", 19));
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (!strstr(text, wanted[i]))
			FAIL("no \"%s\" in the dump", wanted[i]);
	}
	/* To its end: the last line is complete. */
	CHECK(size < 64 * KIB && text[size - 1] == '\n');
	harness_note("%zu bytes", size);
	must_work();

	/* The second failure leaves none. */
	drop_dump();
	before = resets(c);
	set("inject-event", "646");
	wait_reset(c, before);
	card_close(c);
	must_work();
	find_dump(path, sizeof(path));
	CHECK(!path[0]);
}

/* A card that can't be reset is given up, and that is told. */
TEST_LIMIT(failure_wedged, 120)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	struct drm_hlaccel_error record[64];
	int64_t deadline = deadline_ms(60000);
	char address[64], text[4096];
	bool told = false;
	struct memory hbm;
	struct context x;
	int fd, status;
	pid_t child;
	uint32_t id;

	rebind();
	fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	CHECK(fd >= 0);
	OK(bind(fd, (struct sockaddr *)&nl, sizeof(nl)));
	prepare(&x);
	hbm = card_memory(x.card, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	memset(hbm.map, 0x44, PAGE);
	memset(x.host.map, 0x45, PAGE);
	card_pci_address(x.card, address, sizeof(address));
	set("fw-fault", "stuck-preboot");
	set("inject-event", "646");
	while (!told) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t size, at;

		CHECK(hlaccel_now_ns() < deadline);
		if (poll(&p, 1, 1000) != 1)
			continue;
		size = recv(fd, text, sizeof(text) - 1, 0);
		CHECK(size >= 0);
		text[size] = 0;
		for (at = 0; at < size; at += strlen(text + at) + 1)
			told |= !strcmp(text + at, "WEDGED=rebind,bus-reset");
	}
	close(fd);
	REFUSED(hlaccel_vm_create(x.card->fd, &id), EIO);
	/* Device memory is not to be touched any more, host memory is what it was. */
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK_EQ(load64(x.host.map), 0x4545454545454545);
		load64(hbm.map);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status));
	CHECK_EQ(WTERMSIG(status), SIGBUS);
	/* What happened can be read all the same. */
	CHECK_EQ(read_records(&x, record), 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_RESET);
	card_close(x.card);

	set("fw-fault", "none");
	OK(write_file(DRIVER_FOLDER "/unbind", address));
	OK(write_file(DRIVER_FOLDER "/bind", address));
	must_work();
}

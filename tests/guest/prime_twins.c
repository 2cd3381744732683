// SPDX-License-Identifier: GPL-2.0
/*
 * Two cards of the device model: what they move between them is counted by the
 * model, and one is reset while the other uses its memory.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "share.h"

#define HUGE_PAGE	(2 * MIB)
/* Command buffers, completions and messages of a job, with much room */
#define HOUSEKEEPING	(64 * KIB)

struct side {
	struct card *card;
	uint32_t vm;
	uint32_t queue;
	struct memory hbm;
	const char *model;
	uint64_t va;
};

static uint64_t counter(const char *model, const char *name)
{
	char command[64];
	unsigned long long value;
	FILE *pipe;

	snprintf(command, sizeof(command), "hlqom %s %s", model, name);
	pipe = popen(command, "r");
	CHECK(pipe);
	if (fscanf(pipe, "%llu", &value) != 1)
		FAIL("%s tells nothing", command);
	CHECK(!pclose(pipe));
	return value;
}

/* Which of the models is this card? Its engines tell. */
static const char *find_model(struct side *x)
{
	static const char *const names[] = { "card0", "card1" };
	uint64_t before = counter(names[0], "stat-dma-jobs");
	struct drm_hlaccel_job job = hlaccel_job_fill(x->hbm.handle, 0, PAGE, 0);

	OK(card_run(x->card, x->queue, &job));
	return names[counter(names[0], "stat-dma-jobs") == before];
}

static void prepare(struct side x[2], uint64_t size)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		x[i].card = card_open_nth(i);
		x[i].vm = card_vm(x[i].card);
		x[i].queue = card_queue(x[i].card, DRM_HLACCEL_ENGINE_DMA, 2, x[i].vm);
		x[i].hbm = card_memory(x[i].card, DRM_HLACCEL_REGION_DEVICE, size);
		x[i].va = (x[i].card->va + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
		x[i].model = find_model(&x[i]);
	}
	CHECK(x[0].model != x[1].model);
}

static uint32_t bind_peer(struct side *to, const struct side *from, uint64_t size)
{
	int dmabuf = share_export(from->card->fd, from->hbm.handle);
	uint32_t handle = share_import(to->card->fd, dmabuf);

	close(dmabuf);
	OK(hlaccel_vm_map(to->card->fd, to->vm, handle, to->va, size));
	return handle;
}

/* 64 MiB there and back: not a byte of it goes through host memory. */
TEST_LIMIT(twins_host_memory_untouched, 120)
{
	static const char *const names[] = {
		"stat-peer-bytes", "stat-host-bytes", "stat-peer-write-bytes",
		"stat-peer-read-bytes",
	};
	uint64_t size = 64 * MIB, before[2][4], moved[2][4];
	struct side x[2];
	unsigned int i, j;

	prepare(x, size);
	fill_random(x[0].hbm.map, size);
	bind_peer(&x[0], &x[1], size);
	for (i = 0; i < 2; i++)
		for (j = 0; j < 4; j++)
			before[i][j] = counter(x[i].model, names[j]);
	OK(share_copy(x[0].card, x[0].queue, x[0].hbm.handle, 0, 0, x[0].va, size));
	for (i = 0; i < 2; i++)
		for (j = 0; j < 4; j++)
			moved[i][j] = counter(x[i].model, names[j]) - before[i][j];
	harness_note("importer: %llu to the peer, %llu host; exporter: %llu, %llu host",
		     (unsigned long long)moved[0][0], (unsigned long long)moved[0][1],
		     (unsigned long long)moved[1][0], (unsigned long long)moved[1][1]);
	CHECK_EQ(moved[0][0], size);
	CHECK_EQ(moved[0][2], size);
	CHECK(moved[0][1] < HOUSEKEEPING);
	CHECK_EQ(moved[1][0], 0);
	CHECK(moved[1][1] < HOUSEKEEPING);
	check_same(x[1].hbm.map, x[0].hbm.map, size);

	fill_random(x[1].hbm.map, size);
	OK(share_copy(x[0].card, x[0].queue, 0, x[0].va, x[0].hbm.handle, 0, size));
	CHECK_EQ(counter(x[0].model, names[3]) - before[0][3], size);
	CHECK(counter(x[0].model, names[1]) - before[0][1] < 2 * HOUSEKEEPING);
	check_same(x[0].hbm.map, x[1].hbm.map, size);
}

static bool is_up(struct side *x)
{
	char path[96], address[32], line[128];
	bool up = false;
	FILE *f;

	card_pci_address(x->card, address, sizeof(address));
	snprintf(path, sizeof(path), "/sys/kernel/debug/accel/%s/hlaccel_device", address);
	f = fopen(path, "r");
	CHECK(f);
	while (!up && fgets(line, sizeof(line), f))
		up = !strcmp(line, "state:       up\n");
	fclose(f);
	return up;
}

static void reset(struct side *x)
{
	uint64_t resets = card_counters(x->card).resets;
	int64_t deadline = deadline_ms(60000);
	char command[64];

	snprintf(command, sizeof(command), "hlqom %s inject-event 646", x->model);
	CHECK(!system(command));
	while (card_counters(x->card).resets == resets) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(50000);
	}
	while (!is_up(x)) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(50000);
	}
}

static int copy_peer(struct side *x)
{
	struct drm_hlaccel_job job = hlaccel_job_copy(0, x->va, x->hbm.handle, 0, PAGE);

	return card_try(x->card, x->queue, &job);
}

/* What the exporter had is lost, so its importers lose it; they may come again. */
TEST_LIMIT(twins_exporter_reset, 120)
{
	int64_t deadline;
	struct side x[2];
	uint32_t handle;

	prepare(x, 4 * MIB);
	handle = bind_peer(&x[0], &x[1], 4 * MIB);
	OK(copy_peer(&x[0]));
	reset(&x[1]);
	deadline = deadline_ms(20000);
	while (!copy_peer(&x[0])) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(10000);
	}
	REFUSED(copy_peer(&x[0]), EINVAL);
	REFUSED(hlaccel_vm_map(x[0].card->fd, x[0].vm, handle, x[0].va, PAGE), ENODEV);
	OK(hlaccel_bo_close(x[0].card->fd, handle));

	bind_peer(&x[0], &x[1], 4 * MIB);
	fill_random(x[1].hbm.map, PAGE);
	OK(copy_peer(&x[0]));
	check_same(x[0].hbm.map, x[1].hbm.map, PAGE);
}

/* The importer's VM is lost, the import is not. */
TEST_LIMIT(twins_importer_reset, 120)
{
	struct side x[2];
	uint32_t handle;

	prepare(x, 4 * MIB);
	handle = bind_peer(&x[0], &x[1], 4 * MIB);
	reset(&x[0]);
	REFUSED(copy_peer(&x[0]), ECANCELED);
	x[0].vm = card_vm(x[0].card);
	x[0].queue = card_queue(x[0].card, DRM_HLACCEL_ENGINE_DMA, 2, x[0].vm);
	OK(hlaccel_vm_map(x[0].card->fd, x[0].vm, handle, x[0].va, 4 * MIB));
	fill_random(x[1].hbm.map, PAGE);
	OK(copy_peer(&x[0]));
	check_same(x[0].hbm.map, x[1].hbm.map, PAGE);
}

/* While the exporter is reset nobody gets at its memory anew. */
TEST_LIMIT(twins_no_import_in_reset, 120)
{
	int dmabuf, ret, refused = 0;
	int64_t deadline = deadline_ms(60000);
	struct side x[2];
	char command[64];
	uint32_t handle;
	bool down = false;
	pid_t child;

	prepare(x, 4 * MIB);
	dmabuf = share_export(x[1].card->fd, x[1].hbm.handle);
	snprintf(command, sizeof(command), "hlqom %s inject-event 646", x[1].model);
	/* The program that does it may end when all is over */
	child = fork();
	CHECK(child >= 0);
	if (!child)
		_exit(!!system(command));
	for (;;) {
		CHECK(hlaccel_now_ns() < deadline);
		if (is_up(&x[1])) {
			if (down)
				break;
			continue;
		}
		down = true;
		ret = hlaccel_prime_import(x[0].card->fd, dmabuf, &handle);
		/* It may have come up meanwhile */
		if (!ret && !is_up(&x[1]))
			FAIL("imported while the card is reset");
		if (!ret) {
			OK(hlaccel_bo_close(x[0].card->fd, handle));
			break;
		}
		REFUSED(ret, EIO);
		refused++;
	}
	CHECK(refused);
	CHECK_EQ(waitpid(child, &ret, 0), child);
	CHECK_EQ(ret, 0);
	/* The importers of before are told by a worker. */
	while ((ret = hlaccel_prime_import(x[0].card->fd, dmabuf, &handle))) {
		REFUSED(ret, EIO);
		CHECK(hlaccel_now_ns() < deadline);
		usleep(10000);
	}
}

/* Of each time; the kernel's debugging of DMA accepts eight mappings of a page at most */
#define MOST_IMPORTS	2

enum { BEFORE_RESET, IN_RESET, AFTER_RESET, ALL_OVER };

/* Who imports again and again, each time for the first time, and keeps some */
struct importer {
	pthread_t thread;
	struct memory memory;
	int dmabuf;
	atomic_int *now;
	unsigned int kept[ALL_OVER], imported, refused, gone;
	struct {
		int fd;
		uint32_t handle;
	} import[ALL_OVER][MOST_IMPORTS];
};

static void *import_on_and_on(void *data)
{
	struct importer *i = data;
	unsigned int now, n;
	uint32_t handle = 0;
	char node[32];
	int fd, ret;

	while ((now = atomic_load(i->now)) != ALL_OVER) {
		fd = hlaccel_open(0, node, sizeof(node));
		CHECK(fd >= 0);
		ret = hlaccel_prime_import(fd, i->dmabuf, &handle);
		i->imported += !ret;
		i->refused += ret == -EIO;
		i->gone += ret == -ENODEV;
		n = i->kept[now];
		if (ret || n == MOST_IMPORTS) {
			CHECK(!ret || ret == -EIO || ret == -ENODEV);
			close(fd);
			continue;
		}
		i->import[now][n].fd = fd;
		i->import[now][n].handle = handle;
		i->kept[now]++;
	}
	return NULL;
}

/* An import is lost by a reset, or sees what is there since; there is nothing between. */
static bool is_live(const struct importer *i, int fd, uint32_t handle, const struct side *self)
{
	struct drm_hlaccel_job job;
	uint32_t vm, queue;
	uint64_t seqno;
	int ret, status;

	OK(hlaccel_vm_create(fd, &vm));
	ret = hlaccel_vm_map(fd, vm, handle, self->va, 4 * MIB);
	if (ret) {
		REFUSED(ret, ENODEV);
		return false;
	}
	OK(hlaccel_queue_create(fd, DRM_HLACCEL_ENGINE_DMA, 1, vm, 0, &queue));
	memset(i->memory.map, 0, PAGE);
	job = hlaccel_job_fill(0, self->va, PAGE, 0x600d + fd);
	OK(hlaccel_submit(fd, queue, &job, 1, &seqno));
	OK(hlaccel_wait(fd, queue, seqno, deadline_ms(20000), &status));
	CHECK_EQ(status, 0);
	check_pattern(i->memory.map, 0x600d + fd, PAGE);
	return true;
}

static void check_imports(const struct importer *i, const struct side *self)
{
	unsigned int when, n;

	harness_note("%u imported, %u refused, %u gone", i->imported, i->refused, i->gone);
	CHECK(i->refused + i->gone);
	CHECK(i->kept[BEFORE_RESET] && i->kept[AFTER_RESET]);
	for (when = 0; when < ALL_OVER; when++) {
		for (n = 0; n < i->kept[when]; n++) {
			bool live = is_live(i, i->import[when][n].fd, i->import[when][n].handle,
					    self);

			CHECK(!live || when != BEFORE_RESET);
			CHECK(live || when != AFTER_RESET);
			close(i->import[when][n].fd);
		}
	}
}

/* First imports, of all moments of the exporter's reset. */
TEST_LIMIT(twins_imports_meet_a_reset, 180)
{
	struct importer importers[2] = {};
	atomic_int now = BEFORE_RESET;
	struct side x[2];
	unsigned int n;

	prepare(x, 4 * MIB);
	for (n = 0; n < ARRAY_SIZE(importers); n++) {
		struct importer *i = &importers[n];

		i->memory = card_memory(x[1].card, DRM_HLACCEL_REGION_DEVICE, 4 * MIB);
		i->dmabuf = share_export(x[1].card->fd, i->memory.handle);
		i->now = &now;
		OK(-pthread_create(&i->thread, NULL, import_on_and_on, i));
	}
	usleep(200000);
	atomic_store(&now, IN_RESET);
	reset(&x[1]);
	/* Importers are told of it by a worker, and may import only then */
	usleep(1000000);
	atomic_store(&now, AFTER_RESET);
	usleep(500000);
	atomic_store(&now, ALL_OVER);
	for (n = 0; n < ARRAY_SIZE(importers); n++) {
		OK(-pthread_join(importers[n].thread, NULL));
		check_imports(&importers[n], &x[0]);
	}
}

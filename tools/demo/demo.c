// SPDX-License-Identifier: GPL-2.0
/*
 * The demo: pseudo-random data goes from host memory through the card's
 * memories and back, over many queues at once, ordered by syncobjs alone, and
 * every stage is checked by the CPU. Then every engine runs a program, and the
 * tensor cores compute.
 *
 *   source (host) -1-> first (HBM) -2-> second (HBM) -3-> slots (SRAM) -4-> target (host)
 */
#include <getopt.h>

#include "demo.h"

enum { UPLOAD = 1, MOVE, TO_SRAM, DOWNLOAD };

static const struct {
	unsigned int stage;
	uint32_t instance;
	uint32_t type;
} lanes[] = {
	{ UPLOAD, 0, DRM_HLACCEL_JOB_COPY },
	{ UPLOAD, 1, DRM_HLACCEL_JOB_PACKETS },
	{ MOVE, 2, DRM_HLACCEL_JOB_COPY },
	{ MOVE, 3, DRM_HLACCEL_JOB_COMMAND },
	{ MOVE, 4, DRM_HLACCEL_JOB_COPY },
	{ MOVE, 5, DRM_HLACCEL_JOB_COMMAND },
	{ TO_SRAM, 6, DRM_HLACCEL_JOB_COPY },
	{ TO_SRAM, 7, DRM_HLACCEL_JOB_COMMAND },
	{ DOWNLOAD, 0, DRM_HLACCEL_JOB_PACKETS },
	{ DOWNLOAD, 1, DRM_HLACCEL_JOB_COPY },
};

static const char * const stages[] = {
	"", "host to HBM", "HBM to HBM", "HBM to SRAM", "SRAM to host",
};

static const char *job_name(uint32_t type)
{
	return type == DRM_HLACCEL_JOB_COPY ? "copy jobs" :
	       type == DRM_HLACCEL_JOB_COMMAND ? "command jobs" : "packet jobs";
}

/** buffer_create() - Create a buffer that the CPU sees too */
void buffer_create(struct demo *d, struct buffer *b, uint32_t region, uint64_t size,
		   const char *what)
{
	struct step step = step_begin(d);
	struct drm_hlaccel_bo_info info;
	void *map;

	need(hlaccel_bo_create(d->fd, region, size, &b->handle), "create %s", what);
	/* Host memory takes no job of the card, and its pages take their time */
	if (region != DRM_HLACCEL_REGION_HOST)
		step_end(d, &step, "create %s", what);
	need(hlaccel_bo_info(d->fd, b->handle, &info), "ask about %s", what);
	need(hlaccel_bo_map(d->fd, b->handle, size, &map), "map %s", what);
	b->size = size;
	b->address = info.device_address;
	b->map = map;
}

/** program_slot() - Room for one more program; its offset in the buffer of programs */
uint64_t program_slot(struct demo *d, struct hlaccel_packets *p)
{
	uint64_t offset = (uint64_t)d->used_programs++ * PROGRAM_SIZE;

	if (offset >= d->programs.size)
		fail("too many programs");
	hlaccel_packets_init(p, d->programs.map + offset, PROGRAM_SIZE);
	return offset;
}

/** program_check() - Is the program complete? */
void program_check(const struct hlaccel_packets *p, const char *what)
{
	need(p->error, "build a program for %.16s", what);
}

static void open_card(struct demo *d)
{
	struct drm_hlaccel_sync_manager_info sync[8];
	uint32_t size = sizeof(d->info);
	int n;

	d->fd = hlaccel_open(0, d->node, sizeof(d->node));
	need(d->fd < 0 ? d->fd : 0, "open a card");
	/* It runs programs, and looks into SRAM: that needs the card for itself. */
	need(hlaccel_client_set(d->fd, DRM_HLACCEL_CLIENT_COMMAND | DRM_HLACCEL_CLIENT_EXCLUSIVE,
				NULL, NULL), "take the card");
	need(hlaccel_query(d->fd, DRM_HLACCEL_QUERY_DEVICE, &d->info, &size, NULL),
	     "query the card");
	n = hlaccel_query_array(d->fd, DRM_HLACCEL_QUERY_REGIONS, d->region, sizeof(d->region[0]),
				ARRAY_SIZE(d->region));
	need(n == 3 ? 0 : -EPROTO, "query the memory regions");
	n = hlaccel_query_array(d->fd, DRM_HLACCEL_QUERY_SYNC_MANAGERS, sync, sizeof(sync[0]),
				ARRAY_SIZE(sync));
	need(n > 0 ? 0 : -EPROTO, "query the sync managers");
	d->sync = sync[0];
	query_engines(d, d->engine);
	print_card(d);
	check_log();
}

static void create_memory(struct demo *d)
{
	uint64_t size = d->pieces * PIECE, va = d->info.va_start;
	unsigned int i;

	buffer_create(d, &d->source, DRM_HLACCEL_REGION_HOST, size, "the host buffer");
	buffer_create(d, &d->first, DRM_HLACCEL_REGION_DEVICE, size, "the first HBM buffer");
	buffer_create(d, &d->second, DRM_HLACCEL_REGION_DEVICE, size, "the second HBM buffer");
	for (i = 0; i < SLOTS; i++)
		buffer_create(d, &d->slot[i], DRM_HLACCEL_REGION_SRAM, PIECE, "an SRAM buffer");

	/* The data comes back into the program's own memory. */
	d->target.size = size;
	d->target.map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			     0);
	need(d->target.map == MAP_FAILED ? -errno : 0, "allocate the target");

	d->source.address = va;
	d->target.address = va + ((size + (1UL << 30) - 1) & ~((1UL << 30) - 1));
	need(hlaccel_vm_map(d->fd, d->vm, d->source.handle, d->source.address, size),
	     "bind the host buffer");
	need(hlaccel_vm_map_user(d->fd, d->vm, d->target.map, d->target.address, size),
	     "bind the target");
	printf("  addresses: source 0x%" PRIx64 ", HBM 0x%" PRIx64 " and 0x%" PRIx64 ", target 0x%"
	       PRIx64 "\n", d->source.address, d->first.address, d->second.address,
	       d->target.address);
}

/* New device memory is zero: nobody sees what another client left there. */
static void check_zero(struct demo *d)
{
	static const unsigned char zero[PIECE];
	uint64_t expected = hash(zero, PIECE);
	int64_t started = hlaccel_now_ns();
	unsigned int i;

	for (i = 0; i < d->pieces; i++) {
		if (hash(d->first.map + i * PIECE, PIECE) != expected)
			fail("the first HBM buffer is not zero when new (MiB %lu)",
			     i * PIECE / MIB);
		if (hash(d->second.map + i * PIECE, PIECE) != expected)
			fail("the second HBM buffer is not zero when new (MiB %lu)",
			     i * PIECE / MIB);
	}
	for (i = 0; i < SLOTS; i++)
		if (hash(d->slot[i].map, PIECE) != expected)
			fail("an SRAM buffer is not zero when new");
	print_stage("new device memory is zero", 2 * d->first.size,
		    hlaccel_now_ns() - started, expected);
}

/* One checksum over the checksums of the pieces. */
static uint64_t fold(uint64_t sum, uint64_t next)
{
	return (sum ^ next) * 0x9e3779b97f4a7c15;
}

static uint64_t fill_source(struct demo *d)
{
	int64_t started = hlaccel_now_ns();
	uint64_t x = d->seed, sum = 0, i, j;

	for (i = 0; i < d->pieces; i++) {
		uint64_t *word = (uint64_t *)(d->source.map + i * PIECE);

		for (j = 0; j < PIECE / sizeof(*word); j++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			word[j] = x;
		}
		d->piece[i].hash = hash(word, PIECE);
		sum = fold(sum, d->piece[i].hash);
	}
	print_stage("random data in host memory", d->source.size, hlaccel_now_ns() - started, sum);
	return sum;
}

static void create_lanes(struct demo *d)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lanes); i++) {
		struct lane *lane = &d->lane[d->lanes++];

		lane->stage = lanes[i].stage;
		lane->kind = DRM_HLACCEL_ENGINE_DMA;
		lane->instance = lanes[i].instance;
		lane->type = lanes[i].type;
		snprintf(lane->name, sizeof(lane->name), "dma%u: %s by %s", lane->instance,
			 stages[lane->stage], job_name(lane->type));
		need(hlaccel_queue_create(d->fd, lane->kind, lane->instance, d->vm, 0,
					  &lane->queue), "%s: create a queue", lane->name);
		need(hlaccel_syncobj_create(d->fd, &lane->timeline), "create a timeline");
	}
}

static struct lane *lane_of(struct demo *d, unsigned int stage, unsigned int piece)
{
	struct lane *found[MAX_LANES];
	unsigned int i, n = 0;

	for (i = 0; i < d->lanes; i++)
		if (d->lane[i].stage == stage)
			found[n++] = &d->lane[i];
	return found[piece % n];
}

/* One piece on its way into a stage: after @waits, and signals the lane's next point. */
static void submit_piece(struct demo *d, unsigned int piece, unsigned int stage, uint64_t source,
			 uint64_t destination, struct drm_hlaccel_sync *syncs, unsigned int waits)
{
	struct lane *lane = lane_of(d, stage, piece);
	struct drm_hlaccel_job job;
	uint64_t packets[8], offset;
	struct hlaccel_packets p;

	switch (lane->type) {
	case DRM_HLACCEL_JOB_COPY:
		job = hlaccel_job_copy(0, source, 0, destination, PIECE);
		/* Device memory is named by its buffer, host memory by its address. */
		if (stage != UPLOAD) {
			job.src_handle = stage == MOVE ? d->first.handle :
					 stage == TO_SRAM ? d->second.handle :
					 d->slot[piece % SLOTS].handle;
			job.src_address = stage == DOWNLOAD ? 0 : piece * PIECE;
		}
		if (stage != DOWNLOAD) {
			job.dst_handle = stage == UPLOAD ? d->first.handle :
					 stage == MOVE ? d->second.handle :
					 d->slot[piece % SLOTS].handle;
			job.dst_address = stage == TO_SRAM ? 0 : piece * PIECE;
		}
		break;
	case DRM_HLACCEL_JOB_COMMAND:
		offset = program_slot(d, &p);
		hlaccel_packet_lin_dma(&p, 0, source, destination, PIECE);
		program_check(&p, lane->name);
		job = hlaccel_job_command(d->programs.handle, offset, p.used);
		break;
	default:
		hlaccel_packets_init(&p, packets, sizeof(packets));
		hlaccel_packet_lin_dma(&p, 0, source, destination, PIECE);
		program_check(&p, lane->name);
		job = hlaccel_job_packets(packets, p.used);
	}
	syncs[waits] = hlaccel_sync(lane->timeline, DRM_HLACCEL_SYNC_SIGNAL, lane->seqno + 1);
	job.syncs = hlaccel_array(syncs, sizeof(*syncs), waits + 1);
	need(hlaccel_submit(d->fd, lane->queue, &job, 1, &lane->seqno), "%s: submit piece %u",
	     lane->name, piece);
	lane->bytes += PIECE;
	d->piece[piece].job[stage].lane = lane;
	d->piece[piece].job[stage].seqno = lane->seqno;
}

/* Wait until a piece has arrived, and look whether it is what was sent. */
static void wait_piece(struct demo *d, unsigned int piece, unsigned int stage)
{
	struct lane *lane = d->piece[piece].job[stage].lane;
	uint64_t seqno = d->piece[piece].job[stage].seqno;
	struct step step = step_begin(d);
	int status = 0;

	need(hlaccel_syncobj_wait(d->fd, lane->timeline, seqno, hlaccel_now_ns() + DEADLINE_NS),
	     "%s: wait for piece %u", lane->name, piece);
	step_end(d, &step, "%s: piece %u", lane->name, piece);
	need(hlaccel_wait(d->fd, lane->queue, seqno, 0, &status), "%s: ask about piece %u",
	     lane->name, piece);
	if (status == -EFAULT)
		fail("%s: piece %u: the engine met a page fault or a forbidden address",
		     lane->name, piece);
	need(status, "%s: piece %u", lane->name, piece);
}

static uint64_t check_piece(struct demo *d, unsigned int piece, unsigned int stage,
			    const void *data, uint64_t sum)
{
	uint64_t found = hash(data, PIECE);

	if (found != d->piece[piece].hash)
		fail("%s: piece %u (MiB %lu to %lu) has checksum %016" PRIx64 ", not %016" PRIx64,
		     d->piece[piece].job[stage].lane->name, piece, piece * PIECE / MIB,
		     (piece + 1) * PIECE / MIB, found, d->piece[piece].hash);
	return fold(sum, found);
}

/* Stages 1 and 2 are submitted at once, then looked at. */
static void through_hbm(struct demo *d, uint64_t sum)
{
	int64_t started = hlaccel_now_ns(), arrived[MOVE + 1] = {};
	struct drm_hlaccel_sync syncs[2];
	unsigned int i, stage;

	for (i = 0; i < d->pieces; i++) {
		uint64_t offset = i * PIECE;
		struct lane *before;

		submit_piece(d, i, UPLOAD, d->source.address + offset, d->first.address + offset,
			     syncs, 0);
		before = d->piece[i].job[UPLOAD].lane;
		syncs[0] = hlaccel_sync(before->timeline, 0, before->seqno);
		submit_piece(d, i, MOVE, d->first.address + offset, d->second.address + offset,
			     syncs, 1);
	}
	for (stage = UPLOAD; stage <= MOVE; stage++) {
		for (i = 0; i < d->pieces; i++)
			wait_piece(d, i, stage);
		arrived[stage] = hlaccel_now_ns() - started;
	}
	for (stage = UPLOAD; stage <= MOVE; stage++) {
		const struct buffer *b = stage == UPLOAD ? &d->first : &d->second;
		uint64_t found = 0;

		for (i = 0; i < d->pieces; i++)
			found = check_piece(d, i, stage, b->map + i * PIECE, found);
		need(found == sum ? 0 : -EPROTO, "%s: checksum", stages[stage]);
		print_stage(stages[stage], b->size, arrived[stage], found);
	}
}

static void submit_to_sram(struct demo *d, unsigned int piece, uint32_t filled, uint32_t emptied)
{
	struct drm_hlaccel_sync syncs[3];
	unsigned int n = 0;

	if (piece >= SLOTS)
		syncs[n++] = hlaccel_sync(emptied, 0, 0);
	syncs[n++] = hlaccel_sync(filled, DRM_HLACCEL_SYNC_SIGNAL, 0);
	submit_piece(d, piece, TO_SRAM, d->second.address + piece * PIECE,
		     d->slot[piece % SLOTS].address, syncs, n);
}

/*
 * Stages 3 and 4: the slots in SRAM change hands by binary syncobjs. While the
 * CPU looks at one of them, the other is filled or emptied.
 */
static void through_sram(struct demo *d, uint64_t sum)
{
	int64_t started = hlaccel_now_ns(), sram_ns;
	uint32_t filled[SLOTS], emptied[SLOTS];
	struct drm_hlaccel_sync syncs[3];
	uint64_t found = 0;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		need(hlaccel_syncobj_create(d->fd, &filled[i]), "create a syncobj");
		need(hlaccel_syncobj_create(d->fd, &emptied[i]), "create a syncobj");
		if (i < d->pieces)
			submit_to_sram(d, i, filled[i], emptied[i]);
	}
	for (i = 0; i < d->pieces; i++) {
		unsigned int slot = i % SLOTS;

		wait_piece(d, i, TO_SRAM);
		found = check_piece(d, i, TO_SRAM, d->slot[slot].map, found);
		syncs[0] = hlaccel_sync(filled[slot], 0, 0);
		syncs[1] = hlaccel_sync(emptied[slot], DRM_HLACCEL_SYNC_SIGNAL, 0);
		submit_piece(d, i, DOWNLOAD, d->slot[slot].address, d->target.address + i * PIECE,
			     syncs, 2);
		if (i + SLOTS < d->pieces)
			submit_to_sram(d, i + SLOTS, filled[slot], emptied[slot]);
	}
	need(found == sum ? 0 : -EPROTO, "%s: checksum", stages[TO_SRAM]);
	sram_ns = hlaccel_now_ns() - started;
	print_stage("HBM to SRAM, in pieces", d->second.size, sram_ns, found);

	found = 0;
	for (i = 0; i < d->pieces; i++)
		wait_piece(d, i, DOWNLOAD);
	started = hlaccel_now_ns() - started;
	for (i = 0; i < d->pieces; i++)
		found = check_piece(d, i, DOWNLOAD, d->target.map + i * PIECE, found);
	need(found == sum ? 0 : -EPROTO, "%s: checksum", stages[DOWNLOAD]);
	print_stage(stages[DOWNLOAD], d->target.size, started, found);
	if (memcmp(d->source.map, d->target.map, d->target.size))
		fail("the data came back changed, though its checksum is right");
}

static struct drm_hlaccel_counters read_counters(struct demo *d)
{
	struct drm_hlaccel_counters counters = {};
	uint32_t size = sizeof(counters);

	need(hlaccel_query(d->fd, DRM_HLACCEL_QUERY_COUNTERS, &counters, &size, NULL),
	     "read the counters");
	return counters;
}

/* What happened since the start of the demo, not of the driver. */
static void check_counters(struct demo *d, const struct drm_hlaccel_counters *before)
{
	struct drm_hlaccel_counters after = read_counters(d);
	uint64_t failed = after.jobs_failed - before->jobs_failed;
	uint64_t faults = after.faults - before->faults;
	uint64_t resets = after.resets - before->resets;

	printf("interrupts %" PRIu64 ", jobs %" PRIu64 ", failed %" PRIu64 ", faults %" PRIu64
	       ", resets %" PRIu64 "\n", (uint64_t)(after.interrupts - before->interrupts),
	       (uint64_t)(after.jobs_completed - before->jobs_completed), failed, faults, resets);
	if (faults)
		fail("the card reported %" PRIu64 " faults", faults);
	if (failed)
		fail("%" PRIu64 " jobs failed", failed);
	if (resets)
		fail("the card was reset %" PRIu64 " times", resets);
}

int main(int argc, char **argv)
{
	static struct drm_hlaccel_engine_info before[MAX_ENGINES];
	static struct demo demo = { .seed = 0x484c4143434c3031, .pieces = 64 };
	struct drm_hlaccel_counters counters;
	struct demo *d = &demo;
	unsigned long mib;
	uint64_t sum;
	int opt;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((opt = getopt(argc, argv, "m:s:")) != -1) {
		if (opt == 's') {
			d->seed = strtoull(optarg, NULL, 0);
			continue;
		}
		mib = opt == 'm' ? strtoul(optarg, NULL, 0) : 0;
		if (!mib || mib % (PIECE / MIB) || mib * MIB / PIECE > MAX_PIECES || !d->seed) {
			fprintf(stderr, "usage: demo [-m MIB] [-s SEED]; MIB: 4 to 1024 by 4\n");
			return 2;
		}
		d->pieces = mib * MIB / PIECE;
	}
	open_card(d);
	counters = read_counters(d);
	memcpy(before, d->engine, sizeof(before));
	need(hlaccel_vm_create(d->fd, &d->vm), "create a VM");
	buffer_create(d, &d->programs, DRM_HLACCEL_REGION_DEVICE, 4 * MIB, "the program buffer");
	ping_engines(d);
	create_memory(d);
	check_zero(d);
	sum = fill_source(d);
	create_lanes(d);
	through_hbm(d, sum);
	through_sram(d, sum);
	run_engines(d);
	compute(d);
	print_table(d, before);
	check_log();
	check_counters(d, &counters);
	puts("PASS");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The PCI bus reports errors of the card, and the kernel recovers from them. Only on the
 * device model, behind a port (hlvm --switch).
 */
#include <errno.h>

#include "card.h"

#define LIMIT_MS	40000

static void must_work(void)
{
	struct card *c = card_open();
	uint32_t vm = card_vm(c), queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 0, vm);
	struct memory host = card_host(c, vm, c->va, MIB);
	struct memory hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_job job = hlaccel_job_copy(0, host.address, hbm.handle, 0, MIB);

	fill_random(host.map, MIB);
	OK(card_run(c, queue, &job));
	check_same(hbm.map, host.map, MIB);
	card_close(c);
}

/* By QEMU's names; what the kernel's events say about the reset. */
static const struct {
	const char *name;
	const char *error;
	const char *reset;
} errors[] = {
	{ "corrected", "BAD_TLP", NULL },
	{ "not_fatal", "POISON_TLP", "why=PCI error" },
	{ "fatal", "MALF_TLP", "why=frozen" },
};

/* Nothing, a reset by the driver, a reset by the port: jobs end, the card comes back. */
TEST_TABLE(aer_recovers, errors)
{
	int64_t deadline = deadline_ms(LIMIT_MS);
	struct drm_hlaccel_error record[4];
	struct card *c = card_open();
	struct memory hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	uint32_t count, queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, 0);
	uint64_t resets = card_counters(c).resets;
	struct drm_hlaccel_job job;
	const char *text, *at;
	struct gate g;
	unsigned int i;

	memset(hbm.map, 0x61, hbm.size);
	/* The gate is with the hardware when another one has been. */
	g = gate_create(c, 0);
	gate_open(c, &g);
	g = gate_create(c, 0);
	job = hlaccel_job_fill(hbm.handle, 0, PAGE, 1);
	trace_start();
	set("pcie-error", row->error);
	if (!row->reset) {
		usleep(2000000);
		gate_open(c, &g);
		OK(card_run(c, queue, &job));
		CHECK_EQ(card_counters(c).resets, resets);
		check_pattern(hbm.map + PAGE, 0x6161616161616161, hbm.size - PAGE);
		CHECK(!strstr(trace_stop(), "hlaccel_reset_begin: "));
		card_close(c);
		return;
	}
	CHECK(card_status(c, g.queue, g.seqno) < 0);
	while (card_counters(c).resets == resets) {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(50000);
	}
	/* Programs that touch the card wait until it is back. */
	for (i = 0; i < hbm.size; i += PAGE)
		hbm.map[i] = 2;
	REFUSED(hlaccel_submit(c->fd, queue, &job, 1, NULL), ECANCELED);
	OK(hlaccel_read_errors(c->fd, record, ARRAY_SIZE(record), &count, NULL));
	CHECK_EQ(count, 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_RESET);
	must_work();
	CHECK_EQ(card_counters(c).resets, resets + 1);
	text = trace_stop();
	at = trace_find(text, "reset_begin", row->reset);
	CHECK(at < trace_find(text, "reset_end", "number="));
	card_close(c);
}

/* The port has done its part, but the card does not boot: it is given up, and told so. */
TEST_LIMIT(aer_gives_up, 120)
{
	int64_t deadline = deadline_ms(60000);
	struct drm_hlaccel_error record[4];
	struct card *c = card_open();
	uint32_t queue = card_queue(c, DRM_HLACCEL_ENGINE_DMA, 1, 0), count, id;
	struct memory hbm = card_memory(c, DRM_HLACCEL_REGION_DEVICE, 2 * MIB);
	struct drm_hlaccel_job job = hlaccel_job_fill(hbm.handle, 0, PAGE, 1);
	char address[32];
	int ret;

	card_pci_address(c, address, sizeof(address));
	OK(card_run(c, queue, &job));
	set("fw-fault", "stuck-preboot");
	set("pcie-error", "MALF_TLP");
	do {
		CHECK(hlaccel_now_ns() < deadline);
		usleep(100000);
		ret = hlaccel_vm_create(c->fd, &id);
		CHECK(!ret || ret == -EIO);
	} while (!ret);
	REFUSED(hlaccel_submit(c->fd, queue, &job, 1, NULL), EIO);
	OK(hlaccel_read_errors(c->fd, record, ARRAY_SIZE(record), &count, NULL));
	CHECK_EQ(count, 1);
	CHECK_EQ(record[0].kind, DRM_HLACCEL_ERROR_RESET);
	card_close(c);
	set("fw-fault", "none");
	OK(write_file(DRIVER_FOLDER "/unbind", address));
	OK(write_file(DRIVER_FOLDER "/bind", address));
	must_work();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Errors of the card that a program provokes, and what is recorded of them.
 * After each of them the card has to be as good as new for the next program.
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

/* The next program finds a card that works. */
static void as_good_as_new(void)
{
	int fd = open_card();
	struct cb cb = cb_new(fd, PAGE);
	struct hl_info_cs_timeout_event timeout;
	struct hl_info_undefined_opcode_event opcode;

	p_nop(&cb.p);
	CHECK_EQ(submit_cb(fd, &cb, Q_IN), 1);
	done(fd, 1);
	OK(info(fd, HL_INFO_CS_TIMEOUT_EVENT, &timeout, sizeof(timeout)));
	CHECK_EQ(timeout.timestamp, 0);
	OK(info(fd, HL_INFO_UNDEFINED_OPCODE_EVENT, &opcode, sizeof(opcode)));
	CHECK_EQ(opcode.timestamp, 0);
	CHECK_EQ(device_status(fd), HL_DEVICE_STATUS_OPERATIONAL);
	CHECK(!munmap(cb.map, PAGE));
	close_card(fd);
}

/* A card that is busy when its program goes is reset: let it be over. */
static void settle(int fd)
{
	close_card(fd);
	as_good_as_new();
}

/* All of them, or none */
static void mapping_rooms(int fd, uint32_t count)
{
	struct hl_user_mapping mappings[65], other[65], untouched[65];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)mappings, .return_size = sizeof(mappings[0]) * count,
		.op = HL_INFO_USER_MAPPINGS,
	};

	memset(mappings, 0xa5, sizeof(mappings));
	memset(other, 0xa5, sizeof(other));
	memset(untouched, 0xa5, sizeof(untouched));
	OK(info_raw(fd, &a));
	CHECK_EQ(a.array_size, count);
	same(&mappings[count], untouched, sizeof(untouched) - a.return_size);
	a.return_pointer = (uintptr_t)other;
	a.return_size--;
	a.array_size = 0;
	REFUSED(info_raw(fd, &a), ENOMEM);
	CHECK_EQ(a.array_size, count);
	same(other, untouched, sizeof(untouched));
	a.return_size = sizeof(other);
	a.array_size = 0;
	OK(info_raw(fd, &a));
	CHECK_EQ(a.array_size, count);
	same(other, mappings, sizeof(other));
}

TEST_LIMIT(page_fault, 120)
{
	int64_t before = now_ns();
	int fd = open_card(), e = notifier(fd);
	struct cb cb = cb_new(fd, PAGE);
	struct host h = host_new(fd, PAGE);
	uint64_t hole = h.address + 0x10000000, seen;
	struct hl_page_fault_info fault = { 0 };
	struct hl_user_mapping mappings[64];
	struct hl_info_args a = {
		.return_pointer = (uintptr_t)mappings, .return_size = sizeof(mappings),
		.op = HL_INFO_USER_MAPPINGS,
	};
	uint32_t i;

	p_copy(&cb.p, hole, DRAM_BASE, 64);
	submit_cb(fd, &cb, Q_IN);
	seen = await_events(fd, e, HL_NOTIFIER_EVENT_PAGE_FAULT);
	CHECK(seen & HL_NOTIFIER_EVENT_PAGE_FAULT);
	OK(info(fd, HL_INFO_PAGE_FAULT_EVENT, &fault, sizeof(fault)));
	CHECK(fault.timestamp >= before && fault.timestamp <= now_ns());
	CHECK_EQ(fault.addr & ~(PAGE - 1), hole & ~(PAGE - 1));
	/* What was mapped then */
	OK(info_raw(fd, &a));
	CHECK(a.array_size >= 1 && a.array_size <= 64);
	for (i = 0; i < a.array_size; i++)
		if (mappings[i].dev_va == (h.address & ~(PAGE - 1)))
			break;
	CHECK(i < a.array_size);
	CHECK_EQ(mappings[i].size, PAGE);
	mapping_rooms(fd, a.array_size);
	a.return_pointer = 0;
	REFUSED(info_raw(fd, &a), EINVAL);
	a.return_pointer = 8;
	a.return_size = sizeof(mappings);
	REFUSED(info_raw(fd, &a), EFAULT);
	/* As other answers: cut, but not to nothing */
	record_rooms(fd, HL_INFO_PAGE_FAULT_EVENT, sizeof(fault), false);
	REFUSED(info(fd, HL_INFO_PAGE_FAULT_EVENT, &fault, 0), EINVAL);
	REFUSED(info(fd, HL_INFO_PAGE_FAULT_EVENT, NULL, sizeof(fault)), EINVAL);
	fault.addr = 5;
	OK(info(fd, HL_INFO_PAGE_FAULT_EVENT, &fault, 8));
	CHECK_EQ(fault.addr, 5);
	CHECK(!munmap(cb.map, PAGE));
	settle(fd);
}

/* The notifier tells of each, the record is of the first one. */
TEST_LIMIT(second_page_fault, 120)
{
	int fd = open_card(), e = notifier(fd);
	struct cb cb = cb_new(fd, PAGE);
	struct host h = host_new(fd, PAGE);
	uint64_t hole = h.address + 0x10000000;
	struct hl_page_fault_info first = { 0 }, second = { 0 };

	p_copy(&cb.p, hole, DRAM_BASE, 64);
	submit_cb(fd, &cb, Q_IN);
	await_events(fd, e, HL_NOTIFIER_EVENT_PAGE_FAULT);
	OK(info(fd, HL_INFO_PAGE_FAULT_EVENT, &first, sizeof(first)));
	cb_begin(&cb);
	p_copy(&cb.p, DRAM_BASE, hole + MIB, 64);
	submit_cb(fd, &cb, Q_OUT);
	/* The in-kernel driver tells of the first one only. */
	if (!differs("later-events"))
		await_events(fd, e, HL_NOTIFIER_EVENT_PAGE_FAULT);
	OK(info(fd, HL_INFO_PAGE_FAULT_EVENT, &second, sizeof(second)));
	CHECK_EQ(second.timestamp, first.timestamp);
	CHECK_EQ(second.addr, first.addr);
	CHECK(!munmap(cb.map, PAGE));
	settle(fd);
}

static const struct hl_info_undefined_opcode_event no_record;

/* The upper processor of an internal queue meets what is no packet. */
TEST_LIMIT(undefined_opcode, 120)
{
	int64_t before = now_ns();
	int fd = open_card(), e = notifier(fd);
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunks[2];
	struct hl_info_undefined_opcode_event record = { 0 };

	hlaccel_packet_raw(host_begin(&h, 0, PAGE), 0, 0x1f << 24);
	p_nop(&h.p);
	p_nop(&cb.p);
	chunks[0] = internal(Q_DMA2, h.address, 16);
	chunks[1] = external(&cb, Q_IN);
	submit(fd, chunks, 2);
	await_events(fd, e, HL_NOTIFIER_EVENT_UNDEFINED_OPCODE);
	OK(info(fd, HL_INFO_UNDEFINED_OPCODE_EVENT, &record, sizeof(record)));
	CHECK(record.timestamp >= before && record.timestamp <= now_ns());
	record_rooms(fd, HL_INFO_UNDEFINED_OPCODE_EVENT, sizeof(record), false);
	CHECK_EQ(record.engine_id, GAUDI_ENGINE_ID_DMA_2);
	CHECK_EQ(record.stream_id, 0);
	/* The last command buffers of that stream: there was no other one */
	CHECK_EQ(record.cb_addr_streams_len, 1);
	CHECK_EQ(record.cb_addr_streams[0][0], h.address);
	if (!differs("older-buffers"))
		CHECK_EQ(record.cb_addr_streams[0][1], 0);
	if (!differs("upper-pointer"))
		CHECK(record.cq_addr >= h.address && record.cq_addr <= h.address + 16);
	CHECK(!munmap(cb.map, PAGE));
	settle(fd);
}

/* The lower one: whoever has sent it there may be any of the four streams. */
TEST_LIMIT(undefined_opcode_below, 120)
{
	int fd = open_card(), e = notifier(fd);
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_cs_chunk chunks[3];
	struct hl_info_undefined_opcode_event record = no_record;
	struct hl_info_engine_err_event engine = { 0 };

	hlaccel_packet_raw(host_begin(&h, 1024, 1024), 0, 0x1f << 24);
	p_nop(&h.p);
	p_cp_dma(host_begin(&h, 0, 1024), MB, h.address + 1024, 16);
	p_nop(host_begin(&h, 2048, 1024));
	p_nop(&cb.p);
	/* Stream 1 has one behind it. */
	chunks[0] = internal(Q_DMA2 + 1, h.address + 2048, 8);
	chunks[1] = external(&cb, Q_IN);
	done(fd, submit(fd, chunks, 2));
	wait_idle(fd);
	chunks[0] = internal(Q_DMA2 + 3, h.address, 16);
	submit(fd, chunks, 2);
	await_events(fd, e, HL_NOTIFIER_EVENT_UNDEFINED_OPCODE);
	OK(info(fd, HL_INFO_UNDEFINED_OPCODE_EVENT, &record, sizeof(record)));
	CHECK_EQ(record.engine_id, GAUDI_ENGINE_ID_DMA_2);
	CHECK_EQ(record.stream_id, 4);
	CHECK_EQ(record.cb_addr_streams_len, 4);
	CHECK_EQ(record.cb_addr_streams[0][0], 0);
	CHECK_EQ(record.cb_addr_streams[1][0], h.address + 2048);
	CHECK_EQ(record.cb_addr_streams[2][0], 0);
	CHECK_EQ(record.cb_addr_streams[3][0], h.address);
	CHECK_EQ(record.cb_addr_streams[3][1], 0);
	CHECK(record.cq_addr >= h.address + 1024 && record.cq_addr <= h.address + 1024 + 16);
	if (!differs("engine-record")) {
		OK(info(fd, HL_INFO_USER_ENGINE_ERR_EVENT, &engine, sizeof(engine)));
		CHECK_EQ(engine.engine_id, GAUDI_ENGINE_ID_DMA_2);
		CHECK_EQ(engine.error_count, 1);
		record_rooms(fd, HL_INFO_USER_ENGINE_ERR_EVENT, sizeof(engine), true);
		REFUSED(info(fd, HL_INFO_USER_ENGINE_ERR_EVENT, &engine, 0), ENOMEM);
	}
	CHECK(!munmap(cb.map, PAGE));
	settle(fd);
}

/* A write to a register that is not for programs */
TEST_LIMIT(forbidden_register, 120)
{
	int64_t before = now_ns();
	int fd = open_card(), e = notifier(fd);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_info_razwi_event razwi;

	memset(&razwi, 0, sizeof(razwi));
	if (gen == &generation_2021)
		return;
	/* The message-signalled interrupt of the host */
	hlaccel_packet_msg_long(&cb.p, MB, CFG_BASE + 0xc04100, 0);
	submit_cb(fd, &cb, Q_IN);
	await_events(fd, e, HL_NOTIFIER_EVENT_RAZWI);
	OK(info(fd, HL_INFO_RAZWI_EVENT, &razwi, sizeof(razwi)));
	record_rooms(fd, HL_INFO_RAZWI_EVENT, sizeof(razwi), false);
	CHECK(razwi.timestamp >= before && razwi.timestamp <= now_ns());
	CHECK(razwi.num_of_possible_engines >= 1 && razwi.num_of_possible_engines <= 128);
	CHECK_EQ(razwi.flags & HL_RAZWI_READ, 0);
	CHECK(!munmap(cb.map, PAGE));
	settle(fd);
}

/* Closing with work that does not end: the card is reset, and can be opened again. */
TEST_LIMIT(close_in_flight, 120)
{
	int fd = open_card(), control = open_control();
	struct gate g = gate_close(fd, Q_IN, 0);
	struct hl_info_reset_count before, after;

	OK(info(control, HL_INFO_RESET_COUNT, &before, sizeof(before)));
	CHECK(busy(fd, g.seq));
	CHECK(!munmap(g.cb.map, PAGE) && !munmap(g.opener.map, PAGE));
	settle(fd);
	OK(info(control, HL_INFO_RESET_COUNT, &after, sizeof(after)));
	CHECK_EQ(after.hard_reset_cnt, before.hard_reset_cnt + 1);
}

/* All submissions have ended, but not what one of them began. */
TEST_LIMIT(close_with_internal_work, 120)
{
	int fd = open_card(), control = open_control();
	struct host h = host_new(fd, PAGE);
	struct cb cb = cb_new(fd, PAGE);
	struct hl_info_reset_count before, after;
	struct hl_cs_chunk chunks[2];

	OK(info(control, HL_INFO_RESET_COUNT, &before, sizeof(before)));
	p_wait(host_begin(&h, 0, PAGE), Q_DMA2, 250, 900, 1, false);
	p_nop(&cb.p);
	chunks[0] = internal(Q_DMA2, h.address, (uint32_t)h.p.used);
	chunks[1] = external(&cb, Q_IN);
	done(fd, submit(fd, chunks, 2));
	CHECK(!idle(fd));
	CHECK(!munmap(cb.map, PAGE));
	settle(fd);
	OK(info(control, HL_INFO_RESET_COUNT, &after, sizeof(after)));
	CHECK_EQ(after.hard_reset_cnt, before.hard_reset_cnt + 1);
}

/* The same when the program is killed */
TEST_LIMIT(killed_in_flight, 120)
{
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (!child) {
		int fd = open_card();

		gate_close(fd, Q_IN, 0);
		gate_close(fd, Q_OUT, 0);
		kill(getpid(), SIGKILL);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	as_good_as_new();
}

/* The window is full: the next one is refused, and counted as such. */
TEST_LIMIT(window_is_full, 300)
{
	struct hl_info_cs_counters before, after;
	int fd = open_card(), i, ret = 0;
	struct gate gates[EXTERNALS];
	struct hl_cs_chunk chunk;
	uint64_t seq;
	struct cb cb;

	for (i = 0; i < EXTERNALS; i++)
		gates[i] = gate_close(fd, i, 0);
	cb = cb_new(fd, PAGE);
	p_nop(&cb.p);
	before = counters(fd);
	for (i = 0; i < 20000 && !ret; i++) {
		chunk = external(&cb, i % EXTERNALS);
		ret = submit_flags(fd, &chunk, 1, 0, &seq);
	}
	CHECK_EQ(ret, -EAGAIN);
	CHECK_EQ(i + EXTERNALS - 1, 16384);
	after = counters(fd);
	CHECK_EQ(after.ctx_max_cs_in_flight_drop_cnt - before.ctx_max_cs_in_flight_drop_cnt, 1);
	CHECK(!munmap(cb.map, PAGE));
	for (i = 0; i < EXTERNALS; i++)
		CHECK(!munmap(gates[i].cb.map, PAGE) && !munmap(gates[i].opener.map, PAGE));
	settle(fd);
}

struct parent {
	int fd;
	struct gate g;
};

/* The in-kernel driver kills whoever has the card open when it is reset. */
static int reset_under(bool wait)
{
	int status, fd, control;
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		struct hl_wait_cs_out out;
		char path[256];
		struct gate g;
		int ret;

		fd = open_card();
		g = gate_close(fd, Q_IN, 0);
		card_folder(path, sizeof(path));
		strcat(path, "/hard_reset");
		if (!fork()) {
			FILE *f = fopen(path, "w");

			sleep_ms(300);
			close(fd);
			if (!f || fputs("1", f) < 0 || fclose(f))
				_exit(1);
			_exit(0);
		}
		ret = wait_cs(fd, g.seq, wait ? FOREVER : SECOND, &out);
		if (ret != -EIO)
			FAIL("the wait: %s, status %u", strerror(-ret), out.status);
		CHECK_EQ(out.status, HL_WAIT_CS_STATUS_ABORTED);
		control = open_control();
		while (device_status(control) != HL_DEVICE_STATUS_OPERATIONAL)
			sleep_ms(50);
		/* New requests are for whoever opens it anew. */
		REFUSED(host_unmap(fd, 0), EBUSY);
		REFUSED(cb_destroy(fd, g.cb.handle), EBUSY);
		REFUSED(wait_cs(fd, g.seq, 0, &out), EIO);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	return status;
}

TEST_LIMIT(reset_while_open, 200)
{
	struct hl_info_reset_count before, after;
	int control = open_control(), status;

	OK(info(control, HL_INFO_RESET_COUNT, &before, sizeof(before)));
	status = reset_under(true);
	if (differs("killed-by-reset"))
		CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) || !status);
	else
		CHECK_EQ(status, 0);
	as_good_as_new();
	OK(info(control, HL_INFO_RESET_COUNT, &after, sizeof(after)));
	CHECK(after.hard_reset_cnt > before.hard_reset_cnt);
}

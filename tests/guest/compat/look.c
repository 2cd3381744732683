// SPDX-License-Identifier: GPL-2.0
/*
 * What debugfs shows of a program and of the card's memory. The formats of tables are
 * ours; those of single values are in nodes.c.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

static void put(const char *name, const char *text)
{
	char path[128];

	debugfs_file(path, sizeof(path), true, name);
	OK(put_text(path, text, strlen(text)));
}

static int try_put(const char *name, const char *text)
{
	char path[128];

	debugfs_file(path, sizeof(path), true, name);
	return put_text(path, text, strlen(text));
}

/* All of a file; its length */
static size_t get(const char *name, char *text, size_t size)
{
	char path[128];
	size_t used = 0;
	ssize_t n;
	int fd;

	debugfs_file(path, sizeof(path), true, name);
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	while ((n = read(fd, text + used, size - 1 - used)) > 0)
		used += (size_t)n;
	CHECK_EQ(n, 0);
	close(fd);
	text[used] = 0;
	return used;
}

/* The line of a table that begins so, or NULL */
static char *line(char *text, const char *start)
{
	size_t length = strlen(start);

	while (text && strncmp(text, start, length)) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text;
}

TEST(copy_of_device_memory)
{
	static char blob[8192];
	int fd = open_card();
	struct host h = host_new(fd, 2 * PAGE);
	struct cb cb = cb_new(fd, PAGE);

	fill(h.map, 2 * PAGE);
	p_copy(&cb.p, h.address, DRAM_BASE + 64 * KIB - PAGE, 2 * PAGE);
	p_copy(&cb.p, h.address, SRAM_BASE + 0x1000, PAGE);
	done(fd, submit_cb(fd, &cb, Q_IN));
	/* Over the end of a piece that is read at a time */
	put("addr", "0x2000f000");
	put("dma_size", "0x1fff");
	CHECK_EQ(get("data_dma", blob, sizeof(blob)), 0x1fff);
	same(blob, h.map, 0x1fff);
	put("addr", "0x7ff0001080");
	put("dma_size", "100");
	CHECK_EQ(get("data_dma", blob, sizeof(blob)), 256);
	same(blob, h.map, 256);
}

/* One piece of 128 MiB is the most. */
TEST_LIMIT(size_of_a_copy, 120)
{
	put("addr", "0x20000000");
	REFUSED(try_put("dma_size", "0"), EINVAL);
	REFUSED(try_put("dma_size", "8000001"), EINVAL);
	REFUSED(try_put("dma_size", "much"), EINVAL);
	put("dma_size", "8000000");
	put("dma_size", "1");
}

static uint64_t word_at(const char *address)
{
	char text[64];

	put("addr", address);
	get("data32", text, sizeof(text));
	return strtoull(text, NULL, 16);
}

/* The driver's own objects: signals count from zero, and no monitor waits for them. */
TEST(driver_objects_after_open)
{
	/* Of queue 0: its first object, its monitor, which waits for nine, and that one's state */
	static const char object[] = "0x7ffc492200", arm[] = "0x7ffc495900",
		     status[] = "0x7ffc496100";
	int fd;

	close_card(open_card());
	put("addr", object);
	put("data32", "0x5");
	CHECK_EQ(word_at(object), 5);
	put("addr", arm);
	put("data32", "0x12fe10");
	CHECK(word_at(status));
	/* What closing does is another matter */
	fd = open_card();
	CHECK_EQ(word_at(object), 0);
	CHECK_EQ(word_at(status), 0);
	close_card(fd);
}

/* What the last program has left everywhere is gone. */
TEST_LIMIT(cleared_everywhere, 120)
{
	int fd = open_card();
	uint64_t places = hw_ip(fd).dram_size / GIB, n;
	struct host h = host_new(fd, places * PAGE);
	struct cb cb = cb_new(fd, 2 * PAGE);

	fill(h.map, places * PAGE);
	for (n = 0; n < places; n++)
		p_copy(&cb.p, h.address + n * PAGE, DRAM_BASE + n * GIB + n * PAGE, PAGE);
	done(fd, submit_cb(fd, &cb, Q_IN));
	cb_free(fd, &cb);
	fd = reopen(fd);
	h = host_new(fd, places * PAGE);
	fill(h.map, places * PAGE);
	cb = cb_new(fd, 2 * PAGE);
	for (n = 0; n < places; n++)
		p_copy(&cb.p, DRAM_BASE + n * GIB + n * PAGE, h.address + n * PAGE, PAGE);
	done(fd, submit_cb(fd, &cb, Q_OUT));
	for (n = 0; n < places * PAGE; n++)
		CHECK_EQ(h.map[n], 0);
}

struct place_row {
	const char *name;
	const char *address;
	int error;
};

static const struct place_row places[] = {
	{ "sram", "0x7ff0001000", 0 },
	{ "end_of_sram", "0x7ff13ff000", 0 },
	{ "over_the_end_of_sram", "0x7ff13ff001", EINVAL },
	{ "reserved_dram", "0x1000", 0 },
	{ "end_of_dram", "0x7fffff000", 0 },
	{ "over_the_end_of_dram", "0x7fffff001", EINVAL },
	{ "registers", "0x7ffc000000", EINVAL },
	{ "host", "0x1000000000000", EINVAL },
	{ "overflow", "0xffffffffffffffff", EINVAL },
};

TEST_TABLE(place_of_a_copy, places)
{
	put("addr", row->address);
	REFUSED(try_put("dma_size", "0x1000"), row->error);
}

TEST(table_of_buffers)
{
	char text[4096], start[32], *found;
	int fd = open_card(), maps, used;
	struct cb cb = cb_new(fd, PAGE);
	unsigned int size;
	uint64_t other;

	OK(cb_create(fd, 3 * PAGE, &other));
	get("command_buffers", text, sizeof(text));
	snprintf(start, sizeof(start), "0x%016" PRIx64, cb.handle);
	found = line(text, start);
	CHECK(found && sscanf(found + 18, "%u %d %d", &size, &maps, &used) == 3);
	CHECK(size == PAGE && maps == 1 && !used);
	snprintf(start, sizeof(start), "0x%016" PRIx64, other);
	found = line(text, start);
	CHECK(found && sscanf(found + 18, "%u %d", &size, &maps) == 2);
	CHECK(size == 3 * PAGE && !maps);
	OK(cb_destroy(fd, other));
	get("command_buffers", text, sizeof(text));
	CHECK(!line(text, start));
	cb_free(fd, &cb);
	close_card(fd);
	get("command_buffers", text, sizeof(text));
	CHECK(!line(text, "0x"));
}

/* What @text says behind the head of the line for a host address: device and bus address */
static int found_at(char *text, const void *host, uint64_t *address, uint64_t *bus)
{
	char start[32], *found;

	snprintf(start, sizeof(start), "0x%" PRIxPTR " ", (uintptr_t)host);
	found = line(text, start);
	return found ? sscanf(found, "%*s %" SCNx64 " %" SCNx64, address, bus) : 0;
}

/* By the address in the program; and the device's tables say the same. */
TEST(lookup_of_host_memory)
{
	char text[4096], ask[64], *walk;
	int fd = open_card();
	struct host h = host_new(fd, 4 * PAGE);
	uint64_t address, bus, seen;
	void *inside = h.map + PAGE + 0x123;

	snprintf(ask, sizeof(ask), "%" PRIxPTR, (uintptr_t)inside);
	put("userptr_lookup", ask);
	get("userptr_lookup", text, sizeof(text));
	CHECK_EQ(found_at(text, inside, &address, &bus), 2);
	CHECK_EQ(address, h.address + PAGE + 0x123);
	CHECK_EQ(bus % PAGE, 0x123);

	snprintf(ask, sizeof(ask), "1 0x%" PRIx64 "\n", address);
	put("mmu", ask);
	get("mmu", text, sizeof(text));
	walk = line(text, "address: ");
	CHECK(walk && sscanf(walk, "address: %" SCNx64, &seen) == 1);
	/* The device has host memory behind a window. */
	CHECK_EQ(seen & (PAGE - 1), 0x123);
	CHECK_EQ((seen ^ bus) & 0xffffffff, 0);
	CHECK(line(text, "hop0: ") && line(text, "hop4: "));

	snprintf(ask, sizeof(ask), "%" PRIxPTR, (uintptr_t)h.map);
	host_free(fd, &h);
	get("mmu", text, sizeof(text));
	CHECK(line(text, "not mapped"));
	put("userptr_lookup", ask);
	get("userptr_lookup", text, sizeof(text));
	CHECK(!line(text, "0x"));
}

/* Registers of all sync managers' monitors: what the program has set up is among them. */
TEST(dump_of_monitors)
{
	static uint32_t dump[4][5][512];
	int fd = open_card(), sm, found = 0;
	struct cb cb = cb_new(fd, PAGE);

	hlaccel_packet_msg_short(&cb.p, RB | MB, HLACCEL_BASE_MONITORS, 0x1000 + 4 * 77, 0x1234567);
	done(fd, submit_cb(fd, &cb, Q_IN));
	REFUSED(try_put("monitor_dump_trig", "0"), EINVAL);
	REFUSED(try_put("monitor_dump_trig", "please"), EINVAL);
	put("monitor_dump_trig", "1");
	/* One more byte than there are, for the zero behind them */
	CHECK_EQ(get("monitor_dump", (char *)dump, sizeof(dump)), sizeof(dump) - 1);
	for (sm = 0; sm < 4; sm++)
		found += dump[sm][2][77] == 0x1234567;
	CHECK_EQ(found, 1);
}

static const struct place_row walks[] = {
	{ "good", "1 0x1000000000000", 0 },
	{ "kernel", "0 0x0", 0 },
	{ "no_address", "1", EINVAL },
	{ "no_prefix", "1 1000", EINVAL },
	{ "no_space", "0x1000", EINVAL },
	{ "no_number", "one 0x1000", EINVAL },
	{ "no_hex", "1 0xzz", EINVAL },
	{ "no_address_space", "1024 0x1000", EINVAL },
	{ "too_long", "1 0x00000000000000000000000001000", EINVAL },
	{ "nothing", "", EINVAL },
};

TEST_TABLE(question_to_the_mmu, walks)
{
	char text[4096];

	REFUSED(try_put("mmu", row->address), row->error);
	CHECK(get("mmu", text, sizeof(text)) > 0);
}

/* Mappings, submissions and engines, while there is something to be seen */
TEST(tables_of_a_program)
{
	static char text[32768];
	char start[32];
	int fd = open_card();
	struct host h = host_new(fd, PAGE);
	struct gate g = gate_close(fd, Q_IN, 0);
	size_t idle_size;

	snprintf(start, sizeof(start), "0x%" PRIx64 " ", h.address);
	get("userptr", text, sizeof(text));
	CHECK(line(text, start));
	get("vm", text, sizeof(text));
	CHECK(line(text, start));
	CHECK(get("command_submission", text, sizeof(text)) > 0);
	CHECK(get("command_submission_jobs", text, sizeof(text)) > 0);
	idle_size = get("command_submission", text, sizeof(text));
	CHECK(get("engines", text, sizeof(text)) > 100);
	CHECK(line(text, "DMA0") && line(text, "TPC7") && line(text, "MME0"));
	gate_finish(fd, &g);
	CHECK(get("command_submission", text, sizeof(text)) < idle_size);
}

/* The machine does not say what it is: the same zero as in INFO. */
TEST(server_type)
{
	char text[64];

	get("server_type", text, sizeof(text));
	CHECK_EQ(strtoul(text, NULL, 0), 0);
	CHECK_EQ(hw_ip(open_card()).server_type, 0);
}

TEST(buses_and_lights)
{
	char text[64];

	put("i2c_bus", "1");
	put("i2c_addr", "0x50");
	put("i2c_reg", "2");
	put("i2c_len", "9");
	REFUSED(try_put("i2c_data", "1"), EINVAL);
	put("i2c_len", "1");
	put("i2c_data", "0x5a");
	get("i2c_data", text, sizeof(text));
	CHECK(!strcmp(text, "0x5a\n"));
	put("led0", "1");
	put("led1", "0");
	put("led2", "1");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * stock-info NODE: asks the control node of the in-kernel driver who the card
 * is and how it feels. stock-info -e: prints what drivers said in the kernel's
 * log at level "error" or worse; fails if there is anything.
 *
 * Layouts and numbers are those of that driver's interface; nothing is shared
 * with hlaccel or with the model.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct info_args {
	uint64_t pointer;
	uint32_t size;
	uint32_t op;
	uint32_t parameter;
	uint32_t pad;
};

/* The parts of the answers that are looked at, at their places. */
#define IP_SIZE			304
#define IP_SRAM_BASE		0
#define IP_DRAM_BASE		8
#define IP_DRAM_SIZE		16
#define IP_SRAM_SIZE		24
#define IP_EVENTS		28
#define IP_DEVICE_ID		32
#define IP_VERSION		72
#define IP_CARD_NAME		200
#define IP_TPC_MASK		216
#define IP_DRAM_PAGE		224

#define OP_IP			0
#define OP_DRAM_USAGE		2
#define OP_IDLE			3
#define OP_STATUS		4
#define OP_CLOCK		8
#define OP_RESETS		9
#define OP_TIME			10
#define OP_SYNC			14
#define OP_ENERGY		15
#define OP_PLL			16
#define OP_POWER		17

#define INFO			_IOWR('d', 0x40, struct info_args)

static int bad;

static void check(int ok, const char *what)
{
	if (ok)
		return;
	printf("# %s\n", what);
	bad = 1;
}

static int ask(int fd, uint32_t op, uint32_t parameter, void *answer, uint32_t size)
{
	struct info_args args = {
		.pointer = (uintptr_t)answer,
		.size = size,
		.op = op,
		.parameter = parameter,
	};

	memset(answer, 0, size);
	return ioctl(fd, INFO, &args) ? -errno : 0;
}

static uint64_t word(const unsigned char *answer, unsigned int offset, unsigned int size)
{
	uint64_t value = 0;

	memcpy(&value, answer + offset, size);
	return value;
}

static void look_at_card(int fd)
{
	unsigned char ip[IP_SIZE];
	uint32_t id;

	check(!ask(fd, OP_IP, 0, ip, sizeof(ip)), "no answer about the card");
	id = word(ip, IP_DEVICE_ID, 4);
	check(id == 0x1000 || id == 0x1010, "device id");
	check(word(ip, IP_SRAM_BASE, 8) == 0x7ff0000080, "SRAM base");
	check(word(ip, IP_SRAM_SIZE, 4) == 0x13fff80, "SRAM size");
	check(word(ip, IP_DRAM_BASE, 8) == 0x20000000, "DRAM base");
	check(word(ip, IP_DRAM_SIZE, 8) != 0, "DRAM size");
	check(word(ip, IP_EVENTS, 4) == 663, "number of events");
	check(word(ip, IP_TPC_MASK, 8) == 0xff, "TPC mask");
	check(word(ip, IP_DRAM_PAGE, 8) == 2 << 20, "DRAM page size");
	check(ip[IP_CARD_NAME] && !ip[IP_CARD_NAME + 15], "card name");
	check(ip[IP_VERSION] && !ip[IP_VERSION + 127], "firmware version");
	printf("# device %04x, card %s, firmware %s\n", id, ip + IP_CARD_NAME, ip + IP_VERSION);
}

static void look_at_state(int fd)
{
	static const struct {
		uint32_t op, parameter, size;
		const char *what;
	} others[] = {
		{ OP_DRAM_USAGE, 0, 16, "DRAM usage" }, { OP_CLOCK, 0, 8, "clock rate" },
		{ OP_RESETS, 0, 8, "reset count" }, { OP_TIME, 0, 24, "time" },
		{ OP_SYNC, 0, 8, "sync manager W_S" }, { OP_SYNC, 2, 8, "sync manager E_N" },
		{ OP_ENERGY, 0, 8, "energy" }, { OP_PLL, 3, 8, "PLL frequency" },
		{ OP_POWER, 0, 8, "power" },
	};
	unsigned char answer[64];
	unsigned int i;

	check(!ask(fd, OP_STATUS, 0, answer, 8), "no answer about the status");
	check(word(answer, 0, 4) == 0, "status is not operational");
	check(!ask(fd, OP_IDLE, 0, answer, 40), "no answer about idleness");
	check(word(answer, 0, 4) == 1, "not idle");
	check(word(answer, 4, 4) == 0 && word(answer, 8, 8) == 0, "engines are busy");
	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		int ret = ask(fd, others[i].op, others[i].parameter, answer, others[i].size);

		if (ret)
			printf("# %s: %s\n", others[i].what, strerror(-ret));
		bad |= !!ret;
	}
}

/* Records of the kernel's log look like "level,number,time,-;text". */
static int errors(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK), found = 0;
	char line[8192];
	ssize_t n;

	if (fd < 0) {
		perror("/dev/kmsg");
		return 1;
	}
	while ((n = read(fd, line, sizeof(line) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		char *text;

		if (n < 0)
			continue;
		line[n] = '\0';
		text = strchr(line, ';');
		if (!text || (strtoul(line, NULL, 10) & 7) > 3)
			continue;
		if (!strstr(text, "habanalabs") && !strstr(text, "accel"))
			continue;
		found = 1;
		printf("# %s", text + 1);
	}
	return found;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "-e"))
		return errors();
	fd = open(argv[1], O_RDONLY);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	look_at_card(fd);
	if (!bad)
		look_at_state(fd);
	return bad;
}

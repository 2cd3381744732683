// SPDX-License-Identifier: GPL-2.0
/*
 * The driver is taken from the card while a program has it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"

#define DRIVER		"/sys/bus/pci/drivers/hlaccel"
#define THREADS		4

static char address[64];

static void driver(const char *what)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), DRIVER "/%s", what);
	fd = open(path, O_WRONLY);
	CHECK(fd >= 0);
	CHECK_EQ(write(fd, address, strlen(address)), (ssize_t)strlen(address));
	close(fd);
}

/* The card is the driver's again, and works. */
static void bind_and_try(void)
{
	struct cb cb;
	int fd;

	driver("bind");
	fd = open_card();
	cb = cb_new(fd, PAGE);
	p_nop(&cb.p);
	CHECK_EQ(submit_cb(fd, &cb, Q_IN), 1);
	done(fd, 1);
	CHECK(!munmap(cb.map, PAGE));
	close_card(fd);
}

static void *wait_for_ever(void *data)
{
	const struct gate *g = data;
	struct hl_wait_cs_out out;

	return (void *)(intptr_t)wait_cs((int)g->cb.size, g->seq, FOREVER, &out);
}

/* Work that does not end, one who waits for it, and memory that is mapped */
TEST_LIMIT(in_flight, 90)
{
	union hl_mem_args alloc = {
		.in = { .op = HL_MEM_OP_ALLOC, .alloc = { .mem_size = MIB } },
	};
	struct hl_info_hw_ip_info ip;
	struct hl_wait_cs_out out;
	struct hl_cs_chunk chunk;
	int fd = open_card();
	struct gate g, waited;
	pthread_t thread;
	struct host h;
	uint64_t seq;
	struct cb cb;
	void *ret;

	OK(sysfs_value("pci_addr", address, sizeof(address)));
	g = gate_close(fd, Q_IN, 0);
	h = host_new(fd, 4 * PAGE);
	cb = cb_new(fd, PAGE);
	p_nop(&cb.p);
	chunk = external(&cb, Q_OUT);
	waited = g;
	waited.cb.size = (uint32_t)fd;
	CHECK(!pthread_create(&thread, NULL, wait_for_ever, &waited));
	sleep_ms(100);
	driver("unbind");
	CHECK(!pthread_join(thread, &ret));
	CHECK_EQ((intptr_t)ret, -EIO);
	REFUSED(info(fd, HL_INFO_HW_IP_INFO, &ip, sizeof(ip)), ENODEV);
	REFUSED(submit_flags(fd, &chunk, 1, 0, &seq), ENODEV);
	REFUSED(wait_cs(fd, g.seq, 0, &out), ENODEV);
	REFUSED(cb_destroy(fd, cb.handle), ENODEV);
	REFUSED(host_unmap(fd, h.address), ENODEV);
	REFUSED(memory(fd, &alloc), ENODEV);
	/* Memory of the kernel's stays until it is unmapped */
	memset(cb.map, 0x5a, PAGE);
	CHECK_EQ(((unsigned char *)cb.map)[PAGE - 1], 0x5a);
	CHECK(!munmap(g.cb.map, PAGE) && !munmap(g.opener.map, PAGE));
	close_card(fd);
	CHECK(!munmap(cb.map, PAGE));
	bind_and_try();
}

static int card;

/* Everything there is, until the card is gone */
static void *work(void *data)
{
	unsigned int me = (unsigned int)(uintptr_t)data;
	char *area = pages(64 * KIB);
	struct hl_wait_cs_out out;
	struct hl_cs_chunk chunk;
	uint64_t handle, va, seq;
	int ret = 0;

	chunk = (struct hl_cs_chunk) { .queue_index = me * 2, .cb_size = 64 };
	while (ret != -ENODEV) {
		uint32_t *words;
		unsigned int i;

		ret = cb_create(card, me % 2 ? PAGE : 64 * KIB, &handle);
		if (ret)
			continue;
		words = mmap(NULL, me % 2 ? PAGE : 64 * KIB, PROT_READ | PROT_WRITE, MAP_SHARED,
			     card, (off_t)handle);
		if (words != MAP_FAILED) {
			for (i = 0; i < (me % 2 ? PAGE : 64 * KIB) / 8; i++)
				words[2 * i + 1] = 0xa << 24;
			chunk.cb_handle = handle;
			chunk.cb_size = me % 2 ? 64 : 64 * KIB;
			munmap(words, me % 2 ? PAGE : 64 * KIB);
		}
		ret = host_map(card, area, 64 * KIB, 0, 0, &va);
		for (i = 0; i < 20 && ret != -ENODEV; i++)
			ret = submit_flags(card, &chunk, 1, 0, &seq);
		if (!ret)
			wait_cs(card, seq, SECOND, &out);
		host_unmap(card, va);
		ret = cb_destroy(card, handle);
	}
	return NULL;
}

/* Threads that submit, map and wait; and then the program ends as the card goes. */
TEST_LIMIT(at_work, 120)
{
	unsigned int round, i;

	OK(sysfs_value("pci_addr", address, sizeof(address)));
	for (round = 0; round < 4; round++) {
		pthread_t threads[THREADS];

		card = open_card();
		for (i = 0; i < THREADS; i++)
			CHECK(!pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i));
		sleep_ms(50 + 30 * round);
		driver("unbind");
		for (i = 0; i < THREADS; i++)
			CHECK(!pthread_join(threads[i], NULL));
		close(card);
		bind_and_try();
	}
}

/* A program is killed and the card goes, now one and now the other first. */
TEST_LIMIT(killed_meanwhile, 120)
{
	unsigned int round;
	int status;

	OK(sysfs_value("pci_addr", address, sizeof(address)));
	for (round = 0; round < 6; round++) {
		int ready[2];
		pid_t child;
		char c;

		CHECK(!pipe(ready));
		child = fork();
		CHECK(child >= 0);
		if (!child) {
			pthread_t threads[THREADS];
			unsigned int i;

			card = open_card();
			for (i = 0; i < THREADS; i++)
				CHECK(!pthread_create(&threads[i], NULL, work,
						      (void *)(uintptr_t)i));
			sleep_ms(50);
			CHECK_EQ(write(ready[1], "x", 1), 1);
			pause();
		}
		CHECK_EQ(read(ready[0], &c, 1), 1);
		close(ready[0]);
		close(ready[1]);
		if (round % 2) {
			kill(child, SIGKILL);
			driver("unbind");
		} else {
			pid_t killer = fork();

			CHECK(killer >= 0);
			if (!killer) {
				sleep_ms(round);
				kill(child, SIGKILL);
				_exit(0);
			}
			driver("unbind");
			CHECK_EQ(waitpid(killer, &status, 0), killer);
		}
		CHECK_EQ(waitpid(child, &status, 0), child);
		bind_and_try();
	}
}

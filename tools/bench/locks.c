// SPDX-License-Identifier: GPL-2.0
/*
 * At which locks do clients meet? For a kernel with lock statistics and two CPUs:
 * two processes, each with a file, an address space and an engine of its own.
 * What the kernel has counted goes to locks-PHASE.txt in the working folder.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define PROCESSES	2U
#define ROUNDS		40U
/* Few enough for the time limit of a job, which goes on while the engines are held */
#define ROUND_JOBS	50U
#define ROUND_MAPS	50U
#define BARRIER_TRIES	60000U

/** struct meeting - What the processes share */
struct meeting {
	unsigned int arrived;
	unsigned int failed;
};

static int write_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, word, strlen(word)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static int copy_statistics(const char *phase)
{
	char path[64], buffer[4096];
	ssize_t got;
	int in, out, ret = 0;

	snprintf(path, sizeof(path), "locks-%s.txt", phase);
	in = open("/proc/lock_stat", O_RDONLY);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	while (in >= 0 && out >= 0 && (got = read(in, buffer, sizeof(buffer))) > 0) {
		if (write(out, buffer, (size_t)got) != got)
			ret = -EIO;
	}
	if (in < 0 || out < 0)
		ret = -errno;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return ret;
}

/* Until all processes have come here as often as this one; bounded */
static int meet(struct meeting *m)
{
	static unsigned int number;
	unsigned int tries;

	number++;
	__atomic_add_fetch(&m->arrived, 1, __ATOMIC_SEQ_CST);
	for (tries = 0; tries < BARRIER_TRIES; tries++) {
		if (__atomic_load_n(&m->arrived, __ATOMIC_SEQ_CST) >= number * PROCESSES)
			return 0;
		usleep(1000);
	}
	return -ETIME;
}

/* Switch the statistics, with all processes standing still */
static int count_locks(struct meeting *m, unsigned int me, const char *on)
{
	int ret = meet(m);

	if (!ret && !me)
		ret = write_word("/proc/sys/kernel/lock_stat", on);
	return ret ?: meet(m);
}

/* The engines are held while both submit: no interrupt comes to the locks */
static int submit_rounds(struct bench *b, struct meeting *m, struct client *c, unsigned int me)
{
	unsigned int round, i;
	uint64_t seqno = 0;
	/* Setting up needs the engines, the other one's too */
	int ret = meet(m);

	for (round = 0; !ret && round < ROUNDS; round++) {
		measure_hold(b, true);
		ret = count_locks(m, me, "1");
		for (i = 0; !ret && i < ROUND_JOBS; i++)
			ret = b->ops->submit(c, JOB_COPY, 1, 0, &seqno);
		if (!ret)
			ret = count_locks(m, me, "0");
		measure_hold(b, false);
		if (!ret)
			ret = client_wait(b, c, JOB_COPY, 0, seqno);
		if (!ret)
			ret = meet(m);
	}
	return ret;
}

static int bind_rounds(struct bench *b, struct meeting *m, struct client *c, unsigned int me)
{
	uint64_t va[ROUND_MAPS];
	char *pool = memory_small(ROUND_MAPS * PAGE);
	unsigned int round, i;
	int ret = count_locks(m, me, "1");

	for (round = 0; !ret && round < ROUNDS; round++) {
		for (i = 0; !ret && i < ROUND_MAPS; i++)
			ret = b->ops->map(c, pool + i * PAGE, PAGE, &va[i]);
		for (i = 0; !ret && i < ROUND_MAPS; i++)
			ret = b->ops->unmap(c, va[i], PAGE);
	}
	if (!ret)
		ret = count_locks(m, me, "0");
	memory_free(pool, ROUND_MAPS * PAGE);
	return ret;
}

typedef int (*phase_fn)(struct bench *b, struct meeting *m, struct client *c, unsigned int me);

static int process(struct bench *b, struct meeting *m, unsigned int me, phase_fn run)
{
	struct client *c = NULL;
	cpu_set_t cpus;
	int ret;

	CPU_ZERO(&cpus);
	CPU_SET(me, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		return -errno;
	b->engine = me;
	ret = b->ops->create(b, CLIENT_COPIES, &c);
	if (ret)
		return ret;
	ret = run(b, m, c, me);
	b->ops->destroy(c);
	return ret;
}

static void phase(struct bench *b, const char *name, phase_fn run)
{
	struct meeting *m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				 -1, 0);
	unsigned int i;
	int status, ret;

	if (m == MAP_FAILED) {
		report_why(b, name, "mmap", -errno);
		return;
	}
	ret = write_word("/proc/sys/kernel/lock_stat", "0");
	if (!ret)
		ret = write_word("/proc/lock_stat", "0");
	fflush(b->out);
	for (i = 0; !ret && i < PROCESSES; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(process(b, m, i, run) ? 1 : 0);
		if (pid < 0)
			m->failed++;
	}
	while (wait(&status) > 0)
		m->failed += status != 0;
	if (!ret)
		ret = copy_statistics(name);
	if (ret)
		report_why(b, name, "lock statistics", ret);
	else if (m->failed)
		report_why(b, name, "a process failed", 0);
	else
		report_value(b, name, "processes", PROCESSES);
	munmap(m, PAGE);
}

void locks(struct bench *b)
{
	if (b->ops->max_clients < PROCESSES) {
		report_why(b, "submit", "the driver has one client at a time", 0);
		return;
	}
	phase(b, "submit", submit_rounds);
	phase(b, "bind", bind_rounds);
}

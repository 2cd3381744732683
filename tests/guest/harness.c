// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the tests of one program.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

static struct test *tests, **last = &tests;
static uint64_t seed, state;

/** harness_add() - Called for each test before main() */
void harness_add(struct test *test)
{
	*last = test;
	last = &test->next;
}

/** harness_fail() - End the running test */
void harness_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	printf("# %s:%d: ", file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	_exit(1);
}

/** harness_note() - A line for people */
void harness_note(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

/** harness_seed() - What makes harness_random() repeat itself */
uint64_t harness_seed(void)
{
	return seed;
}

/** harness_random() - The next random number (splitmix64) */
uint64_t harness_random(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/** set() - Set a property of the device model, of its first card */
void set(const char *property, const char *value)
{
	char command[128];

	snprintf(command, sizeof(command), "hlqom card0 %s %s", property, value);
	if (system(command))
		FAIL("%s did not work", command);
}

static const char *row_name(const struct test *test, size_t row)
{
	return *(const char * const *)((const char *)test->rows + row * test->row_size);
}

static void full_name(const struct test *test, size_t row, char *name, size_t size)
{
	if (test->rows)
		snprintf(name, size, "%s/%s", test->name, row_name(test, row));
	else
		snprintf(name, size, "%s", test->name);
}

/* Wait for the process; kill it and all that it started when it is too slow. */
static bool finish(pid_t child, unsigned int limit_s)
{
	struct timespec limit = { .tv_sec = limit_s };
	int status, got;
	sigset_t set;
	bool late;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		pid_t pid = waitpid(child, &status, WNOHANG);

		if (pid == child) {
			late = false;
			break;
		}
		got = sigtimedwait(&set, NULL, &limit);
		if (got < 0 && errno == EAGAIN) {
			late = true;
			break;
		}
	}
	kill(-child, SIGKILL);
	if (late) {
		printf("# not done within %u s\n", limit_s);
		/* A process stuck in the kernel is left behind, not waited for. */
		for (got = 0; got < 50 && !waitpid(child, &status, WNOHANG); got++)
			usleep(100000);
		return false;
	}
	if (WIFSIGNALED(status))
		printf("# killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool run(const struct test *test, size_t row)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child < 0) {
		printf("# fork: %s\n", strerror(errno));
		return false;
	}
	if (!child) {
		sigset_t set;

		setpgid(0, 0);
		sigemptyset(&set);
		sigprocmask(SIG_SETMASK, &set, NULL);
		state = seed;
		test->run(test->rows ? (const char *)test->rows + row * test->row_size : NULL);
		fflush(stdout);
		_exit(0);
	}
	/* Both sides do it, so that it is done before either goes on. */
	setpgid(child, child);
	return finish(child, test->limit_s);
}

static void usage(const char *program)
{
	fprintf(stderr, "usage: %s [-l] [-s SEED] [FILTER...]\n"
		"-l lists the tests; a FILTER is a part of a name\n", program);
	exit(2);
}

static unsigned int tenths(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 10 + now.tv_nsec / 100000000;
}

static bool wanted(const char *name, char **filters)
{
	if (!*filters)
		return true;
	for (; *filters; filters++)
		if (strstr(name, *filters))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	unsigned int number = 0, failed = 0;
	const struct test *test;
	bool list = false;
	char name[256];
	sigset_t set;
	size_t row;
	int opt;

	seed = (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
	while ((opt = getopt(argc, argv, "ls:")) != -1) {
		if (opt == 'l')
			list = true;
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 0);
		else
			usage(argv[0]);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!list)
		printf("TAP version 13\n# seed 0x%llx\n", (unsigned long long)seed);
	for (test = tests; test; test = test->next) {
		size_t rows = test->rows ? test->num_rows : 1;

		for (row = 0; row < rows; row++) {
			unsigned int took;
			bool passed;

			full_name(test, row, name, sizeof(name));
			if (!wanted(name, argv + optind))
				continue;
			number++;
			if (list) {
				puts(name);
				continue;
			}
			took = tenths();
			passed = run(test, row);
			took = tenths() - took;
			failed += !passed;
			/* What makes a run long, for who wants to make it short */
			if (took >= 10)
				printf("# %u.%u s: %s\n", took / 10, took % 10, name);
			printf("%s %u %s\n", passed ? "ok" : "not ok", number, name);
		}
	}
	if (list)
		return 0;
	printf("1..%u\n", number);
	if (!number)
		fprintf(stderr, "no test matches\n");
	return failed || !number;
}

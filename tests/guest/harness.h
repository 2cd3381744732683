/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small test harness: each test in a process of its own, with a time limit,
 * and TAP on stdout. A program links harness.c and defines tests with TEST()
 * or TEST_TABLE(); the first failed check ends a test.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/** struct test - One test, or one that runs for each row of a table */
struct test {
	const char *name;
	void (*run)(const void *row);
	unsigned int limit_s;
	/* Rows begin with a const char * that names them. */
	const void *rows;
	size_t row_size;
	size_t num_rows;
	struct test *next;
};

void harness_add(struct test *test);
void harness_fail(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4), noreturn));
void harness_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
uint64_t harness_seed(void);
uint64_t harness_random(void);
void set(const char *property, const char *value);

#define HARNESS_ADD(function, body, seconds, table, size, count)			\
	static void __attribute__((constructor)) add_##function(void)			\
	{										\
		static struct test test = {						\
			.name = #function, .run = body, .limit_s = (seconds),		\
			.rows = (table), .row_size = (size), .num_rows = (count),	\
		};									\
		harness_add(&test);							\
	}

/* A test with another limit than 30 s. */
#define TEST_LIMIT(function, seconds)							\
	static void function(void);							\
	static void run_##function(const void *row)					\
	{										\
		(void)row;								\
		function();								\
	}										\
	HARNESS_ADD(function, run_##function, seconds, NULL, 0, 0)			\
	static void function(void)

#define TEST(function)	TEST_LIMIT(function, 30)

/* A test for each row of an array; its parameter is a pointer to the row. */
#define TEST_TABLE(function, table)							\
	static void function(const typeof((table)[0]) *row);				\
	static void run_##function(const void *row)					\
	{										\
		function(row);								\
	}										\
	HARNESS_ADD(function, run_##function, 30, table, sizeof((table)[0]),		\
		    ARRAY_SIZE(table))							\
	static void function(const typeof((table)[0]) *row)

#define FAIL(...)	harness_fail(__FILE__, __LINE__, __VA_ARGS__)

#define CHECK(condition) do {								\
	if (!(condition))								\
		FAIL("%s is false", #condition);					\
} while (0)

#define CHECK_EQ(found, expected) do {							\
	long long found_ = (long long)(found), expected_ = (long long)(expected);	\
											\
	if (found_ != expected_)							\
		FAIL("%s is %lld (0x%llx), not %lld (0x%llx)", #found, found_, found_,	\
		     expected_, expected_);						\
} while (0)

/* A call that answers zero or a negative errno. */
#define OK(call) do {									\
	int ret_ = (call);								\
											\
	if (ret_)									\
		FAIL("%s: %s", #call, strerror(-ret_));					\
} while (0)

#define REFUSED(call, error) do {							\
	int ret_ = (call);								\
											\
	if (ret_ != -(error))								\
		FAIL("%s: %s, expected %s", #call, ret_ ? strerror(-ret_) : "accepted",	\
		     strerror(error));							\
} while (0)

#endif /* HARNESS_H */

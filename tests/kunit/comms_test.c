// SPDX-License-Identifier: GPL-2.0
/*
 * What the driver believes of a boot descriptor: one valid descriptor, and one
 * fault at a time.
 */
#include <kunit/test.h>

#include "hlaccel_device.h"
#include "hlaccel_fw.h"
#include "hlaccel_fw_if.h"

/* The checksum bit by bit, from its definition */
static u32 slow_crc32(const u8 *data, size_t len)
{
	u32 crc = ~0u;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= data[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static void seal(struct hlaccel_comms_desc *desc)
{
	desc->header.crc32 = cpu_to_le32(slow_crc32((u8 *)desc + 0x10,
						    le16_to_cpu(desc->header.size)));
}

static int comms_init(struct kunit *test)
{
	struct hlaccel_comms_desc *desc = kunit_kzalloc(test, sizeof(*desc), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, desc);
	desc->header.magic = cpu_to_le32(COMMS_DESC_MAGIC);
	desc->header.size = cpu_to_le16(0x4f0);
	desc->header.version = 3;
	for (i = 0; i < COMMS_NUM_REGS; i++)
		desc->regs[i] = cpu_to_le32(0xc4b100 + 4 * i);
	desc->img_addr = cpu_to_le64(0x800000);
	seal(desc);
	test->priv = desc;
	return 0;
}

static int check(struct kunit *test)
{
	return hlaccel_comms_check_desc(&hlaccel_gaudi_desc, test->priv);
}

static void valid(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, check(test), 0);
}

static void every_byte_is_covered(struct kunit *test)
{
	u8 *bytes = test->priv;
	size_t i;

	for (i = 0x10; i < sizeof(struct hlaccel_comms_desc); i += 7) {
		bytes[i] ^= 0x20;
		KUNIT_EXPECT_EQ_MSG(test, check(test), -EBADMSG, "byte %zu", i);
		bytes[i] ^= 0x20;
	}
	KUNIT_EXPECT_EQ(test, check(test), 0);
}

static void wrong_checksum(struct kunit *test)
{
	struct hlaccel_comms_desc *desc = test->priv;

	desc->header.crc32 ^= cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, check(test), -EBADMSG);
}

/* A length beyond the descriptor must not be read, let alone summed up */
static void size_too_large(struct kunit *test)
{
	struct hlaccel_comms_desc *desc = test->priv;

	desc->header.size = cpu_to_le16(0x4f1);
	KUNIT_EXPECT_EQ(test, check(test), -EINVAL);
	desc->header.size = cpu_to_le16(0xffff);
	KUNIT_EXPECT_EQ(test, check(test), -EINVAL);
}

static void size_too_small(struct kunit *test)
{
	struct hlaccel_comms_desc *desc = test->priv;

	/* The image's address is the last field that is used */
	desc->header.size = cpu_to_le16(0x270);
	seal(desc);
	KUNIT_EXPECT_EQ(test, check(test), 0);
	desc->header.size = cpu_to_le16(0x26f);
	seal(desc);
	KUNIT_EXPECT_EQ(test, check(test), -EINVAL);
	desc->header.size = 0;
	seal(desc);
	KUNIT_EXPECT_EQ(test, check(test), -EINVAL);
}

static const u8 checked_regs[] = { 12, 14, 15, 16, 24, 25, 26, 27, 28, 29, 31, 32, 33 };

static void reg_name(const u8 *reg, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "register %u", *reg);
}

KUNIT_ARRAY_PARAM(reg, checked_regs, reg_name);

static void bad_register(struct kunit *test)
{
	struct hlaccel_comms_desc *desc = test->priv;
	u8 reg = *(const u8 *)test->param_value;

	desc->regs[reg] = cpu_to_le32(hlaccel_gaudi_desc.cfg_size - 4);
	seal(desc);
	KUNIT_EXPECT_EQ(test, check(test), 0);
	desc->regs[reg] = cpu_to_le32(hlaccel_gaudi_desc.cfg_size);
	seal(desc);
	KUNIT_EXPECT_EQ(test, check(test), -EINVAL);
	desc->regs[reg] = cpu_to_le32(0xc4b102);
	seal(desc);
	KUNIT_EXPECT_EQ(test, check(test), -EINVAL);
	desc->regs[reg] = cpu_to_le32(0xfffffffc);
	seal(desc);
	KUNIT_EXPECT_EQ(test, check(test), -EINVAL);
}

static void strings_end(struct kunit *test)
{
	char raw[8] = { 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' };
	char out[8];

	hlaccel_fw_string(out, sizeof(out), raw, sizeof(raw));
	KUNIT_EXPECT_STREQ(test, out, "abcdefg");
	raw[2] = '\n';
	hlaccel_fw_string(out, sizeof(out), raw, sizeof(raw));
	KUNIT_EXPECT_STREQ(test, out, "ab");
	raw[0] = (char)0xff;
	hlaccel_fw_string(out, sizeof(out), raw, sizeof(raw));
	KUNIT_EXPECT_STREQ(test, out, "");
}

static struct kunit_case comms_cases[] = {
	KUNIT_CASE(valid),
	KUNIT_CASE(every_byte_is_covered),
	KUNIT_CASE(wrong_checksum),
	KUNIT_CASE(size_too_large),
	KUNIT_CASE(size_too_small),
	KUNIT_CASE_PARAM(bad_register, reg_gen_params),
	KUNIT_CASE(strings_end),
	{}
};

static struct kunit_suite comms_suite = {
	.name = "hlaccel_comms",
	.init = comms_init,
	.test_cases = comms_cases,
};

kunit_test_suite(comms_suite);

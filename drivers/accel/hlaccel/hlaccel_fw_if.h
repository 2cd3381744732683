/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the driver and the card's firmware say to each other. Everything that
 * comes from the firmware is checked before it is used.
 */
#ifndef _HLACCEL_FW_IF_H_
#define _HLACCEL_FW_IF_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

/* Boot states, PSOC_BOOT_STATUS */
#define BOOT_STATUS_WFE			1
#define BOOT_STATUS_DRAM_RDY		2
#define BOOT_STATUS_APP_RUNS		3
#define BOOT_STATUS_NIC_FW_RDY		11
#define BOOT_STATUS_READY_TO_BOOT	15
#define BOOT_STATUS_WAIT_BOOT_FIT	16

/* Messages of the legacy boot, PSOC_KMD_MSG */
#define KMD_MSG_NONE			0
#define KMD_MSG_GOTO_WFE		1
#define KMD_MSG_FIT_RDY			2
#define KMD_MSG_RST_DEV			5
/* Its answers, PSOC_CMD_STATUS */
#define CMD_STATUS_CLEAR		0
#define CMD_STATUS_OK			1

/* Capabilities, PSOC_BOOT_STS0. They count only when VALID is set. */
#define STS0_SECURITY			BIT(0)
#define STS0_E2E_CREDITS		BIT(5)
#define STS0_HBM_CREDITS		BIT(6)
#define STS0_SRAM_SCRAMBLER		BIT(8)
#define STS0_DRAM_SCRAMBLER		BIT(9)
#define STS0_HARD_RESET			BIT(10)
#define STS0_PLL_INFO			BIT(11)
#define STS0_PACKET_PI_ACK		BIT(15)
#define STS0_COMMS			BIT(16)
#define STS0_WINDOWS			BIT(17)
#define STS0_DYN_PLL			BIT(19)
#define STS0_GIC_PRIVILEGED		BIT(20)
#define STS0_EQ_INDEX			BIT(21)
#define STS0_MULTI_IRQ_POLL		BIT(22)
#define STS0_VALID			BIT(31)

/* Errors, PSOC_BOOT_ERR0 and _ERR1; they count only when VALID is set */
#define BOOT_ERR_VALID			BIT(31)
/* DRAM failed, DRAM skipped, PLL, binning, EEPROM, memory scrub */
#define BOOT_ERR0_FATAL \
	(BIT(0) | BIT(3) | BIT(12) | BIT(19) | BIT(22) | BIT(23))

/* Length of each version string in the firmware's structures */
#define FW_VERSION_LEN			128

/*
 * Boot handshake with a command and a status register.
 */
#define COMMS_CMD_SIZE			GENMASK(24, 0)
#define COMMS_CMD_ID			GENMASK(31, 27)
#define COMMS_STS_OFFSET		GENMASK(25, 0)
#define COMMS_STS_RAM			GENMASK(27, 26)
#define COMMS_STS_STATUS		GENMASK(31, 28)

#define COMMS_RAM_SRAM			0
#define COMMS_RAM_DRAM			1

enum hlaccel_comms_cmd {
	COMMS_NOOP = 0,
	COMMS_CLR_STS = 1,
	COMMS_RST_STATE = 2,
	COMMS_PREP_DESC = 3,
	COMMS_DATA_RDY = 4,
	COMMS_EXEC = 5,
	COMMS_RST_DEV = 6,
	COMMS_GOTO_WFE = 7,
};

enum hlaccel_comms_status {
	COMMS_STS_NOOP = 0,
	COMMS_STS_ACK = 1,
	COMMS_STS_OK = 2,
};

#define COMMS_DESC_MAGIC		0x4843444d
#define COMMS_DESC_VERSION		3
#define COMMS_NUM_REGS			58

/* Indices in hlaccel_comms_desc.regs */
enum hlaccel_comms_reg {
	COMMS_REG_STS0 = 12,
	COMMS_REG_ERR0 = 14,
	COMMS_REG_ERR1 = 15,
	COMMS_REG_BOOT_STATUS = 16,
	COMMS_REG_KMD_MSG = 24,
	COMMS_REG_CMD_STATUS = 25,
	COMMS_REG_PI_UPD_IRQ = 26,
	COMMS_REG_TPC_QMAN_IRQ = 27,
	COMMS_REG_MME_QMAN_IRQ = 28,
	COMMS_REG_DMA_QMAN_IRQ = 29,
	COMMS_REG_DMA_CORE_IRQ = 31,
	COMMS_REG_HALT_IRQ = 32,
	COMMS_REG_INTS_IRQ = 33,
};

struct hlaccel_comms_header {
	__le32 magic;
	__le32 crc32;
	__le16 size;
	u8 version;
	u8 pad[5];
};

static_assert(sizeof(struct hlaccel_comms_header) == 0x10);

struct hlaccel_comms_message {
	u8 valid;
	u8 level;
	u8 pad[6];
	char text[128];
};

static_assert(sizeof(struct hlaccel_comms_message) == 136);

struct hlaccel_comms_desc {
	struct hlaccel_comms_header header;
	__le32 regs[COMMS_NUM_REGS];
	char fuse_version[FW_VERSION_LEN];
	char fw_version[FW_VERSION_LEN];
	char reserved[FW_VERSION_LEN];
	__le64 img_addr;
	u8 binning[88];
	struct hlaccel_comms_message messages[4];
	__le32 reserved_mem_mb;
	__le32 pad;
};

static_assert(offsetof(struct hlaccel_comms_desc, fw_version) == 0x178);
static_assert(offsetof(struct hlaccel_comms_desc, img_addr) == 0x278);
static_assert(sizeof(struct hlaccel_comms_desc) == 1280);

/*
 * Mailbox of the running firmware.
 */
enum hlaccel_cpucp_opcode {
	CPUCP_DISABLE_PCI_ACCESS = 1,
	CPUCP_ENABLE_PCI_ACCESS = 2,
	CPUCP_TEMPERATURE_GET = 3,
	CPUCP_VOLTAGE_GET = 4,
	CPUCP_CURRENT_GET = 5,
	CPUCP_FREQUENCY_SET = 9,
	CPUCP_FREQUENCY_GET = 10,
	CPUCP_LED_SET = 11,
	CPUCP_I2C_WRITE = 12,
	CPUCP_I2C_READ = 13,
	CPUCP_INFO_GET = 14,
	CPUCP_UNMASK_IRQ = 16,
	CPUCP_TEST = 18,
	CPUCP_FREQUENCY_CURR_GET = 19,
	CPUCP_MAX_POWER_GET = 20,
	CPUCP_MAX_POWER_SET = 21,
	CPUCP_EEPROM_GET = 22,
	CPUCP_TEMPERATURE_SET = 24,
	CPUCP_PCIE_THROUGHPUT_GET = 27,
	CPUCP_PCIE_REPLAY_GET = 28,
	CPUCP_TOTAL_ENERGY_GET = 29,
	CPUCP_PLL_INFO_GET = 30,
	CPUCP_POWER_GET = 32,
	CPUCP_HBM_REPLACED_ROWS_GET = 43,
	CPUCP_HBM_PENDING_ROWS_GET = 44,
	CPUCP_ATTESTATION_GET = 49,
	CPUCP_INFO_SIGNED_GET = 50,
	CPUCP_MONITOR_DUMP_GET = 52,
	CPUCP_GENERIC_PASSTHROUGH = 56,
};

#define CPUCP_CTL_RC			GENMASK(15, 12)
#define CPUCP_CTL_OPCODE		GENMASK(28, 16)
#define CPUCP_FENCE_CONST		0xfe8ce7a5
#define CPUCP_FENCE_NONE		0xffffffff

struct hlaccel_cpucp_packet {
	union {
		__le64 value;
		__le64 result;
		__le64 addr;
	};
	__le32 ctl;
	__le32 fence;
	union {
		struct {
			__le16 sensor_index;
			__le16 sensor_attr;
		};
		__le16 pll_type;
		__le32 pll_index;
		__le32 data_max_size;
		__le32 index;
	};
	__le32 sub_index;
};

static_assert(sizeof(struct hlaccel_cpucp_packet) == 24);

struct hlaccel_cpucp_bd {
	__le64 ptr;
	__le32 len;
	__le32 ctl;
};

static_assert(sizeof(struct hlaccel_cpucp_bd) == 16);

/* Kinds of sensors, and the bits of what each of them tells */
#define CPUCP_SENSOR_TEMPERATURE	1
#define CPUCP_SENSOR_VOLTAGE		2
#define CPUCP_SENSOR_CURRENT		3
#define CPUCP_SENSOR_POWER		4

#define CPUCP_TEMPERATURE_INPUT		0
#define CPUCP_TEMPERATURE_MAX		6
#define CPUCP_TEMPERATURE_CRIT		8
#define CPUCP_TEMPERATURE_OFFSET	19
#define CPUCP_TEMPERATURE_LOWEST	21
#define CPUCP_TEMPERATURE_HIGHEST	22
#define CPUCP_RAIL_INPUT		0
#define CPUCP_RAIL_MIN			1
#define CPUCP_RAIL_MAX			2
#define CPUCP_RAIL_LOWEST		6
#define CPUCP_RAIL_HIGHEST		7
#define CPUCP_POWER_INPUT		8
#define CPUCP_POWER_INPUT_HIGHEST	9

struct hlaccel_cpucp_sensor {
	__le32 type;
	__le32 attrs;
};

struct hlaccel_cpucp_info {
	struct hlaccel_cpucp_sensor sensors[128];
	char kernel_version[FW_VERSION_LEN];
	__le32 reserved;
	__le32 card_type;
	__le32 card_location;
	__le32 cpld_version;
	__le32 infineon_version;
	char fuse_version[FW_VERSION_LEN];
	char thermal_version[FW_VERSION_LEN];
	char cpucp_version[FW_VERSION_LEN];
	__le32 infineon_second_version;
	__le64 dram_size;
	char card_name[16];
	u8 binning[0x64c - 0x630];
	__le32 cpld_timestamp;
	u8 masks[0x668 - 0x650];
	char fw_os_version[FW_VERSION_LEN];
};

static_assert(offsetof(struct hlaccel_cpucp_info, cpucp_version) == 0x594);
static_assert(offsetof(struct hlaccel_cpucp_info, card_name) == 0x620);
static_assert(offsetof(struct hlaccel_cpucp_info, cpld_timestamp) == 0x64c);
static_assert(sizeof(struct hlaccel_cpucp_info) == 0x6e8);

/* What a card with keys of its own signs */
struct hlaccel_cpucp_attestation {
	u8 pcr_data[256];
	u8 pcr_num_reg;
	u8 pcr_reg_len;
	__le16 pad;
	__le32 nonce;
	__le16 pcr_quote_len;
	u8 pcr_quote[510];
	u8 quote_sig_len;
	u8 quote_sig[255];
	__le16 pub_data_len;
	u8 public_data[510];
	__le16 certificate_len;
	u8 certificate[2046];
};

static_assert(offsetof(struct hlaccel_cpucp_attestation, nonce) == 260);
static_assert(sizeof(struct hlaccel_cpucp_attestation) == 3592);

struct hlaccel_cpucp_signed {
	struct hlaccel_cpucp_info info;
	__le32 nonce;
	__le32 pad;
	u8 info_sig_len;
	u8 info_sig[255];
	__le16 pub_data_len;
	u8 public_data[510];
	__le16 certificate_len;
	u8 certificate[2046];
};

static_assert(sizeof(struct hlaccel_cpucp_signed) == 4592);

/* Rows of HBM that were replaced by spare ones: a count, and 8 bytes each */
#define CPUCP_REPLACED_ROWS_SIZE	264

/*
 * Events.
 */
#define EQ_ENTRIES			64
#define EQ_CTL_READY			BIT(31)
#define EQ_CTL_TYPE			GENMASK(27, 16)
#define EQ_CTL_INDEX			GENMASK(15, 0)

struct hlaccel_eq_ecc {
	__le64 address;
	__le64 syndrome;
	u8 wrapper;
	u8 critical;
	__le16 block_id;
};

struct hlaccel_eq_entry {
	__le32 reserved;
	__le32 ctl;
	union {
		struct hlaccel_eq_ecc ecc;
		__le64 data[7];
	};
};

static_assert(sizeof(struct hlaccel_eq_entry) == 64);

#endif /* _HLACCEL_FW_IF_H_ */

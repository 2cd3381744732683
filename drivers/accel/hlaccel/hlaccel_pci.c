// SPDX-License-Identifier: GPL-2.0
/*
 * PCI: BARs, DMA mask, and the mailbox to the internal bus.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/pci.h>

#include <drm/drm_print.h>

#include "hlaccel_device.h"
#include "regs/pcie_regs.h"

#define ELBI_POLL_US		100
#define ELBI_TIMEOUT_US		10000

/* Start the access that was set up and wait for its end */
static int elbi_run(struct hlaccel_device *hdev, u32 ctrl)
{
	struct pci_dev *pdev = hdev->pdev;
	unsigned int left = ELBI_TIMEOUT_US / ELBI_POLL_US;
	u32 sts;

	pci_write_config_dword(pdev, ELBI_CTRL, ctrl);
	for (;;) {
		if (pci_read_config_dword(pdev, ELBI_STS, &sts) || PCI_POSSIBLE_ERROR(sts))
			return -EIO;
		if (sts & (ELBI_STS_DONE | ELBI_STS_ERROR))
			break;
		if (!left--)
			return -EIO;
		usleep_range(ELBI_POLL_US, 3 * ELBI_POLL_US);
	}
	return sts & ELBI_STS_ERROR ? -EIO : 0;
}

/* The high part of the address is implied */
static u32 elbi_address(struct hlaccel_device *hdev, u32 offset)
{
	return lower_32_bits(hlaccel_cfg_da(hdev, offset));
}

/**
 * hlaccel_elbi_read() - Read a configuration register without a BAR
 * @hdev: device
 * @offset: CFG offset
 * @val: its value
 *
 * Return: 0 or -EIO
 */
int hlaccel_elbi_read(struct hlaccel_device *hdev, u32 offset, u32 *val)
{
	struct pci_dev *pdev = hdev->pdev;
	int ret;

	pci_write_config_dword(pdev, ELBI_STS, 0);
	pci_write_config_dword(pdev, ELBI_ADDR, elbi_address(hdev, offset));
	ret = elbi_run(hdev, 0);
	if (ret)
		return ret;
	return pci_read_config_dword(pdev, ELBI_DATA, val) ? -EIO : 0;
}

/**
 * hlaccel_elbi_write() - Write a configuration register without a BAR
 * @hdev: device
 * @offset: CFG offset
 * @val: value
 *
 * Return: 0 or -EIO
 */
int hlaccel_elbi_write(struct hlaccel_device *hdev, u32 offset, u32 val)
{
	struct pci_dev *pdev = hdev->pdev;

	pci_write_config_dword(pdev, ELBI_STS, 0);
	pci_write_config_dword(pdev, ELBI_ADDR, elbi_address(hdev, offset));
	pci_write_config_dword(pdev, ELBI_DATA, val);
	return elbi_run(hdev, ELBI_CTRL_WRITE);
}

/* Map @size bytes from @offset; more would cost page tables for nothing */
static int map_bar(struct hlaccel_device *hdev, const struct hlaccel_bar_desc *desc,
		   struct hlaccel_bar *bar, u64 offset, u64 size)
{
	struct pci_dev *pdev = hdev->pdev;

	bar->phys = pci_resource_start(pdev, desc->index);
	bar->size = pci_resource_len(pdev, desc->index);
	if (!(pci_resource_flags(pdev, desc->index) & IORESOURCE_MEM) ||
	    (desc->size && bar->size != desc->size) || bar->size < offset + size) {
		drm_err(&hdev->drm, "BAR %u has %pa bytes\n", desc->index, &bar->size);
		return -ENODEV;
	}

	bar->mapped = size;
	if (desc->write_combining)
		bar->io = devm_ioremap_wc(&pdev->dev, bar->phys + offset, size);
	else
		bar->io = devm_ioremap(&pdev->dev, bar->phys + offset, size);
	if (!bar->io)
		return -ENOMEM;
	if (!desc->write_combining)
		return 0;
	/* What users map of it is write-combining only if all of it is said to be */
	return devm_arch_io_reserve_memtype_wc(&pdev->dev, bar->phys, bar->size);
}

/**
 * hlaccel_pci_init() - Make the card's memory and registers reachable
 * @hdev: device
 *
 * The windows behind the BARs are not set up yet.
 *
 * Return: 0 or a negative errno
 */
int hlaccel_pci_init(struct hlaccel_device *hdev)
{
	const struct hlaccel_asic_desc *desc = hdev->desc;
	struct pci_dev *pdev = hdev->pdev;
	int ret;

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;

	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(desc->dma_bits));
	if (ret)
		return ret;
	dma_set_max_seg_size(&pdev->dev, U32_MAX);

	ret = pci_request_regions(pdev, "hlaccel");
	if (ret)
		return ret;

	ret = map_bar(hdev, &desc->sram_bar, &hdev->sram, 0, desc->sram_size);
	if (!ret)
		ret = map_bar(hdev, &desc->cfg_bar, &hdev->cfg, desc->cfg_bar_offset,
			      desc->cfg_size + desc->trace_size);
	/* Users' memory behind is mapped into user space only */
	if (!ret)
		ret = map_bar(hdev, &desc->hbm_bar, &hdev->hbm, 0, desc->hbm_user);
	if (ret) {
		pci_release_regions(pdev);
		return ret;
	}

	hdev->info.device_id = pdev->device;
	hdev->info.revision = pdev->revision;
	pci_set_master(pdev);
	/* For a card that comes back from an error of the bus */
	return pci_save_state(pdev);
}

/**
 * hlaccel_pci_fini() - Undo hlaccel_pci_init()
 * @hdev: device
 */
void hlaccel_pci_fini(struct hlaccel_device *hdev)
{
	pci_clear_master(hdev->pdev);
	pci_release_regions(hdev->pdev);
}

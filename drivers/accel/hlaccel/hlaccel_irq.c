// SPDX-License-Identifier: GPL-2.0
/*
 * One vector: finished work is handled in hard interrupt context, firmware
 * events in the thread.
 */
#include <linux/interrupt.h>
#include <linux/pci.h>

#include "hlaccel_device.h"
#include "hlaccel_event.h"
#include "hlaccel_raw.h"
#include "hlaccel_ring.h"

static irqreturn_t irq_hard(int irq, void *data)
{
	struct hlaccel_device *hdev = data;

	atomic64_inc(&hdev->counters.interrupts);
	hlaccel_rings_irq(hdev);
	hlaccel_raw_irq(hdev);

	/*
	 * An interrupt may find its work already done by the one before. The
	 * vector is not shared, so this is no sign of a stray source.
	 */
	return hlaccel_event_pending(hdev) ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

static irqreturn_t irq_thread(int irq, void *data)
{
	hlaccel_event_consume(data);
	return IRQ_HANDLED;
}

/**
 * hlaccel_irq_init() - Request the interrupt; it stays masked
 * @hdev: device
 *
 * Return: 0 or a negative errno
 */
int hlaccel_irq_init(struct hlaccel_device *hdev)
{
	struct pci_dev *pdev = hdev->pdev;
	int ret;

	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);
	if (ret < 0)
		return ret;

	hdev->irq = pci_irq_vector(pdev, 0);
	ret = request_threaded_irq(hdev->irq, irq_hard, irq_thread, IRQF_NO_AUTOEN,
				   "hlaccel", hdev);
	if (ret)
		pci_free_irq_vectors(pdev);
	return ret;
}

/**
 * hlaccel_irq_fini() - Give the interrupt back; no handler runs afterwards
 * @hdev: device
 */
void hlaccel_irq_fini(struct hlaccel_device *hdev)
{
	free_irq(hdev->irq, hdev);
	pci_free_irq_vectors(hdev->pdev);
}

/**
 * hlaccel_irq_mask() - Mask the interrupt and wait for its handlers
 * @hdev: device
 */
void hlaccel_irq_mask(struct hlaccel_device *hdev)
{
	disable_irq(hdev->irq);
}

/**
 * hlaccel_irq_unmask() - Let interrupts come
 * @hdev: device
 */
void hlaccel_irq_unmask(struct hlaccel_device *hdev)
{
	enable_irq(hdev->irq);
}

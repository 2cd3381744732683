# SPDX-License-Identifier: GPL-2.0
"""The rooms of tools/vm/hlvm: guest root, machine, judge."""

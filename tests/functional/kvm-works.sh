#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A KVM that works (played by emulation): tried once with the first launch, remembered with what was measured, and tried
# again only when asked.
. "$(dirname "$0")/common.inc"
. "$here/kvm.inc"
image=$(fixture debian.img)
stand_in works
export GLOVEBOX_KVM_TRIAL_SECONDS=60
limit=60
expect phony.example virt-cat -a "$image" /etc/hostname
verdict true 'boots in [0-9]+\.[0-9] s'
limit=10
expect phony.example virt-cat -a "$image" /etc/hostname
check 'kvm: boots in [0-9]+\.[0-9] s'
limit=20
check 'kvm: restores a saved appliance in [0-9]+\.[0-9][0-9] s' --again

# Forced, it is the same; what forbids it wins over what is remembered.
LIBGUESTFS_BACKEND_SETTINGS=force_kvm expect phony.example virt-cat -a "$image" /etc/hostname
limit=60
LIBGUESTFS_BACKEND_SETTINGS=force_tcg check 'emulation: force_tcg is set'

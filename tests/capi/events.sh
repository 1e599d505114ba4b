#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who is told of what: the events of a launch, of a long call, of an appliance that ends, in new and old callbacks.
. "$(dirname "$0")/../functional/common.inc"
limit=60 expect "" "$build/tests/capi_events" "$(fixture gpt-ext4-fat.img)"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Drives are added to a machine that runs, used, and taken away again.
. "$(dirname "$0")/../functional/common.inc"
limit=60
expect "" "$build/tests/capi_hot_plug" "$(fixture gpt-ext4-fat.img)"

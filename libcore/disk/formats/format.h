// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Image formats: their names on the command line and in qcow2 headers, and how to tell them by
// their first bytes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace glovebox::disk {

// Raw and Qcow2 can be opened; the others are recognised so that the refusal can name them.
enum class Format { Raw, Qcow2, Qcow1, Qed, Vmdk, Vdi, Vhd, Vhdx, Parallels, Luks, Bochs };

// How many bytes from the start of the file recognise() needs at most.
inline constexpr size_t kMagicBytes = 512;

// What qemu's probing answers for a file that begins so; Raw when nothing matches.
Format recognise(std::span<const std::byte> start);

// "raw", "qcow2", "vpc" ... as qemu and --format spell it. Throws Usage for a name that nobody
// knows.
Format parse_format(std::string_view name);
std::string_view format_name(Format format);

bool is_supported(Format format);

}  // namespace glovebox::disk

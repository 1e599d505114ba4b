// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/formats/format.h"

#include <string>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"

namespace glovebox::disk {
namespace {

using std::string_view_literals::operator""sv;

struct Magic {
  size_t offset;
  std::string_view bytes;
  Format format;
};

// As block/*.c of qemu probe, apart from qcow, whose version decides. A fixed VHD has its mark at
// the end of the file only: qemu probes it as raw, and so do we.
constexpr Magic kMagics[] = {
    {0, "QED\0"sv, Format::Qed},
    {0, "KDMV"sv, Format::Vmdk},
    {0, "COWD"sv, Format::Vmdk},
    {0, "# Disk DescriptorFile"sv, Format::Vmdk},
    {64, "\x7f\x10\xda\xbe"sv, Format::Vdi},
    {0, "conectix"sv, Format::Vhd},
    {0, "vhdxfile"sv, Format::Vhdx},
    {0, "WithoutFreeSpace"sv, Format::Parallels},
    {0, "WithouFreSpacExt"sv, Format::Parallels},
    {0, "LUKS\xba\xbe"sv, Format::Luks},
    {0, "Bochs Virtual HD Image"sv, Format::Bochs},
};
constexpr std::string_view kQcowMagic = "QFI\xfb"sv;

struct Name {
  std::string_view name;
  Format format;
};
// The first name of a format is the one that we print.
constexpr Name kNames[] = {
    {"raw", Format::Raw},
    {"qcow2", Format::Qcow2},
    {"qcow", Format::Qcow1},
    {"qed", Format::Qed},
    {"vmdk", Format::Vmdk},
    {"vdi", Format::Vdi},
    {"vpc", Format::Vhd},
    {"vhdx", Format::Vhdx},
    {"parallels", Format::Parallels},
    {"luks", Format::Luks},
    {"bochs", Format::Bochs},
    {"vhd", Format::Vhd},
    {"host_device", Format::Raw},  // written as a backing format by qemu before 2.0, for block
                                   // devices
    {"file", Format::Raw},
};

}  // namespace

Format recognise(std::span<const std::byte> start) {
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (text.size() >= 8 && text.starts_with(kQcowMagic))
    return text.substr(4, 4) == "\0\0\0\1"sv ? Format::Qcow1 : Format::Qcow2;
  for (const Magic& magic : kMagics)
    if (text.size() >= magic.offset && text.substr(magic.offset).starts_with(magic.bytes))
      return magic.format;
  return Format::Raw;
}

Format parse_format(std::string_view name) {
  for (const Name& entry : kNames)
    if (entry.name == name)
      return entry.format;
  throw Error(Errc::Usage, base::cat("unknown image format '", base::escape(name), "'"));
}

std::string_view format_name(Format format) {
  for (const Name& entry : kNames)
    if (entry.format == format)
      return entry.name;
  return "unknown";
}

bool is_supported(Format format) {
  return format == Format::Raw || format == Format::Qcow2;
}

}  // namespace glovebox::disk

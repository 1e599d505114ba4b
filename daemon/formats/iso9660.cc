// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/iso9660.h"

#include <cerrno>
#include <ctime>
#include <string>

#include "base/error.h"
#include "base/number_text.h"

namespace glovebox::guestd {
namespace {

constexpr std::string_view kPrimaryDescriptor =
    "\x01"
    "CD001";
constexpr int kMinutesOfZoneUnit = 15;

// A text of fixed length, filled up with blanks.
std::string text(std::string_view bytes, size_t at, size_t length) {
  const std::string_view field = bytes.substr(at, length);
  return std::string(field.substr(0, field.find_last_not_of(std::string_view(" \0", 2)) + 1));
}

// Numbers are stored in both orders, the little-endian one first.
uint32_t number(std::string_view bytes, size_t at, size_t length) {
  uint32_t value = 0;
  for (size_t i = length; i > 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

// The digits of a number, or -1.
int digits(std::string_view field) {
  return base::parse_number<int>(field).value_or(-1);
}

// "YYYYMMDDhhmmsscc" and the zone in quarters of an hour; all zero where there is no time
// (8.4.26.1).
int64_t time(std::string_view bytes, size_t at) {
  const std::string_view field = bytes.substr(at, 17);
  std::tm parts = {};
  parts.tm_year = digits(field.substr(0, 4)) - 1900;
  parts.tm_mon = digits(field.substr(4, 2)) - 1;
  parts.tm_mday = digits(field.substr(6, 2));
  parts.tm_hour = digits(field.substr(8, 2));
  parts.tm_min = digits(field.substr(10, 2));
  parts.tm_sec = digits(field.substr(12, 2));
  if (parts.tm_year < 1 - 1900 || parts.tm_mon < 0 || parts.tm_mday < 1 || parts.tm_hour < 0 ||
      parts.tm_min < 0 || parts.tm_sec < 0)
    return -1;
  return timegm(&parts) - static_cast<signed char>(field[16]) * kMinutesOfZoneUnit * 60;
}

}  // namespace

Isoinfo parse_iso_descriptor(std::string_view bytes) {
  if (bytes.size() != kIsoDescriptorBytes || !bytes.starts_with(kPrimaryDescriptor))
    throw Error(Errc::Corrupt, "not an ISO 9660 image: it has no primary volume descriptor",
                EINVAL);
  return {.iso_system_id = text(bytes, 8, 32),
          .iso_volume_id = text(bytes, 40, 32),
          .iso_volume_space_size = number(bytes, 80, 4),
          .iso_volume_set_size = number(bytes, 120, 2),
          .iso_volume_sequence_number = number(bytes, 124, 2),
          .iso_logical_block_size = number(bytes, 128, 2),
          .iso_volume_set_id = text(bytes, 190, 128),
          .iso_publisher_id = text(bytes, 318, 128),
          .iso_data_preparer_id = text(bytes, 446, 128),
          .iso_application_id = text(bytes, 574, 128),
          .iso_copyright_file_id = text(bytes, 702, 37),
          .iso_abstract_file_id = text(bytes, 739, 37),
          .iso_bibliographic_file_id = text(bytes, 776, 37),
          .iso_volume_creation_t = time(bytes, 813),
          .iso_volume_modification_t = time(bytes, 830),
          .iso_volume_expiration_t = time(bytes, 847),
          .iso_volume_effective_t = time(bytes, 864)};
}

}  // namespace glovebox::guestd

// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/uevent.h"

#include <array>
#include <vector>

#include "base/cat.h"
#include "base/number_text.h"

namespace glovebox::guestd {
namespace {

void set_field(Uevent& event, std::string_view key, std::string_view value) {
  if (key == "SUBSYSTEM")
    event.subsystem = value;
  else if (key == "DEVTYPE")
    event.devtype = value;
  else if (key == "DEVNAME")
    event.devname = value;
  else if (key == "MAJOR")
    event.major = base::parse_number<uint32_t>(value).value_or(0);
  else if (key == "MINOR")
    event.minor = base::parse_number<uint32_t>(value).value_or(0);
  else if (key == "PARTN")
    event.partition = base::parse_number<uint32_t>(value).value_or(0);
}

std::optional<ScsiAddress> parse_address(std::string_view component) {
  const std::vector<std::string> parts = base::split(component, ':');
  if (parts.size() != 4)
    return std::nullopt;
  std::array<uint32_t, 4> numbers{};
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::optional<uint32_t> number = base::parse_number<uint32_t>(parts[i]);
    if (!number)
      return std::nullopt;
    numbers[i] = *number;
  }
  return ScsiAddress{numbers[0], numbers[1], numbers[2], numbers[3]};
}

}  // namespace

std::optional<Uevent> parse_uevent(std::string_view message) {
  const std::vector<std::string> fields = base::split(message, '\0');
  const size_t at = fields.front().find('@');
  if (at == std::string_view::npos || at == 0)
    return std::nullopt;
  Uevent event;
  event.action = fields.front().substr(0, at);
  event.devpath = fields.front().substr(at + 1);
  for (size_t i = 1; i < fields.size(); ++i)
    if (const size_t equals = fields[i].find('='); equals != std::string_view::npos)
      set_field(event, fields[i].substr(0, equals), fields[i].substr(equals + 1));
  return event;
}

std::optional<ScsiAddress> scsi_address_of(std::string_view devpath) {
  const std::vector<std::string> components = base::split(devpath, '/');
  for (auto it = components.rbegin(); it != components.rend(); ++it)
    if (const std::optional<ScsiAddress> address = parse_address(*it))
      return address;
  return std::nullopt;
}

}  // namespace glovebox::guestd

// SPDX-License-Identifier: GPL-2.0-or-later
//
// Messages between the engine and a plugin's process: a 32-bit big-endian length, then that many
// bytes. Requests and the hello are lists of strings (pack, unpack); the answer to a request is
// findings.h's encoding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::inspect {

inline constexpr size_t kMaxRequestBytes = 16 << 20;
inline constexpr size_t kMaxHelloBytes = 64 << 10;

std::string pack(const std::vector<std::string>& strings);
std::vector<std::string> unpack(std::string_view bytes);  // throws Corrupt

// Sends a message, with a descriptor unless it is -1. Throws Died if the other end is gone,
// Timeout.
void send_message(int socket, std::string_view bytes, int fd, const base::Deadline& deadline);

struct Message {
  std::string bytes;
  base::UniqueFd fd;
};
// Throws Died at end of file, Timeout, Corrupt past the cap.
Message receive_message(int socket, size_t cap, const base::Deadline& deadline);

}  // namespace glovebox::inspect

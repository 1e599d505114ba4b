// SPDX-License-Identifier: GPL-2.0-or-later
//
// Call: one request being answered, from its header to its last byte. The generated dispatch reads
// the arguments from it and writes the reply into it; the server ends it with succeed() or fail().
// Every request gets exactly one reply, also when its file was cancelled, so that both ends always
// agree where the next message begins.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"
#include "proto/message.h"

namespace glovebox::guestd {

// What dispatch knows about the procedure.
struct CallKind {
  const char* name = "";
  bool file_in = false;
  bool file_out = false;
};

class Call {
 public:
  // `arguments` and the rest are borrowed for the call. `disk` may be null.
  Call(const proto::Header& header,
       std::string_view arguments,
       Port& port,
       CallWatch& watch,
       TransferDisk* disk);

  // --- For dispatch
  uint32_t number() const { return header_.procedure; }
  // Once the procedure is known: from here on the caller hears that it is being worked on.
  void begin(const CallKind& kind);
  [[noreturn]] void reject_unknown() const;
  proto::XdrReader& arguments() { return arguments_; }
  bool has_optional(int bit) const { return header_.optargs_bitmask >> bit & 1; }
  // All arguments are read; Error unless they end there and only known optional ones are given.
  void finish_arguments(uint64_t known_optional) const;
  proto::XdrWriter& reply() { return reply_; }
  FileInStream& file_in() { return *file_in_; }
  FileOutStream& file_out() { return *file_out_; }
  Progress& progress() { return progress_; }

  // --- For the server
  const CallKind& kind() const { return kind_; }
  void succeed();
  void fail(const proto::ErrorReply& error);

 private:
  proto::Header reply_header(proto::Status status) const;
  void send_error(const proto::ErrorReply& error);

  const proto::Header header_;
  proto::XdrReader arguments_;
  proto::XdrWriter reply_;
  Port& port_;
  CallWatch& watch_;
  TransferDisk* const disk_;
  Progress progress_;
  CallKind kind_;
  std::optional<FileInStream> file_in_;
  std::optional<FileOutStream> file_out_;
};

// An exception as the error that the library gets to see: errno name and text.
proto::ErrorReply error_reply(const std::exception& error);

// What the types of arguments promise; Error(Usage) with EINVAL unless it holds.
void check_pathname(std::string_view value, const char* argument);   // absolute
void check_file_name(std::string_view value, const char* argument);  // one component of a path
void check_guid(std::string_view value, const char* argument);  // 8-4-4-4-12 hexadecimal digits

}  // namespace glovebox::guestd

// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/call.h"

#include <cctype>
#include <cerrno>
#include <new>

#include "base/cat.h"
#include "base/error.h"
#include "proto/errno_names.h"

namespace glovebox::guestd {
namespace {

// The errno for an Error that carries none.
int errno_for(Errc code) {
  switch (code) {
    case Errc::Usage:
      return EINVAL;
    case Errc::NotFound:
      return ENOENT;
    case Errc::Denied:
      return EPERM;
    case Errc::Unsupported:
      return EOPNOTSUPP;
    case Errc::Corrupt:
      return EUCLEAN;
    case Errc::Timeout:
      return ETIMEDOUT;
    case Errc::Cancelled:
      return EINTR;
    case Errc::Remote:
    case Errc::Failed:
    case Errc::Died:
    case Errc::System:
      return EIO;
  }
  return EIO;
}

[[noreturn]] void throw_bad_argument(std::string_view value,
                                     const char* argument,
                                     const char* rule) {
  throw Error(Errc::Usage, base::cat(argument, " ", rule, ": '", base::escape(value), "'"), EINVAL);
}

}  // namespace

Call::Call(const proto::Header& header,
           std::string_view arguments,
           Port& port,
           CallWatch& watch,
           TransferDisk* disk)
    : header_(header),
      arguments_(arguments),
      port_(port),
      watch_(watch),
      disk_(disk),
      progress_(port, watch, header.procedure, header.serial) {}

void Call::begin(const CallKind& kind) {
  kind_ = kind;
  if (kind.file_in)
    file_in_.emplace(port_, watch_, disk_, header_.progress_hint);
  if (kind.file_out)
    file_out_.emplace(port_, watch_, disk_, reply_header(proto::Status::Ok));
  watch_.begin(header_.procedure, header_.serial, !kind.file_in);
}

void Call::reject_unknown() const {
  throw Error(Errc::Unsupported,
              base::cat("the appliance does not know procedure ", header_.procedure,
                        "; library and appliance are of different versions"),
              ENOSYS);
}

void Call::finish_arguments(uint64_t known_optional) const {
  arguments_.finish();
  if (header_.optargs_bitmask & ~known_optional)
    throw Error(Errc::Unsupported,
                "an optional argument that the appliance does not know was given; library and "
                "appliance are of "
                "different versions",
                ENOSYS);
}

proto::Header Call::reply_header(proto::Status status) const {
  return {.procedure = header_.procedure,
          .direction = proto::Direction::Reply,
          .serial = header_.serial,
          .status = status};
}

void Call::succeed() {
  if (kind_.file_in)
    file_in_->drain(/*stop=*/false);
  progress_.finish();
  // Built before the watch ends: a reply that is too large throws here and becomes an error reply.
  const std::string frame = kind_.file_out
                                ? std::string()
                                : proto::frame(reply_header(proto::Status::Ok), reply_.bytes());
  watch_.end();
  if (kind_.file_out)
    file_out_->finish();
  else
    port_.write(frame);
}

void Call::fail(const proto::ErrorReply& error) {
  if (kind_.file_in)
    file_in_->drain(/*stop=*/true);
  watch_.end();
  if (kind_.file_out && file_out_->started())
    file_out_->abort(error);
  else
    send_error(error);
}

void Call::send_error(const proto::ErrorReply& error) {
  proto::XdrWriter body;
  proto::write(body, error);
  port_.write(proto::frame(reply_header(proto::Status::Error), body.bytes()));
}

proto::ErrorReply error_reply(const std::exception& error) {
  int errnum = EIO;
  const auto* ours = dynamic_cast<const Error*>(&error);
  if (ours && ours->code() == Errc::Failed && ours->errnum() == 0)
    return {"", error.what()};  // a program failed: only its words say how
  if (ours)
    errnum = ours->errnum() != 0 ? ours->errnum() : errno_for(ours->code());
  else if (dynamic_cast<const std::bad_alloc*>(&error))
    errnum = ENOMEM;
  return {std::string(proto::errno_name(errnum)), error.what()};
}

void check_pathname(std::string_view value, const char* argument) {
  if (!value.starts_with('/'))
    throw_bad_argument(value, argument, "must be an absolute path");
}

void check_file_name(std::string_view value, const char* argument) {
  if (value.empty() || value == "." || value == ".." || value.find('/') != std::string_view::npos)
    throw_bad_argument(value, argument, "must be the name of a file without a directory");
}

void check_guid(std::string_view value, const char* argument) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  bool good = value.size() == kForm.size();
  for (size_t i = 0; good && i < kForm.size(); ++i)
    good = kForm[i] == '-' ? value[i] == '-'
                           : std::isxdigit(static_cast<unsigned char>(value[i])) != 0;
  if (!good)
    throw_bad_argument(value, argument, "must be a GUID");
}

}  // namespace glovebox::guestd

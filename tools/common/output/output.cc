// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/output.h"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"

namespace glovebox::tools {
Output::Output(int fd, std::string name, size_t whole_bytes)
    : fd_(fd), name_(std::move(name)), whole_bytes_(whole_bytes) {}

void Output::commit() {
  // Out of the buffer first: what failed to be written once is not tried again, and told once.
  const std::string bytes = std::exchange(buffer_, {});
  written_ += bytes.size();
  base::write_all(fd_, bytes, name_);
}

void Output::append(std::string_view bytes) {
  buffer_.append(bytes);
  if (buffer_.size() > whole_bytes_)
    commit();
}

void Output::discard_since(uint64_t mark) {
  buffer_.resize(mark > written_ ? static_cast<size_t>(mark - written_) : 0);
}

void Output::finish() {
  // Closing any descriptor of a file reports delayed errors; ours stays open for those who expect
  // it to be.
  base::UniqueFd copy(fcntl(fd_, F_DUPFD_CLOEXEC, 3));
  if (!copy.valid())
    base::throw_errno(name_);
  try {
    copy.close();
  } catch (Error& e) {
    throw e.in(name_);
  }
}

}  // namespace glovebox::tools

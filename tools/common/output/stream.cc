// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/stream.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"

namespace glovebox::tools {
namespace {

void read_pieces(int fd, const std::function<void(std::string_view)>& consume) {
  std::array<char, 64 << 10> buffer;
  for (;;) {
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      base::throw_errno("reading a pipe");
    if (n == 0)
      return;
    consume({buffer.data(), static_cast<size_t>(n)});
  }
}

}  // namespace

void stream(const std::function<void(const LocalFile&)>& produce,
            const std::function<void(std::string_view)>& consume) {
  base::Pipe pipe = base::make_pipe();
  std::exception_ptr consumer_error, producer_error;
  std::thread consumer([&] {
    try {
      read_pieces(pipe.read_end.get(), consume);
    } catch (...) {
      consumer_error = std::current_exception();
    }
    pipe.read_end.reset();
  });
  try {
    produce(LocalFile::descriptor(pipe.write_end.get()));
  } catch (...) {
    producer_error = std::current_exception();
  }
  pipe.write_end.reset();
  consumer.join();
  if (consumer_error)
    std::rethrow_exception(consumer_error);
  if (producer_error)
    std::rethrow_exception(producer_error);
}

std::string collect(const std::function<void(const LocalFile&)>& produce, uint64_t max_bytes) {
  const base::UniqueFd memory = base::make_memfd("glovebox-answer");
  LocalFile file = LocalFile::descriptor(memory.get());
  file.max_bytes = max_bytes;
  produce(file);
  if (lseek(memory.get(), 0, SEEK_SET) != 0)
    base::throw_errno("lseek");
  return base::read_all(memory.get(), max_bytes, "the appliance's answer");
}

}  // namespace glovebox::tools

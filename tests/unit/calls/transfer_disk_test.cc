// SPDX-License-Identifier: GPL-2.0-or-later
//
// Files between library and guestd with a transfer disk between them: the real two ends, and memory
// that both have open. What travels without one is in connection_test.cc.
#include "calls/transfer_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "calls/connection.h"
#include "proto/message.h"
#include "tests/unit/calls/served.h"

namespace glovebox {
namespace {

using guestd::Call;

constexpr size_t kDiskBytes = size_t{proto::kSlots} * proto::kSlotBytes;

base::UniqueFd duplicate(const base::UniqueFd& fd) {
  return base::UniqueFd(dup(fd.get()));
}

// Bytes that differ from slot to slot.
std::string pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 4093);
  return bytes;
}

class TransferDisk : public testing::Test {
 protected:
  TransferDisk() : memory_(base::make_memfd("test")), file_(directory_.path() + "/file") {
    EXPECT_EQ(ftruncate(memory_.get(), kDiskBytes), 0);
  }
  void serve(guestd::Server::Handler handler) {
    guest_.emplace(std::move(handler), std::make_unique<guestd::TransferDisk>(duplicate(memory_)));
    connection_.emplace(guest_->take_library_end(), canceller_, calls::Patience{},
                        std::make_unique<calls::TransferDisk>(duplicate(memory_)));
    connection_->wait_launch(base::Deadline::after(std::chrono::seconds(30)));
  }
  ~TransferDisk() override { connection_.reset(); }

  std::string call(const CallInfo& info, const Request& request = {}) {
    return connection_->call(info, request, observer_);
  }
  void upload(const std::string& content) {
    base::replace_file(file_, content);
    const LocalFile local(file_);
    call(kUpload, {.file_in = &local});
  }
  std::string download() {
    const LocalFile local(file_);
    call(kDownload, {.file_out = &local});
    return base::read_file(file_, 100'000'000);
  }
  // A call that throws, and then one that shows that both ends agree where a message begins.
  Error error_of(const std::function<void()>& action) {
    Error error(Errc::Usage, "no error");
    try {
      action();
    } catch (const Error& e) {
      error = e;
    }
    EXPECT_EQ(call(kPlain), "");
    return error;
  }
  bool disk_is_empty() const {
    struct stat status {};
    EXPECT_EQ(fstat(memory_.get(), &status), 0);
    return status.st_blocks == 0;
  }

  base::TempDir directory_;
  base::UniqueFd memory_;
  const std::string file_;
  base::Canceller canceller_;
  RecordedProgress observer_;
  std::optional<FakeGuest> guest_;
  std::optional<calls::Connection> connection_;
};

// Around each limit: of a chunk, of what is worth a slot, of a slot, of all slots.
constexpr size_t kSizes[] = {0,
                             1,
                             proto::kMinStored - 1,
                             proto::kMinStored,
                             proto::kSlotBytes - 1,
                             proto::kSlotBytes,
                             proto::kSlotBytes + 1,
                             3 * proto::kSlotBytes + 100,
                             kDiskBytes,
                             kDiskBytes + 1,
                             2 * kDiskBytes + 12345};

TEST_F(TransferDisk, FilesInOfEverySizeArriveWholeAndLeaveItEmpty) {
  std::string received;
  serve([&](Call& call) {
    call.begin(kUploadKind);
    received.clear();
    for (auto part = call.file_in().next(); !part.empty(); part = call.file_in().next())
      received += part;
  });
  for (const size_t size : kSizes) {
    const std::string content = pattern(size);
    upload(content);
    EXPECT_TRUE(received == content) << size;
    EXPECT_TRUE(disk_is_empty()) << size;
  }
}

TEST_F(TransferDisk, FilesOutOfEverySizeArriveWholeAndLeaveItEmpty) {
  std::string content;
  serve([&](Call& call) {
    call.begin(kDownloadKind);
    for (size_t at = 0; at < content.size(); at += 5000)
      call.file_out().write(std::string_view(content).substr(at, 5000));
  });
  for (const size_t size : kSizes) {
    content = pattern(size);
    EXPECT_TRUE(download() == content) << size;
    EXPECT_TRUE(disk_is_empty()) << size;
  }
}

TEST_F(TransferDisk, FilesOutCanBePutIntoItsBufferDirectly) {
  const std::string content = pattern(3 * proto::kSlotBytes + 100);
  serve([&](Call& call) {
    call.begin(kDownloadKind);
    for (size_t at = 0; at < content.size();) {
      const std::span<char> room = call.file_out().room();
      const size_t count = content.copy(room.data(), room.size(), at);
      call.file_out().commit(count);
      at += count;
    }
  });
  EXPECT_TRUE(download() == content);
}

class TransferDiskStopped : public TransferDisk, public testing::WithParamInterface<size_t> {};

TEST_P(TransferDiskStopped, ByGuestdWhileAFileComesIn) {
  serve([&](Call& call) {
    call.begin(call.number() == kUpload.number ? kUploadKind : kPlainKind);
    if (call.number() != kUpload.number)
      return;
    for (size_t i = 0; i < GetParam(); ++i) call.file_in().next();
    throw Error(Errc::System, "disk full", ENOSPC);
  });
  const Error e = error_of([&] { upload(pattern(3 * kDiskBytes)); });
  EXPECT_STREQ(e.what(), "upload: disk full");
  EXPECT_EQ(e.errnum(), ENOSPC);
  EXPECT_TRUE(disk_is_empty());
}

TEST_P(TransferDiskStopped, ByAnErrorWhileAFileGoesOut) {
  serve([&](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    if (call.number() != kDownload.number)
      return;
    for (size_t i = 0; i < GetParam(); ++i) call.file_out().write(pattern(proto::kSlotBytes));
    throw Error(Errc::System, "/file: read error", EIO);
  });
  const Error e = error_of([&] { download(); });
  EXPECT_STREQ(e.what(), "download: /file: read error");
  EXPECT_TRUE(disk_is_empty());
}

TEST_P(TransferDiskStopped, ByAFullDiskOfTheHost) {
  serve([&](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    for (size_t i = 0; call.number() == kDownload.number && i < GetParam() + 1; ++i)
      call.file_out().write(pattern(proto::kSlotBytes));
  });
  const LocalFile full("/dev/full");
  const Error e = error_of([&] { call(kDownload, {.file_out = &full}); });
  EXPECT_STREQ(e.what(), "download: /dev/full: No space left on device");
}

TEST_P(TransferDiskStopped, ByTheCallerWhileAFileGoesOut) {
  serve([&](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    for (size_t i = 0; call.number() == kDownload.number; ++i) {  // an endless file
      if (i == GetParam())
        canceller_.cancel();
      call.file_out().write(pattern(proto::kSlotBytes));
    }
  });
  EXPECT_EQ(error_of([&] { download(); }).code(), Errc::Cancelled);
}

INSTANTIATE_TEST_SUITE_P(AfterSlots,
                         TransferDiskStopped,
                         testing::Values(0, 1, 3, 4, 15, 16, 17, 40));

TEST_F(TransferDisk, TheCallerCancelsWhileGuestdTakesNothing) {
  std::atomic<bool> began = false;
  serve([&](Call& call) {
    call.begin(call.number() == kUpload.number ? kUploadKind : kPlainKind);
    if (call.number() != kUpload.number)
      return;
    call.file_in().next();
    began = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // every slot is full by now
    while (!call.file_in().next().empty()) {
    }
  });
  std::thread canceller([&] {
    while (!began) std::this_thread::yield();
    canceller_.cancel();
  });
  EXPECT_EQ(error_of([&] { upload(pattern(4 * kDiskBytes)); }).code(), Errc::Cancelled);
  canceller.join();
}

TEST_F(TransferDisk, ALyingGuestdCannotReachBeyondIt) {
  base::SocketPair pair = base::make_socket_pair();
  calls::Connection connection(std::move(pair.first), canceller_, calls::Patience{},
                               std::make_unique<calls::TransferDisk>(duplicate(memory_)));
  const proto::Header reply{.procedure = kDownload.number,
                            .direction = proto::Direction::Reply,
                            .serial = proto::kFirstSerial};
  base::write_all(pair.second.get(),
                  proto::frame(reply, {}) +
                      proto::frame(proto::Chunk{.stored = proto::StoredPiece{proto::kSlots, 1}}),
                  "guestd");
  const LocalFile local(file_);
  try {
    connection.call(kDownload, {.file_out = &local}, observer_);
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(
        e.what(),
        "download: damaged file chunk from the appliance: file chunk of 1 bytes in slot 16 of "
        "the transfer disk");
  }
  EXPECT_TRUE(connection.broken());
}

TEST_F(TransferDisk, ALyingGuestdCannotTakeMoreThanItGot) {
  base::SocketPair pair = base::make_socket_pair();
  calls::Connection connection(std::move(pair.first), canceller_, calls::Patience{},
                               std::make_unique<calls::TransferDisk>(duplicate(memory_)));
  base::write_all(pair.second.get(), proto::frame(proto::kTakenFlag), "guestd");
  try {
    connection.call(kPlain, {}, observer_);
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(
        e.what(),
        "plain: Lost protocol synchronization: the appliance released more slots of the "
        "transfer disk than it was given");
  }
}

}  // namespace
}  // namespace glovebox

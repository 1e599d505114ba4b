// SPDX-License-Identifier: GPL-2.0-or-later
//
// The library's end of a connection with the real server in a thread at the other, and three
// procedures: without a file, with a file in, with a file out.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "tests/unit/rpc/fake_guest.h"

namespace glovebox {

constexpr std::chrono::seconds kSoon{30};
constexpr CallInfo kPlain{"plain", 1, false, false, false, false};
constexpr CallInfo kUpload{"upload", 66, true, false, true, true};
constexpr CallInfo kDownload{"download", 67, false, true, true, true};

constexpr guestd::CallKind kPlainKind{.name = "plain"};
constexpr guestd::CallKind kUploadKind{.name = "upload", .file_in = true};
constexpr guestd::CallKind kDownloadKind{.name = "download", .file_out = true};

template <typename Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& e) {
    return e;
  }
  return {Errc::Usage, "no error"};
}

// A named pipe that nobody has open.
class NamedPipe {
 public:
  NamedPipe() {
    if (mkfifo(path().c_str(), 0600) != 0)
      base::throw_errno(path());
  }
  std::string path() const { return dir_.path() + "/pipe"; }

 private:
  base::TempDir dir_;
};

// Cancels while the caller waits; joined at the end of the scope.
class CancelSoon {
 public:
  explicit CancelSoon(base::Canceller& canceller)
      : thread_([&canceller] {
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
          canceller.cancel();
        }) {}
  ~CancelSoon() { thread_.join(); }
  CancelSoon(const CancelSoon&) = delete;
  CancelSoon& operator=(const CancelSoon&) = delete;

 private:
  std::thread thread_;
};

class Served {
 public:
  explicit Served(guestd::Server::Handler handler, const calls::Patience& patience = {})
      : guest(std::move(handler)), connection(guest.take_library_end(), canceller, patience) {
    connection.wait_launch(base::Deadline::after(kSoon));
  }
  std::string call(const CallInfo& info, const Request& request = {}) {
    return connection.call(info, request, observer);
  }
  // The stream is in step: an ordinary call still works.
  void expect_usable() {
    EXPECT_FALSE(connection.broken());
    EXPECT_EQ(error_of([&] { call(kPlain); }).code(), Errc::Usage);
  }

  FakeGuest guest;
  base::Canceller canceller;
  calls::Connection connection;
  RecordedProgress observer;
};

}  // namespace glovebox

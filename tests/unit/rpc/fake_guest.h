// SPDX-License-Identifier: GPL-2.0-or-later
//
// A guestd in a thread: the real server on one end of a socket pair, a handler of the test's in it.
// And a Calls on the other end, without a handle.
#pragma once

#include <signal.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "calls/connection.h"
#include "daemon/rpc/server.h"

namespace glovebox {

class FakeGuest {
 public:
  explicit FakeGuest(guestd::Server::Handler handler,
                     std::unique_ptr<guestd::TransferDisk> disk = nullptr)
      : pair_(base::make_socket_pair()), disk_(std::move(disk)) {
    thread_ = std::thread([this, handler = std::move(handler)] { serve(handler); });
  }
  // The library's end has to be closed by then, or the server goes on.
  ~FakeGuest() { join(); }
  FakeGuest(const FakeGuest&) = delete;
  FakeGuest& operator=(const FakeGuest&) = delete;

  base::UniqueFd take_library_end() { return std::move(pair_.first); }
  void join() {
    if (thread_.joinable())
      thread_.join();
  }
  // After join(): why the server gave up, "" if the stream just ended.
  const std::string& end_reason() const { return end_reason_; }

 private:
  void serve(const guestd::Server::Handler& handler) {
    // A device has no SIGPIPE; a socket whose library went away has.
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
    try {
      guestd::Server server(pair_.second.get(), handler, std::move(disk_));
      server.announce();
      server.serve();
    } catch (const Error& e) {
      end_reason_ = e.what();
    }
    pair_.second.reset();
  }

  base::SocketPair pair_;
  std::unique_ptr<guestd::TransferDisk> disk_;
  std::thread thread_;
  std::string end_reason_;
};

struct RecordedProgress : calls::Observer {
  std::vector<std::pair<uint64_t, uint64_t>> reports;
  std::vector<std::pair<uint32_t, uint32_t>> calls;  // procedure and serial of each
  void progress(const calls::Progress& progress) override {
    reports.emplace_back(progress.position, progress.total);
    calls.emplace_back(progress.procedure, progress.serial);
  }
};

class ConnectedCalls : public Calls {
 public:
  explicit ConnectedCalls(base::UniqueFd socket, const calls::Patience& patience = {})
      : connection(std::move(socket), canceller, patience) {}
  base::Canceller canceller;
  calls::Connection connection;
  RecordedProgress observer;

 protected:
  std::string transact(const CallInfo& call, const Request& request) override {
    return connection.call(call, request, observer);
  }
};

}  // namespace glovebox

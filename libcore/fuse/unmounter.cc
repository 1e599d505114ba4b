// SPDX-License-Identifier: LGPL-2.1-or-later
//
// unmounter PATH NUMBER: waits until its standard input ends, which it does when every process that
// serves the mount of this number is gone, and unmounts it if it is still there: one that was
// killed could not. Without it every access to the directory would be "Transport endpoint is not
// connected" until somebody unmounts it by hand.
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>

#include "base/cat.h"
#include "fuse/mount_table.h"

using namespace glovebox::fuse;

namespace {

void wait_for_the_end() {
  char ignored[16];
  for (;;) {
    const ssize_t n = read(STDIN_FILENO, ignored, sizeof ignored);
    if (n == 0 || (n < 0 && errno != EINTR))
      return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  // Not those of the terminal that ends the server.
  for (const int signum : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) std::signal(signum, SIG_IGN);
  if (chdir("/") != 0)
    return 2;
  wait_for_the_end();
  try {
    if (const auto number = mount_at(argv[1]); number && glovebox::base::cat(*number) == argv[2])
      unmount(argv[1], When::Now);
  } catch (const std::exception&) {
    return 1;  // nobody is left to be told
  }
  return 0;
}

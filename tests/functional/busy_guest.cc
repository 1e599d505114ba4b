// SPDX-License-Identifier: GPL-2.0-or-later
//
// busy-guest IMAGE MOUNTABLE: a running guest for tests. Its kernel has this file system of the
// image mounted, and makes, renames and deletes files in it as fast as it can, until this process
// is killed. Prints a line for each round.
#include <cstdio>
#include <iostream>
#include <string>

#include "glovebox/handle.h"

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  try {
    glovebox::Handle guest;
    guest.add_drive(argv[1], {.format = "raw"});
    guest.launch();
    guest.mount(argv[2], "/");
    guest.mkdir_p("/busy");
    for (int round = 0;; ++round) {
      const std::string directory = "/busy/" + std::to_string(round);
      guest.mkdir(directory);
      for (int file = 0; file < 8; ++file)
        guest.write(directory + "/" + std::to_string(file), std::string(4096, 'x'));
      guest.mv(directory + "/0", directory + "/moved");
      guest.sync();
      guest.rm_rf(directory);
      std::cout << "round " << round << std::endl;
    }
  } catch (const glovebox::Error& e) {
    std::cerr << "busy-guest: " << e.what() << "\n";
    return 1;
  }
}

// SPDX-License-Identifier: LGPL-2.1-or-later
//
// read_file DISK DEVICE PATH: prints a file of a disk image, with the C++ library.
//
//   c++ -std=c++20 read_file.cc -lglovebox
#include <glovebox/handle.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: " << argv[0] << " DISK DEVICE PATH\n";
    return 1;
  }
  try {
    glovebox::Handle handle;
    handle.add_drive(argv[1], {.readonly = true});
    handle.launch();
    handle.mount_ro(argv[2], "/");
    std::cout << handle.read_file(argv[3]);
  } catch (const glovebox::Error& error) {
    std::cerr << argv[0] << ": " << error.what() << "\n";
    return 1;
  }
  return 0;
}

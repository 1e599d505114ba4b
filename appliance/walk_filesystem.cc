// SPDX-License-Identifier: GPL-2.0-or-later
//
// walk-filesystem DEVICE [INODE]: everything that The Sleuth Kit finds in the file system on a
// device, or what has that inode, as `tsk_dirent` structs in XDR on stdout. A program of its own:
// the library reads a hostile file system, and brings more libraries along than guestd should have
// in memory.
#include <tsk/libtsk.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "glovebox/structs.h"
#include "proto/coders.h"

namespace {

using glovebox::TskDirent;

// Of tsk_flags.
constexpr uint32_t kAllocated = 1, kReallocated = 2, kCompressed = 4;

using Image = std::unique_ptr<TSK_IMG_INFO, decltype(&tsk_img_close)>;
using FileSystem = std::unique_ptr<TSK_FS_INFO, decltype(&tsk_fs_close)>;

[[noreturn]] void give_up(const char* device, const char* what) {
  const char* const reason = tsk_error_get();
  fprintf(stderr, "%s: %s: %s\n", device, what, reason ? reason : "unknown error");
  _exit(1);
}

// The inode knows best; a name whose inode is gone may still say it.
char type_of(const TSK_FS_FILE& file) {
  static constexpr std::string_view kOfInode = "urdfcblhswu", kOfName = "ufcdbrlshwu";
  const size_t of_inode = file.meta ? file.meta->type : 0;
  if (of_inode > 0 && of_inode < kOfInode.size())
    return kOfInode[of_inode];
  const size_t of_name = file.name->type;
  return of_name < kOfName.size() ? kOfName[of_name] : 'u';
}

uint32_t flags_of(const TSK_FS_FILE& file) {
  const bool name_free = file.name->flags & TSK_FS_NAME_FLAG_UNALLOC;
  uint32_t flags = name_free ? 0 : kAllocated;
  if (name_free && file.meta && file.meta->flags & TSK_FS_META_FLAG_ALLOC)
    flags |= kReallocated;
  if (file.meta && file.meta->flags & TSK_FS_META_FLAG_COMP)
    flags |= kCompressed;
  return flags;
}

TskDirent entry_of(const TSK_FS_FILE& file, const char* directory) {
  TskDirent entry = {.tsk_inode = file.name->meta_addr,
                     .tsk_type = type_of(file),
                     .tsk_size = -1,
                     .tsk_name = std::string(directory) + file.name->name,
                     .tsk_flags = flags_of(file)};
  if (const TSK_FS_META* const meta = file.meta) {
    entry.tsk_size = meta->size;
    entry.tsk_atime_sec = meta->atime;
    entry.tsk_atime_nsec = meta->atime_nano;
    entry.tsk_mtime_sec = meta->mtime;
    entry.tsk_mtime_nsec = meta->mtime_nano;
    entry.tsk_ctime_sec = meta->ctime;
    entry.tsk_ctime_nsec = meta->ctime_nano;
    entry.tsk_crtime_sec = meta->crtime;
    entry.tsk_crtime_nsec = meta->crtime_nano;
    entry.tsk_nlink = meta->nlink;
    entry.tsk_link = meta->link ? meta->link : "";
  }
  return entry;
}

// "." stands for the root only; everywhere else it and ".." are names of what has one already.
bool is_reported(std::string_view name, std::string_view directory) {
  return !name.empty() && name != ".." && (name != "." || directory.empty());
}

TSK_WALK_RET_ENUM visit(TSK_FS_FILE* file, const char* directory, void* context) {
  const auto& inode = *static_cast<const std::optional<uint64_t>*>(context);
  if (!file->name->name || !is_reported(file->name->name, directory) ||
      (inode && file->name->meta_addr != *inode))
    return TSK_WALK_CONT;
  try {
    glovebox::proto::XdrWriter out;
    glovebox::proto::write(out, entry_of(*file, directory));
    glovebox::base::write_all(STDOUT_FILENO, out.bytes(), "stdout");
  } catch (const glovebox::Error& e) {
    fprintf(stderr, "%s\n", e.what());
    _exit(1);  // never through the C library's frames
  }
  return TSK_WALK_CONT;
}

}  // namespace

int main(int argc, char** argv) {
  std::optional<uint64_t> inode;
  if (argc == 3)
    std::from_chars(argv[2], argv[2] + strlen(argv[2]), inode.emplace());
  if (argc != 2 && argc != 3)
    return 2;
  const Image image(tsk_img_open_utf8_sing(argv[1], TSK_IMG_TYPE_RAW, 0), tsk_img_close);
  if (!image)
    give_up(argv[1], "cannot be opened");
  const FileSystem fs(tsk_fs_open_img(image.get(), 0, TSK_FS_TYPE_DETECT), tsk_fs_close);
  if (!fs)
    give_up(argv[1], "no file system that can be walked");
  const auto flags = static_cast<TSK_FS_DIR_WALK_FLAG_ENUM>(
      TSK_FS_DIR_WALK_FLAG_ALLOC | TSK_FS_DIR_WALK_FLAG_UNALLOC | TSK_FS_DIR_WALK_FLAG_RECURSE |
      TSK_FS_DIR_WALK_FLAG_NOORPHAN);
  if (tsk_fs_dir_walk(fs.get(), fs->root_inum, flags, visit, &inode) != 0)
    give_up(argv[1], "cannot be walked");
  return 0;
}

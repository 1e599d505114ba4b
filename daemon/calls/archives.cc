// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: archives and compressed files, in and out. tar runs with the guest's tree as its root:
// names in an archive lead through the guest's links, and to nothing else. What compresses runs
// outside, beside it.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/directory.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/guest_root.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr mode_t kNewFileMode = 0666;
// tar reads and writes as much at once: 10 KiB are its own choice, and each time costs.
constexpr const char* kBlocksInMib = "2048";
constexpr size_t kMaxComplaints = 1 << 20;

struct Compressor {
  std::string_view name;
  std::vector<std::string> pack;
  std::vector<std::string> unpack;
};

const std::vector<Compressor>& compressors() {
  static const std::vector<Compressor> all = {
      {"compress", {"compress", "-c"}, {"gzip", "-cd"}},  // gzip reads compress's files, too
      {"gzip", {"gzip", "-c"}, {"gzip", "-cd"}},
      {"bzip2", {"bzip2", "-c"}, {"bzip2", "-cd"}},
      {"xz", {"xz", "-c"}, {"xz", "-cd"}},
      {"lzop", {"lzop", "-c"}, {"lzop", "-cd"}},
      {"lzma", {"xz", "--format=lzma", "-c"}, {"xz", "--format=lzma", "-cd"}},
      {"zstd", {"zstd", "-c"}, {"zstd", "-cd"}},
  };
  return all;
}

const Compressor& compressor(const std::string& name) {
  for (const Compressor& each : compressors())
    if (each.name == name)
      return each;
  throw Error(Errc::Usage, base::cat("unknown compression type: ", base::escape(name)), EINVAL);
}

void require_directory(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  open_in_guest(path, O_PATH | O_DIRECTORY);
}

// What tar packs or unpacks besides contents and modes.
template <typename Options>
void add_attributes(Arguments& argv, const Options& how) {
  argv.add_if(how.xattrs, "--xattrs", "--xattrs-include=*")
      .add_if(how.selinux, "--selinux")
      .add_if(how.acls, "--acls");
}

void unpack_tar(Appliance& app,
                FileInStream& file,
                const std::string& directory,
                const TarInOptions& how,
                Progress& progress) {
  Pipeline pipeline;
  if (how.compress)
    pipeline.push_back({.argv = compressor(*how.compress).unpack});
  require_directory(app, directory);
  Program tar = {.argv = {"tar", "-C", directory, "-b", kBlocksInMib, "-B", "-x", "-f", "-"}};
  add_attributes(tar.argv, how);
  pipeline.push_back(in_guest_root(std::move(tar)));
  stream_in(file, pipeline, base::UniqueFd(), &progress);
}

void pack_tar(Appliance& app,
              const std::string& directory,
              FileOutStream& file,
              const TarOutOptions& how) {
  const Compressor* const packer = how.compress ? &compressor(*how.compress) : nullptr;
  require_directory(app, directory);
  Program tar = {.argv = {"tar", "-C", directory}};
  tar.argv.add_if(how.numericowner, "--numeric-owner");
  for (const std::string& pattern : how.excludes.value_or(std::vector<std::string>()))
    tar.argv.add("--exclude=" + pattern);
  add_attributes(tar.argv, how);
  tar.argv.add("-c", "-f", "-", ".");
  Pipeline pipeline = {in_guest_root(std::move(tar))};
  if (packer)
    pipeline.push_back({.argv = packer->pack});
  stream_out(pipeline, base::UniqueFd(), file);
}

// The names below the directory, as cpio wants them on stdin.
base::UniqueFd names_below(const std::string& directory) {
  base::UniqueFd names = base::make_memfd("names");
  std::string block = std::string(".") + '\0';
  const auto flush = [&] {
    base::write_all(names.get(), block, "names");
    block.clear();
  };
  walk_tree(open_in_guest(directory, O_RDONLY | O_DIRECTORY), directory,
            {.visit = [&](int, const std::string& path, const DirectoryEntry&) {
              block += path + '\0';
              if (block.size() > (64 << 10))
                flush();
            }});
  flush();
  if (::lseek(names.get(), 0, SEEK_SET) != 0)
    base::throw_errno("names");
  return names;
}

void compress(const std::string& type,
              const std::optional<int32_t>& level,
              const base::UniqueFd& fd,
              FileOutStream& out) {
  const Compressor& packer = compressor(type);
  Arguments argv = packer.pack;
  if (level && (*level < 1 || *level > 9))
    throw Error(Errc::Usage, base::cat("the level of compression is 1 to 9, not ", *level), EINVAL);
  if (level && packer.name != "compress")
    argv.add("-" + std::to_string(*level));
  stream_out({{.argv = argv}}, fd, out);
}

}  // namespace

void tar_in(Appliance& app,
            FileInStream& tarfile,
            const std::string& directory,
            const TarInOptions& optargs,
            Progress& progress) {
  unpack_tar(app, tarfile, directory, optargs, progress);
}

void tar_out(Appliance& app,
             const std::string& directory,
             FileOutStream& tarfile,
             const TarOutOptions& optargs) {
  pack_tar(app, directory, tarfile, optargs);
}

void tgz_in(Appliance& app,
            FileInStream& tarball,
            const std::string& directory,
            Progress& progress) {
  unpack_tar(app, tarball, directory, {.compress = "gzip"}, progress);
}

void tgz_out(Appliance& app, const std::string& directory, FileOutStream& tarball) {
  pack_tar(app, directory, tarball, {.compress = "gzip"});
}

void txz_in(Appliance& app,
            FileInStream& tarball,
            const std::string& directory,
            Progress& progress) {
  unpack_tar(app, tarball, directory, {.compress = "xz"}, progress);
}

void txz_out(Appliance& app, const std::string& directory, FileOutStream& tarball) {
  pack_tar(app, directory, tarball, {.compress = "xz"});
}

void cpio_out(Appliance& app,
              const std::string& directory,
              FileOutStream& cpiofile,
              const CpioOutOptions& optargs) {
  const std::string format = optargs.format.value_or("newc");
  if (format != "newc" && format != "crc")
    throw Error(Errc::Usage, base::escape(format) + ": format must be 'newc' or 'crc'", EINVAL);
  require_directory(app, directory);
  stream_out(
      {in_guest_root({.argv = {"cpio", "--quiet", "-0", "-o", "-H", format, "-D", directory}})},
      names_below(directory), cpiofile);
}

// Not streamed: its superblock, which comes first, is written last. Links are packed, not followed,
// so that nothing but the tree itself is read.
void mksquashfs(Appliance& app,
                const std::string& path,
                FileOutStream& filename,
                const MksquashfsOptions& optargs) {
  app.mounts.require_any();
  open_in_guest(path, O_PATH | O_NOFOLLOW);  // an error of its own for what is not there
  const GuestEntry tree = find_entry(path);
  const base::TempDir directory("squashfs");
  const std::string image = directory.path() + "/image", excludes = directory.path() + "/excludes";
  std::string patterns;
  for (const std::string& pattern : optargs.excludes.value_or(std::vector<std::string>()))
    patterns += pattern + "\n";
  base::replace_file(excludes, patterns);
  Program packer = {
      .argv = {"mksquashfs", base::cat(path_for_child(tree.directory), "/", tree.name), image,
               "-noappend", "-wildcards", "-no-recovery", "-no-progress", "-exit-on-error"}};
  packer.argv.add_option("-comp", optargs.compress).add("-ef", excludes);
  run_pipeline({packer}, base::UniqueFd(), kMaxComplaints);
  for_each_block(base::open_file(image, O_RDONLY), "image",
                 [&](std::string_view block) { filename.write(block); });
}

void compress_out(Appliance& app,
                  const std::string& ctype,
                  const std::string& file,
                  FileOutStream& zfile,
                  const CompressOutOptions& optargs) {
  app.mounts.require_any();
  compress(ctype, optargs.level, open_in_guest(file, O_RDONLY), zfile);
}

void compress_device_out(Appliance& app,
                         const std::string& ctype,
                         const std::string& device,
                         FileOutStream& zdevice,
                         const CompressDeviceOutOptions& optargs) {
  compress(ctype, optargs.level, base::open_file(app.device(device).name, O_RDONLY), zdevice);
}

void base64_in(Appliance& app,
               FileInStream& base64file,
               const std::string& filename,
               Progress& progress) {
  app.mounts.require_any();
  base::UniqueFd fd = open_in_guest(filename, O_WRONLY | O_CREAT | O_TRUNC, kNewFileMode);
  stream_in(base64file, {{.argv = {"base64", "-d", "-i"}}}, fd, &progress);
  base::with_context(base::escape(filename), [&] { fd.close(); });
}

void base64_out(Appliance& app, const std::string& filename, FileOutStream& base64file) {
  app.mounts.require_any();
  stream_out({{.argv = {"base64"}}}, open_in_guest(filename, O_RDONLY), base64file);
}

}  // namespace glovebox::guestd

// SPDX-License-Identifier: GPL-2.0-or-later
// Chains made by qemu-img, which nobody here wrote; refusals are compared whole.
#include "disk/chain.h"

#include <endian.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "tests/unit/disk/chain_files.h"

namespace glovebox::disk {
namespace {

class ChainTest : public ChainFiles {};

TEST_F(ChainTest, RawImage) {
  const Chain chain = open_chain(raw("disk.img"), {});
  ASSERT_EQ(chain.images.size(), 1u);
  EXPECT_EQ(chain.top().format, Format::Raw);
  EXPECT_EQ(chain.virtual_size(), 1u << 20);
  EXPECT_FALSE(chain.top().is_block_device);
}

TEST_F(ChainTest, RawSizeIsRoundedUpToSectorsAsQemuDoes) {
  EXPECT_EQ(open_chain(raw("a", 513), {}).virtual_size(), 1024u);
  EXPECT_EQ(open_chain(raw("b", 1), {}).virtual_size(), 512u);
}

TEST_F(ChainTest, ThreeImages) {
  raw("base.img", 64 << 20);
  qcow2("middle.qcow2", "base.img");
  const Chain chain = open_chain(qcow2("top.qcow2", "middle.qcow2", "qcow2"), {});
  ASSERT_EQ(chain.images.size(), 3u);
  EXPECT_EQ(chain.images[0].format, Format::Qcow2);
  EXPECT_EQ(chain.images[1].path, path("middle.qcow2"));
  EXPECT_EQ(chain.images[2].format, Format::Raw);
  EXPECT_EQ(chain.virtual_size(), 64u << 20);
}

TEST_F(ChainTest, ALinkedDisksBaseLiesBesideItsTarget) {
  ASSERT_EQ(mkdir(path("images").c_str(), 0700), 0);
  raw("images/base.img", 64 << 20);
  qcow2("images/top.qcow2", "base.img");
  ASSERT_EQ(symlink("images/top.qcow2", path("link.qcow2").c_str()), 0);
  const Chain chain = open_chain(path("link.qcow2"), {});
  ASSERT_EQ(chain.images.size(), 2u);
  EXPECT_EQ(chain.images[0].path, path("link.qcow2"));
  EXPECT_EQ(chain.images[1].path, path("images/base.img"));
}

TEST_F(ChainTest, WritableTopOnly) {
  raw("base.img", 64 << 20);
  const Chain chain = open_chain(qcow2("top.qcow2", "base.img"), {.readonly = false});
  EXPECT_EQ(fcntl(chain.images[0].fd.get(), F_GETFL) & O_ACCMODE, O_RDWR);
  EXPECT_EQ(fcntl(chain.images[1].fd.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
}

TEST_F(ChainTest, NullDeviceIsAnEmptyDisk) {
  const Chain null = open_chain("/dev/null", {});
  EXPECT_EQ(null.virtual_size(), 4096u);
  EXPECT_EQ(fcntl(null.top().fd.get(), F_GETFL) & O_ACCMODE, O_RDONLY)
      << "qemu takes a descriptor only for the access that it was opened with";
}

TEST_F(ChainTest, MembersBelowTheImageOpen) {
  ASSERT_EQ(mkdir(path("sub").c_str(), 0755), 0);
  raw("sub/base.img", 64 << 20);
  EXPECT_EQ(open_chain(qcow2("top.qcow2", path("sub/base.img")), {}).images.size(), 2u);
}

TEST_F(ChainTest, MembersOutsideNeedTheUsersWord) {
  const std::string base = elsewhere_.path() + "/base.img";
  base::replace_file(base, std::string(4096, 'x'));
  const std::string top = qcow2("top.qcow2", base);
  EXPECT_EQ(refusal(top), top + ": backing file " + base + outside());
  EXPECT_EQ(open_chain(top, {.format = "qcow2"}).images.size(), 2u);
}

TEST_F(ChainTest, LinksDoNotHideWhereAMemberLies) {
  base::replace_file(elsewhere_.path() + "/base.img", std::string(4096, 'x'));
  ASSERT_EQ(symlink((elsewhere_.path() + "/base.img").c_str(), path("link.img").c_str()), 0);
  const std::string top = qcow2("top.qcow2", "link.img");
  EXPECT_EQ(refusal(top), top + ": backing file " + path("link.img") + outside());
  const std::string dotted = qcow2("dotted.qcow2", "../../../../../../../etc/passwd");
  EXPECT_EQ(refusal(dotted),
            dotted + ": backing file " + path("../../../../../../../etc/passwd") + outside());
}

TEST_F(ChainTest, OutsideWithoutRecordedFormatIsNeverProbed) {
  const std::string base = elsewhere_.path() + "/base.img";
  base::replace_file(base, std::string(4096, 'x'));
  const std::string top = qcow2("top.qcow2", base, "");
  EXPECT_EQ(
      refusal(top, {.format = "qcow2"}),
      top + ": backing file " + base +
          ": its format is not recorded in the image above it; record it, as raw if it is raw: " +
          "qemu-img rebase -u -F FORMAT -b " + base + " " + top + "; or " +
          configuration_line(elsewhere_.path()));
}

TEST_F(ChainTest, InsideWithoutRecordedFormatIsProbed) {
  qcow2("base.qcow2");
  const Chain chain = open_chain(qcow2("top.qcow2", "base.qcow2", ""), {});
  EXPECT_EQ(chain.images.at(1).format, Format::Qcow2);
}

TEST_F(ChainTest, HeaderPlantedInARawImage) {
  const std::string planted = qcow2("disk.img", "/etc/passwd");
  EXPECT_EQ(refusal(planted), planted + ": backing file /etc/passwd" + outside());
  const Chain as_raw = open_chain(planted, {.format = "raw"});
  EXPECT_EQ(as_raw.images.size(), 1u);
  EXPECT_EQ(as_raw.top().format, Format::Raw);
  // As a base that is recorded to be raw it is not looked at either.
  EXPECT_EQ(open_chain(qcow2("top.qcow2", "disk.img", "raw"), {}).images.size(), 2u);
}

TEST_F(ChainTest, Loops) {
  const std::string self = qcow2("self.qcow2", "self.qcow2", "qcow2");
  EXPECT_EQ(refusal(self),
            self + ": backing file " + self + " occurs twice in the chain: the chain is a loop");
  const std::string a = qcow2("a.qcow2", "b.qcow2", "qcow2");
  qcow2("b.qcow2", "./a.qcow2", "qcow2");
  EXPECT_EQ(refusal(a), a + ": backing file " + path("./a.qcow2") +
                            " occurs twice in the chain: the chain is a loop");
}

TEST_F(ChainTest, ChainsHaveAnEnd) {
  std::string bytes = base::read_file(qcow2("x.qcow2", "0001.qcow2", "qcow2"), 1 << 20);
  const std::string last = base::read_file(qcow2("y.qcow2"), 1 << 20);
  const size_t at = bytes.find("0001.qcow2");
  const auto name = [](int i) {
    const std::string digits = std::to_string(i);
    return std::string(4 - digits.size(), '0') + digits;
  };
  const auto chain_of = [&](int length) {
    for (int i = 0; i < length; ++i) {
      bytes.replace(at, 4, name(i + 1));
      base::replace_file(path(name(i) + ".qcow2"), i + 1 < length ? bytes : last);
    }
    return path("0000.qcow2");
  };
  EXPECT_EQ(refusal(chain_of(64)), "accepted");
  EXPECT_EQ(refusal(chain_of(65)),
            path("0000.qcow2") + ": the chain of backing files is longer than 64");
}

TEST_F(ChainTest, MissingMembersNameWhoRefersToThem) {
  const std::string top = qcow2("top.qcow2", "gone.img");
  EXPECT_EQ(refusal(top),
            top + ": backing file " + path("gone.img") + ": No such file or directory");
  const std::string over = qcow2("over.qcow2", "top.qcow2", "qcow2");
  EXPECT_EQ(refusal(over), over + ": " + top + ": backing file " + path("gone.img") +
                               ": No such file or directory");
}

TEST_F(ChainTest, ProtocolsInHeaders) {
  const std::string top = qcow2("top.qcow2", "nbd:localhost:1");
  EXPECT_EQ(refusal(top, {.format = "qcow2"}),
            top +
                ": backing file 'nbd:localhost:1' is not a plain file name; 'nbd:' is not opened "
                "from a header");
}

TEST_F(ChainTest, NotADiskImage) {
  EXPECT_EQ(refusal(path("gone.img")), path("gone.img") + ": No such file or directory");
  EXPECT_EQ(refusal(dir_.path()), dir_.path() + ": is a directory, not a disk image");
  EXPECT_EQ(refusal(dir_.path(), {.readonly = false}),
            dir_.path() + ": is a directory, not a disk image");
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(refusal(path("fifo")), path("fifo") + ": is a FIFO, not a disk image");
  EXPECT_EQ(refusal("/dev/zero"), "/dev/zero: is a character device, not a disk image");
  EXPECT_EQ(refusal(raw("empty.img", 0)),
            path("empty.img") + ": is empty (0 bytes): there is no disk in it");

  const base::UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path("socket").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(refusal(path("socket")),
            path("socket") + ": is a socket, or a device without a driver, not a disk image");
}

TEST_F(ChainTest, OtherFormatsAreNamed) {
  qemu_img({"create", "-q", "-f", "vmdk", path("disk.vmdk"), "1M"});
  EXPECT_EQ(
      refusal(path("disk.vmdk")),
      path("disk.vmdk") +
          ": is a vmdk image, which is not supported; convert it first: qemu-img convert -O qcow2");
  qemu_img({"create", "-q", "-f", "vdi", path("disk.vdi"), "1M"});
  EXPECT_EQ(
      refusal(path("disk.vdi")),
      path("disk.vdi") +
          ": is a vdi image, which is not supported; convert it first: qemu-img convert -O qcow2");
  base::replace_file(path("luks"), std::string("LUKS\xba\xbe\0\2", 8) + std::string(4096, '\0'));
  EXPECT_EQ(refusal(path("luks")),
            path("luks") +
                ": begins with a LUKS header; if the guest encrypted its whole disk, "
                "give its format as raw (tools: --format)");
  EXPECT_EQ(open_chain(path("luks"), {.format = "raw"}).images.size(), 1u);
  EXPECT_EQ(refusal(path("luks"), {.format = "zip"}), "unknown image format 'zip'");
}

TEST_F(ChainTest, DataFileIsNotFollowed) {
  qemu_img({"create", "-q", "-f", "qcow2", "-o", "data_file=" + path("data.raw"), path("top.qcow2"),
            "1M"});
  EXPECT_EQ(
      refusal(path("top.qcow2"), {.format = "qcow2"}),
      path("top.qcow2") + ": keeps its data in another file, '" + path("data.raw") +
          "', which is not opened from a header; convert it first: qemu-img convert -O qcow2");
}

TEST_F(ChainTest, TruncatedImages) {
  const std::string image = qcow2("disk.qcow2");
  base::run_ok({.argv = {"qemu-io", "-c", "write -P 1 0 1M", "-c", "write -P 2 63M 1M", image}});
  EXPECT_EQ(refusal(image), "accepted");
  // The last cluster of data is gone: only the L2 table can tell.
  struct stat st;
  ASSERT_EQ(stat(image.c_str(), &st), 0);
  ASSERT_EQ(truncate(image.c_str(), st.st_size - 65536), 0);
  EXPECT_EQ(refusal(image), image + ": is truncated: it refers to a cluster at byte " +
                                std::to_string(st.st_size - 65536) + ", the file ends at byte " +
                                std::to_string(st.st_size - 65536));
  ASSERT_EQ(truncate(image.c_str(), 0x40000), 0);
  EXPECT_EQ(
      refusal(image),
      image +
          ": is truncated: it refers to a cluster at byte 262144, the file ends at byte 262144");
  ASSERT_EQ(truncate(image.c_str(), 0x30000), 0);
  EXPECT_EQ(refusal(image),
            image + ": is truncated: the L1 table ends at byte 196616, the file at byte 196608");
  ASSERT_EQ(truncate(image.c_str(), 40), 0);
  EXPECT_EQ(refusal(image), image + ": qcow2 header: the file ends after 40 bytes");
}

TEST_F(ChainTest, DamagedTablesAreNotCalledTruncated) {
  const std::string image = qcow2("disk.qcow2");
  base::run_ok({.argv = {"qemu-io", "-c", "write -P 1 0 1M", image}});
  const auto with_entry = [&](off_t at, uint64_t value) {
    const base::UniqueFd fd = base::open_file(image, O_RDWR);
    const uint64_t bytes = htobe64(value);
    EXPECT_EQ(pwrite(fd.get(), &bytes, sizeof bytes, at), 8);
    return refusal(image);
  };
  const auto damaged = [&](const std::string& entry) {
    return image + ": is damaged: " + entry +
           ", which is not the offset of a cluster; for details: qemu-img check";
  };
  constexpr off_t kRefcounts = 0x10000, kL1 = 0x30000, kL2 = 0x40000;
  const uint64_t sound = 0x8000000000000000 | kL2;
  EXPECT_EQ(with_entry(kL1, sound), "accepted");
  EXPECT_EQ(with_entry(kL1, 7), damaged("L1 entry 0 is 0x7"));
  EXPECT_EQ(with_entry(kL1, sound + 0x200), damaged("L1 entry 0 is 0x8000000000040200"));
  EXPECT_EQ(with_entry(kL1, 0x8000000100000000), damaged("L1 entry 0 is 0x8000000100000000"));
  EXPECT_EQ(with_entry(kL1, sound), "accepted");
  EXPECT_EQ(with_entry(kRefcounts, 0x20001), damaged("refcount entry 0 is 0x20001"));
  EXPECT_EQ(with_entry(kRefcounts, 0x20000), "accepted");
  // L2 tables are looked at when the file is shorter than its refcounts.
  ASSERT_EQ(truncate(image.c_str(), 0x140000), 0);
  EXPECT_EQ(with_entry(kL2, 0x8000000000050010), damaged("L2 entry 0 is 0x8000000000050010"));
}

TEST_F(ChainTest, SoundImagesOfEveryKindAreWhole) {
  for (const char* options :
       {"compat=0.10", "cluster_size=512", "cluster_size=2M", "extended_l2=on", "refcount_bits=2",
        "refcount_bits=64", "preallocation=metadata", "compression_type=zstd",
        "lazy_refcounts=on"}) {
    const std::string image = path("disk.qcow2");
    qemu_img({"create", "-q", "-f", "qcow2", "-o", options, image, "96M"});
    base::run_ok({.argv = {"qemu-io", "-c", "write -P 1 0 3M", "-c", "write -P 2 95M 1M", "-c",
                           "discard 1M 1M", image}});
    EXPECT_EQ(refusal(image), "accepted") << options;
    qemu_img({"snapshot", "-c", "one", image});
    EXPECT_EQ(refusal(image), "accepted") << options << ", with a snapshot";
    qemu_img({"convert", "-c", "-O", "qcow2", image, path("compressed.qcow2")});
    EXPECT_EQ(refusal(path("compressed.qcow2")), "accepted") << options << ", compressed";
  }
}

TEST_F(ChainTest, CorruptImagesCanBeRead) {
  const std::string image = qcow2("disk.qcow2");
  std::string bytes = base::read_file(image, 1 << 20);
  bytes[79] = 2;
  base::replace_file(image, bytes);
  EXPECT_EQ(refusal(image), "accepted");
  EXPECT_EQ(
      refusal(image, {.readonly = false}),
      image + ": is marked corrupt and can only be read; to repair it: qemu-img check -r all");
}

TEST_F(ChainTest, EncryptedImages) {
  qemu_img({"create", "-q", "--object", "secret,id=s,data=x", "-f", "qcow2", "-o",
            "encrypt.format=aes,encrypt.key-secret=s", path("aes.qcow2"), "1M"});
  EXPECT_EQ(refusal(path("aes.qcow2")),
            path("aes.qcow2") + ": is an encrypted qcow2 image, which is not supported");
}

TEST_F(ChainTest, NamesAreTakenAsTheyAreAndPrintedSafely) {
  for (const char* name : {"with space", "comma,,format=qcow2", "colon:file:nbd:x", "json:{}", "-a",
                           "\xc3\xa4", "a%b$(c)\\d"})
    EXPECT_EQ(refusal(raw(name)), "accepted") << name;
  EXPECT_EQ(refusal(raw("new\nline\x1b[31m", 0)),
            path("new\\x0aline\\x1b[31m") + ": is empty (0 bytes): there is no disk in it");
  const std::string top = qcow2("top.qcow2", "new\nline, and: more");
  EXPECT_EQ(refusal(top), top +
                              ": backing file 'new\\x0aline, and: more' is not a plain file name; "
                              "'new\\x0aline, and:' is not opened from a header");
}

}  // namespace
}  // namespace glovebox::disk

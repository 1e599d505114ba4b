// SPDX-License-Identifier: GPL-2.0-or-later
// The whole way through the module, over libvirt's own test driver, which needs no daemon.
#include "glovebox/domain.h"

#include <gtest/gtest.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>
#include <thread>

#include "base/files.h"
#include "base/unique_fd.h"

namespace glovebox {
namespace {

constexpr const char* kNode = R"(<node>%AUTH%
  <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
    <name>web</name><uuid>11111111-2222-3333-4444-000000000001</uuid><memory>65536</memory>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file' device='disk'><driver type='raw'/><source file='/images/web.img'/><target dev='vda'/></disk>
      <disk type='volume' device='disk'><source pool='images' volume='data'/><target dev='vdb'/></disk>
    </devices>
    <test:runstate>5</test:runstate>
  </domain>
  <domain type='test'>
    <name>running</name><uuid>11111111-2222-3333-4444-000000000002</uuid><memory>65536</memory>
    <os><type>hvm</type></os>
    <devices><disk type='file' device='disk'><source file='/images/r.img'/><target dev='vda'/></disk></devices>
  </domain>
  <pool type='dir'><name>images</name><target><path>/images</path></target>
    <volume><name>data</name><capacity>1048576</capacity><target><path>/images/data</path></target></volume>
  </pool>
</node>)";

class DomainTest : public testing::Test {
 protected:
  DomainTest() { write_node(""); }

  void write_node(const std::string& auth) {
    std::string node = kNode;
    base::replace_file(file_, node.replace(node.find("%AUTH%"), 6, auth));
  }

  std::string error_of(const DomainName& name, const DomainAccess& access) {
    try {
      drives_of_domain(name, access);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  base::TempDir dir_;
  std::string file_ = dir_.path() + "/node.xml";
  std::string uri_ = "test://" + file_;
};

TEST_F(DomainTest, ByNameAndByUuid) {
  for (const char* name : {"web", "11111111-2222-3333-4444-000000000001"}) {
    const auto drives =
        drives_of_domain({.name = name, .uuid_allowed = true, .uri = uri_}, {.readonly = false});
    ASSERT_EQ(drives.size(), 2U);
    EXPECT_EQ(drives[0].path, "/images/web.img");
    EXPECT_EQ(drives[0].options.format, "raw");
    EXPECT_EQ(drives[1].path, "/images/data");
    EXPECT_FALSE(drives[1].options.readonly);
  }
  EXPECT_EQ(error_of({.name = "11111111-2222-3333-4444-000000000001", .uri = uri_}, {}),
            "no libvirt domain called ‘11111111-2222-3333-4444-000000000001’: Domain not found "
            "(`virsh -c " +
                uri_ + " list --all` shows those there are)");
}

TEST_F(DomainTest, WhatCannotBeReadIsReportedInOneLineAndNothingIsPrinted) {
  virSetErrorFunc(nullptr,
                  [](void*, virError*) {});  // ours to set: this program uses libvirt itself
  testing::internal::CaptureStderr();
  const std::string gone = dir_.path() + "/gone.xml";
  EXPECT_EQ(error_of({.name = "web", .uri = "test://" + gone}, {}),
            "could not connect to libvirt at ‘test://" + gone +
                "’ (code 27, domain 12): XML error: failed to parse xml document '" + gone +
                "' (I/O warning : failed to load external entity \"" + gone + "\")");
  base::replace_file(file_, "<node>\n<domain>");
  EXPECT_EQ(error_of({.name = "web", .uri = uri_}, {}),
            "could not connect to libvirt at ‘test://" + file_ + "’ (code 35, domain 12): " +
                file_ + ":2: Premature end of data in tag domain line 2");
  base::replace_file(file_, "no XML");
  EXPECT_EQ(error_of({.name = "web", .uri = uri_}, {}),
            "could not connect to libvirt at ‘test://" + file_ +
                "’ (code 35, domain 12): " + file_ + ":1: Start tag expected, '<' not found");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(DomainTest, ARunningDomainIsOnlyRead) {
  EXPECT_EQ(drives_of_domain({.name = "running", .uri = uri_}, {.readonly = true}).size(), 1U);
  EXPECT_EQ(
      error_of({.name = "running", .uri = uri_}, {}),
      "libvirt domain ‘running’: it is a live virtual machine, and writing to its disks would "
      "damage them; shut it down first, or open them read-only");
}

TEST_F(DomainTest, AConnectionOfTheCallers) {
  const std::unique_ptr<virConnect, decltype(&virConnectClose)> connection(
      virConnectOpen(uri_.c_str()), virConnectClose);
  const std::unique_ptr<virDomain, decltype(&virDomainFree)> domain(
      virDomainLookupByName(connection.get(), "web"), virDomainFree);
  ASSERT_TRUE(domain);
  EXPECT_EQ(drives_of_libvirt_domain(domain.get(), {.readonly = true}).size(), 2U);
}

TEST_F(DomainTest, QuestionsAreAskedInTheCallersThread) {
  write_node("<auth><user password='secret'>fred</user></auth>");
  const auto me = std::this_thread::get_id();
  std::string asked;
  std::string password = "secret";
  const Authentication authentication{
      .supported = {CredentialKind::Authname, CredentialKind::Passphrase},
      .ask = [&](std::vector<Credential>& credentials) {
        EXPECT_EQ(std::this_thread::get_id(), me);
        for (Credential& credential : credentials) {
          asked += credential.prompt + ";";
          credential.result = credential.kind == CredentialKind::Authname ? "fred" : password;
        }
      }};
  const DomainName web{.name = "web", .uri = uri_, .authentication = authentication};
  EXPECT_EQ(drives_of_domain(web, {.readonly = true}).size(), 2U);
  EXPECT_EQ(asked, "Enter username for localhost;Enter fred's password for localhost;");
  password = "wrong";
  EXPECT_EQ(
      error_of(web, {.readonly = true}),
      "could not connect to libvirt at ‘" + uri_ +
          "’ (code 45, domain 12): authentication failed: authentication failed, see test XML "
          "for the correct username/password");
}

// A daemon that takes the connection and says nothing.
TEST_F(DomainTest, ASilentServerIsNotWaitedForForEver) {
  const base::UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = dir_.path() + "/silent";
  ASSERT_LT(path.size(), sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  EXPECT_EQ(error_of({.name = "web",
                      .uri = "qemu+unix:///system?mode=direct&socket=" + path,
                      .patience = std::chrono::seconds(1)},
                     {.readonly = true}),
            "libvirt did not answer within 1 s; check that its daemon and its host are running");
}

}  // namespace
}  // namespace glovebox

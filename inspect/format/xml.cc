// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Written with libxml2's writer, as the original's is: escaping, indentation and the lines of base
// 64 are its own.
#include "inspect/format/xml.h"

#include <libxml/xmlwriter.h>

#include <memory>
#include <new>
#include <ostream>
#include <sstream>
#include <string>

#include "base/escape.h"

namespace glovebox::inspect {
namespace {

const xmlChar* xml(const char* text) {
  return reinterpret_cast<const xmlChar*>(text);
}

// U+FFFE and U+FFFF are good UTF-8 and no characters of XML.
std::string xml_characters(const std::string& text) {
  std::string out;
  size_t done = 0;
  for (size_t at = text.find("\xef\xbf"); at != std::string::npos;
       at = text.find("\xef\xbf", at + 1)) {
    const char last = at + 2 < text.size() ? text[at + 2] : '\0';
    if (last != '\xbe' && last != '\xbf')
      continue;
    out += text.substr(done, at - done);
    out += last == '\xbe' ? "\\xef\\xbf\\xbe" : "\\xef\\xbf\\xbf";
    done = at + 3;
  }
  return out + text.substr(done);
}

class Document {
 public:
  Document() : buffer_(xmlBufferCreate(), xmlBufferFree) {
    if (!buffer_)
      throw std::bad_alloc();
    writer_.reset(xmlNewTextWriterMemory(buffer_.get(), 0));
    if (!writer_)
      throw std::bad_alloc();
    check(xmlTextWriterSetIndent(writer_.get(), 1));
    check(xmlTextWriterSetIndentString(writer_.get(), xml("  ")));
    check(xmlTextWriterStartDocument(writer_.get(), nullptr, nullptr, nullptr));
  }

  void open(const char* element) { check(xmlTextWriterStartElement(writer_.get(), xml(element))); }
  void close() { check(xmlTextWriterEndElement(writer_.get())); }
  void attribute(const char* name, const std::string& value) {
    check(
        xmlTextWriterWriteAttribute(writer_.get(), xml(name), xml(xml_characters(value).c_str())));
  }
  void text(const std::string& value) {
    check(xmlTextWriterWriteString(writer_.get(), xml(xml_characters(value).c_str())));
  }
  void element(const char* name, const std::string& value) {
    open(name);
    text(value);
    close();
  }
  // Nothing if the value is not known.
  void known(const char* name, const std::string& value) {
    if (!value.empty())
      element(name, value);
  }
  void base64(const char* name, const std::string& bytes) {
    open(name);
    check(xmlTextWriterWriteBase64(writer_.get(), bytes.data(), 0, static_cast<int>(bytes.size())));
    close();
  }

  std::string finish() {
    check(xmlTextWriterEndDocument(writer_.get()));
    writer_.reset();
    const std::string_view text(reinterpret_cast<const char*>(xmlBufferContent(buffer_.get())),
                                static_cast<size_t>(xmlBufferLength(buffer_.get())));
    // These characters can only be in text and in attributes, and both take references.
    return base::replace_invisible(text, [](char32_t character) {
      std::ostringstream reference;
      reference << "&#x" << std::hex << static_cast<uint32_t>(character) << ";";
      return std::move(reference).str();
    });
  }

 private:
  // Writing to memory fails only for want of it.
  static void check(int rc) {
    if (rc < 0)
      throw std::bad_alloc();
  }

  std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer_;
  std::unique_ptr<xmlTextWriter, decltype(&xmlFreeTextWriter)> writer_{nullptr, xmlFreeTextWriter};
};

void write_filesystem(Document& document, const Filesystem& filesystem) {
  document.open("filesystem");
  document.attribute("dev", filesystem.dev);
  if (!filesystem.type.empty()) {
    document.open("type");
    if (filesystem.version)
      document.attribute("version", std::to_string(*filesystem.version));
    document.text(filesystem.type);
    document.close();
  }
  document.known("label", filesystem.label);
  document.known("uuid", filesystem.uuid);
  document.close();
}

void write_application(Document& document, const Application& application) {
  document.open("application");
  document.known("name", application.name);
  document.known("display_name", application.display_name);
  if (application.epoch != 0)
    document.element("epoch", std::to_string(application.epoch));
  document.known("version", application.version);
  document.known("release", application.release);
  document.known("arch", application.arch);
  document.known("install_path", application.install_path);
  document.known("publisher", application.publisher);
  document.known("url", application.url);
  document.known("source_package", application.source_package);
  document.known("summary", application.summary);
  document.known("description", application.description);
  document.known("class", application.app_class);
  document.close();
}

void write_lists(Document& document, const OperatingSystem& os) {
  document.open("mountpoints");
  for (const Mountpoint& mountpoint : os.mountpoints) {
    document.open("mountpoint");
    document.attribute("dev", mountpoint.dev);
    document.text(mountpoint.path);
    document.close();
  }
  document.close();
  document.open("filesystems");
  for (const Filesystem& filesystem : os.filesystems) write_filesystem(document, filesystem);
  document.close();
  if (!os.drive_mappings.empty()) {
    document.open("drive_mappings");
    for (const DriveMapping& mapping : os.drive_mappings) {
      document.open("drive_mapping");
      document.attribute("name", mapping.name);
      document.text(mapping.dev);
      document.close();
    }
    document.close();
  }
  if (os.applications) {
    document.open("applications");
    for (const Application& application : *os.applications)
      write_application(document, application);
    document.close();
  }
}

void write_system(Document& document, const OperatingSystem& os) {
  document.open("operatingsystem");
  document.element("root", os.root);
  document.known("name", os.name);
  document.known("arch", os.arch);
  document.known("distro", os.distro);
  document.known("product_name", os.product_name);
  document.known("product_variant", os.product_variant);
  document.element("major_version", std::to_string(os.major_version.value_or(0)));
  document.element("minor_version", std::to_string(os.minor_version.value_or(0)));
  document.known("package_format", os.package_format);
  document.known("package_management", os.package_management);
  document.known("windows_systemroot", os.windows_systemroot);
  document.known("windows_current_control_set", os.windows_current_control_set);
  if (os.windows_group_policy) {
    document.open("windows_group_policy");
    document.close();
  }
  document.known("hostname", os.hostname);
  document.known("build_id", os.build_id);
  document.known("osinfo", os.osinfo);
  write_lists(document, os);
  if (!os.icon.empty())
    document.base64("icon", os.icon);
  document.close();
}

}  // namespace

void write_xml(const Report& report, std::ostream& out) {
  Document document;
  document.open("operatingsystems");
  for (const OperatingSystem& os : report.operatingsystems) write_system(document, os);
  document.close();
  out << document.finish();
}

}  // namespace glovebox::inspect

// SPDX-License-Identifier: Apache-2.0
// What a ZIP archive says twice, and what it says of nobody: a member is described in the central
// directory and in front of its own data (APPNOTE 4.3.7, 4.3.12), and readers differ in which of
// the two they take.
#include "wire/zip.hpp"
#include "wire/zip_layout.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire {
namespace {

using namespace zip;

constexpr std::size_t kMostMembers = 4096, kMostFindings = 16;
constexpr std::uint64_t kFlags =
    kEncrypted | kHasDescriptor | kStrongEncryption | kUtf8Name | kMaskedHeader;

std::uint64_t field(Bytes record, std::uint64_t at, unsigned width) noexcept {
  return load_le(record, at, width).value_or(0);
}

/// A number that the local header leaves to somebody else: the descriptor, the ZIP64 extra field.
bool is_open(std::uint64_t value) noexcept {
  return value == 0 || value == kMax32;
}

/// In what the two differ; empty: in nothing.
Text difference(Bytes local, std::string_view name, const ZipMember& member) {
  if (!has_prefix(local, kLocalSignature)) return {"it has no local header", "缺少本地文件头"};
  if (name != member.name) return {"its own header has another name", "本地文件头中的名称不同"};
  const std::uint64_t flags = field(local, 6, 2);
  if (((flags ^ member.flags) & kFlags) != 0 || field(local, 8, 2) != member.method) {
    return {"its own header has other flags or another compression method",
            "本地文件头中的标志或压缩方法不同"};
  }
  const auto differs = [&](std::uint64_t at, std::uint64_t told) {
    const std::uint64_t value = field(local, at, 4);
    return !is_open(value) && value != told;
  };
  if (differs(14, member.crc) || differs(18, member.packed_size) || differs(22, member.size)) {
    return {"its own header has another size or check sum", "本地文件头中的长度或校验和不同"};
  }
  return {};
}

/// The size of the data descriptor at `at` (APPNOTE 4.3.9), zero when there is none.
std::uint64_t descriptor_at(Source& source, std::uint64_t at, const ZipMember& member) {
  for (const std::uint64_t signature : {4, 0}) {
    for (const unsigned width : {4U, 8U}) {
      const std::uint64_t size = signature + 4 + 2 * width;
      const Bytes bytes = view_some(source, {at, size});
      if (bytes.size() < size) continue;
      if (signature != 0 && !has_prefix(bytes, kDescriptorSignature)) continue;
      if (field(bytes, signature, 4) == member.crc &&
          field(bytes, signature + 4, width) == member.packed_size &&
          field(bytes, signature + 4 + width, width) == member.size) {
        return size;
      }
    }
  }
  return 0;
}

class Agreement {
 public:
  Agreement(Source& source, const ZipArchive& archive) : source_(source), archive_(archive) {}

  std::vector<Finding> run() {
    std::vector<const ZipMember*> order;
    for (const ZipMember& member : archive_.members) order.push_back(&member);
    std::sort(order.begin(), order.end(),
              [](const ZipMember* a, const ZipMember* b) { return a->header < b->header; });
    std::uint64_t claimed = archive_.shift;
    for (const ZipMember* member : order) {
      unclaimed(claimed, member->header);
      claimed = std::max(claimed, compare(*member));
    }
    unclaimed(claimed, archive_.directory.offset);
    const std::uint64_t end = archive_.end64 ? archive_.end64->offset : archive_.end.offset;
    unclaimed(archive_.directory.end(), end);
    return std::move(findings_);
  }

 private:
  /// Where the member ends.
  std::uint64_t compare(const ZipMember& member) {
    const Bytes local = view_some(
        source_, {member.header, kLocalSize + std::max<std::size_t>(member.name.size(), 1)});
    const std::uint64_t name_size = field(local, 26, 2), extra = field(local, 28, 2);
    const std::string_view name = name_size == member.name.size()
                                      ? as_text(slice(local, kLocalSize, name_size))
                                      : std::string_view();
    const bool has_descriptor = (field(local, 6, 2) & kHasDescriptor) != 0;
    const Text what = difference(local, name, member);
    if (!what.en.empty()) {
      const std::string shown = to_valid_utf8(member.name);
      add({"zip-local",
           Severity::Warning,
           {fmt::format("the member \"{}\" is not what the directory says: {}", shown, what.en),
            fmt::format("成员“{}”与中央目录不一致：{}", shown, what.zh)},
           member.header});
    }
    const std::uint64_t data_end =
        member.header + kLocalSize + name_size + extra + member.packed_size;
    return data_end + (has_descriptor ? descriptor_at(source_, data_end, member) : 0);
  }

  void unclaimed(std::uint64_t from, std::uint64_t to) {
    if (from >= to) return;
    add({"zip-unclaimed",
         Severity::Warning,
         {fmt::format("{} bytes of the archive belong to no member", to - from),
          fmt::format("压缩包中有 {} 字节不属于任何成员", to - from)},
         from});
  }

  void add(Finding finding) {
    if (findings_.size() < kMostFindings) findings_.push_back(std::move(finding));
  }

  Source& source_;
  const ZipArchive& archive_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> zip_disagreements(Source& source, const ZipArchive& archive) {
  if (archive.members.size() > kMostMembers) return {};
  return Agreement(source, archive).run();
}

}  // namespace colophon::wire

// SPDX-License-Identifier: Apache-2.0
// c2pa.hash.collection.data (C2PA 9.2.4, 15.12.5, 18.8) in a ZIP archive (A.6): its members and its
// directory, each with a hash.
#include "c2pa/binding_check.hpp"
#include "wire/zip.hpp"

#include <algorithm>
#include <unordered_map>

namespace colophon::c2pa {
namespace {

using wire::CborItem;

constexpr std::string_view kStoreMember = "META-INF/content_credential.c2pa";
constexpr std::uint64_t kCrcInRecord = 16;  // APPNOTE 4.3.12
constexpr std::uint64_t kCrcSize = 4;

struct Entry {
  std::string uri;
  ByteBuffer hash;
};

/// "." and ".." would lead out of the collection.
bool is_safe(std::string_view uri) noexcept {
  if (uri.empty() || uri.front() == '/' || uri.find('\\') != std::string_view::npos ||
      uri.find("://") != std::string_view::npos) {
    return false;
  }
  while (true) {
    const auto slash = uri.find('/');
    const std::string_view step = uri.substr(0, slash);
    if (step == "." || step == "..") return false;
    if (slash == std::string_view::npos) return true;
    uri.remove_prefix(slash + 1);
  }
}

Result<Entry> read_entry(std::string_view uri, const CborItem& map) {
  auto hash = bytes_of(map.find("hash"));
  if (uri.empty() || !hash) return malformed("a file of the collection has no URI or no hash");
  if (!is_safe(uri)) return fail(ErrorCode::Usage, "a URI leads out of the collection");
  return Entry{std::string(uri), *std::move(hash)};
}

/// A list of maps or, as c2pa-rs writes it, a map of maps by URI.
Result<std::vector<Entry>> read_entries(const CborItem& content) {
  const CborItem* uris = content.find("uris");
  if (uris == nullptr) return malformed("the collection lists no files");
  const CborItem& list = uris->untagged();
  std::vector<Entry> entries;
  if (list.type == wire::CborType::Map) {
    for (std::size_t i = 0; i + 1 < list.items.size(); i += 2) {
      entries.push_back(TRY(read_entry(list.items[i].as_text(), list.items[i + 1])));
    }
  } else {
    for (const CborItem& each : elements(uris)) {
      const CborItem* uri = each.find("uri");
      entries.push_back(TRY(read_entry(uri != nullptr ? uri->as_text() : "", each)));
    }
  }
  if (entries.empty()) return malformed("the collection lists no files");
  return entries;
}

class ZipCheck {
 public:
  ZipCheck(const HashCheck& check, const wire::ZipArchive& zip)
      : check_(check), source_(check.asset.source), zip_(zip) {
    for (const wire::ZipMember& member : zip.members) by_name_.emplace(member.name, &member);
  }

  Status run() {
    const CborItem& content = check_.binding.content;
    algorithm_ = TRY(algorithm_of(content, check_.binding.default_algorithm));
    const std::vector<Entry> entries = TRY(read_entries(content));
    if (by_name_.size() != zip_.members.size() || !wire::zip_collisions(zip_).empty()) {
      return mismatch("two members of the archive share a name or bytes");
    }
    const auto first = std::ranges::min_element(zip_.members, {}, &wire::ZipMember::header);
    if (first == zip_.members.end() || first->header != 0) {
      return mismatch("something stands before the archive");
    }
    for (const Entry& entry : entries) {
      const auto member = by_name_.find(entry.uri);
      if (member == by_name_.end()) {
        return fail(ErrorCode::NotFound, "a file of the collection is missing");
      }
      TRY(check_member(*member->second, entry));
      by_name_.erase(member);
    }
    for (const auto& [name, member] : by_name_) {
      if (name != kStoreMember && member->packed_size > 0) {
        return fail(ErrorCode::NotFound, "the archive holds a file that was not signed");
      }
    }
    return check_directory();
  }

 private:
  Status check_member(const wire::ZipMember& member, const Entry& entry) {
    Digest digest(algorithm_);
    const Range place = TRY(zip_member_place(source_, zip_, member));
    TRY(of_asset(digest.update(source_, place)));
    if (!equal(digest.finish(), entry.hash)) return mismatch("a file is not what was signed");
    return {};
  }

  /// The directory and the end records. The check sum of the store's own member cannot be known
  /// when it is hashed: it counts as zero (C2PA 2.2 A.6), or not at all (later readers).
  Status check_directory() {
    const auto stored = bytes_of(check_.binding.content.find("zip_central_directory_hash"));
    if (!stored) return malformed("the directory of the archive has no hash");
    const wire::ZipMember* store = zip_.find(kStoreMember);
    const Range all{zip_.directory.offset, source_.size() - zip_.directory.offset};
    const std::uint64_t crc = store != nullptr ? store->record.offset + kCrcInRecord : all.end();
    for (const std::uint64_t zeros : {kCrcSize, std::uint64_t{0}}) {
      Digest digest(algorithm_);
      TRY(of_asset(digest.update(source_, {all.offset, crc - all.offset})));
      if (store != nullptr) {
        digest.update(ByteBuffer(static_cast<std::size_t>(zeros)));
        TRY(of_asset(digest.update(source_, {crc + kCrcSize, all.end() - crc - kCrcSize})));
      }
      if (equal(digest.finish(), *stored)) return {};
    }
    return mismatch("the directory of the archive is not what was signed");
  }

  const HashCheck& check_;
  Source& source_;
  const wire::ZipArchive& zip_;
  DigestAlgorithm algorithm_ = DigestAlgorithm::Sha256;
  std::unordered_map<std::string_view, const wire::ZipMember*> by_name_;
};

}  // namespace

Result<Range> zip_member_place(Source& source, const wire::ZipArchive& zip,
                               const wire::ZipMember& member) {
  constexpr std::uint16_t kHasDescriptor = 0x0008;
  const Range data = TRY(of_asset(wire::zip_data(source, zip, member)));
  std::uint64_t end = data.end();
  if ((member.flags & kHasDescriptor) != 0) {
    const bool is_signed = has_prefix(view_some(source, {end, 4}), "PK\x07\x08");
    const std::uint64_t sums = is_signed ? 8 : 4;
    const Bytes sizes = view_some(source, {end + sums, 8});
    const bool narrow =
        load_le(sizes, 0, 4) == member.packed_size && load_le(sizes, 4, 4) == member.size;
    end += sums + (narrow ? 8 : 16);
  }
  return Range{member.header, end - member.header};
}

Status check_collection_hash(const HashCheck& check) {
  if (!wire::looks_like_zip(check.asset.source)) {
    return mismatch("only collections in a ZIP archive are read");
  }
  const wire::ZipArchive zip = TRY(of_asset(wire::read_zip(check.asset.source, check.limits)));
  return ZipCheck(check, zip).run();
}

}  // namespace colophon::c2pa

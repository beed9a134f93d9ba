// SPDX-License-Identifier: Apache-2.0
// The places in a PDF that can hold a label: the Info dictionary (ISO 32000-1, 14.3.3), the
// catalog's metadata stream (14.3.2) and its /AIGC entry, associated and embedded files (7.11.4;
// C2PA's annex on PDF).
#include "base/text.hpp"
#include "formats/pdf_internal.hpp"
#include "wire/pdf_filter.hpp"
#include "wire/pdf_text.hpp"

#include <fmt/core.h>

#include <map>
#include <set>

namespace colophon::pdf {
namespace {

using wire::pdf::Document;
using wire::pdf::Kind;
using wire::pdf::Object;
using wire::pdf::Stored;

constexpr int kMaxTreeNodes = 256;
constexpr std::size_t kMaxFileSpecs = 1024;
constexpr int kMaxPageDepth = 32;
constexpr std::uint64_t kUsualTail = 1024;  // what readers search for the end mark

/// Collects carriers; each function reads one place.
class Places {
 public:
  Places(Document& document, const Limits& limits, Layout& layout)
      : document_(document), limits_(limits), layout_(layout) {}

  Status find();
  Status find_stores(const Stored& catalog);
  std::vector<StoreFile> take_stores() { return std::move(files_); }

 private:
  Status find_info();
  Status find_catalog_label(const Stored& catalog);
  Status find_xmp(const Stored& catalog);
  Status add_entry(const Stored& owner, std::size_t index, std::string_view place);
  Status consider_files(const Stored& specs, std::string_view place);
  Status consider_file(const Object& spec, std::string_view place);
  Status walk_names(const Stored& root);
  Status look_at_first_page(const Stored& catalog);
  Status add_stream(const Stored& stream, Carrier carrier);
  Status add(Carrier carrier);
  bool metadata_is_clear();

  Document& document_;
  const Limits& limits_;
  Layout& layout_;
  std::vector<StoreFile> files_;
  std::set<std::uint64_t> stores_;  ///< where the manifest stores already reported stand
  std::set<std::uint64_t> lost_;    ///< where file specifications without a store stand
  std::size_t specs_ = 0;
};

/// Damage in one place does not hide the others; the first is told.
Status Places::find() {
  Status result;
  const auto keep_first = [&](Status status) {
    // What an encrypted file hides is no damage; find_oddities tells of it.
    const bool hidden =
        !status && document_.is_encrypted() && status.error().code == ErrorCode::Unsupported;
    if (result && !status && !hidden) result = std::move(status);
  };
  keep_first(find_info());
  const auto catalog = document_.load(document_.root().number);
  if (!catalog) {
    keep_first(Failure(catalog.error()));
    return result;
  }
  keep_first(find_catalog_label(*catalog));
  keep_first(find_xmp(*catalog));
  keep_first(find_stores(*catalog));
  return result;
}

Status Places::add(Carrier carrier) {
  if (layout_.carriers.size() >= limits_.max_carriers) {
    return fail(ErrorCode::LimitExceeded, "too many metadata entries", "pdf", carrier.whole.offset);
  }
  layout_.carriers.push_back(std::move(carrier));
  return {};
}

/// A stream as it is when its bytes are the content, else its decoded content.
Status Places::add_stream(const Stored& stream, Carrier carrier) {
  const auto content = TRY(document_.content_of(stream));
  carrier.whole = {stream.where.offset, content.data.end() - stream.where.offset};
  carrier.payload = content.data;
  if (!content.plain) {
    auto decoded = document_.decoded(stream);
    if (!decoded) {
      add_oddity(layout_,
                 {"pdf-stream",
                  Severity::Warning,
                  {fmt::format("{} cannot be unpacked: {}", carrier.path, decoded.error().message),
                   fmt::format("无法解压 {}", carrier.path)},
                  carrier.whole.offset});
      if (carrier.kind != CarrierKind::C2paStore) return {};
      decoded = ByteBuffer{};
    }
    carrier.value = std::move(*decoded);
  }
  return add(std::move(carrier));
}

/// One entry of a dictionary: the label's own key, or any other text.
Status Places::add_entry(const Stored& owner, std::size_t index, std::string_view place) {
  const wire::pdf::Key& key = owner.value.keys[index];
  const Object& stored = owner.value.items[index];
  const Object value = TRY(document_.resolve(stored)).value;
  Carrier carrier;
  carrier.key = to_valid_utf8(key.name);
  carrier.path = fmt::format("{}[{}]", place, carrier.key);
  carrier.kind = key.name == kAigcKey ? CarrierKind::AigcKey : CarrierKind::Tag;
  carrier.whole = owner.where;
  carrier.payload = owner.where;
  if (owner.text_at) {
    carrier.whole = {*owner.text_at + key.at, stored.span.end() - key.at};
    carrier.payload = {*owner.text_at + stored.span.offset, stored.span.size};
  }
  if (value.is(Kind::String)) {
    carrier.value = to_buffer(wire::pdf::text_to_utf8(value.text));
  } else if (carrier.kind == CarrierKind::AigcKey && !value.is(Kind::Null)) {
    carrier.value = to_buffer(TRY(to_json(document_, value)));
    if (value.is(Kind::Dictionary)) carrier.path += kDictionaryMark;
  } else if (value.is(Kind::Name)) {
    carrier.value = to_buffer(to_valid_utf8(value.text));
  } else {
    return {};
  }
  return add(std::move(carrier));
}

Status Places::find_info() {
  if (document_.is_encrypted()) return {};
  const Stored info = TRY(document_.entry_of(document_.trailer(), "Info"));
  if (!info.value.is(Kind::Dictionary)) return {};
  std::map<std::string_view, std::size_t> last;  // of entries with one name the last counts
  for (std::size_t i = 0; i < info.value.keys.size(); ++i) last[info.value.keys[i].name] = i;
  for (std::size_t i = 0; i < info.value.keys.size(); ++i) {
    if (last[info.value.keys[i].name] == i) TRY(add_entry(info, i, kInfoPlace));
  }
  return {};
}

Status Places::find_catalog_label(const Stored& catalog) {
  if (document_.is_encrypted()) return {};
  const auto& keys = catalog.value.keys;
  for (std::size_t i = keys.size(); i-- > 0;) {
    if (keys[i].name == kAigcKey) return add_entry(catalog, i, kCatalogPlace);
  }
  return {};
}

/// /EncryptMetadata false: the metadata stream of an encrypted file stays readable (7.6.3.2).
bool Places::metadata_is_clear() {
  if (!document_.is_encrypted()) return true;
  const auto encrypt = document_.entry_of(document_.trailer(), "Encrypt");
  const Object* flag = encrypt ? encrypt->value.find("EncryptMetadata") : nullptr;
  return flag != nullptr && flag->is(Kind::Boolean) && !flag->truth;
}

Status Places::find_xmp(const Stored& catalog) {
  const Stored metadata = TRY(document_.entry_of(catalog, "Metadata"));
  if (!metadata.data_at) return {};
  if (!metadata_is_clear() && !wire::pdf::has_identity_crypt(metadata.value)) return {};
  Carrier carrier;
  carrier.kind = CarrierKind::Xmp;
  carrier.path = kXmpPath;
  return add_stream(metadata, std::move(carrier));
}

/// A file specification whose relationship says that it is the manifest store. The same file is
/// usually named both by /AF and by the name tree.
Status Places::consider_file(const Object& spec, std::string_view place) {
  if (++specs_ > kMaxFileSpecs) return {};
  const Stored file = TRY(document_.resolve(spec));
  const Object* relation = file.value.find("AFRelationship");
  if (relation == nullptr || !relation->is_name("C2PA_Manifest")) return {};
  const Stored embedded = TRY(document_.entry_of(file, "EF"));
  Stored stream = TRY(document_.entry_of(embedded, "F"));
  if (!stream.data_at) stream = TRY(document_.entry_of(embedded, "UF"));
  Carrier carrier;
  carrier.kind = CarrierKind::C2paStore;
  carrier.path = fmt::format("pdf:{}[c2pa]", place);
  if (!stream.data_at) {  // a store is announced, but there are no bytes
    if (!lost_.insert(file.where.offset).second) return {};
    carrier.whole = file.where;
    carrier.value = ByteBuffer{};
    files_.push_back({file, stream});
    return add(std::move(carrier));
  }
  if (!stores_.insert(*stream.data_at).second) return {};
  if (document_.is_encrypted() && !wire::pdf::has_identity_crypt(stream.value)) return {};
  files_.push_back({file, stream});
  return add_stream(stream, std::move(carrier));
}

Status Places::consider_files(const Stored& specs, std::string_view place) {
  if (specs.value.is(Kind::Dictionary)) return consider_file(specs.value, place);
  if (!specs.value.is(Kind::Array)) return {};
  for (const Object& spec : specs.value.items) TRY(consider_file(spec, place));
  return {};
}

/// The name tree of embedded files (7.9.6): nodes with /Kids, leaves with name and value in turn.
Status Places::walk_names(const Stored& root) {
  std::vector<Object> waiting = {root.value};
  for (int nodes = 0; !waiting.empty() && nodes < kMaxTreeNodes; ++nodes) {
    const Object unresolved = std::move(waiting.back());
    waiting.pop_back();
    const Stored node = TRY(document_.resolve(unresolved));
    const Stored names = TRY(document_.entry_of(node, "Names"));
    if (names.value.is(Kind::Array)) {
      for (std::size_t i = 1; i < names.value.items.size(); i += 2) {
        TRY(consider_file(names.value.items[i], "EmbeddedFiles"));
      }
    }
    const Stored kids = TRY(document_.entry_of(node, "Kids"));
    if (!kids.value.is(Kind::Array)) continue;
    for (std::size_t i = kids.value.items.size(); i-- > 0;) {
      if (kids.value.items[i].is(Kind::Reference)) waiting.push_back(kids.value.items[i]);
    }
  }
  return {};
}

/// A signed document may carry the store in a FileAttachment annotation instead; writers put it on
/// the first page, and looking there is cheap.
Status Places::look_at_first_page(const Stored& catalog) {
  Stored node = TRY(document_.entry_of(catalog, "Pages"));
  for (int depth = 0; depth < kMaxPageDepth; ++depth) {
    const Stored kids = TRY(document_.entry_of(node, "Kids"));
    if (!kids.value.is(Kind::Array) || kids.value.items.empty()) break;
    node = TRY(document_.resolve(kids.value.items.front()));
  }
  const Stored annotations = TRY(document_.entry_of(node, "Annots"));
  if (!annotations.value.is(Kind::Array)) return {};
  for (const Object& item : annotations.value.items) {
    if (++specs_ > kMaxFileSpecs) break;
    const Stored annotation = TRY(document_.resolve(item));
    const Object* subtype = annotation.value.find("Subtype");
    if (subtype == nullptr || !subtype->is_name("FileAttachment")) continue;
    const Stored file = TRY(document_.entry_of(annotation, "FS"));
    TRY(consider_files(file, "Annots"));
  }
  return {};
}

Status Places::find_stores(const Stored& catalog) {
  const Stored files = TRY(document_.entry_of(catalog, "AF"));
  TRY(consider_files(files, "AF"));
  const Stored names = TRY(document_.entry_of(catalog, "Names"));
  const Stored tree = TRY(document_.entry_of(names, "EmbeddedFiles"));
  TRY(walk_names(tree));
  return stores_.empty() ? look_at_first_page(catalog) : Status{};
}

void add_oddity(Layout& layout, std::string rule, Severity severity, Text message) {
  add_oddity(layout, {std::move(rule), severity, std::move(message), std::nullopt});
}

/// /SigFlags bit 1 (12.7.2): at least one signature field is in the document.
bool is_signed(Document& document) {
  const auto catalog = document.load(document.root().number);
  if (!catalog) return false;
  const auto form = document.entry_of(*catalog, "AcroForm");
  return form && (form->value.number_of("SigFlags").value_or(0) & 1) != 0;
}

}  // namespace

Status find_carriers(Document& document, const Limits& limits, Layout& layout) {
  return Places(document, limits, layout).find();
}

Result<std::vector<StoreFile>> find_store_files(Document& document, const Limits& limits) {
  Layout unused;
  Places places(document, limits, unused);
  const Stored catalog = TRY(document.load(document.root().number));
  TRY(places.find_stores(catalog));
  return places.take_stores();
}

void find_oddities(Document& document, Layout& layout) {
  if (document.is_encrypted()) {
    add_oddity(layout, "pdf-encrypted", Severity::Warning,
               {"the file is encrypted: the texts of its Info dictionary cannot be read, and no "
                "label can be written",
                "文件已加密，无法读取其文档信息字典中的文本，也无法写入标识"});
  }
  if (document.loose_bytes() > kUsualTail) {
    add_oddity(layout, "pdf-tail", Severity::Warning,
               {fmt::format("{} bytes follow the last finished revision, perhaps from a write that "
                            "was cut; the finished revision is used",
                            document.loose_bytes()),
                fmt::format("最后一个完整修订之后还有 {} "
                            "字节，可能是写入中断所致；以完整的修订为准",
                            document.loose_bytes())});
  }
  if (is_signed(document)) {
    add_oddity(layout, "pdf-signed", Severity::Info,
               {"the document has a digital signature; labels are appended, so the signed bytes "
                "stay as they are, but a viewer will say that something was added after signing",
                "文档含有数字签名；标识以追加方式写入，已签名的字节保持不变，但阅读器会提示签名后有"
                "新增内容"});
  }
  if (document.is_repaired()) {
    add_oddity(layout, "pdf-xref", Severity::Warning,
               {"the cross-reference table is broken; the objects were found by searching, and no "
                "label can be written until the file is repaired",
                "交叉引用表已损坏，已通过搜索找到对象；修复文件之前无法写入标识"});
  }
}

}  // namespace colophon::pdf

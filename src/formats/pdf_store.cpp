// SPDX-License-Identifier: Apache-2.0
// Writes a C2PA manifest store into a PDF (C2PA A.4): an embedded file that the catalog's /AF and
// the name tree of embedded files point to, in an incremental update.
#include "formats/pdf_internal.hpp"

#include <fmt/core.h>

namespace colophon::pdf {
namespace {

using wire::pdf::Change;
using wire::pdf::Document;
using wire::pdf::Kind;
using wire::pdf::Object;
using wire::pdf::Reference;
using wire::pdf::Stored;
using wire::pdf::Update;

constexpr std::string_view kFileName = "content_credential.c2pa";
constexpr std::string_view kRelation = "AFRelationship";

std::string link(Reference id) {
  return fmt::format("{} {} R", id.number, id.generation);
}

std::string hex_string(std::string_view bytes) {
  std::string out = "<";
  for (const char c : bytes) out += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return out + ">";
}

class StoreWriter {
 public:
  explicit StoreWriter(Document& document) : document_(document), update_(document) {}

  Result<Splice> put(Source& source, Bytes store, std::span<const StoreFile> old) {
    const Reference stream = TRY(keep_one(old));
    update_.put(stream, wire::pdf::plain_stream(store, nullptr,
                                                "/Type/EmbeddedFile/Subtype/application#2Fc2pa"));
    if (!kept_) TRY(announce(stream));
    return append_update(source, document_, update_);
  }

 private:
  Reference new_id() { return {static_cast<std::uint32_t>(update_.new_number()), 0}; }

  /// The stream that gets the store: the first that is there. Every other file is no store any
  /// more.
  Result<Reference> keep_one(std::span<const StoreFile> old) {
    Reference stream;
    for (const StoreFile& one : old) {
      if (!kept_ && one.stream.data_at) {
        kept_ = true;
        stream = one.stream.id;
        continue;
      }
      if (one.file.id.number == 0) {
        return fail(ErrorCode::Unsupported,
                    "the PDF names several C2PA stores, which cannot be told apart here; take the "
                    "attachments out of it first",
                    "pdf");
      }
      const Change change[] = {{std::string(kRelation), "/Unspecified"}};
      update_.put(one.file.id, with_changes(one.file.text, one.file.value, change));
    }
    return kept_ ? stream : new_id();
  }

  /// A file specification, and everything that has to point to it.
  Status announce(Reference stream) {
    const Reference file = new_id();
    const std::string name = fmt::format("({})", kFileName);
    update_.put(file, fmt::format("<</Type/Filespec/{}/C2PA_Manifest/F{}/UF{}/Desc(C2PA Manifest "
                                  "Store)/EF<</F {}>>>>",
                                  kRelation, name, name, link(stream)));
    const Stored catalog = TRY(document_.load(document_.root().number));
    std::vector<Change> changes;
    changes.push_back({"AF", with_item(TRY(inside(catalog, "AF")), link(file))});
    TRY(add_name(catalog, file, changes));
    update_.put(catalog.id, with_changes(catalog.text, catalog.value, changes));
    return {};
  }

  static std::string with_item(const std::string& items, const std::string& item) {
    return fmt::format("[{} {}]", items, item);
  }

  /// What stands between the brackets of an array; any other object counts as its only item.
  Result<std::string> inside(const Stored& owner, std::string_view key) {
    const Object* found = owner.value.find(key);
    if (found == nullptr) return std::string();
    const std::string own = to_string(slice(owner.text, found->span.offset, found->span.size));
    if (found->is(Kind::Array)) return own.substr(1, own.size() - 2);
    if (!found->is(Kind::Reference)) return found->is(Kind::Dictionary) ? own : std::string();
    const Stored target = TRY(document_.resolve(*found));
    if (target.value.is(Kind::Dictionary)) return own;
    if (!target.value.is(Kind::Array)) return std::string();
    return to_string(slice(target.text, target.value.span.offset + 1, target.value.span.size - 2));
  }

  /// Adds the file to the name tree (ISO 32000-1, 7.9.6) behind all others.
  Status add_name(const Stored& catalog, Reference file, std::vector<Change>& changes) {
    const Stored names = TRY(document_.entry_of(catalog, "Names"));
    const bool has_names = names.value.is(Kind::Dictionary);
    const Stored tree = has_names ? TRY(document_.entry_of(names, "EmbeddedFiles")) : Stored{};
    const bool has_tree = tree.value.is(Kind::Dictionary);
    const std::string text = TRY(tree_with(tree, file));
    if (has_tree && is_reference(names, "EmbeddedFiles")) {
      update_.put(tree.id, text);
      return {};
    }
    const Change change[] = {{"EmbeddedFiles", text}};
    const std::string all = has_names ? with_changes(names.text, names.value, change)
                                      : fmt::format("<</EmbeddedFiles {}>>", text);
    if (has_names && is_reference(catalog, "Names")) {
      update_.put(names.id, all);
    } else {
      changes.push_back({"Names", all});
    }
    return {};
  }

  static bool is_reference(const Stored& owner, std::string_view key) {
    const Object* found = owner.value.find(key);
    return found != nullptr && found->is(Kind::Reference);
  }

  Result<std::string> tree_with(const Stored& tree, Reference file) {
    const Stored kids = TRY(document_.entry_of(tree, "Kids"));
    if (kids.value.is(Kind::Array) && !kids.value.items.empty()) {
      const Stored last = TRY(document_.resolve(kids.value.items.back()));
      const std::string key = behind(last_string(TRY(document_.entry_of(last, "Limits")).value, 1));
      const Reference leaf = new_id();
      update_.put(leaf, fmt::format("<</Limits[{} {}]/Names[{} {}]>>", key, key, key, link(file)));
      const Change change[] = {{"Kids", with_item(TRY(inside(tree, "Kids")), link(leaf))}};
      return with_changes(tree.text, tree.value, change);
    }
    const Object names = TRY(document_.entry_of(tree, "Names")).value;
    const std::string item = fmt::format("{} {}", behind(last_string(names, 2)), link(file));
    if (!tree.value.is(Kind::Dictionary)) return fmt::format("<</Names[{}]>>", item);
    const Change change[] = {{"Names", with_item(TRY(inside(tree, "Names")), item)}};
    return with_changes(tree.text, tree.value, change);
  }

  /// The string that stands so many places before the end of an array.
  static std::string last_string(const Object& array, std::size_t from_end) {
    if (!array.is(Kind::Array) || array.items.size() < from_end) return {};
    const Object& item = array.items[array.items.size() - from_end];
    return item.is(Kind::String) ? item.text : std::string();
  }

  /// A key that sorts behind `last`.
  static std::string behind(const std::string& last) {
    return hex_string(last < kFileName ? std::string(kFileName) : last + "~");
  }

  Document& document_;
  Update update_;
  bool kept_ = false;
};

}  // namespace

Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits& limits) {
  Document document = TRY(Document::open(source, limits));
  TRY(check_writable(document));
  const std::vector<StoreFile> old = TRY(find_store_files(document, limits));
  return StoreWriter(document).put(source, store, old);
}

}  // namespace colophon::pdf

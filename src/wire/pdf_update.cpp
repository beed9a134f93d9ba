// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_update.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::wire::pdf {
namespace {

constexpr std::uint64_t kMaxNumber = 8'388'607;  // ISO 32000-1, annex C.2
constexpr std::uint64_t kMaxTableOffset = 9'999'999'999;
constexpr std::string_view kDataKeys[] = {"Length",  "Filter",       "DecodeParms", "F",
                                          "FFilter", "FDecodeParms", "DL"};
constexpr std::string_view kSectionKeys[] = {"Type", "W", "Index", "Prev", "XRefStm"};

std::string indirect(Reference id, std::string_view body) {
  return fmt::format("{} {} obj\n{}\nendobj\n", id.number, id.generation, body);
}

}  // namespace

std::string plain_stream(Bytes data, const Stored* old, std::string_view new_entries) {
  std::vector<Change> changes;
  for (const std::string_view key : kDataKeys) changes.push_back({std::string(key), std::nullopt});
  changes.front().value = std::to_string(data.size());
  std::string dictionary =
      old != nullptr ? with_changes(old->text, old->value, changes)
                     : fmt::format("<<{}/Length {}>>", std::string(new_entries), data.size());
  dictionary += "\nstream\n";
  dictionary += as_text(data);
  return dictionary + "\nendstream";
}

void Update::put(Reference id, std::string body) {
  bodies_.push_back({id, std::move(body)});
}

Result<ByteBuffer> Update::finish(std::uint64_t size, bool ends_with_line_end) {
  std::sort(bodies_.begin(), bodies_.end(),
            [](const Body& a, const Body& b) { return a.id.number < b.id.number; });
  const auto twin =
      std::adjacent_find(bodies_.begin(), bodies_.end(),
                         [](const Body& a, const Body& b) { return a.id.number == b.id.number; });
  if (twin != bodies_.end()) {
    return fail(ErrorCode::Malformed, "one object stands for two things in this file", "pdf");
  }
  if (next_ >= kMaxNumber) {
    return fail(ErrorCode::Unsupported, "the file has no free object number left", "pdf");
  }
  std::string out = ends_with_line_end ? "" : "\n";
  for (Body& body : bodies_) {
    body.at = size - document_.base() + out.size();
    out += indirect(body.id, body.text);
  }
  const std::uint64_t at = size - document_.base() + out.size();
  out += document_.chain().sections.front().is_stream ? stream(at) : TRY(table(at));
  out += fmt::format("startxref\n{}\n%%EOF\n", at);
  return to_buffer(out);
}

/// The newest trailer with every entry kept that is not about its own section.
std::string Update::trailer(std::vector<Change> changes) const {
  const Stored& old = document_.trailer();
  const auto set = [&](std::string_view key) {
    return std::any_of(changes.begin(), changes.end(),
                       [&](const Change& change) { return change.key == key; });
  };
  for (const std::string_view key : kSectionKeys) {
    if (!set(key)) changes.push_back({std::string(key), std::nullopt});
  }
  for (const std::string_view key : kDataKeys) {
    if (!set(key)) changes.push_back({std::string(key), std::nullopt});
  }
  changes.push_back({"Size", std::to_string(next_)});
  changes.push_back({"Prev", std::to_string(document_.newest_section())});
  changes.insert(changes.end(), trailer_changes_.begin(), trailer_changes_.end());
  return with_changes(old.text, old.value, changes);
}

Result<std::string> Update::table(std::uint64_t at) const {
  if (at > kMaxTableOffset) {
    return fail(ErrorCode::Unsupported, "the file is too large for its cross-reference table",
                "pdf");
  }
  std::string out = "xref\n";
  for (std::size_t i = 0; i < bodies_.size();) {
    std::size_t end = i + 1;
    while (end < bodies_.size() && bodies_[end].id.number == bodies_[end - 1].id.number + 1) ++end;
    out += fmt::format("{} {}\n", bodies_[i].id.number, end - i);
    for (; i < end; ++i) {
      out += fmt::format("{:010} {:05} n\r\n", bodies_[i].at, bodies_[i].id.generation);
    }
  }
  return out + "trailer\n" + trailer({}) + "\n";
}

/// One entry per object and one for the stream itself; not compressed, because it is small.
std::string Update::stream(std::uint64_t at) {
  const Reference own{static_cast<std::uint32_t>(new_number()), 0};
  std::vector<Body> listed = bodies_;
  listed.push_back({own, {}, at});
  ByteBuffer entries;
  std::string index;
  for (const Body& body : listed) {
    append_be(entries, 1, 1);
    append_be(entries, body.at, 8);
    append_be(entries, body.id.generation, 2);
    index += fmt::format("{} 1 ", body.id.number);
  }
  index.pop_back();
  std::string text = trailer({{"Type", "/XRef"},
                              {"W", "[1 8 2]"},
                              {"Index", "[" + index + "]"},
                              {"Length", std::to_string(entries.size())}});
  text += "\nstream\n" + to_string(entries) + "\nendstream";
  return indirect(own, text);
}

}  // namespace colophon::wire::pdf

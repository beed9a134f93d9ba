// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_xref.hpp"

#include <algorithm>
#include <set>

namespace colophon::wire::pdf {
namespace {

constexpr std::uint64_t kEntrySize = 18;  // "oooooooooo ggggg n", then the end of line
constexpr std::uint64_t kUsualWidth = 20;
constexpr std::uint64_t kWidestEntry = 22;
constexpr std::uint64_t kLine = 64;
constexpr std::size_t kMaxSections = 4096;

Failure no_section(std::uint64_t at) {
  return fail(ErrorCode::Malformed, "no cross-reference section stands where one is said to be",
              "pdf", at);
}

std::optional<std::uint64_t> digits(Bytes bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t c : bytes) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// "0000000017 00000 n"
std::optional<Entry> table_entry(Bytes text, std::uint64_t base) noexcept {
  if (text.size() < kEntrySize || text[10] != ' ' || text[16] != ' ') return std::nullopt;
  const auto offset = digits(text.first(10));
  if (!offset || !digits(text.subspan(11, 5))) return std::nullopt;
  if (text[17] == 'f' || (text[17] == 'n' && *offset == 0)) return Entry{};
  if (text[17] != 'n') return std::nullopt;
  return Entry{Entry::State::Plain, base + *offset, 0};
}

/// How far apart the entries stand: 20 bytes, but writers that end lines with one byte exist.
std::uint64_t entry_width(Bytes text) noexcept {
  std::uint64_t width = kEntrySize;
  while (width < text.size() && is_space(text[static_cast<std::size_t>(width)])) ++width;
  return width > kEntrySize && width <= kWidestEntry ? width : kUsualWidth;
}

/// One subsection, "first count" and its entries; steps `at` over them.
Result<Run> table_run(Reader& reader, std::uint64_t& at) {
  const Bytes line = view_some(reader.source(), {at, kLine});
  Parser parser(line, 0, reader.limits());
  const auto first = parser.number();
  const auto count = first ? parser.number() : std::nullopt;
  if (!count) return no_section(at);
  parser.skip_space();
  Run run{*first, *count, at + parser.at(), 0};
  const std::uint64_t there = reader.source().size() - std::min(run.at, reader.source().size());
  if (*count > 0) {
    const Bytes entries = view_some(reader.source(), {run.at, kLine});
    if (!table_entry(entries, 0)) return no_section(run.at);
    run.width = entry_width(entries);
    if (*count > there / kEntrySize) return truncated({run.at, there + 1}, reader.source().size());
  }
  const std::uint64_t last = *count > 0 ? (*count - 1) * run.width + kEntrySize : 0;
  if (last > there) return truncated({run.at, last}, reader.source().size());
  at = run.at + last;
  return run;
}

void add_run(Section& section, const Run& run) {
  if (run.count > 0 && run.first < UINT32_MAX) section.runs.emplace(run.first, run);
}

/// `at` stands behind the word "xref".
Result<Section> read_table(Reader& reader, std::uint64_t at) {
  Section section;
  for (std::uint32_t count = 0; count < reader.limits().max_structures; ++count) {
    const Bytes line = view_some(reader.source(), {at, kLine});
    Parser parser(line, 0, reader.limits());
    if (parser.word("trailer")) {
      section.trailer = TRY(reader.bare(at + parser.at()));
      if (!section.trailer.value.is(Kind::Dictionary)) return no_section(at);
      return section;
    }
    add_run(section, TRY(table_run(reader, at)));
  }
  return fail(ErrorCode::LimitExceeded, "a cross-reference table has too many parts", "pdf", at);
}

std::uint64_t field(Bytes entries, std::uint64_t at, std::uint64_t width) noexcept {
  return width == 0 ? 0 : load_be(entries, at, static_cast<unsigned>(width)).value_or(0);
}

Status read_widths(const Object& dictionary, Section& section) {
  const Object* widths = dictionary.find("W");
  if (widths == nullptr || !widths->is(Kind::Array) || widths->items.size() < 3) {
    return no_section(section.trailer.where.offset);
  }
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const Object& width = widths->items[i];
    if (!width.is(Kind::Integer) || width.integer < 0 || width.integer > 8) {
      return no_section(section.trailer.where.offset);
    }
    section.widths[i] = static_cast<std::uint64_t>(width.integer);
    total += section.widths[i];
  }
  return total > 0 ? Status{} : no_section(section.trailer.where.offset);
}

/// Counts are cut to the entries that are there, so /Index and /Size may claim anything.
void read_index(const Object& dictionary, Section& section) {
  const std::uint64_t width = section.widths[0] + section.widths[1] + section.widths[2];
  std::uint64_t left = section.entries.size() / width;
  std::uint64_t at = 0;
  const auto add = [&](std::int64_t first, std::int64_t wanted) {
    if (first < 0 || wanted < 0) return;
    const std::uint64_t count = std::min(static_cast<std::uint64_t>(wanted), left);
    add_run(section, {static_cast<std::uint64_t>(first), count, at, width});
    at += count * width;
    left -= count;
  };
  const Object* index = dictionary.find("Index");
  if (index == nullptr || !index->is(Kind::Array)) {
    add(0, static_cast<std::int64_t>(left));
    return;
  }
  for (std::size_t i = 0; i + 1 < index->items.size(); i += 2) {
    if (!index->items[i].is(Kind::Integer) || !index->items[i + 1].is(Kind::Integer)) return;
    add(index->items[i].integer, index->items[i + 1].integer);
  }
}

Result<Section> read_stream(Reader& reader, std::uint64_t at) {
  Section section;
  section.is_stream = true;
  section.trailer = TRY(reader.indirect(at));
  const Object& dictionary = section.trailer.value;
  const Object* type = dictionary.find("Type");
  if (!section.trailer.data_at || type == nullptr || !type->is_name("XRef")) return no_section(at);
  TRY(read_widths(dictionary, section));
  const Range data = TRY(reader.data_range(section.trailer, dictionary.number_of("Length")));
  section.entries = TRY(reader.decoded(dictionary, data));
  read_index(dictionary, section);
  return section;
}

Result<Section> read_section(Reader& reader, std::uint64_t offset) {
  if (offset >= reader.source().size()) return no_section(offset);
  const std::uint64_t at = reader.base + offset;
  const Bytes start = view_some(reader.source(), {at, kLine});
  Parser parser(start, 0, reader.limits());
  if (parser.word("xref")) return read_table(reader, at + parser.at());
  parser.skip_space();
  return read_stream(reader, at + parser.at());
}

/// The section that a table of a hybrid file names beside itself. One that cannot be read is as
/// none: readers from before PDF 1.5 do without it.
void read_hidden(Reader& reader, Chain& chain) {
  const auto offset = chain.sections.back().trailer.value.number_of("XRefStm");
  if (!offset || chain.sections.back().is_stream) return;
  auto hidden = read_section(reader, *offset);
  if (!hidden || !hidden->is_stream) {
    chain.broken = true;
    return;
  }
  chain.sections.back().is_hybrid = true;
  chain.sections.push_back(std::move(*hidden));
}

}  // namespace

std::optional<Entry> look_up(Reader& reader, const Section& section, std::uint64_t number) {
  auto run = section.runs.upper_bound(number);
  if (run == section.runs.begin()) return std::nullopt;
  --run;
  const std::uint64_t place = number - run->second.first;
  if (place >= run->second.count) return std::nullopt;
  const std::uint64_t at = run->second.at + place * run->second.width;
  if (!section.is_stream) {
    const Bytes text = view_some(reader.source(), {at, kEntrySize});
    return table_entry(text, reader.base).value_or(Entry{Entry::State::Broken, 0, 0});
  }
  const auto& [type_width, second_width, third_width] = section.widths;
  const std::uint64_t type = type_width == 0 ? 1 : field(section.entries, at, type_width);
  const std::uint64_t second = field(section.entries, at + type_width, second_width);
  const std::uint64_t third = field(section.entries, at + type_width + second_width, third_width);
  if (type == 1 && second > reader.source().size()) return Entry{Entry::State::Broken, 0, 0};
  if (type == 1 && second > 0) return Entry{Entry::State::Plain, reader.base + second, 0};
  if (type == 2) return Entry{Entry::State::Packed, second, third};
  return Entry{};
}

std::optional<Entry> Chain::find(Reader& reader, std::uint64_t number) const {
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto entry = look_up(reader, sections[i], number);
    if (!entry) continue;
    if (entry->state == Entry::State::Free && sections[i].is_hybrid) {
      const auto hidden = look_up(reader, sections[i + 1], number);
      if (hidden) return hidden;
    }
    return entry;
  }
  return std::nullopt;
}

std::uint64_t Chain::past_highest() const noexcept {
  std::uint64_t past = 0;
  for (const Section& section : sections) {
    past = std::max(past, section.trailer.value.number_of("Size").value_or(0));
    if (section.runs.empty()) continue;
    const Run& last = section.runs.rbegin()->second;
    past = std::max(past, last.first + last.count);
  }
  return past;
}

Result<Chain> read_chain(Reader& reader, std::uint64_t offset) {
  Chain chain;
  chain.sections.push_back(TRY(read_section(reader, offset)));
  std::set<std::uint64_t> seen = {offset};
  for (;;) {
    const auto previous = chain.sections.back().trailer.value.number_of("Prev");
    read_hidden(reader, chain);
    if (!previous) return chain;
    if (chain.sections.size() >= kMaxSections) {
      return fail(ErrorCode::LimitExceeded, "the file has too many revisions", "pdf", previous);
    }
    auto section = seen.insert(*previous).second ? read_section(reader, *previous)
                                                 : Result<Section>(no_section(*previous));
    if (!section) {
      chain.broken = true;
      return chain;
    }
    chain.sections.push_back(std::move(*section));
  }
}

}  // namespace colophon::wire::pdf

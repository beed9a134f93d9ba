// SPDX-License-Identifier: Apache-2.0
#include "wire/pdf_filter.hpp"

#include "wire/inflate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

namespace colophon::wire::pdf {
namespace {

constexpr std::size_t kMaxFilters = 4;

struct Step {
  std::string_view filter;
  const Object* parameters = nullptr;  ///< a dictionary, or null
};

std::vector<Step> steps_of(const Object& dictionary) {
  const Object* filter = dictionary.find("Filter");
  const Object* parameters = dictionary.find("DecodeParms");
  std::vector<Step> steps;
  if (filter == nullptr) return steps;
  const std::span<const Object> filters =
      filter->is(Kind::Array) ? std::span<const Object>(filter->items) : std::span(filter, 1);
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (filters[i].is(Kind::Null)) continue;
    Step step{filters[i].is(Kind::Name) ? std::string_view(filters[i].text) : "?"};
    if (parameters != nullptr && parameters->is(Kind::Array)) {
      if (i < parameters->items.size()) step.parameters = &parameters->items[i];
    } else if (i == 0) {
      step.parameters = parameters;
    }
    if (step.parameters != nullptr && !step.parameters->is(Kind::Dictionary)) {
      step.parameters = nullptr;
    }
    steps.push_back(step);
  }
  return steps;
}

bool is_identity_crypt(const Step& step) noexcept {
  if (step.filter != "Crypt") return false;
  const Object* name = step.parameters != nullptr ? step.parameters->find("Name") : nullptr;
  return name == nullptr || name->is_name("Identity");
}

struct Rows {
  std::size_t row = 0;    ///< bytes in a row, without the tag byte
  std::size_t pixel = 0;  ///< bytes from a sample to the one on its left
  unsigned colors = 1, bits = 8;
};

/// 7.4.4.3, table 8; the caps keep the product small.
std::optional<Rows> rows_of(const Object& parameters) noexcept {
  const auto colors = parameters.number_of("Colors").value_or(1);
  const auto bits = parameters.number_of("BitsPerComponent").value_or(8);
  const auto columns = parameters.number_of("Columns").value_or(1);
  if (colors < 1 || colors > 64 || bits < 1 || bits > 16 || columns < 1 || columns > 1U << 24) {
    return std::nullopt;
  }
  return Rows{static_cast<std::size_t>((columns * colors * bits + 7) / 8),
              static_cast<std::size_t>((colors * bits + 7) / 8), static_cast<unsigned>(colors),
              static_cast<unsigned>(bits)};
}

std::uint8_t paeth(int left, int up, int corner) noexcept {
  const int guess = left + up - corner;
  const int to_left = std::abs(guess - left);
  const int to_up = std::abs(guess - up);
  const int to_corner = std::abs(guess - corner);
  if (to_left <= to_up && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_up <= to_corner ? up : corner);
}

/// PNG's filters: each row names its own in a byte before it (PNG, clause 9).
ByteBuffer undo_png(Bytes bytes, const Rows& rows) {
  ByteBuffer out;
  out.reserve(bytes.size());
  ByteBuffer above(rows.row, 0);
  for (std::size_t at = 0; at + 1 < bytes.size(); at += rows.row + 1) {
    ByteBuffer row = to_buffer(slice(bytes, at + 1, rows.row));
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int left = i >= rows.pixel ? row[i - rows.pixel] : 0;
      const int corner = i >= rows.pixel ? above[i - rows.pixel] : 0;
      const int up = above[i];
      int add = 0;
      if (bytes[at] == 1) add = left;
      if (bytes[at] == 2) add = up;
      if (bytes[at] == 3) add = (left + up) / 2;
      if (bytes[at] == 4) add = paeth(left, up, corner);
      row[i] = static_cast<std::uint8_t>(row[i] + add);
    }
    append(out, row);
    row.resize(rows.row, 0);
    above = std::move(row);
  }
  return out;
}

/// TIFF's predictor 2 for samples of one byte, which is all that structure streams use.
Result<ByteBuffer> undo_tiff(ByteBuffer bytes, const Rows& rows) {
  if (rows.bits != 8) {
    return fail(ErrorCode::Unsupported, "a TIFF predictor over samples that are not bytes", "pdf");
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % rows.row >= rows.colors) {
      bytes[i] = static_cast<std::uint8_t>(bytes[i] + bytes[i - rows.colors]);
    }
  }
  return bytes;
}

Result<ByteBuffer> undo_predictor(ByteBuffer bytes, const Object* parameters) {
  const std::uint64_t predictor =
      parameters != nullptr ? parameters->number_of("Predictor").value_or(1) : 1;
  if (predictor <= 1) return bytes;
  const auto rows = rows_of(*parameters);
  if (!rows || rows->row > bytes.size()) {
    return fail(ErrorCode::Malformed, "a stream's predictor does not fit its bytes", "pdf");
  }
  return predictor == 2 ? undo_tiff(std::move(bytes), *rows) : undo_png(bytes, *rows);
}

/// A cut stream or a wrong checksum still gives what is there, as other readers do.
Result<ByteBuffer> inflate_leniently(Bytes stored, std::uint64_t max_size) {
  auto whole = inflate(stored, Deflate::Zlib, max_size);
  if (whole || whole.error().code == ErrorCode::LimitExceeded) return whole;
  ByteBuffer part = inflate_some(stored, Deflate::Zlib, max_size);
  if (part.empty()) return whole;
  return part;
}

}  // namespace

bool is_stored_plain(const Object& dictionary) noexcept {
  const auto steps = steps_of(dictionary);
  return std::all_of(steps.begin(), steps.end(), is_identity_crypt);
}

bool has_identity_crypt(const Object& dictionary) noexcept {
  const auto steps = steps_of(dictionary);
  return !steps.empty() && is_identity_crypt(steps.front());
}

Result<ByteBuffer> decode(const Object& dictionary, Bytes stored, std::uint64_t max_size) {
  const auto steps = steps_of(dictionary);
  if (steps.size() > kMaxFilters) {
    return fail(ErrorCode::LimitExceeded, "a stream has too many filters", "pdf");
  }
  ByteBuffer bytes = to_buffer(stored);
  for (const Step& step : steps) {
    if (is_identity_crypt(step)) continue;
    if (step.filter != "FlateDecode" && step.filter != "Fl") {
      return fail(ErrorCode::Unsupported,
                  fmt::format("the filter {} is not decoded here", std::string(step.filter)),
                  "pdf");
    }
    bytes = TRY(inflate_leniently(bytes, max_size));
    bytes = TRY(undo_predictor(std::move(bytes), step.parameters));
  }
  return bytes;
}

}  // namespace colophon::wire::pdf

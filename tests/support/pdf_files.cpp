// SPDX-License-Identifier: Apache-2.0
#include "support/pdf_files.hpp"

#include "wire/inflate.hpp"

#include <fmt/core.h>

#include <set>
#include <vector>

namespace colophon::testing {
namespace {

constexpr std::size_t kEntryWidth = 7;  // /W [1 4 2]

struct Place {
  int type = 0;
  std::uint64_t second = 0, third = 0;
};

class Maker {
 public:
  explicit Maker(const PdfOptions& options)
      : out_(options.header), base_(options.count_from_header ? out_.find("%PDF-") : 0) {}

  void plain(int number, const std::string& body) {
    places_[number] = {1, here(), 0};
    out_ += fmt::format("{} 0 obj\n{}\nendobj\n", number, body);
  }

  /// Everything that is no stream goes into object stream `number`.
  std::set<int> pack(int number, const std::map<int, std::string>& objects) {
    std::string head, bodies;
    std::set<int> packed;
    for (const auto& [id, body] : objects) {
      if (body.find("stream\n") != body.npos) {
        plain(id, body);
        continue;
      }
      places_[id] = {2, static_cast<std::uint64_t>(number), packed.size()};
      packed.insert(id);
      head += fmt::format("{} {} ", id, bodies.size());
      bodies += body + "\n";
    }
    const std::string data = to_string(wire::deflate(as_bytes(head + bodies), wire::Deflate::Zlib));
    plain(number, pdf_stream(fmt::format("/Type/ObjStm/N {}/First {}/Filter/FlateDecode",
                                         packed.size(), head.size()),
                             data));
    return packed;
  }

  /// The cross-reference stream as object `number`; returns where it stands.
  std::uint64_t xref_stream(int number, const std::string& trailer) {
    const std::uint64_t at = here();
    places_[number] = {1, at, 0};
    ByteBuffer rows, above(kEntryWidth, 0);
    for (int id = 0; id <= number; ++id) {
      ByteBuffer row;
      append_be(row, static_cast<std::uint64_t>(places_[id].type), 1);
      append_be(row, places_[id].second, 4);
      append_be(row, id == 0 ? 65535 : places_[id].third, 2);
      rows.push_back(2);  // PNG's "up"
      for (std::size_t i = 0; i < kEntryWidth; ++i) {
        rows.push_back(static_cast<std::uint8_t>(row[i] - above[i]));
      }
      above = row;
    }
    out_ += fmt::format("{} 0 obj\n{}\nendobj\n", number,
                        pdf_stream(fmt::format("/Type/XRef/W[1 4 2]/Size {}/Filter/FlateDecode"
                                               "/DecodeParms<</Predictor 12/Columns {}>>{}",
                                               number + 1, kEntryWidth, trailer),
                                   to_string(wire::deflate(rows, wire::Deflate::Zlib))));
    return at;
  }

  std::uint64_t table(int past, const std::string& trailer) {
    const std::uint64_t at = here();
    out_ += fmt::format("xref\n0 {}\n0000000000 65535 f \n", past);
    for (int id = 1; id < past; ++id) {
      out_ += places_[id].type == 1 ? fmt::format("{:010} 00000 n \n", places_[id].second)
                                    : std::string("0000000000 00000 f \n");
    }
    out_ += fmt::format("trailer\n<</Size {} {}>>\n", past, trailer);
    return at;
  }

  ByteBuffer finish(std::uint64_t start, bool line_end) {
    out_ += fmt::format("startxref\n{}\n%%EOF{}", start, line_end ? "\n" : "");
    return to_buffer(out_);
  }

 private:
  /// Where the next byte stands, as offsets are counted.
  [[nodiscard]] std::uint64_t here() const { return out_.size() - base_; }

  std::string out_;
  std::uint64_t base_;
  std::map<int, Place> places_;
};

}  // namespace

std::string pdf_stream(const std::string& entries, const std::string& data) {
  return fmt::format("<<{}/Length {}>>\nstream\n", entries, data.size()) + data + "\nendstream";
}

std::map<int, std::string> pdf_page(const std::string& catalog_entries) {
  return {{1, "<</Type/Catalog/Pages 2 0 R" + catalog_entries + ">>"},
          {2, "<</Type/Pages/Kids[3 0 R]/Count 1>>"},
          {3,
           "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R"
           "/Resources<</Font<</F1 5 0 R>>>>>>"},
          {4, pdf_stream("", "BT /F1 18 Tf 20 40 Td (A line of text) Tj ET")},
          {5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}};
}

ByteBuffer classic_pdf(const std::map<int, std::string>& objects, const PdfOptions& options) {
  Maker maker(options);
  for (const auto& [number, body] : objects) maker.plain(number, body);
  const std::uint64_t at = maker.table(objects.rbegin()->first + 1, options.trailer);
  return maker.finish(at, options.final_line_end);
}

ByteBuffer packed_pdf(const std::map<int, std::string>& objects, const PdfOptions& options) {
  Maker maker(options);
  const int past = objects.rbegin()->first + 1;
  maker.pack(past, objects);
  const std::uint64_t at = maker.xref_stream(past + 1, options.trailer);
  return maker.finish(at, options.final_line_end);
}

ByteBuffer hybrid_pdf(const std::map<int, std::string>& objects, const PdfOptions& options) {
  Maker maker(options);
  const int past = objects.rbegin()->first + 1;
  // Only what old readers can do without is packed: here, everything past the page.
  std::map<int, std::string> hidden;
  for (const auto& [number, body] : objects) {
    if (number <= 5) {
      maker.plain(number, body);
    } else {
      hidden[number] = body;
    }
  }
  maker.pack(past, hidden);
  const std::uint64_t stream = maker.xref_stream(past + 1, "");
  const std::uint64_t at =
      maker.table(past + 2, options.trailer + fmt::format("/XRefStm {}", stream));
  return maker.finish(at, options.final_line_end);
}

}  // namespace colophon::testing

// SPDX-License-Identifier: Apache-2.0
// What a scan writes besides its lines: attribute files beside shards, and filtered copies of them.
#pragma once

#include "io/io.hpp"
#include "io/packing.hpp"
#include "scan/scan.hpp"

namespace colophon::scan {

/// One line of the result: {"id","origin","assurance","evidence","file","record"...}.
[[nodiscard]] std::string result_line(const Tag& tag, const Document& document,
                                      const std::string& file);
/// The same as dolma reads it: {"id","attributes":{"colophon__label__NAME":[[begin,end,1.0]]}}.
[[nodiscard]] std::string attribute_line(const Tag& tag);
[[nodiscard]] bool has_label(Origin origin) noexcept;

/// A file that goes beside an input, packed as that is.
class SideFile {
 public:
  [[nodiscard]] static Result<SideFile> create(const std::string& folder, const std::string& below,
                                               Packing packing);
  [[nodiscard]] Status write(std::string_view text) { return packer_->write(as_bytes(text)); }
  [[nodiscard]] Status commit();

 private:
  std::unique_ptr<AtomicFile> file_;
  std::unique_ptr<Packer> packer_;
};

/// Whether a document goes into the copy, in the order of the documents. Counts it.
[[nodiscard]] bool passes(const Filter& filter, Origin origin, Counts& counts);

}  // namespace colophon::scan

// SPDX-License-Identifier: Apache-2.0
// Small Office Open XML, EPUB and OpenDocument files for tests, made member by member.
#pragma once

#include "support/zip_writer.hpp"

namespace colophon::testing {

using Entries = std::vector<ZipEntry>;

/// A package without any properties. `main_type` is the main part's content type without
/// "application/vnd.openxmlformats-officedocument.".
[[nodiscard]] Entries ooxml_entries(
    const std::string& main_type = "wordprocessingml.document.main+xml");
/// Links and adds docProps/custom.xml with these `<property>` elements.
[[nodiscard]] Entries with_custom(Entries entries, const std::string& properties);
[[nodiscard]] std::string custom_property(const std::string& name, int pid,
                                          const std::string& value);
/// Links and adds docProps/core.xml and docProps/app.xml.
[[nodiscard]] Entries with_core(Entries entries);

/// `version` of the package document; `extra` goes to the end of its metadata, `attributes` to its
/// root.
[[nodiscard]] Entries epub_entries(const std::string& version, const std::string& extra = "",
                                   const std::string& attributes = "");
/// `kind` as in the media type: "text", "spreadsheet", ...; without `meta` there is no meta.xml,
/// else it stands inside office:meta.
[[nodiscard]] Entries odf_entries(const std::string& kind, const char* meta = nullptr);

/// The entry of that name; it must be there.
[[nodiscard]] ZipEntry& entry(Entries& entries, std::string_view name);

}  // namespace colophon::testing

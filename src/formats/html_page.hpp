// SPDX-License-Identifier: Apache-2.0
// What reading and writing HTML share: one walk over the page.
#pragma once

#include "formats/text_document.hpp"
#include "wire/markup.hpp"

namespace colophon {

/// Where <link rel="c2pa-manifest" href=...> stands: the store is elsewhere.
inline constexpr std::string_view kStoreLinkPath = "html:link[c2pa-manifest]";

struct HtmlPage {
  wire::MarkupMode mode = wire::MarkupMode::Html;
  std::uint64_t insert_at = 0;  ///< where a new head element goes
  bool utf8 = false;            ///< the page says that it is UTF-8
};

/// <meta> names that are reported: the page's own description, what names a generator, and
/// everything that starts with "ai-" or holds "aigc".
[[nodiscard]] bool is_meta_of_interest(std::string_view lower_name);
/// <meta name="AIGC">, also with a prefix ("tc260:AIGC").
[[nodiscard]] bool is_aigc_name(std::string_view lower_name) noexcept;
[[nodiscard]] wire::MarkupMode mode_of(std::string_view text) noexcept;
/// Where a new element of the head goes: behind the declaration of the charset (which must stay in
/// the first 1024 bytes), else right behind <head>, else behind <html>, the DOCTYPE, or at the top.
[[nodiscard]] HtmlPage find_head(const TextDocument& document);
/// Every carrier of the page.
[[nodiscard]] Layout read_page(const TextDocument& document, const Limits& limits);

}  // namespace colophon

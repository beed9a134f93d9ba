// SPDX-License-Identifier: Apache-2.0
// A C2PA manifest store in a file of its own (C2PA 11.4, A.3.10), beside the asset or alone.
#include "formats/format.hpp"
#include "wire/jumbf_mark.hpp"

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"application/c2pa",
                                            "application/x-c2pa-manifest-store"};
constexpr std::string_view kExtensions[] = {"c2pa"};
constexpr CarrierKind kWrite[] = {CarrierKind::C2paStore};

bool sniff(Source& source) noexcept {
  const Bytes head = view_some(source, {0, 64});
  return as_text(slice(head, 4, 4)) == "jumb" &&
         wire::jumbf_use(slice(head, 8)) == wire::JumbfUse::C2pa;
}

Result<Layout> inspect(Source& source, const Limits&) {
  Layout layout;
  const std::uint64_t announced = TRY(read_be(source, 0, 4));
  const std::uint64_t size = announced == 0 ? source.size() : announced;
  const Range whole{0, std::min(size, source.size())};
  layout.carriers.push_back(
      {CarrierKind::C2paStore, "c2pa:store", "", whole, whole, {}, std::nullopt});
  if (size > source.size()) {
    layout.damage = truncated({0, size}, source.size()).value();
    layout.damage->where = "c2pa";
  }
  return layout;
}

/// The file is the store.
Result<Splice> put_store(Source& source, const Layout&, Bytes store, const Limits&) {
  return replace_ranges(source.size(), {{{0, source.size()}, to_buffer(store)}});
}

}  // namespace

extern const Format kC2paFile;
constinit const Format kC2paFile{
    .id = "c2pa",
    .name = "C2PA manifest store",
    .family = Family::Document,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .put_store = put_store,
};

}  // namespace colophon

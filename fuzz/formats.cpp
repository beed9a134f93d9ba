// SPDX-License-Identifier: Apache-2.0
// One target per container module: sniff, inspect, extract, edit, and inspect what the edit made.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "formats/format.hpp"
#include "formats/lost_store.hpp"
#include "support/specimens.hpp"
#include "support/values.hpp"
#include "targets.hpp"

namespace colophon::fuzz {
namespace {

bool is_of(const Edit& wanted, const Carrier& carrier) {
  return carrier.kind == wanted.kind && (wanted.key.empty() || carrier.key == wanted.key);
}

/// Of several, the one that was written need not stay the first.
std::ptrdiff_t count_of(const Edit& wanted, const Layout& layout) {
  return std::count_if(layout.carriers.begin(), layout.carriers.end(),
                       [&](const Carrier& carrier) { return is_of(wanted, carrier); });
}

/// What was written is there.
Layout must_read_back(const Format& format, const Edit& wanted, Source& output,
                      const Limits& limits) {
  auto again = format.inspect(output, limits);
  must(again.has_value(), "\"could not look\" is for I/O errors alone");
  for (const Carrier& carrier : again->carriers) {
    if (!is_of(wanted, carrier)) continue;
    const auto payload = format.extract(output, carrier, limits);
    if (payload && *payload == wanted.value) return std::move(*again);
  }
  throw std::logic_error(
      "what was written to " + std::string(to_string(wanted.kind)) +
      " does not read back: " + (again->damage ? again->damage->message : "no such carrier"));
}

void must_stay(const Format& format, const Edit& wanted, Source& output, const Layout& layout,
               const Limits& limits) {
  const auto splice = plan_edits(format, output, layout, {&wanted, 1}, limits);
  if (!splice) {
    throw std::logic_error("what was written cannot be written again: " + splice.error().message);
  }
  must(splice->is_identity(output.size()), "writing what is there already changes nothing");
}

void edit(const Format& format, Source& source, const Layout& layout, const Limits& limits) {
  for (const CarrierKind kind : format.can.write) {
    const Edit wanted{kind, testing::key_for(kind), std::nullopt, testing::value_for(kind, 0)};
    const auto splice = plan_edits(format, source, layout, {&wanted, 1}, limits);
    if (!splice) continue;
    SplicedSource output(source, *splice);
    must(output.size() == splice->output_size(), "a plan knows its size");
    must(format.inspect(output, limits).has_value(), "\"could not look\" is for I/O errors alone");
    if (!format.sniff(source)) continue;
    must(format.sniff(output), "an edit does not change what a file is");
    const Layout written = must_read_back(format, wanted, output, limits);
    if (count_of(wanted, layout) <= 1) must_stay(format, wanted, output, written, limits);
  }
}

void run(const Format& format, Bytes bytes) {
  MemorySource source(bytes);
  Limits limits;
  limits.max_inflated = 1 << 20;
  (void)format.sniff(source);
  const auto layout = format.inspect(source, limits);
  if (!layout) return;
  for (const Carrier& carrier : layout->carriers) {
    must_lie_in(carrier.whole, bytes.size());
    must_lie_in(carrier.payload, bytes.size());
    for (const Range& part : carrier.parts) must_lie_in(part, bytes.size());
    (void)format.extract(source, carrier, limits);
  }
  const std::string name = "a." + std::string(format.extensions.front());
  const auto lost = find_lost_store(source, format.sniff(source) ? &format : nullptr, name, limits);
  if (lost) must_lie_in(lost->where, bytes.size());
  if (format.edit != nullptr) edit(format, source, *layout, limits);
}

Seeds specimens_of(std::string_view id) {
  Seeds seeds;
  for (const auto& make : testing::specimen_makers()) {
    for (testing::Specimen& specimen : make()) {
      if (specimen.format == id) seeds.push_back(std::move(specimen.bytes));
    }
  }
  return seeds;
}

}  // namespace

void add_formats(std::vector<Target>& all) {
  for (const Format* format : formats()) {
    all.push_back({"format_" + std::string(format->id),
                   [format](Bytes bytes) { run(*format, bytes); },
                   [format] { return specimens_of(format->id); }});
  }
}

}  // namespace colophon::fuzz

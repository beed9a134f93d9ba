// SPDX-License-Identifier: Apache-2.0
// One vocabulary: read, lint and rewrite whatever stands in a carrier. The first byte picks the
// carrier's kind.
#include <cstdlib>

#include "standards/standards.hpp"

using namespace colophon;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr int kKinds = static_cast<int>(CarrierKind::Sidecar) + 1;
  Carrier carrier;
  carrier.kind = static_cast<CarrierKind>(data[0] % kKinds);
  carrier.path = "fuzz";
  carrier.key = carrier.kind == CarrierKind::HtmlMeta ? "ai-disclosure" : "parameters";
  const Bytes payload(data + 1, size - 1);
  for (const Standard* standard : standards()) {
    if (standard->name != FUZZ_STANDARD) continue;
    for (const Evidence& evidence : standard->read(carrier, payload, Limits{})) {
      (void)standard->lint(evidence);
    }
    Label label;
    label.origin = Origin::Generated;
    label.producer = label.propagator = "p";
    label.produce_id = label.propagate_id = "1";
    const auto written = standard->write(label, carrier.kind, payload);
    if (!written) continue;
    // What was written once is what is there: writing it again changes nothing.
    const auto again = standard->write(label, carrier.kind, *written);
    if (!again || *again != *written) std::abort();
  }
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// One target per vocabulary: read, lint and rewrite whatever stands in a carrier. The first byte
// picks the carrier's kind.
#include "standards/standards.hpp"

#include <algorithm>

#include "targets.hpp"

namespace colophon::fuzz {
namespace {

constexpr int kKinds = static_cast<int>(CarrierKind::Sidecar) + 1;

Label sample() {
  Label label;
  label.origin = Origin::Generated;
  label.producer = label.propagator = "p";
  label.produce_id = label.propagate_id = "1";
  return label;
}

std::string_view key_of(CarrierKind kind) {
  if (kind == CarrierKind::HtmlMeta || kind == CarrierKind::HtmlAttribute) return "ai-disclosure";
  return kind == CarrierKind::AigcKey ? "AIGC" : "parameters";
}

void run(const Standard& standard, Bytes bytes) {
  if (bytes.empty()) return;
  Carrier carrier;
  carrier.kind = static_cast<CarrierKind>(bytes[0] % kKinds);
  carrier.path = "fuzz";
  carrier.key = key_of(carrier.kind);
  const Bytes payload = bytes.subspan(1);
  for (const Evidence& evidence : standard.read(carrier, payload, Limits{})) {
    (void)standard.lint(evidence);
  }
  const auto written = standard.write(sample(), carrier.kind, payload);
  if (!written) return;
  const auto again = standard.write(sample(), carrier.kind, *written);
  must(again && *again == *written, "writing what is there already changes nothing");
  const auto read = standard.read(carrier, *written, Limits{});
  must(std::any_of(read.begin(), read.end(),
                   [](const Evidence& e) { return e.says && e.says->origin != Origin::None; }),
       "what was written is read");
}

Seeds seeds_of(const Standard& standard) {
  Seeds seeds = texts({
      "\x01parameters\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Model: sd",
      "\x06{\"3\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":1}}}",
      "\x05{\"Label\":\"1\",\"ContentProducer\":\"p\",\"ProduceID\":\"1\"}",
      "\x0c{\"@type\":\"ImageObject\",\"digitalSourceType\":"
      "\"TrainedAlgorithmicMediaDigitalSource\"}",
  });
  for (int kind = 0; kind < kKinds; ++kind) {
    const auto written = standard.write(sample(), static_cast<CarrierKind>(kind), {});
    if (!written) continue;
    ByteBuffer seed{static_cast<std::uint8_t>(kind)};
    append(seed, Bytes(*written));
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

}  // namespace

void add_standards(std::vector<Target>& all) {
  for (const Standard* standard : standards()) {
    std::string name = "standard_" + std::string(standard->name);
    std::replace(name.begin(), name.end(), '-', '_');
    all.push_back({name, [standard](Bytes bytes) { run(*standard, bytes); },
                   [standard] { return seeds_of(*standard); }});
  }
}

}  // namespace colophon::fuzz

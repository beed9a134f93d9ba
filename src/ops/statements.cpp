// SPDX-License-Identifier: Apache-2.0
#include "ops/statements.hpp"

#include <fmt/core.h>

#include <iterator>

namespace colophon {
namespace {

constexpr std::size_t kMostSingle = 512;

/// What E-9 compares and tells, without the rest.
Evidence outline(const Evidence& label) {
  Evidence brief;
  brief.standard = label.standard;
  brief.carrier = label.carrier;
  brief.where = label.where;
  brief.integrity = label.integrity;
  brief.line = label.line;
  Label& says = brief.says.emplace();
  says.origin = label.says->origin;
  says.producer = label.says->producer;
  says.produce_id = label.says->produce_id;
  says.propagator = label.says->propagator;
  says.propagate_id = label.says->propagate_id;
  return brief;
}

Finding crowded(std::uint64_t count) {
  return {"many-statements",
          Severity::Warning,
          {fmt::format("the file holds {} more statements; all were read and compared, and alike "
                       "ones are reported as one with a count",
                       count),
           fmt::format("文件中另有 {} 条声明；均已读取并比对，相同类别的合并报告并计数", count)},
          std::nullopt};
}

}  // namespace

void Statements::add(std::vector<Evidence> found, std::optional<std::size_t> carrier) {
  for (Evidence& evidence : found) {
    if (evidence.standard == StandardId::Gb45438 && evidence.says) {
      labels_.push_back(outline(evidence));
    }
    // A store is validated by its carrier, and what stands outside the layout is one of a kind.
    const bool alone = crowd_ == Crowd::Single || evidence.c2pa || !carrier;
    if (alone || single_.size() < kMostSingle) {
      single_.push_back({std::move(evidence), carrier});
      continue;
    }
    if (!rest_) rest_.emplace();
    rest_->add(std::move(evidence));
    ++rest_count_;
  }
}

std::vector<Evidence> Statements::finish(Reading& reading) {
  reading.statements = std::move(single_);
  if (rest_) {
    Reading groups = rest_->take();
    std::move(groups.statements.begin(), groups.statements.end(),
              std::back_inserter(reading.statements));
    reading.findings.push_back(crowded(rest_count_));
  }
  return std::move(labels_);
}

}  // namespace colophon

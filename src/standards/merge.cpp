// SPDX-License-Identifier: Apache-2.0
#include "standards/merge.hpp"

#include <fmt/core.h>

namespace colophon {
namespace {

bool has_production(const Label& label) noexcept {
  return !label.producer.empty() || !label.produce_id.empty();
}
bool is_none(const Label& label) noexcept {
  return label.origin == Origin::None && !has_production(label) && label.propagator.empty() &&
         label.propagate_id.empty();
}

void keep(std::string& wanted, const std::string& existing) {
  if (wanted.empty()) wanted = existing;
}

/// What the standard does not regulate: the new value where there is one.
void keep_system(Label& label, const Label& existing) {
  keep(label.system, existing.system);
  keep(label.system_version, existing.system_version);
  keep(label.prompt, existing.prompt);
  keep(label.prompt_writer, existing.prompt_writer);
  if (!label.created) label.created = existing.created;
}

/// How strongly an origin speaks. Edited and generated are one word in annex E c).
int strength(Origin origin) noexcept {
  switch (origin) {
    case Origin::None:
    case Origin::NotGenerated:
      return 0;
    case Origin::Suspected:
      return 1;
    case Origin::Possible:
      return 2;
    case Origin::Edited:
    case Origin::Generated:
      return 3;
  }
  return 0;
}

Failure refuse(std::string message) {
  return fail(ErrorCode::Refused, std::move(message) + "; --force overrides this", "label");
}

/// Annex E note 1.
void repeat_production(Label& label) {
  keep(label.propagator, label.producer);
  keep(label.propagate_id, label.produce_id);
}

Status check_complete(const Label& label) {
  if (label.producer.empty()) return fail(ErrorCode::Usage, "a producer is needed", "producer");
  if (label.produce_id.empty()) {
    return fail(ErrorCode::Usage, "a produce-id is needed", "produce-id");
  }
  return {};
}

Result<Label> first_write(Label label, Role role) {
  if (role == Role::Platform && !has_production(label)) {
    label.producer = label.propagator;
    label.produce_id = label.propagate_id;
  }
  TRY(check_complete(label));
  repeat_production(label);
  return label;
}

Result<Label> by_platform(const Label& existing, const Label& wanted) {
  const std::string& own = wanted.propagator;
  if (own.empty()) return fail(ErrorCode::Usage, "a platform gives its propagator", "propagator");
  const bool same = own == existing.propagator;
  if (wanted.propagate_id.empty() && (!same || existing.propagate_id.empty())) {
    return fail(ErrorCode::Usage, "a platform gives its propagate-id", "propagate-id");
  }
  Label label = existing;
  label.propagator = own;
  if (!wanted.propagate_id.empty()) label.propagate_id = wanted.propagate_id;
  const bool unchanged = same && label.propagate_id == existing.propagate_id;
  // The old code protects the old half, so it does not outlive it.
  if (!unchanged || !wanted.reserved2.empty()) label.reserved2 = wanted.reserved2;
  if (!has_production(existing)) {
    label.producer = label.propagator;
    label.produce_id = label.propagate_id;
    // "Is generated" is the word of whoever made it; a platform's own words are the weaker two.
    const bool own_word = wanted.origin <= Origin::Possible;
    if (own_word && strength(wanted.origin) > strength(existing.origin)) {
      label.origin = wanted.origin;
    }
  }
  return label;
}

/// The propagation half when its producer writes again: somebody else's stays.
Status keep_propagation(Label& label, const Label& existing, bool force) {
  const bool asks = !label.propagator.empty() || !label.propagate_id.empty();
  const bool others = !existing.propagator.empty() && existing.propagator != existing.producer &&
                      existing.propagator != label.propagator;
  if (asks && others && !force) {
    return refuse(fmt::format("the propagation half belongs to {}", existing.propagator));
  }
  const bool first_copy =
      existing.propagator == existing.producer && existing.propagate_id == existing.produce_id;
  if (!asks && first_copy) {
    repeat_production(label);
  } else {
    keep(label.propagator, existing.propagator);
    keep(label.propagate_id, existing.propagate_id);
  }
  const bool unchanged =
      label.propagator == existing.propagator && label.propagate_id == existing.propagate_id;
  if (unchanged) keep(label.reserved2, existing.reserved2);
  return {};
}

Result<Label> by_producer(const Label& existing, Label wanted, bool force) {
  const bool other = !existing.producer.empty() && !wanted.producer.empty() &&
                     existing.producer != wanted.producer;
  if (other && !force) {
    return refuse(
        fmt::format("the file was labelled by the producer {}: a platform writes only its "
                    "own half (--role platform)",
                    existing.producer));
  }
  if (other) return first_write(std::move(wanted), Role::Producer);
  keep(wanted.producer, existing.producer);
  keep(wanted.produce_id, existing.produce_id);
  TRY(check_complete(wanted));
  const bool new_id = !existing.produce_id.empty() && wanted.produce_id != existing.produce_id;
  if (new_id && !force) {
    return refuse(fmt::format("the file already has the produce-id {}", existing.produce_id));
  }
  if (strength(wanted.origin) < strength(existing.origin) && !force) {
    return refuse(fmt::format("the label says {}, which is more than {}",
                              to_string(existing.origin), to_string(wanted.origin)));
  }
  const bool unchanged = strength(wanted.origin) == strength(existing.origin) &&
                         wanted.producer == existing.producer &&
                         wanted.produce_id == existing.produce_id;
  if (unchanged) keep(wanted.reserved1, existing.reserved1);
  TRY(keep_propagation(wanted, existing, force));
  repeat_production(wanted);
  return wanted;
}

}  // namespace

Result<Label> merge(const Label& existing, const Label& wanted, Role role, bool force) {
  if (wanted.origin == Origin::NotGenerated && strength(existing.origin) > 0) {
    return fail(ErrorCode::Conflict,
                fmt::format("the file says {}; it cannot also say not-generated",
                            to_string(existing.origin)),
                "label");
  }
  Label label;
  if (is_none(existing)) {
    label = TRY(first_write(wanted, role));
  } else if (role == Role::Platform) {
    label = TRY(by_platform(existing, wanted));
  } else {
    label = TRY(by_producer(existing, wanted, force));
  }
  if (label.producer == existing.producer) keep_system(label, existing);
  return label;
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// Terms as of IPTC's scheme copy of 2024-10-23 and schema.org release 30.0.
#include "standards/digital_source_type.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace colophon {
namespace {

constexpr std::string_view kIptc = "http://cv.iptc.org/newscodes/digitalsourcetype/";
constexpr std::string_view kC2pa = "http://c2pa.org/digitalsourcetype/";

constexpr SourceType kTypes[] = {
    {"trainedAlgorithmicMedia", "TrainedAlgorithmicMediaDigitalSource", Origin::Generated, ""},
    {"compositeWithTrainedAlgorithmicMedia", "CompositeWithTrainedAlgorithmicMediaDigitalSource",
     Origin::Edited, ""},
    {"compositeSynthetic", "CompositeSyntheticDigitalSource", Origin::Edited, ""},
    // Neither AI nor a statement that there is none; virtualRecording may include generative parts.
    {"composite", "CompositeDigitalSource", Origin::None, ""},
    {"algorithmicMedia", "AlgorithmicMediaDigitalSource", Origin::None, ""},
    {"algorithmicallyEnhanced", "AlgorithmicallyEnhancedDigitalSource", Origin::None, ""},
    {"virtualRecording", "VirtualRecordingDigitalSource", Origin::None, ""},
    {"dataDrivenMedia", "DataDrivenMediaDigitalSource", Origin::None, ""},
    // Capture and human creation.
    {"digitalCapture", "DigitalCaptureDigitalSource", Origin::NotGenerated, ""},
    {"computationalCapture", "MultiFrameComputationalCaptureDigitalSource", Origin::NotGenerated,
     ""},
    {"compositeCapture", "CompositeCaptureDigitalSource", Origin::NotGenerated, ""},
    {"negativeFilm", "NegativeFilmDigitalSource", Origin::NotGenerated, ""},
    {"positiveFilm", "PositiveFilmDigitalSource", Origin::NotGenerated, ""},
    {"print", "PrintDigitalSource", Origin::NotGenerated, ""},
    {"screenCapture", "ScreenCaptureDigitalSource", Origin::NotGenerated, ""},
    {"humanEdits", "", Origin::NotGenerated, ""},
    {"digitalCreation", "", Origin::NotGenerated, ""},
    {"minorHumanEdits", "MinorHumanEditsDigitalSource", Origin::NotGenerated, "2024-09-17"},
    {"digitalArt", "DigitalArtDigitalSource", Origin::NotGenerated, "2024-09-17"},
    {"softwareImage", "", Origin::None, "2022-06-14"},
    {"trainedAlgorithmicData", "", Origin::Generated, "", true},
    {"empty", "", Origin::None, "", true},
};

/// What may stand before a term. Longest first where one begins another.
struct Base {
  std::string_view text;
  TermForm form;
};
constexpr Base kBases[] = {
    {kIptc, TermForm::Exact},
    {"https://cv.iptc.org/newscodes/digitalsourcetype/", TermForm::Https},
    {kC2pa, TermForm::Exact},
    {"https://c2pa.org/digitalsourcetype/", TermForm::Https},
    {"https://schema.org/", TermForm::SchemaOrg},
    {"http://schema.org/", TermForm::SchemaOrg},
    {"schema:", TermForm::SchemaOrg},
};

bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && equals_ignore_case(text.substr(0, prefix.size()), prefix);
}

template <typename Same>
const SourceType* find_type(const Same& same) noexcept {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes), same);
  return found == std::end(kTypes) ? nullptr : found;
}

/// The term after its base; sets `form` to Misspelt when it is not written as it should be.
const SourceType* find_term(std::string_view name, TermForm& form) noexcept {
  // C2PA guidance 2.4 writes "compositedWithTrainedAlgorithmicMedia".
  constexpr std::string_view kMisspelt = "compositedWithTrainedAlgorithmicMedia";
  if (const auto* type = find_type([&](const SourceType& t) { return t.term == name; })) {
    return type;
  }
  if (const auto* type = find_type([&](const SourceType& t) {
        return !t.schema_org.empty() && equals_ignore_case(t.schema_org, name);
      })) {
    form = type->schema_org == name ? TermForm::SchemaOrg : TermForm::Misspelt;
    return type;
  }
  form = TermForm::Misspelt;
  if (equals_ignore_case(name, kMisspelt)) name = "compositeWithTrainedAlgorithmicMedia";
  return find_type([&](const SourceType& t) { return equals_ignore_case(t.term, name); });
}

}  // namespace

std::string SourceType::uri() const {
  return std::string(c2pa_only ? kC2pa : kIptc) + std::string(term);
}

std::span<const SourceType> source_types() noexcept {
  return kTypes;
}

std::optional<SourceType> source_type(std::string_view uri_or_term) noexcept {
  std::string_view name = trim(uri_or_term);
  TermForm form = TermForm::Bare;
  for (const Base& base : kBases) {
    if (!starts_ignoring_case(name, base.text)) continue;
    form = name.starts_with(base.text) ? base.form : TermForm::Misspelt;
    name.remove_prefix(base.text.size());
    break;
  }
  if (name.ends_with('/')) {
    name.remove_suffix(1);
    form = TermForm::Misspelt;
  }
  const TermForm written = form;
  const SourceType* found = find_term(name, form);
  if (found == nullptr) return std::nullopt;
  SourceType type = *found;
  type.form = written == TermForm::Misspelt ? written : form;
  if (type.form == TermForm::Exact && trim(uri_or_term) != type.uri()) {
    type.form = TermForm::Misspelt;  // a term under the other vocabulary's base
  }
  return type;
}

std::optional<SourceType> source_type_for(Origin origin) noexcept {
  if (origin != Origin::Generated && origin != Origin::Edited) return std::nullopt;
  return *find_type([&](const SourceType& type) { return type.origin == origin; });
}

}  // namespace colophon

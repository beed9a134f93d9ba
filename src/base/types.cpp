// SPDX-License-Identifier: Apache-2.0
#include <colophon/types.hpp>

namespace colophon {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::Truncated:
      return "truncated";
    case ErrorCode::Malformed:
      return "malformed";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::LimitExceeded:
      return "limit-exceeded";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::NotFound:
      return "not-found";
    case ErrorCode::Refused:
      return "refused";
    case ErrorCode::Conflict:
      return "conflict";
    case ErrorCode::Usage:
      return "usage";
    case ErrorCode::Mismatch:
      return "mismatch";
  }
  return "";
}

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "";
}

std::string_view to_string(Origin origin) noexcept {
  switch (origin) {
    case Origin::None:
      return "none";
    case Origin::NotGenerated:
      return "not-generated";
    case Origin::Suspected:
      return "suspected";
    case Origin::Possible:
      return "possible";
    case Origin::Edited:
      return "edited";
    case Origin::Generated:
      return "generated";
  }
  return "";
}

std::string_view to_string(Assurance assurance) noexcept {
  switch (assurance) {
    case Assurance::None:
      return "none";
    case Assurance::Damaged:
      return "damaged";
    case Assurance::Detected:
      return "detected";
    case Assurance::Declared:
      return "declared";
    case Assurance::Valid:
      return "valid";
    case Assurance::Trusted:
      return "trusted";
    case Assurance::Conflict:
      return "conflict";
  }
  return "";
}

std::string_view to_string(Layer layer) noexcept {
  switch (layer) {
    case Layer::Explicit:
      return "explicit";
    case Layer::Implicit:
      return "implicit";
    case Layer::Signature:
      return "signature";
    case Layer::Watermark:
      return "watermark";
    case Layer::Trace:
      return "trace";
    case Layer::Registry:
      return "registry";
  }
  return "";
}

std::string_view to_string(StandardId standard) noexcept {
  switch (standard) {
    case StandardId::Gb45438:
      return "gb45438";
    case StandardId::Iptc:
      return "iptc";
    case StandardId::C2pa:
      return "c2pa";
    case StandardId::HtmlDisclosure:
      return "html-disclosure";
    case StandardId::HttpDisclosure:
      return "http-disclosure";
    case StandardId::SchemaOrg:
      return "schema-org";
    case StandardId::Generator:
      return "generator";
    case StandardId::VisibleLabel:
      return "visible-label";
    case StandardId::TextWatermark:
      return "text-watermark";
  }
  return "";
}

std::string_view to_string(Integrity integrity) noexcept {
  switch (integrity) {
    case Integrity::Unsigned:
      return "unsigned";
    case Integrity::Trusted:
      return "trusted";
    case Integrity::Valid:
      return "valid";
    case Integrity::Invalid:
      return "invalid";
    case Integrity::Expired:
      return "expired";
    case Integrity::Unrecognised:
      return "unrecognised";
    case Integrity::Damaged:
      return "damaged";
    case Integrity::Unchecked:
      return "unchecked";
  }
  return "";
}

std::optional<Origin> parse_origin(std::string_view word) noexcept {
  for (const Origin origin : {Origin::None, Origin::NotGenerated, Origin::Suspected,
                              Origin::Possible, Origin::Edited, Origin::Generated}) {
    if (to_string(origin) == word) return origin;
  }
  return std::nullopt;
}

}  // namespace colophon

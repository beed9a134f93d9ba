// SPDX-License-Identifier: Apache-2.0
// PEM text (RFC 7468), read leniently: explanatory text between the blocks, any line length.
#include "base/text.hpp"
#include "crypto/openssl.hpp"

namespace colophon {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kMostBlocks = 10'000;

}  // namespace

Result<std::vector<PemBlock>> read_pem(std::string_view text) {
  std::vector<PemBlock> blocks;
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos;
       at = text.find(kBegin, at)) {
    const std::size_t label_at = at + kBegin.size();
    const std::size_t label_end = text.find(kDashes, label_at);
    if (label_end == std::string_view::npos) break;
    const std::string label(text.substr(label_at, label_end - label_at));
    const std::size_t body_at = label_end + kDashes.size();
    const std::size_t body_end = text.find("-----END " + label + "-----", body_at);
    if (label.find('\n') != std::string::npos || body_end == std::string_view::npos) {
      return fail(ErrorCode::Malformed, "a PEM block has no end", "pem", at);
    }
    auto der = base64_decode(text.substr(body_at, body_end - body_at));
    if (!der) {
      return fail(ErrorCode::Malformed, "a PEM block \"" + label + "\" is not base64", "pem", at);
    }
    if (blocks.size() == kMostBlocks) {
      return fail(ErrorCode::LimitExceeded, "the PEM text holds too many blocks", "pem", at);
    }
    blocks.push_back({label, *std::move(der)});
    at = body_end;
  }
  return blocks;
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// The public face of streams.
#include <colophon/stream.hpp>

#include "standards/http_disclosure.hpp"
#include "stream/labeller.hpp"

#include <utility>

namespace colophon {

std::string_view to_string(StreamFault fault) noexcept {
  constexpr std::string_view kWords[] = {"usage",    "cut",          "not-json",
                                         "too-long", "server-error", "has-label"};
  return kWords[static_cast<std::size_t>(fault)];
}

StreamLabeller::StreamLabeller(StreamRequest request)
    : labeller_(std::make_unique<stream::Labeller>(std::move(request))) {}
StreamLabeller::StreamLabeller(StreamLabeller&&) noexcept = default;
StreamLabeller& StreamLabeller::operator=(StreamLabeller&&) noexcept = default;
StreamLabeller::~StreamLabeller() = default;

const std::string& StreamLabeller::error() const noexcept {
  return labeller_->error();
}
std::string StreamLabeller::push(std::string_view chunk) {
  return labeller_->push(chunk);
}
StreamEnd StreamLabeller::finish() {
  return labeller_->finish();
}

HeaderValue ai_disclosure(const Label& label) {
  const auto value = http_disclosure(label);
  return value ? HeaderValue{*value, {}} : HeaderValue{{}, value.error()};
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value or an Error. Bad input is never an exception.
#pragma once

#include <colophon/types.hpp>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace colophon {

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;
using Failure = tl::unexpected<Error>;

[[nodiscard]] inline Failure fail(ErrorCode code, std::string message, std::string where = {},
                                  std::optional<std::uint64_t> offset = std::nullopt) {
  return Failure(Error{code, std::move(message), std::move(where), offset});
}

/// What TRY evaluates to: the value, moved out, or nothing.
template <typename T>
[[nodiscard]] T take_value(Result<T>&& result) {
  return *std::move(result);
}
inline void take_value(Status&&) noexcept {}

/// Evaluates to the value of a Result, or returns its error from the enclosing function.
#define TRY(expression)                                                         \
  __extension__({                                                               \
    auto try_result = (expression);                                             \
    if (!try_result) return ::colophon::Failure(std::move(try_result).error()); \
    ::colophon::take_value(std::move(try_result));                              \
  })

}  // namespace colophon

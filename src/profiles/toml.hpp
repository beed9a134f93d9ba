// SPDX-License-Identifier: Apache-2.0
// toml++, with its assertions off in every build. Broken text violates one of them (3.3.0, a key
// right behind "[" and a line end); the check behind it gives the right error, but a release build
// of toml++ tells the compiler that such text cannot be.
#pragma once

#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expr) static_cast<void>(0)
// Header only: the shared library would cost its load time at every start of the command.
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

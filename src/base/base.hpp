// SPDX-License-Identifier: Apache-2.0
// The whole interface of the folder: bytes and ranges, text, Result, Source, Limits.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "base/text.hpp"

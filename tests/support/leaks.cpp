// SPDX-License-Identifier: Apache-2.0
// Fontconfig keeps its configuration to the end and frees not all of it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\n";
}
#endif
#endif

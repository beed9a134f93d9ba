/* SPDX-License-Identifier: Apache-2.0 */
/* The C ABI from C: the header compiles as C, and every function does what it says. */
#include <colophon/colophon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

static void check(int ok, const char* what) {
  if (!ok) {
    printf("FAILED: %s\n", what);
    ++failures;
  }
}

static const unsigned char kPng[] = {
    0x89, 'P',  'N',  'G',  0x0D, 0x0A, 0x1A, 0x0A, 0,    0,    0,    0x0D, 'I',  'H',
    'D',  'R',  0,    0,    0,    1,    0,    0,    0,    1,    8,    6,    0,    0,
    0,    0x1F, 0x15, 0xC4, 0x89, 0,    0,    0,    0x0D, 'I',  'D',  'A',  'T',  0x78,
    0xDA, 0x63, 0x64, 0xF8, 0xCF, 0x50, 0x0F, 0,    3,    0x86, 1,    0x80, 0x5A, 0x34,
    0x7D, 0x6B, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xAE, 0x42, 0x60, 0x82};

static void label_and_verify_memory(void) {
  const char* options = "{\"producer\":\"doubao\",\"produce_id\":\"42\"}";
  colophon_result* labelled = colophon_label_memory(kPng, sizeof kPng, options);
  size_t size = 0;
  const uint8_t* bytes = colophon_result_bytes(labelled, &size);
  check(colophon_result_code(labelled) == 0, "labelling succeeds");
  check(bytes != NULL && size > sizeof kPng, "labelled bytes are there");

  colophon_result* verified = colophon_verify_memory(bytes, size, NULL);
  check(colophon_result_code(verified) == 0, "a label is found");
  check(strstr(colophon_result_json(verified), "\"producer\":\"doubao\"") != NULL,
        "the producer stands in the report");
  colophon_result_free(verified);

  colophon_result* inspected = colophon_inspect_memory(bytes, size, NULL);
  check(strstr(colophon_result_json(inspected), "colophon.inspection/1") != NULL,
        "inspection has its schema");
  colophon_result_free(inspected);
  colophon_result_free(labelled);
}

static void unlabelled_is_code_1(void) {
  colophon_result* result = colophon_verify_memory(kPng, sizeof kPng, NULL);
  check(colophon_result_code(result) == 1, "an unlabelled picture gives code 1");
  check(colophon_result_bytes(result, NULL) == NULL, "verifying gives no bytes");
  colophon_result_free(result);
}

static void label_file_in_place(const char* folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/abi.png", folder);
  FILE* file = fopen(path, "wb");
  check(file != NULL && fwrite(kPng, 1, sizeof kPng, file) == sizeof kPng, "the file is written");
  if (file != NULL) fclose(file);
  colophon_result* labelled = colophon_label_file(path, NULL, "{\"producer\":\"doubao\"}");
  check(colophon_result_code(labelled) == 0, "labelling a file in place succeeds");
  colophon_result_free(labelled);
  colophon_result* verified = colophon_verify_file(path, "{\"language\":\"zh\"}");
  check(colophon_result_code(verified) == 0, "the file carries a label");
  colophon_result_free(verified);
  remove(path);
}

static void wrong_options_are_usage_errors(void) {
  const char* wrong[] = {"[",
                         "{\"producr\":\"x\"}",
                         "{\"force\":\"yes\"}",
                         "{\"role\":\"user\"}",
                         "{}",
                         "{\"producer\":\"x\",\"c2pa\":true}",
                         "{\"producer\":\"x\",\"explicit\":{\"place\":\"nowhere\"}}",
                         "{\"producer\":\"x\",\"explicit\":\"auto\"}",
                         "{\"producer\":\"x\",\"c2pa\":{\"kee\":\"k.pem\"}}",
                         "{\"producer\":\"x\",\"sign\":{\"key\":1}}",
                         "{\"producer\":\"x\",\"trust\":\"root.pem\"}"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    colophon_result* result = colophon_label_memory(kPng, sizeof kPng, wrong[i]);
    check(colophon_result_code(result) == 2, wrong[i]);
    check(strstr(colophon_result_json(result), "\"error\"") != NULL, "the report says why");
    colophon_result_free(result);
  }
}

static void explicit_labels(void) {
  static const char text[] = "# T\n\nOne.\n";
  const uint8_t* page = (const uint8_t*)text;
  colophon_result* result =
      colophon_label_memory(page, sizeof text - 1,
                            "{\"producer\":\"x\",\"name\":\"a.md\",\"explicit\":{\"label\":\"AI "
                            "GENERATED\",\"at\":\"end\"}}");
  size_t size = 0;
  const char* bytes = (const char*)colophon_result_bytes(result, &size);
  check(colophon_result_code(result) == 0, "a text with an explicit label");
  check(size > 20 && memcmp(bytes + size - 17, "**AI GENERATED**\n", 17) == 0,
        "the words stand at the end");
  check(strstr(colophon_result_json(result), "\"explicit\":[{") != NULL, "the report lists it");
  colophon_result_free(result);
  result = colophon_label_memory(
      page, sizeof text - 1,
      "{\"producer\":\"x\",\"name\":\"a.md\",\"explicit\":{\"label\":\"never\"}}");
  check(strstr(colophon_result_json(result), "\"explicit\":[{") == NULL, "never means none");
  colophon_result_free(result);
}

/* `keys`: a folder with key.pem, chain.pem and root.pem. */
static void sign_and_verify(const char* keys) {
  char options[8192], judge[4096];
  snprintf(options, sizeof options,
           "{\"producer\":\"doubao\",\"sign\":{\"key\":\"%s/key.pem\"},"
           "\"c2pa\":{\"key\":\"%s/key.pem\",\"cert\":\"%s/chain.pem\",\"ai_disclosure\":true}}",
           keys, keys, keys);
  snprintf(judge, sizeof judge, "{\"trust\":[\"%s/root.pem\"],\"time\":\"2030-01-01T00:00:00Z\"}",
           keys);
  colophon_result* labelled = colophon_label_memory(kPng, sizeof kPng, options);
  check(colophon_result_code(labelled) == 0, "signing succeeds");
  size_t size = 0;
  const uint8_t* bytes = colophon_result_bytes(labelled, &size);
  colophon_result* verified = colophon_verify_memory(bytes, size, judge);
  const char* report = colophon_result_json(verified);
  check(strstr(report, "\"state\":\"Trusted\"") != NULL, "the manifest is trusted");
  check(strstr(report, "\"integrity\":\"valid\"") != NULL, "the label's own signature is valid");
  colophon_result_free(verified);
  verified = colophon_verify_memory(bytes, size, NULL);
  check(strstr(colophon_result_json(verified), "\"state\":\"Valid\"") != NULL,
        "nobody is trusted unasked");
  colophon_result_free(verified);
  colophon_result_free(labelled);

  options[strlen(options) - 1] = '\0';
  strcat(options, ",\"sidecar\":true}");
  labelled = colophon_label_memory(kPng, sizeof kPng, options);
  check(colophon_result_manifest(labelled, &size) != NULL && size > 1000,
        "with a sidecar the manifest comes apart");
  check(colophon_result_sidecar(labelled, &size) != NULL, "and so does the label");
  colophon_result_free(labelled);
}

int main(int count, char** arguments) {
  label_and_verify_memory();
  unlabelled_is_code_1();
  label_file_in_place(count > 1 ? arguments[1] : ".");
  wrong_options_are_usage_errors();
  explicit_labels();
  if (count > 2) sign_and_verify(arguments[2]);
  colophon_result* missing = colophon_verify_file("/nonexistent/file", NULL);
  check(colophon_result_code(missing) == 3, "a missing file gives code 3");
  colophon_result_free(missing);
  colophon_result_free(NULL);
  check(strcmp(colophon_version(), "0.1.0") == 0, "the version is told");
  if (failures == 0) puts("capi: ok");
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

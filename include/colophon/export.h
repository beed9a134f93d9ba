/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COLOPHON_EXPORT_H
#define COLOPHON_EXPORT_H

/** What the library offers; everything else is hidden. */
#define COLOPHON_API __attribute__((visibility("default")))

#endif

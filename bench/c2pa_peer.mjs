// SPDX-License-Identifier: Apache-2.0
// Validates files with c2pa-rs as a native library, in one process, and prints the milliseconds per
// file of the validation alone: the median of the rounds, one untimed round ahead of them.
//   node c2pa_peer.mjs DIRECTORY_OF_NODE_MODULES ROUNDS TRUST.pem FILE...
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [directory, rounds, trust, ...files] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(directory), 'x.js'));
const { Reader } = await import(require.resolve('@contentauth/c2pa-node'));
const settings = {
  verify: { verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false },
  trust: { trust_anchors: fs.readFileSync(trust, 'utf8') },
};

const each = [];
let states = {};
for (let round = -1; round < Number(rounds); ++round) {
  states = {};
  let total = 0;
  for (const file of files) {
    const asset = { path: file, mimeType: 'image/jpeg' };
    const start = performance.now();
    let state = 'refused';
    try {
      const reader = await Reader.fromAsset(asset, settings);
      state = reader ? reader.json().validation_state : 'none';
    } catch { /* a file that the library refuses counts with the time that it took */ }
    total += performance.now() - start;
    states[state] = (states[state] ?? 0) + 1;
  }
  if (round >= 0) each.push(total / files.length);
}
each.sort((a, b) => a - b);
console.log(JSON.stringify({ ms: each[each.length >> 1], states }));

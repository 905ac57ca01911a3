import { expect, test } from "vitest";
import { readClaimMap } from "../../../claims/shape/read-map.ts";
import { COMPLETE, edited, shown } from "../map-files.ts";

/** What is wrong, the edit that makes it so, and every finding of the whole map: place, code, message and fix. */
type Case = readonly [title: string, edit: readonly [from: string, to: string], ...expected: readonly string[]];

test.for<Case>([
  [
    "mode: asymmetric",
    ["mode: envelope", "mode: asymmetric"],
    "42:69 CS109 `asymmetric` (sealing with a public key) is not in this version\nWrite `envelope`.",
  ],
  [
    "mode: direct",
    ["mode: envelope", "mode: direct"],
    "42:69 CS109 `direct` (sealing by KMS itself) is not in this version\nWrite `envelope`.",
  ],
  [
    "bindClient, dataKey",
    ["mode: envelope", "mode: envelope, bindClient: true, dataKey: {}"],
    "42:79 CS109 `bindClient` (envelopes bound to one client) is not in this version\nLeave it out.",
    "42:97 CS109 `dataKey` (other bounds for data keys) is not in this version\nLeave it out.",
  ],
])("what only a later version runs is refused by name: %s", ([, edit, ...expected]) => {
  expect(shown(readClaimMap(edited(COMPLETE, edit)).findings)).toEqual(expected);
});

import { createSecretKey } from "node:crypto";
import { expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { pseudonymizer } from "../../crypto/pseudonym.ts";
import { type LoadPseudonyms, pseudonymsFor } from "../../triggers/pseudonyms.ts";
import { aProfile, aSubject } from "../claims/a-plan.ts";

const root = createSecretKey(Buffer.alloc(32, 1));
const needing = aProfile({ needs: { tenant: false, partition: false, pseudonyms: true } });
const { signal } = new AbortController();
const client = { kind: "client", id: "web" } as const;

test("pseudonyms are those of the subject's pool and of the audience", async () => {
  const subject = aSubject();
  const load: LoadPseudonyms = async (poolId) => pseudonymizer(root, poolId);
  const pseudonym = (await pseudonymsFor(needing, subject, load, signal))(client);
  const direct = pseudonymizer(root, subject.poolId);
  expect(pseudonym("staff.licence", "DE-1")).toBe(direct(client, "staff.licence", "DE-1"));
  expect(pseudonym("staff.licence", "DE-1")).not.toBe(
    direct({ kind: "resource-server", identifier: "web" }, "staff.licence", "DE-1"),
  );
});

const none: readonly (readonly [string, LoadPseudonyms])[] = [
  ["the plan names no key", async () => null],
  ["the key refuses", () => Promise.reject(new CryptoError("KEY_ACCESS_DENIED", "no"))],
];

test.for(none)("where %s every pseudonym is unknown", async ([, load]) => {
  expect((await pseudonymsFor(needing, aSubject(), load, signal))(client)("staff.licence", "DE-1")).toBeUndefined();
});

test("a profile without pseudonyms asks for no root", async () => {
  const load: LoadPseudonyms = () => Promise.reject(new Error("no root was needed"));
  expect((await pseudonymsFor(aProfile(), aSubject(), load, signal))(client)("staff.licence", "DE-1")).toBeUndefined();
});

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import { bundleFiles, manifestOf } from "../../claims/manifest.ts";
import { aPlan } from "./a-plan.ts";

const plain = aPlan();
const patterned = aPlan({ patterns: ["^a+$"] });
const bytes = (text: string): Uint8Array => Buffer.from(text);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("only a plan with patterns carries their engine, and only one that chains a function Lambda's client", () => {
  const attributes = { role: { type: "string", class: "open" } } as const;
  const declared = { trust: "operator", onMissing: "deny", onError: "deny", attributes } as const;
  const chaining = { sources: { old: { ...declared, kind: "chain", function: "arn" } } } as const;
  expect([bundleFiles(plain), bundleFiles(patterned)]).toEqual([["index.mjs"], ["index.mjs", "re2.mjs"]]);
  expect(bundleFiles(aPlan(chaining))).toEqual(["index.mjs", "chain.mjs"]);
  expect(bundleFiles(aPlan({ ...chaining, patterns: ["^a+$"] }))).toEqual(["index.mjs", "re2.mjs", "chain.mjs"]);
});

test("the trigger for identity providers is there where the plan says what they send, with the engine for its patterns", () => {
  const federation = (patterns: readonly string[]) => aPlan({ federation: { providers: {}, patterns } });
  expect(bundleFiles(federation([]))).toEqual(["index.mjs", "federation.mjs"]);
  expect(bundleFiles(federation(["^a+$"]))).toEqual(["index.mjs", "re2.mjs", "federation.mjs"]);
});

test("a manifest has the digest of its plan, and one of all files that run it, as `cat` and `sha256sum` give it", () => {
  expect(manifestOf(plain, bytes("index"))).toEqual({
    v: 1,
    planSha256: planDigest(plain),
    bundleSha256: sha256("index"),
    map: plain.name,
    revision: plain.revision,
  });
  expect(manifestOf(patterned, bytes("index"), bytes("re2")).bundleSha256).toBe(sha256("indexre2"));
  expect(manifestOf(patterned, bytes("index"), bytes("re3")).bundleSha256).not.toBe(sha256("indexre2"));
});

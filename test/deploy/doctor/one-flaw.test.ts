import { describe, expect, test } from "vitest";
import { CODES } from "../../../deploy/doctor/codes.ts";
import { cleanPool, clinicPlan, diagnosed, FEDERATION } from "./a-clean-pool.ts";
import { CLIENT_FLAWS, UNTOUCHED } from "./flaws/client-flaws.ts";
import { FEDERATION_FLAWS } from "./flaws/federation-flaws.ts";
import { ANY, type Flaw } from "./flaws/flaw.ts";
import { FUNCTION_FLAWS } from "./flaws/function-flaws.ts";
import { INVOCATION_FLAWS } from "./flaws/invocation-flaws.ts";
import { KEY_FLAWS } from "./flaws/key-flaws.ts";
import { BY_IDP, PEOPLE_FLAWS } from "./flaws/people-flaws.ts";
import { STORE_FLAWS } from "./flaws/store-flaws.ts";
import { TRIGGER_FLAWS } from "./flaws/trigger-flaws.ts";

const FLAWS: readonly Flaw[] = [
  ...TRIGGER_FLAWS,
  ...FUNCTION_FLAWS,
  ...INVOCATION_FLAWS,
  ...PEOPLE_FLAWS,
  ...CLIENT_FLAWS,
  ...KEY_FLAWS,
  ...STORE_FLAWS,
  ...FEDERATION_FLAWS,
];

test("a pool that is as the map wants it has no finding, and nothing is left unchecked", () => {
  expect(diagnosed(cleanPool())).toEqual({ ok: true, verdict: "healthy", findings: [], notChecked: [] });
});

test.for([
  ["usernames that may be any", ANY],
  ["an attribute of a provider's", BY_IDP],
  ["clients that are left alone", UNTOUCHED],
  ["what identity providers may put into the pool", FEDERATION],
] as const)("the same pool is clean under a map with %s", ([, change]) => {
  const plan = clinicPlan(change);
  expect(diagnosed(cleanPool(plan), plan)).toMatchObject({ ok: true, verdict: "healthy", findings: [] });
});

describe("one thing that is wrong is one finding:", () => {
  test.for(FLAWS)("$code, $name", ({ code, place, says, plan = clinicPlan(), spoil, resolvedSha256 }) => {
    const pool = cleanPool(plan);
    spoil?.(pool);
    const { ok, findings } = diagnosed(pool, plan, resolvedSha256);
    expect(findings.map((each) => `${each.code} ${each.place.join(".")}`)).toEqual([`${code} ${place}`]);
    expect(findings[0]).toMatchObject({ level: CODES[code].level, remedy: CODES[code].remedy });
    expect(findings[0]?.reason).toContain(says);
    expect(ok).toBe(CODES[code].level !== "error");
  });

  test("every check has such a pool", () => {
    expect([...new Set(FLAWS.map(({ code }) => code))].toSorted()).toEqual(Object.keys(CODES).toSorted());
  });
});

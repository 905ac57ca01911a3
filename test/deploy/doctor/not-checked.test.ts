import { describe, expect, test } from "vitest";
import { CODES, type Code } from "../../../deploy/doctor/codes.ts";
import { examine } from "../../../deploy/doctor/examine.ts";
import { readPoolExport } from "../../../deploy/doctor/pool-export.ts";
import { REMOVED, withoutValues } from "../../../deploy/doctor/removed-values.ts";
import { eventLoggingIn } from "../../../triggers/event-logging.ts";
import { CARE_KEY, POOL_ID } from "../a-deployment.ts";
import { cleanPool, clinicPlan, type Doc, diagnosed, FEDERATION, permission, policyText, WEB } from "./a-clean-pool.ts";
import { ANY, at, set, web } from "./flaws/flaw.ts";
import { BY_IDP, saml, withProvider } from "./flaws/people-flaws.ts";

const codesIn = (pool: unknown, plan = clinicPlan()): readonly Code[] =>
  [...new Set(diagnosed(pool, plan).notChecked.flatMap(({ codes }) => codes))].toSorted();

const family = (...prefixes: readonly string[]): readonly string[] =>
  Object.keys(CODES).filter((code) => prefixes.some((prefix) => code.startsWith(prefix)));

test.for([true, false])(
  "of an empty export nothing passes: every check says that it was not made (with a map: %s)",
  (withMap) => {
    const { ok, verdict, findings, notChecked } = examine(readPoolExport({ v: 1 }), {
      plan: withMap ? clinicPlan(BY_IDP) : undefined,
      eventLogging: eventLoggingIn,
    });
    expect(findings).toEqual([]);
    expect([...new Set(notChecked.flatMap(({ codes }) => codes))].toSorted()).toEqual(Object.keys(CODES).toSorted());
    expect({ ok, verdict }).toEqual({
      ok: true,
      verdict: `healthy; ${Object.keys(CODES).length} of ${Object.keys(CODES).length} checks not made, or not of everything`,
    });
  },
);

describe("without a part of the export, the checks of it are not made:", () => {
  const cases: readonly (readonly [part: string, codes: readonly string[]])[] = [
    [
      "userPool",
      [...family("DR10", "DR30", "DR401", "DR402", "DR405", "DR407", "DR205")].filter((code) => code !== "DR205"),
    ],
    ["clients", family("DR403", "DR50", "DR51")],
    ["resourceServers", family("DR6")],
    ["identityProviders", family("DR403", "DR404")],
    ["functionPolicy", family("DR3")],
    ["unqualifiedPolicy", family("DR304", "DR305")],
    ["logGroups", ["DR209"]],
    ["tables", family("DR8")],
    ["keys", family("DR7")],
  ];
  test.for(cases)("%s", ([part, codes]) => {
    const pool = cleanPool();
    delete pool[part];
    expect(diagnosed(pool).findings).toEqual([]);
    expect(codesIn(pool)).toEqual(
      expect.arrayContaining([...codes].filter((code) => code !== "DR403" || part !== "clients")),
    );
  });

  test("functionConfiguration, and with it whatever hangs on the map's variables", () => {
    const pool = cleanPool();
    delete pool["functionConfiguration"];
    const { findings, notChecked } = diagnosed(pool);
    expect(findings).toEqual([]);
    expect(codesIn(pool)).toEqual(
      expect.arrayContaining([...family("DR2", "DR106", "DR501", "DR503", "DR509", "DR7", "DR8")]),
    );
    expect(notChecked.map(({ reason }) => reason)).toContain(
      "the map's variables are the function's, which are not in the export",
    );
  });
});

test("what AWS refused to show is told with AWS's name for it", () => {
  const pool = cleanPool();
  delete pool["functionPolicy"];
  delete at(pool, "keys", 0)["policy"];
  set(pool, {
    notRead: [
      { part: "functionPolicy", why: "AccessDeniedException" },
      { part: `keys.${CARE_KEY}.policy`, why: "AccessDeniedException" },
    ],
  });
  const { findings, notChecked, verdict } = diagnosed(pool);
  expect(findings).toEqual([]);
  expect(notChecked.map(({ place, reason }) => [place.join("."), reason])).toEqual([
    ["functionPolicy", "it could not be read: AccessDeniedException"],
    ["keys.care-api.policy", "it could not be read: AccessDeniedException"],
  ]);
  expect(verdict).toBe(`healthy; 14 of ${Object.keys(CODES).length} checks not made, or not of everything`);
});

test("grants that were not read are not taken for none", () => {
  const pool = cleanPool();
  delete at(pool, "keys", 0)["grants"];
  expect(diagnosed(pool).findings).toEqual([]);
  expect(codesIn(pool)).toEqual(["DR704", "DR705", "DR710"]);
});

test("of a client that is only listed nothing is known, and the others are looked at", () => {
  const pool = cleanPool();
  set(pool, { clients: [{ ClientId: WEB, ClientName: "clinic-web" }, at(pool, "clients", 1)] });
  const { findings, notChecked } = diagnosed(pool);
  expect(findings).toEqual([]);
  expect(notChecked.map(({ place, reason }) => [place.join("."), reason])).toEqual([
    ["clients.clinic-web", "it is not in the export"],
  ]);
});

test("a key's policy is not held against readers that nobody knows, and is once they are", () => {
  const plan = clinicPlan(["arn:aws:iam::111122223333:role/care-api", "${env:CARE_READER_ROLE}"]);
  const pool = cleanPool();
  set(at(pool, "functionConfiguration", "Environment", "Variables"), variablesFor(plan));
  expect(codesIn(pool, plan)).toEqual(["DR704", "DR707", "DR713"]);
  const known = examine(readPoolExport(pool), {
    plan,
    environment: { CARE_READER_ROLE: "arn:aws:iam::111122223333:role/care-api" },
    eventLogging: eventLoggingIn,
  });
  expect(known.findings).toEqual([]);
  expect(known.notChecked.map(({ codes }) => codes)).toEqual([["DR206"]]);
});

test("variables whose values were taken out are not taken for missing", () => {
  const read = readPoolExport(cleanPool());
  const cut = withoutValues(read, ["STAFF_TABLE"]);
  const { Variables = {} } = cut.functionConfiguration?.Environment ?? {};
  expect(Variables["STAFF_TABLE"]).toBe("clinic-staff");
  expect(Variables["CLAIMSEAL_PLAN_SHA256"]).toMatch(/^[0-9a-f]{64}$/);
  expect(Variables["LAB_CLIENT"]).toBe(REMOVED);
  const { findings, notChecked } = diagnosed(cut);
  expect(findings).toEqual([]);
  expect(notChecked.find(({ codes }) => codes.includes("DR201"))?.reason).toContain("LAB_CLIENT");
});

test("the function for identity providers is shown without the values of its owner's variables too", () => {
  const pool = cleanPool(clinicPlan(FEDERATION));
  set(at(pool, "federationConfiguration", "Environment", "Variables"), { TOKEN: "of somebody's" });
  const cut = withoutValues(readPoolExport(pool), []);
  const { Variables = {} } = cut.federationConfiguration?.Environment ?? {};
  expect(Object.keys(Variables)).toEqual(["CLAIMSEAL_PLAN_SHA256", "CLAIMSEAL_POOLS", "TOKEN"]);
  expect([Variables["TOKEN"], Variables["CLAIMSEAL_POOLS"]]).toEqual([REMOVED, POOL_ID]);
});

test("variables that Lambda cannot decrypt for the reader are not taken for missing", () => {
  const pool = cleanPool();
  set(at(pool, "functionConfiguration"), { Environment: { Error: { ErrorCode: "AccessDeniedException" } } });
  const { findings, notChecked } = diagnosed(pool);
  expect(findings).toEqual([]);
  expect(notChecked.find(({ codes }) => codes.includes("DR204"))).toMatchObject({
    place: ["functionConfiguration", "Environment", "Variables"],
    reason: "Lambda does not show them: AccessDeniedException",
  });
});

test("SAML metadata that say nothing of names, or are not there, are not taken for harmless", () => {
  const plan = clinicPlan(ANY);
  for (const provider of [saml({}), saml({ ProviderDetails: { MetadataFile: "<md:EntityDescriptor/>" } })]) {
    const pool = cleanPool(plan);
    withProvider(provider)(pool);
    expect(diagnosed(pool, plan).findings).toEqual([]);
    expect(codesIn(pool, plan)).toEqual(["DR404"]);
  }
  const pool = cleanPool(plan);
  withProvider(saml({ NameIDFormats: ["persistent"] }))(pool);
  expect(codesIn(pool, plan)).toEqual([]);
});

test("a policy that cannot be read is not taken for a harmless one", () => {
  const pool = cleanPool();
  set(pool, { functionPolicy: { Policy: "{" } });
  set(at(pool, "keys", 0), { policy: { Policy: "[]" } });
  set(at(pool, "tables", 0), { policy: { Policy: '"x"' } });
  expect(diagnosed(pool).findings).toEqual([]);
  expect(codesIn(pool)).toEqual([
    ...family("DR3", "DR704", "DR705", "DR706", "DR707", "DR708", "DR709", "DR711", "DR712", "DR713", "DR804"),
  ]);
});

test("without a map the pool's own settings are looked at all the same", () => {
  const pool = cleanPool();
  set(web(pool), { EnableTokenRevocation: false });
  set(at(pool, "userPool", "LambdaConfig", "PreTokenGenerationConfig"), { LambdaVersion: "V2_0" });
  set(pool, { functionPolicy: policyText(permission({ Condition: {} })) });
  const { findings } = examine(readPoolExport(pool), { eventLogging: eventLoggingIn });
  expect(findings.map(({ code }) => code)).toEqual(["DR102", "DR302", "DR511"]);
});

/** The digest is of the map that was changed; the rest stays. */
function variablesFor(plan: ReturnType<typeof clinicPlan>): Doc {
  const pool = cleanPool(plan);
  return at(pool, "functionConfiguration", "Environment", "Variables");
}

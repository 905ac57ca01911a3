import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkClaimMap } from "../../claims/check.ts";
import { mapWith, positionIn, soundMap } from "./a-map-text.ts";

type Change = readonly [old: string, changed: string];

const phone = "{ value: staff.phone, sealFor: [care-api], effect: informs }";
const role = "{ value: staff.role, to: [access, id], effect: grants }";
const email = 'user.email: { type: string, class: pii, maxLength: 60, purpose: "shown" }';
const write = `when: 'staff.role == "physician"'`;
const caller = `${email}\n  client.metadata.ward: { type: string, class: open, maxLength: 12 }`;
const person = `${email}\n  user.custom:role: { type: string, class: open, maxLength: 12 }`;
const groups = `${email}\n  user.groups: { type: list<string>, class: pii, maxItems: 9, maxLength: 9, purpose: "menus" }`;
const residency = [
  "    trust: operator\n    onMissing: deny\n    onError: deny\n    attributes:\n      role",
  "    trust: operator\n    residency: [eu-west-1]\n    onMissing: deny\n    onError: deny\n    attributes:\n      role",
] as const;

describe("a check", () => {
  test("finds nothing in a sound map, strict or not, and compiles it", () => {
    expect(checkClaimMap(soundMap, { strict: true })).toMatchObject({
      ok: true,
      findings: [],
      plan: { name: "clinic" },
    });
    expect(checkClaimMap(soundMap).plan).toEqual(checkClaimMap(soundMap, { strict: true }).plan);
  });

  test("lets warnings pass unless it is strict", () => {
    const text = mapWith(["keep: [email]", "keep: []"]);
    const { ok, findings, plan } = checkClaimMap(text);
    expect(findings.map(({ code, level }) => [code, level])).toEqual([["CS802", "warning"]]);
    expect(ok).toBe(true);
    expect(plan?.profiles[0]?.idToken).toEqual({ keep: [] });
    expect(checkClaimMap(text, { strict: true }).findings.map(({ level }) => level)).toEqual(["error"]);
  });

  test("reports every problem once, in the order of the file, whatever else is broken", () => {
    const text = mapWith(
      ["events: V3", "events: V9"],
      ["type: int, class: open }\nresourceServers", "type: itn, class: open }\nresourceServers"],
      [role, "{ value: staff.rol, to: [access, id], effect: grants }"],
      [phone, "{ value: staff.phone, to: [access], effect: informs }"],
      [write, "when: 'staff.role ='"],
    );
    const { findings } = checkClaimMap(text);
    expect(findings.map(({ code }) => code)).toEqual(["CS106", "CS310", "CS303", "CS401", "CS301"]);
    const places = findings.map(({ line, column }) => line * 1_000 + column);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  test("does not call unused what a broken expression may read", () => {
    const text = mapWith([phone, "{ value: 'staff.phone +', sealFor: [care-api], effect: informs }"]);
    expect(checkClaimMap(text).findings.map(({ code }) => code)).toEqual(["CS301"]);
  });

  test("does not call unused what a broken claim may read", () => {
    const text = mapWith([phone, "{ value: staff.phone, sealFor: [care-api] }"]);
    expect(checkClaimMap(text).findings.map(({ code }) => code)).toEqual(["CS104"]);
  });

  test("calls a size too large from the first byte over the limit", () => {
    const within = (limit: number): boolean =>
      checkClaimMap(mapWith(["accessToken: 5000", `accessToken: ${limit}`], ["maxLength: 20", "maxLength: 4000"])).ok;
    expect([within(9_908), within(9_909)]).toEqual([false, true]);
  });

  test("does not build what a declaration allows, to see that it is too large", () => {
    const text = mapWith(
      [
        "role: { type: string, class: open, values: [nurse, physician] }",
        "role: { type: list<string>, class: open, maxItems: 10000, maxLength: 400000 }",
      ],
      ["add: [care/write], when: 'staff.role == \"physician\"'", "add: [care/write]"],
    );
    expect(checkClaimMap(text).findings.map(({ code, message }) => [code, message])).toEqual([
      ["CS602", "the access token can have more than 16384 bytes; `limits.accessToken` is 5000"],
      ["CS604", "the ID token can have more than 16384 bytes; `limits.idToken` is 3000"],
    ]);
  });

  test("measures envelopes as it is told", () => {
    const { findings } = checkClaimMap(soundMap, { envelopeBytes: (_, bytes) => bytes * 100 });
    expect(findings.map(({ code }) => code)).toEqual(["CS602"]);
  });

  test("reads JSON as well", () => {
    const json = JSON.stringify(parse(soundMap), null, 2);
    expect(checkClaimMap(json, { format: "json", strict: true })).toEqual(checkClaimMap(soundMap, { strict: true }));
  });
});

describe("what is private may go where it belongs", () => {
  test.for<[what: string, ...changes: Change[]]>([
    ["pii into the ID token", [phone, "{ value: staff.phone, to: [id], sealFor: [care-api], effect: informs }"]],
    [
      "a private condition of a sealed claim",
      [phone, '{ value: staff.phone, sealFor: [care-api], effect: informs, when: "has(staff.blood)" }'],
    ],
    [
      "a required sealed claim",
      [phone, "{ value: staff.phone, sealFor: [care-api], effect: informs, required: true }"],
    ],
    ["a sealed value in its region", residency, ["region: eu-central-1", "region: eu-west-1"]],
    [
      "a key whose ARN says its region",
      residency,
      ['"${env:CARE_KEY}", region: eu-central-1', '"arn:aws:kms:eu-west-1:111122223333:key/1"'],
    ],
    [
      "groups that are open",
      ["groups: strip", "groups: keep"],
      [email, groups.replace("class: pii, maxItems", "class: open, maxItems")],
    ],
    ["groups in the ID token alone", ["groups: strip", "groups: { access: strip, id: keep }"], [email, groups]],
    [
      "what the caller chose, to inform",
      [email, caller],
      [
        role,
        "{ value: client.metadata.ward, to: [access], effect: informs }\n      role2: { value: staff.role, to: [id] }",
      ],
    ],
    [
      "an attribute that no app client can write, to grant",
      [email, person.replace("open, maxLength: 12", "open, maxLength: 12, trust: idp")],
      [write, `when: 'user["custom:role"] == "x"'`],
    ],
  ])("%s", ([, ...changes]) => {
    expect(checkClaimMap(mapWith(...changes), { strict: true }).findings).toEqual([]);
  });
});

describe("on a V1 pool", () => {
  const v1: readonly Change[] = [
    ["events: V3", "events: V1"],
    ["    selfServiceScopes: strip\n", ""],
    [role, '{ value: "staff.level + 1", to: [id] }'],
  ];

  test("values are text", () => {
    const text = mapWith(...v1);
    const found = checkClaimMap(text).findings.filter(({ code }) => code === "CS306");
    expect(found).toEqual([
      {
        code: "CS306",
        level: "error",
        path: ["profiles", "people", "claims", "role", "value"],
        ...positionIn(text, 'role: { value: "', 'role: { value: "'.length),
        message: "a V1 pool takes text alone; this is a `int`",
        fix: 'Write it as text: `string(x)`, `json(x)`, or `x.join(",")` of a list.',
      },
    ]);
  });
});

test.for(["b2b-saas", "clinic-eu", "platform-m2m"])("the map %s passes a strict check", async (name) => {
  const text = await readFile(new URL(`../../mappings/${name}.claims.yaml`, import.meta.url), "utf8");
  const { ok, findings } = checkClaimMap(text, { strict: true });
  expect(findings.filter(({ level }) => level !== "info")).toEqual([]);
  expect(ok).toBe(true);
});

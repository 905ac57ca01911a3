import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import type { Plan } from "../../../claims/plan.ts";
import { claimTypes } from "../../../claims/reports/claim-types.ts";
import { aClaim, aPlan, aProfile } from "../a-plan.ts";
import { typeErrors } from "./type-errors.ts";

const planOf = (file: string): Plan => checkClaimMap(readFileSync(file, "utf8")).plan as Plan;
const clinic = planOf("mappings/clinic-eu.claims.yaml");

test("the declarations of every example compile under every strictness, for each of their readers", () => {
  const maps = readdirSync("mappings").filter((file) => file.endsWith(".claims.yaml"));
  const files = maps.flatMap((map) => {
    const plan = planOf(`mappings/${map}`);
    const servers = [undefined, ...Object.keys(plan.resourceServers)];
    return servers.map((server) => [`${map}.${server ?? "all"}.ts`, claimTypes(plan, server)] as const);
  });
  expect(files.length).toBeGreaterThan(maps.length);
  expect(typeErrors(Object.fromEntries(files))).toBe("");
});

test("what every token has is there, what may be missing may be missing, and nothing else can be asked for", () => {
  const usage = `
import type { AccessClaims, AccessClaimsByProfile, Scope, SealedClaims } from "./care.ts";
import type { Opened } from ${JSON.stringify(resolve("resource-server/opener.ts"))};

export function read({ claims, sealed }: Opened<AccessClaims, SealedClaims>): string {
  const id: string = claims.clinic_id;
  // @ts-expect-error only clinicians have a profession
  const profession: string = claims.profession;
  const cap: number | undefined = claims.daily_cap;
  // @ts-expect-error there is no such profession
  if (claims.profession === "surgeon") return id;
  // @ts-expect-error there is no such claim
  claims.licence_no;
  const name: string | null | undefined = sealed.legal_name?.reveal();
  // @ts-expect-error it may be null
  const sure: string = sealed.legal_name.reveal();
  // @ts-expect-error it is sealed for billing-api
  sealed.employer;
  const scope: Scope = "care-api/chart.read";
  // @ts-expect-error not of this server
  const foreign: Scope = "billing-api/invoice.read";
  const machine: AccessClaimsByProfile["laboratory"]["daily_cap"] = 3;
  return [profession, cap, name, sure, scope, foreign, machine].join();
}
`;
  expect(typeErrors({ "care.ts": claimTypes(clinic, "care-api"), "usage.ts": usage })).toBe("");
});

test("a claim is mandatory if no token of the profile is without it", () => {
  const value = { op: "ref", ref: ["staff", "role"] } as const;
  const when = { op: "has", ref: ["staff", "role"] } as const;
  const profile = aProfile({
    claims: [
      aClaim("required", value, { required: true, effect: "grants" }),
      aClaim("required_when", value, { required: true, effect: "grants", when }),
      aClaim("restricts", value, { effect: "restricts" }),
      aClaim("grants", value, { effect: "grants" }),
      aClaim("informs", value),
    ],
  });
  const written = claimTypes(aPlan({ profiles: [profile] }));
  const members = [...written.matchAll(/readonly (\w+\??): string;/g)].map(([, member]) => member);
  expect(members).toEqual(["required", "required_when?", "restricts", "grants?", "informs?", "sub", "email?", "sub"]);
});

test("values are listed where the plan shows them, through references, choices, lists and fields", () => {
  const tier = { type: "string", class: "open", values: ["gold", "blue"], default: "none" } as const;
  const plan = aPlan();
  const typed: Plan = {
    ...plan,
    sources: {
      staff: {
        ...plan.sources["staff"]!,
        attributes: {
          tier,
          levels: { type: { list: "int" }, class: "open", values: [1, 2] },
          place: { type: { fields: { city: { type: "string", values: ["Bonn"] } } }, class: "open" },
          born: { type: "timestamp", class: "open" },
        },
      },
    },
    profiles: [
      aProfile({
        idToken: { keep: [] },
        claims: [
          aClaim("tier", { op: "ref", ref: ["staff", "tier"] }),
          aClaim("levels", { op: "ref", ref: ["staff", "levels"] }, { type: { list: "int" } }),
          aClaim("place", { op: "ref", ref: ["staff", "place"] }, { type: { fields: { city: { type: "string" } } } }),
          aClaim("city", { op: "field", of: { op: "ref", ref: ["staff", "place"] }, name: "city" }),
          aClaim("born", { op: "ref", ref: ["staff", "born"] }, { type: "timestamp" }),
          aClaim("choice", {
            op: "if",
            test: { op: "has", ref: ["staff", "tier"] },
            yes: { op: "string", value: "member" },
            no: { op: "string", value: "guest" },
          }),
          aClaim("upper", { op: "call", name: "upperAscii", args: [{ op: "ref", ref: ["staff", "tier"] }] }),
          aClaim("limit", { op: "int", value: "5" }, { type: "int", effect: "restricts", otherwise: 0 }),
        ],
      }),
    ],
  };
  const members = [...claimTypes(typed).matchAll(/^ {4}readonly (\w+)\??: (.*);$/gm)].map(([, name, type]) => [
    name,
    type,
  ]);
  expect(Object.fromEntries(members)).toEqual({
    tier: '"gold" | "blue" | "none"',
    levels: "readonly (1 | 2)[]",
    place: '{ readonly "city"?: "Bonn" }',
    city: '"Bonn"',
    born: "number",
    choice: '"member" | "guest"',
    upper: "string",
    limit: "5 | 0",
    cmv: "`demo@${string}`",
    sub: "string",
    iat: "number",
    exp: "number",
  });
});

test("a V1 pool has no access claims, and a map without resource servers no scopes", () => {
  const written = claimTypes(aPlan({ events: "V1", resourceServers: {} }));
  expect(written).not.toContain("AccessClaims");
  expect(written).toContain("export type Scope = never;");
  expect(written).toContain("export type IdClaims = ");
});

test("words of a map stay inside their comments and literals, whatever they are", () => {
  const evil = "*/ export const x = 1; /* \u{202e}\n//";
  const profile = aProfile({
    claims: [aClaim("urn:x/y", { op: "string", value: evil }), aClaim("role", { op: "ref", ref: ["staff", "role"] })],
  });
  const plan = aPlan({ name: "`${evil}`", profiles: [profile] });
  const attributes = { role: { type: "string", class: "pii", purpose: evil } } as const;
  const written = claimTypes({ ...plan, sources: { staff: { ...plan.sources["staff"]!, attributes } } });
  expect(typeErrors({ "evil.ts": written })).toBe("");
  expect(written).not.toMatch(/\u{202e}/u);
  expect(written.match(/^(?! *(\/\/|\/\*\*|export type|readonly|[{}]| +readonly|\}|$)).*$/gm)).toBeNull();
});

test("the same plan gives the same text", () => {
  expect(claimTypes(structuredClone(clinic))).toBe(claimTypes(clinic));
});

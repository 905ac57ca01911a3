import { expect, test } from "vitest";
import {
  bindPlan,
  environmentNames,
  refuseAliases,
  refuseMissingHooks,
  refuseMissingInvoke,
} from "../../claims/bind.ts";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import { aPlan, aProfile } from "./a-plan.ts";

const care = aPlan().resourceServers["care-api"];
const staff = aPlan().sources["staff"] as PlanSource & { readonly kind: "row" };

const unbound: Plan = aPlan({
  sources: { staff: { ...staff, table: "${env:TABLE}-v2" } },
  resourceServers: care
    ? { "care-api": { ...care, readers: ["${env:READER}"], seal: { key: "${env:KEY}", mode: "envelope" } } }
    : {},
  profiles: [
    aProfile({ name: "web", clients: ["${env:WEB}"] }),
    aProfile({ name: "mobile", clients: ["${env:MOBILE}"] }),
  ],
});

test("variables are filled in where a run needs them", () => {
  const plan = bindPlan(unbound, { TABLE: "staff", KEY: "arn:key", WEB: "w", MOBILE: "m" });
  expect(plan.sources["staff"]).toMatchObject({ table: "staff-v2" });
  expect(plan.resourceServers["care-api"]?.seal?.key).toBe("arn:key");
  expect(plan.profiles.map(({ clients }) => clients)).toEqual([["w"], ["m"]]);
});

test("every missing variable is named at once, and an empty one is missing; readers' are not needed to run", () => {
  expect(environmentNames(unbound)).toEqual(["TABLE", "KEY", "WEB", "MOBILE"]);
  expect(() => bindPlan(unbound, { TABLE: "staff", WEB: "" })).toThrow(
    expect.objectContaining({ code: "ENV_MISSING", message: "not set in the environment: KEY, WEB, MOBILE" }),
  );
});

test("two profiles that turn out to name one client stop the start", () => {
  expect(() => bindPlan(unbound, { TABLE: "staff", KEY: "k", WEB: "same", MOBILE: "same" })).toThrow(
    expect.objectContaining({
      code: "CLIENTS_OVERLAP",
      message: 'profiles "web" and "mobile" match the same grant and client',
    }),
  );
});

test.for(["alias/care", "arn:aws:kms:eu-central-1:111122223333:alias/care"])("a key named %s is refused", (KEY) => {
  const bound = bindPlan(unbound, { TABLE: "staff", KEY, WEB: "w", MOBILE: "m" });
  expect(() => refuseAliases(bound)).toThrow(
    expect.objectContaining({
      code: "KEY_ALIAS",
      message: "the key of care-api is an alias; name the key itself by its ARN",
    }),
  );
});

test("a key named by its ARN is taken", () => {
  expect(() => refuseAliases(aPlan())).not.toThrow();
});

const partitioned: Plan = aPlan({
  sources: {
    staff: { ...staff, table: "{partition.table}", region: "${env:REGION}" },
    legacy: { ...staff, kind: "chain", function: "${env:LEGACY}" } as unknown as PlanSource,
    scores: { ...staff, kind: "custom", hook: "scores" } as unknown as PlanSource,
  },
  pseudonyms: { key: "${env:PSEUDONYMS}", region: "${env:REGION}" },
  partition: { by: { op: "string", value: "eu" }, values: { eu: { table: "${env:EU}" }, us: { table: "${env:US}" } } },
});

test("variables stand in keys of pseudonyms, in functions and in what a partition gives, too", () => {
  expect(environmentNames(partitioned)).toEqual(["REGION", "LEGACY", "PSEUDONYMS", "EU", "US"]);
  const environment = {
    REGION: "eu-central-1",
    LEGACY: "arn:fn",
    PSEUDONYMS: "arn:hmac",
    EU: "staff-eu",
    US: "staff-us",
  };
  expect(bindPlan(partitioned, environment)).toMatchObject({
    sources: {
      staff: { table: "{partition.table}", region: "eu-central-1" },
      legacy: { function: "arn:fn" },
      scores: { hook: "scores" },
    },
    pseudonyms: { key: "arn:hmac", region: "eu-central-1" },
    partition: { values: { eu: { table: "staff-eu" }, us: { table: "staff-us" } } },
  });
});

test("a value of the environment that looks like a variable is not one", () => {
  const environment = { TABLE: "${env:KEY}", KEY: "k$&", WEB: "w", MOBILE: "m" };
  expect(bindPlan(unbound, environment).sources["staff"]).toMatchObject({ table: "${env:KEY}-v2" });
  expect(bindPlan(unbound, environment).resourceServers["care-api"]?.seal?.key).toBe("k$&");
});

test("aliases are refused wherever a key may stand", () => {
  const by = { op: "string", value: "eu" } as const;
  const plan = aPlan({
    pseudonyms: { key: "alias/names" },
    partition: { by, values: { eu: { key: "alias/eu", suffix: "eu" }, us: { key: "arn:aws:kms:x:1:alias/us" } } },
  });
  expect(() => refuseAliases(plan)).toThrow(
    expect.objectContaining({
      code: "KEY_ALIAS",
      message: "the key of pseudonyms, partition.key is an alias; name the key itself by its ARN",
    }),
  );
});

test("hooks that were not given are named", () => {
  expect(() => refuseMissingHooks(partitioned, ["other", "__proto__"])).toThrow(
    expect.objectContaining({ code: "HOOK_MISSING", message: "not among the hooks: scores" }),
  );
  expect(() => refuseMissingHooks(partitioned, ["scores"])).not.toThrow();
  expect(() => refuseMissingHooks(aPlan(), [])).not.toThrow();
});

const CHAINED = "arn:aws:lambda:eu-central-1:111122223333:function:pre-token";
const chaining = aPlan({
  sources: {
    legacy: { ...staff, kind: "chain", function: CHAINED } as unknown as PlanSource,
    older: { ...staff, kind: "chain", function: `${CHAINED}-2019:live` } as unknown as PlanSource,
    staff,
  },
});

test("functions that nothing was given to ask with are named by their sources", () => {
  expect(() => refuseMissingInvoke(chaining, false)).toThrow(
    expect.objectContaining({
      code: "CHAIN_MISSING",
      message: "the plan chains functions (legacy, older); hand over invokeFunction of chain.mjs",
    }),
  );
  expect(() => refuseMissingInvoke(chaining, true)).not.toThrow();
  expect(() => refuseMissingInvoke(aPlan(), false)).not.toThrow();
});

test("a function that would chain itself is refused, whatever was given, and another one of its name elsewhere is not", () => {
  const own = (name: string, region = "eu-central-1") => ({ name, region });
  for (const [name, source] of [
    ["pre-token", "legacy"],
    ["pre-token-2019", "older"],
  ] as const) {
    expect(() => refuseMissingInvoke(chaining, true, own(name))).toThrow(
      expect.objectContaining({ code: "CHAIN_CIRCULAR", message: `the function would chain itself: ${source}` }),
    );
  }
  for (const other of [own("pre"), own("pre-token", "eu-west-1"), { name: undefined, region: undefined }]) {
    expect(() => refuseMissingInvoke(chaining, true, other)).not.toThrow();
  }
});

import { expect, test } from "vitest";
import { bindPlan, environmentNames, refuseAliases } from "../../claims/bind.ts";
import type { Plan } from "../../claims/plan.ts";
import { aPlan, aProfile } from "./a-plan.ts";

const care = aPlan().resourceServers["care-api"];
const staff = aPlan().sources["staff"];

const unbound: Plan = aPlan({
  sources: staff ? { staff: { ...staff, table: "${env:TABLE}-v2" } } : {},
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
  expect(plan.sources["staff"]?.table).toBe("staff-v2");
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

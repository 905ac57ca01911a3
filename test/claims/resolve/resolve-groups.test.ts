import fc from "fast-check";
import { expect, test } from "vitest";
import { aMachine, aSubject } from "../a-plan.ts";
import { ref, resolve, texts } from "./resolving.ts";

test.for([
  [{ access: "strip", id: "strip" }, "remove", false, false],
  [{ access: "strip", id: "keep" }, "leave", true, false],
  [{ access: "keep", id: "strip" }, "leave", false, true],
  [{ access: "keep", id: "keep" }, "leave", false, false],
] as const)("groups %j are taken out where the map says so", ([groups, override, access, id]) => {
  const { suppress, groups: result } = resolve({ groups });
  expect(result).toBe(override);
  expect(suppress.access.includes("cognito:groups")).toBe(access);
  expect(suppress.id.includes("cognito:groups")).toBe(id);
});

const POOL = "eu-central-1_Example01";
const federated = aSubject({ groups: ["nurses", `${POOL}_Corp-SAML`, "admins"] });
const kept = { access: "keep", id: "keep" } as const;

test("native groups stay, the one Cognito made for the provider goes", () => {
  const { groups, suppress } = resolve({ groups: { ...kept, filter: "native" } }, {}, federated);
  expect(groups).toEqual({ keepOnly: ["nurses", "admins"] });
  expect([...suppress.access, ...suppress.id]).not.toContain("cognito:groups");
});

test("a group of another pool's name is no group of this one's making", () => {
  const subject = aSubject({ groups: ["eu-central-1_Other_Corp", `x${POOL}_Corp`] });
  expect(resolve({ groups: { ...kept, filter: "native" } }, {}, subject).groups).toBe("leave");
});

test("a list keeps those that were sent, and makes nobody a member of anything", () => {
  const { groups } = resolve({ groups: { ...kept, filter: texts("admins", "owners") } }, {}, federated);
  expect(groups).toEqual({ keepOnly: ["admins"] });
});

test("where every group may stay, groups and roles are left as Cognito has them", () => {
  const subject = aSubject({ groups: ["nurses"] });
  expect(resolve({ groups: { ...kept, filter: "native" } }, {}, subject).groups).toBe("leave");
});

test("a list that is unknown or empty leaves no group", () => {
  for (const lists of [undefined, "invalid", "failed", []]) {
    expect(resolve({ groups: { ...kept, filter: ref("lists") } }, { lists }, federated).groups).toBe("remove");
  }
});

test.for([
  [{ access: "strip", id: "keep" }, ["access"]],
  [{ access: "keep", id: "strip" }, ["id"]],
] as const)("under %j a filter holds in one token, and the other has no groups at all", ([sides, without]) => {
  const { groups, suppress } = resolve({ groups: { ...sides, filter: "native" } }, {}, federated);
  expect(groups).toEqual({ keepOnly: ["nurses", "admins"] });
  const stripped = (["access", "id"] as const).filter((token) => suppress[token].includes("cognito:groups"));
  expect(stripped).toEqual(without);
});

test("stripped groups are gone whatever the filter says", () => {
  const groups = { access: "strip", id: "strip", filter: texts("nurses") } as const;
  expect(resolve({ groups }, {}, federated).groups).toBe("remove");
});

test("a filter works on V1 pools, whose one override reaches both tokens", () => {
  const subject = aSubject({ shape: "V1", scopes: [], groups: federated.groups });
  expect(resolve({ groups: { ...kept, filter: "native" } }, {}, subject).groups).toEqual({
    keepOnly: ["nurses", "admins"],
  });
});

test("a machine has no groups to filter", () => {
  expect(resolve({ groups: { ...kept, filter: texts("nurses") } }, {}, aMachine()).groups).toBe("leave");
});

test("groups that stay are some of those that were sent, in their order", () => {
  const name = fc.constantFrom("nurses", "admins", "owners", `${POOL}_Corp`);
  const sides = fc.constantFrom("keep" as const, "strip" as const);
  const filter = fc.oneof(
    fc.constant("native" as const),
    fc.constant(ref("unknown")),
    fc.array(name).map((names) => texts(...names)),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name), sides, sides, filter, (sent, access, id, chosen) => {
      const { groups } = resolve({ groups: { access, id, filter: chosen } }, {}, aSubject({ groups: sent }));
      const stay = groups === "leave" ? sent : groups === "remove" ? [] : groups.keepOnly;
      expect(sent.filter((group) => stay.includes(group))).toEqual(stay);
    }),
    { numRuns: 1_000 },
  );
});

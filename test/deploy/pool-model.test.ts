import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FIXED, PASSING, SETTINGS, type Shape } from "../../deploy/pool-model.ts";

/** The types of the SDK that is installed, without their comments. */
const models = new URL(
  "../../node_modules/@aws-sdk/client-cognito-identity-provider/dist-types/models/",
  import.meta.url,
);
const types = readdirSync(models)
  .filter((file) => file.endsWith(".d.ts"))
  .map((file) => readFileSync(new URL(file, models), "utf8").replaceAll(/\/\*\*[\s\S]*?\*\//g, ""))
  .join("\n");

function membersOf(name: string): { readonly [member: string]: Shape } | null {
  const [, body] = new RegExp(`export interface ${name} \\{([^}]*)\\}`).exec(types) ?? [];
  if (body === undefined) return null;
  const members = [...body.matchAll(/^\s*(\w+)\??: (.+) \| undefined;$/gm)];
  expect(members).toHaveLength([...body.matchAll(/;/g)].length);
  return Object.fromEntries(members.map(([, member = "", type = ""]) => [member, shapeOf(type)]));
}

function shapeOf(type: string): Shape {
  const [, kept] = /^Record<string, (\w+)>$/.exec(type) ?? [];
  return kept === undefined ? (membersOf(type.replace(/\[\]$/, "")) ?? "value") : { "*": shapeOf(kept) };
}

const told = membersOf("UserPoolType") ?? {};
const { UserPoolId, PoolName, ...taken } = membersOf("UpdateUserPoolRequest") ?? {};

test("every field that UpdateUserPool takes is known, to the last member, in the shape the SDK has for it", () => {
  expect(Object.keys(taken).length).toBeGreaterThan(20);
  expect(SETTINGS).toEqual(taken);
  expect([UserPoolId, PoolName]).toEqual(["value", "value"]);
});

test("every field that DescribeUserPool tells is a setting in the same shape, is fixed, or passes", () => {
  const isSetting = ([name]: readonly [string, unknown]): boolean => Object.hasOwn(SETTINGS, name);
  const entries = Object.entries(told);
  expect(Object.fromEntries(entries.filter(isSetting))).toEqual(SETTINGS);
  const others = entries.filter((entry) => !isSetting(entry)).map(([name]) => name);
  expect(others.toSorted()).toEqual([...FIXED, ...PASSING].toSorted());
});

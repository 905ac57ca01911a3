import { expect, test } from "vitest";
import { DeployError } from "../../deploy/deploy-error.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";

const deployed = {
  refs: { "AWS::AccountId": "111122223333", Pool: "pool-1" },
  attributes: { Key: { Arn: "arn:of:key" } },
  environment: { TABLE: "staff" },
  conditions: { Provisioned: true, Reserved: false },
};
const resolved = (value: TemplateValue): TemplateValue => resolveTemplate(value, deployed);

test("every function that templates here use is worked out, at any depth", () => {
  expect(resolved({ a: [{ Ref: "Pool" }], b: { "Fn::GetAtt": ["Key", "Arn"] } })).toEqual({
    a: ["pool-1"],
    b: "arn:of:key",
  });
  expect(resolved({ "Fn::Sub": "${AWS::AccountId}/${Pool}/${env:TABLE}" })).toBe("111122223333/pool-1/staff");
  expect(resolved({ "Fn::Sub": ["${Pool}/${Its}", { Its: { "Fn::GetAtt": ["Key", "Arn"] } }] })).toBe(
    "pool-1/arn:of:key",
  );
  const parts = { "Fn::Split": [":", { "Fn::GetAtt": ["Key", "Arn"] }] };
  expect(resolved({ "Fn::Join": ["-", [{ "Fn::Select": [2, parts] }, "${env:TABLE}"]] })).toBe("key-staff");
});

test("a member without a value is left out", () => {
  expect(resolved({ here: "x", gone: { Ref: "AWS::NoValue" } })).toEqual({ here: "x" });
});

test("a condition chooses, a member without a value included", () => {
  const gone = { Ref: "AWS::NoValue" };
  expect(resolved({ a: { "Fn::If": ["Provisioned", { n: { Ref: "Pool" } }, gone] } })).toEqual({ a: { n: "pool-1" } });
  expect(resolved({ a: { "Fn::If": ["Reserved", 7, gone] }, b: 1 })).toEqual({ b: 1 });
  expect(resolved({ "Fn::If": ["Reserved", 7, { "Fn::If": ["Provisioned", 8, 9] }] })).toBe(8);
  expect(resolved({ "Fn::Not": [{ "Fn::Equals": [0, "0"] }] })).toBe(false);
});

test("what is no function stays as it is", () => {
  const plain = { Version: "2012-10-17", List: [1, true, null, "*", {}], Ref: "beside", Other: "members" };
  expect(resolved(plain)).toEqual(plain);
});

test.for<readonly [value: TemplateValue, expected: string]>([
  [{ Ref: "Nowhere" }, 'something for "Nowhere"'],
  [{ Ref: "constructor" }, 'something for "constructor"'],
  [{ "Fn::GetAtt": ["Key", "Name"] }, 'something for "Name"'],
  [{ "Fn::GetAtt": ["Nothing", "Arn"] }, 'something for "Nothing"'],
  ["${env:OTHER}", 'something for "OTHER"'],
  [{ "Fn::Sub": ["${A}", { B: "b" }] }, 'something for "A"'],
  [{ "Fn::Sub": [{ A: "b" }] }, "a text"],
  [{ "Fn::Select": [3, { "Fn::Split": [":", "a:b"] }] }, "an index within the list"],
  [{ "Fn::Join": ["", "not a list"] }, "a list"],
  [{ "Fn::If": ["Unknown", 1, 2] }, 'something for "Unknown"'],
  [{ "Fn::ImportValue": "elsewhere" }, "a function that is known here"],
])("%j is refused", ([value, expected]) => {
  const refused = new DeployError("UNRESOLVED", `the template cannot be worked out: expected ${expected}`);
  expect(() => resolved(value)).toThrow(refused);
  expect(() => resolved(value)).toThrow(expect.objectContaining({ name: "DeployError", code: "UNRESOLVED" }));
});

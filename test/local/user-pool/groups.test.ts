import { expect, test } from "vitest";
import { createGroups, groupConfiguration } from "../../../local/user-pool/groups.ts";

const [red, blue] = ["arn:aws:iam::111122223333:role/red", "arn:aws:iam::111122223333:role/blue"];

test("a person in no group has empty lists and no preferred role", () => {
  expect(groupConfiguration([])).toEqual({ groupsToOverride: [], iamRolesToOverride: [], preferredRole: null });
});

test("the role of the group with the lowest precedence is preferred; groups without one come last", () => {
  const configuration = groupConfiguration([
    { name: "plain", precedence: 0 },
    { name: "unranked", roleArn: red },
    { name: "ranked", roleArn: blue, precedence: 7 },
  ]);
  expect(configuration).toEqual({
    groupsToOverride: ["plain", "unranked", "ranked"],
    iamRolesToOverride: [red, blue],
    preferredRole: blue,
  });
});

test("two roles at the lowest precedence leave none preferred, the same role twice does", () => {
  const both = (other: string) =>
    groupConfiguration([
      { name: "a", roleArn: red, precedence: 1 },
      { name: "b", roleArn: other, precedence: 1 },
    ]);
  expect(both(blue).preferredRole).toBeNull();
  expect(both(red)).toMatchObject({ preferredRole: red, iamRolesToOverride: [red] });
});

test("a group is made once, and one that was not made cannot be joined", () => {
  const groups = createGroups();
  groups.create({ name: "a" });
  expect([groups.has("a"), groups.has("b")]).toEqual([true, false]);
  expect(() => groups.create({ name: "a" })).toThrow(
    expect.objectContaining({ code: "GroupExistsException", message: "A group with the name already exists." }),
  );
  expect(() => groups.get("b")).toThrow(
    expect.objectContaining({ code: "ResourceNotFoundException", message: "Group not found." }),
  );
});

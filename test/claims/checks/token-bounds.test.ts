import { expect, test } from "vitest";
import { tokenBytes } from "../../../cognito/token-size.ts";
import { overBounds } from "../../canary/token-bounds.ts";
import { aPlan, aProfile } from "../a-plan.ts";

// That no token of the 10,000 events of the canary is over its bound is part of `canary.test.ts`; this shows that it
// would have seen one.
test("a token over the bound of its profile is found, and what Cognito alone decides on is not counted", () => {
  const access = { sub: "u1", scope: "openid" };
  const bytes = tokenBytes(access);
  const bounded = (most: number) => aPlan({ profiles: [aProfile({ maxBytes: { access: most, id: null } })] });
  expect(overBounds(bounded(bytes), "people", { access, id: null })).toEqual([]);
  expect(overBounds(bounded(bytes - 1), "people", { access, id: null })).toEqual([
    `the access token has ${bytes} bytes; the plan says ${bytes - 1} at most`,
  ]);
  const federated = { ...access, identities: [{ userId: "x".repeat(500) }] };
  expect(overBounds(bounded(bytes), "people", { access: federated, id: null })).toEqual([]);
  expect(overBounds(bounded(1), "another", { access, id: null })).toEqual([]);
});

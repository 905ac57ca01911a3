import { expect, test } from "vitest";
import { admit } from "../../claims/admit.ts";
import { aMachine, aPlan, aProfile, aSubject, SUB } from "./a-plan.ts";

test("the profile that names the client beats the one for every client", () => {
  const plan = aPlan({ profiles: [aProfile({ name: "all", clients: ["*"] }), aProfile({ name: "web" })] });
  expect(admit(plan, aSubject())).toMatchObject({ kind: "governed", profile: { name: "web" } });
  expect(admit(plan, aSubject({ clientId: "other" }))).toMatchObject({ kind: "governed", profile: { name: "all" } });
});

test("a profile matches by grant as well as by client", () => {
  const plan = aPlan({
    events: "V3",
    profiles: [
      aProfile({ clients: ["*"] }),
      aProfile({ name: "machines", grants: ["client_credentials"], clients: ["*"] }),
    ],
  });
  expect(admit(plan, aMachine())).toMatchObject({ profile: { name: "machines" } });
  expect(admit(plan, aSubject())).toMatchObject({ profile: { name: "people" } });
});

test.for(["bare", "untouched"] as const)("a client no profile names is %s when the map says so", (unmatched) => {
  expect(admit(aPlan({ unmatched }), aSubject({ clientId: "other" }))).toEqual({ kind: unmatched });
});

test("a client no profile names is refused by default", () => {
  expect(() => admit(aPlan(), aSubject({ clientId: "other" }))).toThrow(
    expect.objectContaining({ code: "PROFILE_NONE", message: "no profile matches this grant and client" }),
  );
});

test.for([
  ["V1", "V2"],
  ["V2", "V1"],
  ["V3", "V1"],
] as const)(
  "a %s map refuses an event in the shape of %s, which would change nothing and leave everything in",
  ([events, shape]) => {
    expect(() => admit(aPlan({ events }), aSubject({ shape }))).toThrow(
      expect.objectContaining({
        code: "EVENT_VERSION",
        message: `the map is for ${events} events; this one has the shape of ${shape}`,
      }),
    );
  },
);

test.for(["nora.lind", "nora@example.com", "google_1047", ""])("an opaque pool refuses the username %j", (userName) => {
  expect(() => admit(aPlan(), aSubject({ userName }))).toThrow(
    expect.objectContaining({ code: "USERNAME_PERSONAL", message: "the username is neither a UUID nor the sub" }),
  );
});

test("a UUID or the sub is an opaque username, any pool takes every username, a machine has none", () => {
  expect(admit(aPlan(), aSubject({ userName: "00000000-0000-4000-8000-000000000001" })).kind).toBe("governed");
  expect(admit(aPlan(), aSubject({ userName: SUB })).kind).toBe("governed");
  expect(admit(aPlan({ usernames: "any" }), aSubject({ userName: "nora" })).kind).toBe("governed");
  const machines = aPlan({
    events: "V3",
    profiles: [aProfile({ grants: ["client_credentials"], clients: ["machine"] })],
  });
  expect(admit(machines, aMachine()).kind).toBe("governed");
});

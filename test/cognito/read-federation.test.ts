import { readFileSync } from "node:fs";
import type { InboundFederationTriggerEvent } from "aws-lambda";
import { expect, expectTypeOf, test } from "vitest";
import { bracketText } from "../../cognito/bracket-list.ts";
import type { FederationEvent } from "../../cognito/federation-event.ts";
import { readFederation, writeFederation } from "../../cognito/read-federation.ts";
import type { FederationEvent as PublicEvent } from "../../cognito/simulator.ts";

const event = (name: "oidc" | "saml"): FederationEvent =>
  JSON.parse(readFileSync(`test/events/other.inbound-federation.${name}.json`, "utf8")) as FederationEvent;

const sending = (attributes: object, providerType = "OIDC"): unknown => ({
  ...event("oidc"),
  request: { providerName: "Works", providerType, attributes },
});

test("events as AWS types them are events here, and what is public of them is the same", () => {
  expectTypeOf<InboundFederationTriggerEvent>().toExtend<FederationEvent>();
  expectTypeOf<PublicEvent>().toEqualTypeOf<FederationEvent>();
  const page = readFileSync("docs/how-to/keep-attributes-out-of-the-pool.md", "utf8");
  expect(page).toContain('import type { FederationEvent } from "claimseal/cognito";');
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
    exports: Record<string, { types: string }>;
  };
  expect(exports["./cognito"]?.types).toBe("./dist/cognito/simulator.d.ts");
});

test("of an OIDC provider, the verified ID token comes before what the provider says, and tokens are not looked at", () => {
  const federated = readFederation(event("oidc"));
  expect({ ...federated, attributes: Object.fromEntries(federated.attributes) }).toEqual({
    poolId: "eu-west-1_ExAmPlE01",
    clientId: "3exampleclientid0000000001",
    provider: "Google",
    providerType: "Google",
    attributes: {
      sub: "104729000000000000001",
      email: "omar.diaz@example.com",
      email_verified: "true",
      given_name: "Omar",
      family_name: "Diaz",
    },
  });
  const both = { idToken: { email: "verified" }, userInfo: { email: "said" }, tokenResponse: { access_token: "x" } };
  expect([...readFederation(sending(both)).attributes]).toEqual([["email", "verified"]]);
});

test("of a SAML provider, its assertion counts and nothing else", () => {
  const { attributes } = readFederation(event("saml"));
  expect([...attributes.keys()]).toEqual(["email", "given_name", "family_name", "department", "employee_id", "groups"]);
  const mixed = { idToken: { email: "x" }, samlResponse: { mail: "y" } };
  expect([...readFederation(sending(mixed, "SAML")).attributes]).toEqual([["mail", "y"]]);
});

test("values are text as Cognito would write them; what has no such text is there, and null", () => {
  const idToken = {
    a: true,
    b: 12,
    c: ["x", "y z"],
    d: [],
    e: ["x, y"],
    f: [1],
    g: { h: "i" },
    j: null,
    k: ["x", "[y"],
  };
  expect(Object.fromEntries(readFederation(sending({ idToken })).attributes)).toEqual({
    a: "true",
    b: "12",
    c: "[x, y z]",
    d: "[]",
    e: null,
    f: null,
    g: null,
    j: null,
    k: null,
  });
  expect([bracketText(["a", " b"]), bracketText([""]), bracketText(Array(1))]).toEqual([null, null, null]);
});

test("names of JavaScript's own are names like any other, and none is found that was not sent", () => {
  const idToken: unknown = JSON.parse('{ "__proto__": "a", "constructor": "b" }');
  const { attributes } = readFederation(sending({ idToken }));
  expect([...attributes]).toEqual([
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
  expect(attributes.get("toString")).toBeUndefined();
});

test.for([
  ["event", null],
  ["request", { ...event("oidc"), request: [] }],
  ["request.attributes", sending("text" as unknown as object)],
  ["request.attributes.idToken", sending({ idToken: '{"email":"x"}' })],
  ["request.providerType", sending({}, "")],
  ["userPoolId", { ...event("oidc"), userPoolId: 1 }],
  ["callerContext", { ...event("oidc"), callerContext: null }],
] as const)("an event without a usable %s is malformed, and only the field is named", ([field, malformed]) => {
  expect(() => readFederation(malformed)).toThrow(
    expect.objectContaining({
      code: "EVENT_MALFORMED",
      message: expect.stringMatching(`^${field}: expected `) as string,
    }),
  );
});

test("the answer is the whole event with what is kept, and never an empty one", () => {
  const came = event("saml");
  const kept = new Map([
    ["email", "a@example.com"],
    ["__proto__", "x"],
  ]);
  const { response, ...rest } = writeFederation(came, kept);
  const { response: _, ...sent } = came;
  expect(rest).toEqual(sent);
  expect(JSON.stringify(response)).toBe('{"userAttributesToMap":{"email":"a@example.com","__proto__":"x"}}');
  expect(() => writeFederation(came, new Map())).toThrow(TypeError);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf, makeDisclosure } from "../../crypto/disclosure.ts";
import { createOpener } from "../../resource-server/open.ts";
import type { RevealRecord } from "../../resource-server/reveal-record.ts";
import { runs } from "../runs.ts";
import { accessToken, disclosing, type Payload, sub } from "./service.ts";

const opener = createOpener(disclosing);

const employer = makeDisclosure("employer", "Klinikum Nord");
const birthdate = makeDisclosure("birthdate", "1979-03-02");

/** A token with the digests of these disclosures. */
const tokenOf = (disclosures: readonly string[], change: Payload = {}): string =>
  accessToken({ _sd: disclosures.map(digestOf).toSorted(), _sd_alg: "sha-256", ...change });

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test("a service has what it is shown, and of the rest it has nothing", async () => {
  const auth = await opener.open(tokenOf([employer, birthdate]), { disclosures: [employer] });
  expect(auth.disclosed["employer"]?.reveal()).toBe("Klinikum Nord");
  expect(Object.keys(auth.disclosed)).toEqual(["employer"]);
  expect(auth.disclosed["constructor"]).toBeUndefined();
  expect(auth.claims).toMatchObject({ sub, clinic_id: "c42" });
  expect(Object.keys(auth.claims).filter((name) => name.startsWith("_sd"))).toEqual([]);
  expect(auth.has("care-api/chart.read")).toBe(true);
});

test("what is disclosed does not show itself, and each reveal is told of", async () => {
  const told: RevealRecord[] = [];
  const watched = createOpener({ ...disclosing, onReveal: (record) => void told.push(record) });
  const auth = await watched.open(tokenOf([employer]), { disclosures: [employer] });
  expect(JSON.stringify(auth)).toContain('"disclosed":{"employer":"[sealed]"}');
  expect(told).toEqual([]);
  auth.disclosed["employer"]?.reveal({ reason: "invoice" });
  expect(told).toMatchObject([{ claim: "employer", resourceServer: "care-api", reason: "invoice" }]);
});

test("a token without digests opens as it does without the experiment, and takes no disclosure", async () => {
  const plain = createOpener({ ...disclosing, experimental: {} });
  const token = accessToken();
  expect(await opener.open(token)).toMatchObject({ claims: (await plain.open(token)).claims, disclosed: {} });
  expect(await failure(opener.open(token, { disclosures: [employer] }))).toMatchObject({ code: "DISCLOSURE_FOREIGN" });
});

test("without the experiment digests are claims like any others, and nothing is disclosed", async () => {
  const plain = createOpener({ ...disclosing, experimental: { selectiveDisclosure: false } });
  const auth = await plain.open(tokenOf([employer]));
  expect(auth.claims["_sd"]).toEqual([digestOf(employer)]);
  expect(auth).not.toHaveProperty("disclosed");
});

test("a gateway that only verifies sees no digests, and refuses those that are none", async () => {
  expect((await opener.verify(tokenOf([employer]))).claims).not.toHaveProperty("_sd");
  expect(await failure(opener.verify(accessToken({ _sd: "x" })))).toMatchObject({ code: "DIGESTS_MALFORMED" });
});

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const nested = b64(["c2FsdHNhbHRzYWx0c2FsdA", "employer", { _sd: [digestOf(birthdate)] }]);
const named = (name: string): string => makeDisclosure(name, "x");

describe("refused is", () => {
  const refused: readonly (readonly [string, string, string, readonly string[], string])[] = [
    ["what is no disclosure", "DISCLOSURE_MALFORMED", tokenOf([employer]), ["employer"], "not base64url of a salt"],
    ["one that holds digests", "DISCLOSURE_MALFORMED", tokenOf([nested]), [nested], "not base64url of a salt"],
    [
      "one among good ones",
      "DISCLOSURE_MALFORMED",
      tokenOf([employer, birthdate]),
      [employer, birthdate, "x"],
      "not base64url of a salt",
    ],
    [
      "a list that has no end",
      "DISCLOSURE_MALFORMED",
      tokenOf([employer]),
      Array<string>(257).fill(employer),
      "more than 256 disclosures",
    ],
    ["one that comes twice", "DISCLOSURE_REPEATED", tokenOf([employer]), [employer, employer], "came twice"],
    ["one of another token", "DISCLOSURE_FOREIGN", tokenOf([employer]), [birthdate], "is not of this token"],
    [
      "the same claim with a salt of one's own",
      "DISCLOSURE_FOREIGN",
      tokenOf([employer]),
      [makeDisclosure("employer", "Klinikum Nord")],
      "is not of this token",
    ],
    [
      "a claim in two disclosures",
      "DISCLOSURE_NAME",
      tokenOf([employer, b64(["other", "employer", "Klinikum Süd"])]),
      [employer, b64(["other", "employer", "Klinikum Süd"])],
      "has the name of a claim that is there",
    ],
    ["digests that are no list", "DIGESTS_MALFORMED", accessToken({ _sd: {} }), [], "no list of digests"],
    ["a digest that is no text", "DIGESTS_MALFORMED", accessToken({ _sd: [1] }), [], "no list of digests"],
    [
      "a digest that is there twice",
      "DIGESTS_MALFORMED",
      accessToken({ _sd: [digestOf(employer), digestOf(employer)] }),
      [],
      "has a digest twice",
    ],
    [
      "digests of another kind",
      "DIGESTS_MALFORMED",
      tokenOf([employer], { _sd_alg: "sha-512" }),
      [],
      "digests other than sha-256",
    ],
    [
      "digests further down",
      "DIGESTS_MALFORMED",
      accessToken({ address: { _sd: [digestOf(employer)] } }),
      [],
      "below its top level",
    ],
  ];
  test.for(refused)("%s: %s", async ([, code, token, disclosures, message]) => {
    expect(await failure(opener.open(token, { disclosures }))).toMatchObject({
      name: "OpenerError",
      code,
      message: expect.stringContaining(message),
    });
  });

  test.for([
    "sub",
    "exp",
    "scope",
    "client_id",
    "Sub",
    "cognito:groups",
    "cmv",
    "sealed_care_api",
    "_sd",
    "_sd_alg",
    "...",
    "clinic_id",
  ])("a disclosure that is signed for and named %s: DISCLOSURE_NAME", async (name) => {
    const disclosure = named(name);
    expect(await failure(opener.open(tokenOf([disclosure]), { disclosures: [disclosure] }))).toMatchObject({
      code: "DISCLOSURE_NAME",
      message: "a disclosure has the name of a claim that is there, or is reserved",
    });
  });

  test("a list of disclosures that is none, as a mistake of the service", async () => {
    const disclosures = employer as unknown as string[];
    await expect(opener.open(tokenOf([employer]), { disclosures })).rejects.toThrow(
      new TypeError("createOpener: disclosures must be a list of texts"),
    );
  });

  test.for([
    [{ experimental: { disclosure: true } }, 'has no member "disclosure"'],
    [{ experimental: { selectiveDisclosure: "yes" } }, "must be true, or false"],
  ] as const)("an experiment that is none: %o", ([change, message]) => {
    expect(() => createOpener({ ...disclosing, ...(change as object) })).toThrow(message);
  });
});

test("whatever is done to a disclosure, it is refused by a code, and nothing comes of the others", async () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.array(fc.string(), { maxLength: 3 }));
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}_x$/), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(names, value, fc.nat(), fc.nat(), async (claims, each, at, bit) => {
      const held = claims.map((name) => makeDisclosure(name, each));
      const token = tokenOf(held);
      const opened = await opener.open(token, { disclosures: held });
      expect(Object.keys(opened.disclosed)).toEqual(claims);
      const index = at % held.length;
      const text = held[index] ?? "";
      const bytes = Buffer.from(text, "base64url");
      bytes[bit % bytes.length]! ^= 1 << (bit % 7);
      const spoiled = held.with(index, bytes.toString("base64url"));
      const doubled = [...held, text];
      const foreign = held.with(index, makeDisclosure(claims[index] ?? "", each));
      for (const disclosures of [spoiled, doubled, foreign]) {
        expect(await failure(opener.open(token, { disclosures }))).toMatchObject({
          publicCode: "DISCLOSURE_INVALID",
          status: 400,
        });
      }
    }),
    { numRuns: runs(80) },
  );
});

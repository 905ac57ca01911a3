// Against the Open Wallet Foundation's SD-JWT library: what each side makes, the other verifies.
import { createHash, createSign, randomBytes, verify } from "node:crypto";
import { SDJwtInstance } from "@sd-jwt/core";
import { describe, expect, test } from "vitest";
import { readDisclosures } from "../../experimental/read-disclosures.ts";
import { createOpener } from "../../resource-server/open.ts";
import { accessClaims, accessToken, disclosing, poolKey } from "../resource-server/service.ts";
import { disclosingTrigger, signIn, tokensOf } from "./a-disclosing-trigger.ts";

const library = new SDJwtInstance<Record<string, unknown>>({
  signAlg: "RS256",
  omitTyp: true,
  signer: (data) => createSign("RSA-SHA256").update(data).sign(poolKey.privateKey, "base64url"),
  verifier: (data, signature) =>
    verify("RSA-SHA256", Buffer.from(data), poolKey.publicKey, Buffer.from(signature, "base64url")),
  hasher: (data, algorithm) => {
    if (algorithm !== "sha-256") throw new Error("asked for another digest");
    return createHash("sha256")
      .update(data as string)
      .digest();
  },
  saltGenerator: (length) => randomBytes(length).toString("base64url"),
  hashAlg: "sha-256",
});

const opener = createOpener(disclosing);

const ANNA = { "custom:employer": 'Klinikum "Nord" & Söhne', birthdate: "1979-03-02" };

describe("what claimseal makes", () => {
  test("the library verifies, and finds in it what is shown and nothing else", async () => {
    const { id, access } = await tokensOf(disclosingTrigger(), signIn(ANNA));
    const token = accessToken({ _sd: access["_sd"], _sd_alg: access["_sd_alg"] });
    const held = readDisclosures(id);
    const presented = (...names: string[]) => [token, ...names.map((name) => held.get(name)?.disclosure), ""].join("~");
    const { payload } = await library.verify(presented("employer"));
    expect(payload).toMatchObject({ employer: ANNA["custom:employer"], clinic_id: "c42" });
    expect(payload).not.toHaveProperty("birthdate");
    expect((await library.verify(presented("employer", "birthdate"))).payload).toMatchObject({
      birthdate: "1979-03-02",
    });
    expect(await library.presentableKeys(presented("birthdate", "employer"))).toEqual(["birthdate", "employer"]);
  });
});

describe("what the library makes", () => {
  test("claimseal verifies, decoys and all, and each finds the same claims", async () => {
    const claims = {
      ...accessClaims(),
      employer: "Klinikum Nord",
      birthdate: "1979-03-02",
      ward: { floor: 7, wing: ["east"] },
    };
    const frame = { _sd: ["employer", "birthdate", "ward"], _sd_decoy: 4 };
    const issued = await library.issue(claims, frame as never, { header: { kid: poolKey.kid } });
    const presented = await library.present(issued, { employer: true, ward: true });
    const [token = "", ...rest] = presented.split("~");
    const auth = await opener.open(token, { disclosures: rest.filter((each) => each !== "") });
    expect(auth.claims).not.toHaveProperty("birthdate");
    const { payload } = await library.verify(presented);
    const disclosed = Object.fromEntries(Object.entries(auth.disclosed).map(([name, each]) => [name, each.reveal()]));
    expect(disclosed).toEqual({ employer: "Klinikum Nord", ward: { floor: 7, wing: ["east"] } });
    expect({ ...auth.claims, ...disclosed }).toEqual(payload);
  });

  test("claimseal refuses where a disclosure was changed", async () => {
    const claims = { ...accessClaims(), employer: "Klinikum Nord" };
    const issued = await library.issue(claims, { _sd: ["employer"] } as never, { header: { kid: poolKey.kid } });
    const [token = "", disclosure = ""] = issued.split("~");
    const [salt, name] = JSON.parse(Buffer.from(disclosure, "base64url").toString()) as [string, string];
    const forged = Buffer.from(JSON.stringify([salt, name, "Klinikum Süd"])).toString("base64url");
    await expect(opener.open(token, { disclosures: [forged] })).rejects.toMatchObject({ code: "DISCLOSURE_FOREIGN" });
  });
});

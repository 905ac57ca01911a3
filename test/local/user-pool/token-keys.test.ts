import { expect, test } from "vitest";
import { createTokenKeys } from "../../../local/user-pool/token-keys.ts";

test("without jose the pool says what to install", async () => {
  const missing = Object.assign(new Error("Cannot find package 'jose'"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(createTokenKeys(() => Promise.reject(missing))).rejects.toMatchObject({
    name: "LocalError",
    code: "PEER_MISSING",
    message: "the embedded user pool needs jose: npm install --save-dev jose@6.2.17",
  });
});

test("any other failure to load it comes through as it is", async () => {
  const broken = new Error("broken");
  await expect(createTokenKeys(() => Promise.reject(broken))).rejects.toBe(broken);
});

test("two pools never share a key, and no key can sign for the other token", async () => {
  const [one, other] = await Promise.all([createTokenKeys(), createTokenKeys()]);
  const kids = [...one.jwks.keys, ...other.jwks.keys].map(({ kid }) => kid);
  expect(new Set(kids).size).toBe(4);
  const token = await one.sign("access", { sub: "anna" });
  expect(await one.readAccessToken(token)).toEqual({ sub: "anna" });
  await expect(other.readAccessToken(token)).rejects.toMatchObject({ code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  await expect(one.readAccessToken(await one.sign("id", { sub: "anna" }))).rejects.toMatchObject({
    code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
  });
});

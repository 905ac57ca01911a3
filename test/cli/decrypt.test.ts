import { createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import type { Flaw } from "../../local/testing/flaws.ts";
import { mintToken } from "../../local/testing/mint.ts";
import { newTestIssuer, testJwks } from "../../local/testing/test-issuer.ts";
import { testKms } from "../../local/testing/test-kms.ts";
import { testServer } from "../../local/testing/test-servers.ts";
import { type Ran, ran } from "./recorded-io.ts";

const MAP = "mappings/clinic-eu.claims.yaml";
const REGION = "eu-central-1";
const REASON = "ticket 4711";
const LICENCE = "DE-48213377";
const SUB = "7d8ca528-4931-4254-9273-ea5ee853f271";

const issuer = newTestIssuer();
const jwks = JSON.stringify(testJwks(issuer));
let kms: Kms;
let server: Loopback;
let key: string;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", localCredentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", localCredentials.secretAccessKey);
  kms = createKms();
  key = kms.createKey({ region: REGION, spec: "SYMMETRIC_DEFAULT" });
  server = await serveKms(kms);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

/** A token whose envelope only the embedded KMS can open. */
async function token(licence: string = LICENCE, flaw?: Flaw): Promise<string> {
  const context = encryptionContext("care-api", issuer.userPoolId);
  const input = { KeyId: key, KeySpec: "AES_256", EncryptionContext: context } as const;
  const { Plaintext, CiphertextBlob } = await kms.generateDataKey(REGION, input);
  const dataKey = { key: createSecretKey(Plaintext), wrapped: CiphertextBlob };
  const made = {
    issuer,
    kms: { ...testKms(issuer), dataKey: () => dataKey },
    servers: { "care-api": testServer("care-api", { scopes: ["chart.read"] }) },
    cmv: "clinic-eu@1",
    envelope: () => ({ claims: ["legal_name"], padTo: null }),
  };
  return mintToken(made, { sub: SUB, sealed: { "care-api": { licence_no: licence } }, ...(flaw && { flaw }) });
}

function decrypt(input: string, ...more: readonly string[]): Promise<Ran> {
  const fixed = ["--map", MAP, "--resource-server", "care-api", "--jwks", "jwks.json", "--endpoint", server.url];
  const environment = { CARE_KEY_ARN: key, USER: "casey", AWS_PROFILE: "support" };
  return ran(["decrypt", ...fixed, "--reason", REASON, ...more], { "jwks.json": jwks }, environment, { input });
}

const auditOf = ({ err }: Ran): unknown => JSON.parse(err.split("\n").find((line) => line.startsWith("{")) ?? "null");

test("claims are opened by one's own credentials, shown masked, and the audit line says who, what and why", async () => {
  const done = await decrypt(await token());
  expect(done).toMatchObject({ exit: 0, out: "legal_name  null\nlicence_no  text of 11 characters" });
  expect(done.err).toContain("values are masked; --reveal shows them");
  expect(auditOf(done)).toEqual({
    event: "claimseal.decrypt",
    ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    caller: {
      user: "casey",
      profile: "support",
      accessKey: localCredentials.accessKeyId.slice(-4),
      account: null,
    },
    resourceServer: "care-api",
    map: "clinic-eu",
    userPoolId: issuer.userPoolId,
    revealed: false,
    reason: REASON,
    outcome: "opened",
    tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    subject: expect.stringMatching(/^[\w-]{22}$/),
    claims: ["legal_name", "licence_no"],
  });
});

test("revealed, values are shown once the line is in its file, which is added to", async () => {
  const done = await decrypt(await token(), "--reveal", "--audit", "audit.jsonl");
  expect(done).toMatchObject({ exit: 0, out: `legal_name  null\nlicence_no  "${LICENCE}"`, err: "" });
  const line = String(done.written.get("audit.jsonl"));
  expect(JSON.parse(line)).toMatchObject({ outcome: "opened", revealed: true, reason: REASON });
  expect(line).toMatch(/\}\n$/);
  expect(line).not.toContain(LICENCE);
});

test("where the audit line cannot be written nothing is shown", async () => {
  const done = await decrypt(await token(), "--reveal", "--audit", "folder/");
  expect(done).toMatchObject({ exit: 3, out: "" });
  expect(done.err).toContain("folder/: the audit line cannot be written, so nothing is shown");
});

test("a key that refuses is exit 4, and the refusal stands in the audit", async () => {
  kms.setKeyState(key, "Enabled");
  const sealed = await token();
  kms.setKeyState(key, "Disabled");
  const done = await decrypt(sealed);
  kms.setKeyState(key, "Enabled");
  expect(done).toMatchObject({ exit: 4, out: "" });
  expect(done.err).toContain("claimseal decrypt: KEY_ACCESS_DENIED: KMS refuses the key: DisabledException");
  expect(auditOf(done)).toMatchObject({ outcome: "KEY_ACCESS_DENIED", tokenId: null, subject: null, claims: [] });
});

test.for([
  ["expired", "TOKEN_INVALID"],
  ["id-token", "TOKEN_USE"],
  ["foreign-signature", "TOKEN_INVALID"],
  ["ungoverned", "TOKEN_UNGOVERNED"],
  ["swapped-envelope", "SEALED_BINDING"],
  ["without-envelope", "SEALED_ABSENT"],
] as const)("a token that is %s is not opened: %s, exit 1", async ([flaw, code]) => {
  const asked = kms.requests().filter(({ operation }) => operation === "Decrypt").length;
  const done = await decrypt(await token(LICENCE, flaw), "--reveal");
  expect(done).toMatchObject({ exit: 1, out: "" });
  expect(done.err).toContain(`claimseal decrypt: ${code}: `);
  expect(auditOf(done)).toMatchObject({ outcome: code, revealed: false });
  const calls = kms.requests().filter(({ operation }) => operation === "Decrypt").length - asked;
  expect(calls).toBe(code === "SEALED_BINDING" ? 1 : 0);
});

const misuse: readonly [argv: readonly string[], exit: number, said: string][] = [
  [["--map", MAP, "--resource-server", "care-api"], 2, "--reason is missing"],
  [["--map", MAP, "--resource-server", "care-api", "--reason", "  "], 2, "--reason is missing"],
  [["--map", MAP, "--reason", "x"], 2, "--resource-server is missing"],
  [["--resource-server", "care-api", "--reason", "x"], 2, "--map is missing"],
  [
    ["--map", MAP, "--resource-server", "care-ap", "--reason", "x"],
    2,
    'the map has no resource server "care-ap"; did you mean care-api?',
  ],
  [
    ["--map", MAP, "--resource-server", "care-api", "--reason", "x"],
    3,
    "not set: CARE_KEY_ARN; give each with --env NAME=VALUE, or the key with --key",
  ],
  [["--map", MAP, "--resource-server", "care-api", "--reason", "x", "--key", "alias/care"], 2, "is an alias"],
];
test.for(misuse)("without what it needs it says so: %s", async ([argv, exit, said]) => {
  const done = await ran(["decrypt", ...argv], {}, {}, { input: await token() });
  expect(done).toMatchObject({ exit, out: "" });
  expect(done.err).toContain(said);
});

test("without --reveal no value, no subject and no token is in any output, whatever the value and the end", async () => {
  const values = fc.stringMatching(/^[a-zA-Z0-9]{12,40}$/);
  const flaws = fc.constantFrom(undefined, "broken-envelope", "stale-envelope", "malformed-envelope", "foreign-pool");
  await fc.assert(
    fc.asyncProperty(values, flaws, fc.boolean(), async (value, flaw, toFile) => {
      const sealed = await token(value, flaw);
      const done = await decrypt(sealed, ...(toFile ? ["--audit", "audit.jsonl"] : []));
      const said = [done.out, done.err, ...done.written.values()].join("\n");
      for (const secret of [value, SUB, sealed.slice(0, 60), key]) expect(said).not.toContain(secret);
    }),
    { numRuns: 25 },
  );
});

test("the page on emergencies shows what its commands show: masked, then revealed, a line of audit for each", async () => {
  const page = readFileSync("docs/how-to/open-a-token-in-an-emergency.md", "utf8");
  const [typed = [], revealed = []] = [...page.matchAll(/^npx claimseal (decrypt .*)$/gm)].map(([, line = ""]) =>
    [...line.matchAll(/"([^"]+)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ""),
  );
  const files = { "token.txt": await token(), "jwks.json": jwks, "clinic-eu.claims.yaml": readFileSync(MAP, "utf8") };
  const here = ["--jwks", "jwks.json", "--endpoint", server.url];
  const masked = await ran([...typed, ...here], files, { CARE_KEY_ARN: key });
  const [, excerpt = ""] = /```text\n([^`]*)\n```/.exec(page) ?? [];
  expect([masked.exit, masked.out]).toEqual([0, excerpt]);
  const shown = await ran([...revealed, ...here], files, { CARE_KEY_ARN: key });
  expect(shown).toMatchObject({ exit: 0, out: expect.stringContaining(LICENCE) });
  const [, line = ""] = /```json\n([^`]*)\n```/.exec(page) ?? [];
  const kept = JSON.parse(String(shown.written.get("audit.jsonl"))) as Record<string, unknown>;
  const told = JSON.parse(line) as Record<string, unknown>;
  expect(Object.keys(told)).toEqual(Object.keys(kept));
  const varies = ["ts", "caller", "userPoolId", "tokenId", "subject"];
  const fixed = (of: Record<string, unknown>): object =>
    Object.fromEntries(Object.entries(of).filter(([name]) => !varies.includes(name)));
  expect(fixed(told)).toEqual(fixed(kept));
});

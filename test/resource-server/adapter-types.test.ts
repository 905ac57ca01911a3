import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);

/** What a service writes: every adapter, with the types `claimseal types` makes. */
const SERVICE = `
import { createOpener } from "claimseal/open";
import { httpAuthorizer, restAuthorizer, withAuth } from "claimseal/api-gateway";
import { sealedClaims as inExpress } from "claimseal/express";
import { sealedClaims as inFastify } from "claimseal/fastify";
import { sealedClaims as inHono } from "claimseal/hono";
import { sealedClaims as inMiddy } from "claimseal/middy";
import { Hono } from "hono";
import type { Express } from "express";
import type { FastifyInstance } from "fastify";

type AccessClaims = { readonly clinic_id: string; readonly sub: string };
type SealedClaims =
  | { readonly legal_name: string | null; readonly duty_phone?: never }
  | { readonly duty_phone: string | null; readonly legal_name?: never };

export const opener = createOpener<AccessClaims, SealedClaims>({
  resourceServer: "care-api", userPoolId: "eu-central-1_AbC", clientId: null, scope: null, map: "clinic-eu",
  seal: { mode: "asymmetric", keys: ["arn:aws:kms:eu-central-1:111122223333:key/1"], bindClient: true },
});
export function routes(app: Express, fastify: FastifyInstance): void {
  app.get("/", inExpress(opener), (_req, res) => {
    const name: string | null | undefined = res.locals.auth.sealed.legal_name?.reveal({ reason: "signature" });
    // @ts-expect-error a secret is no text
    const leaked: string = res.locals.auth.sealed.legal_name;
    res.json([name, leaked, res.locals.auth.claims.clinic_id]);
  });
  fastify.register(inFastify, { opener });
  fastify.get("/", { config: { scope: "care-api/chart.read" } }, async ({ auth }) => auth.claims["clinic_id"]);
}
export const hono = new Hono().get("/", inHono(opener), (c) => c.text(c.var.auth.claims.clinic_id));
export const handler = withAuth(opener, async (_event, auth) => auth.claims.clinic_id.toUpperCase());
// @ts-expect-error no such claim
export const mistaken = withAuth(opener, async (_event, auth) => auth.claims.hospital);
export const authorizers = [restAuthorizer(opener, { context: ["clinic_id"] }), httpAuthorizer(opener)];
export const middleware = inMiddy(opener);
`;

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "claimseal-adapters-"));
  await mkdir(join(project, "node_modules/@middy"), { recursive: true });
  await symlink(resolve("."), join(project, "node_modules/claimseal"));
  for (const name of ["express", "fastify", "hono", "@middy/core", "@types"]) {
    await symlink(resolve("node_modules", name), join(project, "node_modules", name));
  }
});
afterAll(() => rm(project, { recursive: true }));

test.for([
  ["nodenext", "nodenext", "service.mts"],
  ["esnext", "bundler", "service.ts"],
  ["nodenext", "nodenext", "service.cts"],
] as const)("the adapters' types hold under module %s, resolution %s, in %s", async ([module, resolution, file]) => {
  await writeFile(join(project, file), SERVICE);
  const flags = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--ignoreConfig",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom",
  ];
  const tsc = [resolve("node_modules/typescript/lib/tsc.js"), ...flags, "--types", "node", "--module", module];
  const said = await run(process.execPath, [...tsc, "--moduleResolution", resolution, file], { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  expect(said.stdout).toBe("");
});

test("what is required and what is imported are the same doors", async () => {
  const names = ["express", "fastify", "hono", "api-gateway", "middy"];
  const script = `
    const names = ${JSON.stringify(names)};
    Promise.all(names.map((name) => import("claimseal/" + name))).then((imported) => {
      const doors = (module) => Object.keys(module).filter((door) => !/^(default|module.exports|__esModule)$/.test(door)).sort().join();
      console.log(names.map((name, at) => doors(imported[at]) === doors(require("claimseal/" + name)) && doors(imported[at])).join(" "));
    });`;
  await writeFile(join(project, "doors.cjs"), script);
  const { stdout } = await run(process.execPath, ["doors.cjs"], { cwd: project });
  expect(stdout.trim()).toBe(
    "sealedClaims sealedClaims sealedClaims httpAuthorizer,restAuthorizer,withAuth sealedClaims",
  );
});

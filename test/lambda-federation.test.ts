import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { planDigest } from "../claims/digest.ts";
import { bundleFederation } from "../tools/bundle.mjs";
import { federatedPlan } from "./claims/a-federated-map.ts";

const run = promisify(execFile);

/** Imports the bundle as Lambda does, and calls it with an event from standard input's place: the command line. */
const CALL = `
const { handler } = await import(process.argv[1]);
const { readFileSync } = await import("node:fs");
const answer = await handler(JSON.parse(readFileSync(process.argv[2], "utf8")), {}).catch(({ code }) => ({ response: code }));
console.error(JSON.stringify(answer.response));`;

test("the bundle answers by the plan beside it, if it is the one that was deployed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "claimseal-federation-"));
  try {
    const plan = federatedPlan();
    await bundleFederation(join(folder, "federation.mjs"));
    await writeFile(join(folder, "plan.json"), JSON.stringify(plan));
    const args = ["--input-type=module", "-e", CALL, join(folder, "federation.mjs")];
    const called = async (sha256: string): Promise<{ readonly stdout: string; readonly stderr: string }> =>
      run(process.execPath, [...args, "test/events/other.inbound-federation.saml.json"], {
        env: { CLAIMSEAL_PLAN_SHA256: sha256 },
      });
    const deployed = await called(planDigest(plan));
    expect(JSON.parse(deployed.stderr)).toEqual({
      userAttributesToMap: { email: "omar.diaz@example.com", "custom:roles": "[app-nurses, app-porters]" },
    });
    expect(JSON.parse(deployed.stdout)).toMatchObject({ outcome: "kept", kept: ["email", "custom:roles"] });
    const other = await called("0".repeat(64));
    expect([other.stderr.trim(), JSON.parse(other.stdout)]).toEqual([
      '"PLAN_MISMATCH"',
      expect.objectContaining({ outcome: "refused", code: "PLAN_MISMATCH" }),
    ]);
    expect(await readFile(join(folder, "federation.mjs"), "utf8")).not.toContain("amazonaws");
  } finally {
    await rm(folder, { recursive: true });
  }
});

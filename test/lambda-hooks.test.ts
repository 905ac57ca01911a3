import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { writeFunctionDirectory } from "../local/function-directory.ts";
import { startLambda } from "../local/lambda/lambda.ts";
import { aClaim, aPlan, aProfile } from "./claims/a-plan.ts";

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

const event = readFileSync("test/events/v3.hosted-auth.json", "utf8");
const { clientId } = (JSON.parse(event) as { readonly callerContext: { readonly clientId: string } }).callerContext;

/** All it reads comes from a function of the owner's: no table, no key, no AWS. */
const plan = aPlan({
  events: "V3",
  sources: {
    staff: {
      kind: "custom",
      hook: "roster",
      trust: "operator",
      onMissing: "deny",
      onError: "deny",
      attributes: { role: { type: "string", class: "open" } },
    },
  },
  profiles: [
    aProfile({
      clients: [clientId],
      claims: [aClaim("role", { op: "ref", ref: ["staff", "role"] }, { effect: "grants" })],
      reads: [{ staff: ["role"] }],
    }),
  ],
});

/** The deployed bundle with this module beside it. */
async function bundleWith(hooks: string | null) {
  const directory = await writeFunctionDirectory(plan, hooks === null ? null : Buffer.from(hooks));
  running.push({ stop: directory.remove });
  const lambda = await startLambda({
    functionName: "pre-token-generation",
    directory: directory.path,
    handler: "index.handler",
    timeoutMs: 5_000,
    region: "eu-central-1",
    environment: { CLAIMSEAL_PLAN_SHA256: directory.manifest.planSha256 },
  });
  running.push(lambda);
  const invoke = async (): Promise<unknown> => {
    const response = await fetch(lambda.invokeUrl, { method: "POST", body: event });
    return response.json();
  };
  return { lambda, invoke };
}

/** What it answers. */
async function answerOf(hooks: string | null): Promise<unknown> {
  return (await bundleWith(hooks)).invoke();
}

test("a source in code is asked by the deployed bundle, and its answer becomes a claim", async () => {
  const module = "export const roster = async ({ grant }) => ({ role: `a ${grant}`, other: 'unread' });";
  expect(await answerOf(module)).toMatchObject({
    response: {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { claimsToAddOrOverride: { role: "a user", cmv: "demo@1" } },
      },
    },
  });
});

test("what a source in code throws stays where it is", async () => {
  const answer = await answerOf("export const roster = async () => { throw new Error('nora@example.com'); };");
  expect(answer).toMatchObject({
    errorType: "Refusal",
    errorMessage: "Sign-in is not possible right now. Please try again later (SOURCE_UNAVAILABLE)",
  });
  expect(JSON.stringify(answer)).not.toContain("nora");
});

test.for([
  ["leaves a promise behind that fails", "Promise.reject(new Error('nora@example.com')); return { role: 'a user' };"],
  [
    "throws from a timer",
    "setTimeout(() => { throw new Error('nora@example.com'); }, 1); await new Promise((done) => setTimeout(done, 10)); return { role: 'a user' };",
  ],
] as const)("a source in code that %s ends no process, and nothing of it is printed", async ([, body]) => {
  const { lambda, invoke } = await bundleWith(`export const roster = async () => { ${body} };`);
  for (let event = 0; event < 2; event += 1)
    expect(await invoke()).toHaveProperty("response.claimsAndScopeOverrideDetails");
  expect(lambda.coldStarts()).toHaveLength(1);
  expect(lambda.logs()).not.toMatch(/nora|Unhandled|Uncaught/);
  // Node tells of a promise once it has nothing else to do, which may be with the next event.
  expect(lambda.logs()).toContain('"Strays":1');
});

test.for([
  ["without its module", null, /^Cannot find module .*hooks\.mjs/],
  ["whose module has no such function", "export const rosters = async () => null;", /^not among the hooks: roster$/],
  ["whose module has something else by that name", "export const roster = {};", /^not among the hooks: roster$/],
] as const)("a function %s does not start", async ([, hooks, message]) => {
  expect(await answerOf(hooks)).toMatchObject({ errorMessage: expect.stringMatching(message) });
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type FunctionDirectory, writeFunctionDirectory } from "../local/function-directory.ts";
import { type Lambda, startLambda } from "../local/lambda/lambda.ts";
import { aClaim, aPlan, aProfile } from "./claims/a-plan.ts";

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0).reverse()) await stop();
});

const event = await readFile("test/events/v3.hosted-auth.json", "utf8");
const { clientId } = (JSON.parse(event) as { readonly callerContext: { readonly clientId: string } }).callerContext;

/** All it reads comes from another function. */
const plan = (functionArn: string) =>
  aPlan({
    events: "V3",
    sources: {
      legacy: {
        kind: "chain",
        function: functionArn,
        trust: "operator",
        onMissing: "deny",
        onError: "deny",
        attributes: { role: { type: "string", class: "open" } },
      },
    },
    profiles: [
      aProfile({
        clients: [clientId],
        claims: [aClaim("role", { op: "ref", ref: ["legacy", "role"] }, { effect: "grants" })],
        reads: [{ legacy: ["role"] }],
      }),
    ],
  });

/** A trigger somebody wrote, in a Lambda of its own. */
async function legacyFunction(code: string): Promise<Lambda> {
  const directory = await mkdtemp(join(tmpdir(), "claimseal-"));
  running.push({ stop: () => rm(directory, { recursive: true }) });
  await writeFile(join(directory, "index.mjs"), code);
  const lambda = await startLambda({
    functionName: "old-pre-token",
    directory,
    handler: "index.handler",
    timeoutMs: 5_000,
    environment: {},
  });
  running.push(lambda);
  return lambda;
}

async function deployed(functionArn: string): Promise<FunctionDirectory> {
  const directory = await writeFunctionDirectory(plan(functionArn));
  running.push({ stop: directory.remove });
  return directory;
}

/** What the deployed bundle answers where `code` is chained. */
async function answerWith(code: string): Promise<unknown> {
  const legacy = await legacyFunction(code);
  const { path, manifest } = await deployed(legacy.functionArn);
  const lambda = await startLambda({
    functionName: "pre-token-generation",
    directory: path,
    handler: "index.handler",
    timeoutMs: 5_000,
    environment: { CLAIMSEAL_PLAN_SHA256: manifest.planSha256, AWS_ENDPOINT_URL_LAMBDA: legacy.url },
  });
  running.push(lambda);
  const response = await fetch(lambda.invokeUrl, { method: "POST", body: event });
  return response.json();
}

test("a chained function is asked by the deployed bundle with the event, and what it adds becomes a claim", async () => {
  const answer = await answerWith(`export const handler = async (event) => {
    event.response.claimsAndScopeOverrideDetails = { accessTokenGeneration: {
      claimsToAddOrOverride: { role: "a " + event.triggerSource, other: "unread" }, scopesToAdd: ["admin"] } };
    return event;
  };`);
  const { triggerSource } = JSON.parse(event) as { readonly triggerSource: string };
  expect(answer).toMatchObject({
    response: {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { claimsToAddOrOverride: { role: `a ${triggerSource}`, cmv: "demo@1" } },
      },
    },
  });
  expect(JSON.stringify(answer)).not.toMatch(/unread|"admin"/);
});

test("a chained function that refuses the sign-in has failed, and what it said stays where it is", async () => {
  const answer = await answerWith("export const handler = async () => { throw new Error('nora@example.com'); };");
  expect(answer).toMatchObject({
    errorType: "Refusal",
    errorMessage: "Sign-in is not possible right now. Please try again later (SOURCE_UNAVAILABLE)",
  });
  expect(JSON.stringify(answer)).not.toContain("nora");
});

test("a function that would chain itself does not start", async () => {
  const arn = "arn:aws:lambda:eu-central-1:111122223333:function:pre-token-generation";
  const { path, manifest } = await deployed(arn);
  const lambda = await startLambda({
    functionName: "pre-token-generation",
    directory: path,
    handler: "index.handler",
    timeoutMs: 5_000,
    environment: { CLAIMSEAL_PLAN_SHA256: manifest.planSha256 },
  });
  running.push(lambda);
  const response = await fetch(lambda.invokeUrl, { method: "POST", body: event });
  expect(await response.json()).toMatchObject({ errorMessage: "the function would chain itself: legacy" });
});

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Plan } from "../claims/plan.ts";
import { type FunctionDirectory, writeFunctionDirectory } from "../local/function-directory.ts";
import { type Lambda, startLambda } from "../local/lambda/lambda.ts";
import { aPlan } from "./claims/a-plan.ts";

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

/** What the deployed bundle says to an event that is none: a refusal, where it could start at all. */
async function answerOf(plan: Plan, change?: (directory: FunctionDirectory) => Promise<void>): Promise<unknown> {
  const directory = await writeFunctionDirectory(plan);
  running.push({ stop: directory.remove });
  await change?.(directory);
  const lambda: Lambda = await startLambda({
    functionName: "pre-token-generation",
    directory: directory.path,
    handler: "index.handler",
    timeoutMs: 5_000,
    region: "eu-central-1",
    environment: { CLAIMSEAL_PLAN_SHA256: directory.manifest.planSha256 },
  });
  running.push(lambda);
  const response = await fetch(lambda.invokeUrl, { method: "POST", body: "{}" });
  return response.json();
}

const withoutEngine = ({ path }: FunctionDirectory): Promise<void> => rm(join(path, "re2.mjs"));
const started = { errorType: "Refusal", errorMessage: expect.stringMatching(/\(EVENT_MALFORMED\)$/) };

test("a function with patterns starts with the engine beside it", async () => {
  expect(await answerOf(aPlan({ patterns: ["^a+$"] }))).toMatchObject(started);
});

test("a function with patterns does not start when the engine is not there", async () => {
  const answer = await answerOf(aPlan({ patterns: ["^a+$"] }), withoutEngine);
  expect(answer).toMatchObject({ errorMessage: expect.stringMatching(/^Cannot find module .*re2\.mjs/) });
});

test("a function does not start with a pattern that its engine does not know", async () => {
  expect(await answerOf(aPlan({ patterns: ["(?=a)"] }))).toMatchObject({
    errorMessage: expect.stringContaining("unsupported Perl syntax"),
  });
});

test("a function without patterns is deployed without the engine", async () => {
  await expect(answerOf(aPlan(), withoutEngine)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await answerOf(aPlan())).toMatchObject(started);
});

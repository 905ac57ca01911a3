import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simulateTokens } from "../../cognito/simulator.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { Lambda } from "../../local/lambda/lambda.ts";
import { engineFile } from "../../tools/engine-list.mjs";
import { type BundleWorld, startBundleWorld } from "./bundle-world.ts";
import { notHere } from "./not-here.ts";

/** The Node versions of Lambda's runtimes, where they are installed. */
const versions = ([22, 24] as const).map((major) => ({ major, node: engineFile(`node${major}`) }));
const present = versions.flatMap(({ major, node }) => (node === null ? [] : [{ major, node }]));

const person = eventOf("v3.authentication.json");
const machine = eventOf("v3.client-credentials.json");

let world: BundleWorld;
let own: Lambda;

beforeAll(async () => {
  world = await startBundleWorld();
  own = await world.start(process.execPath);
});
afterAll(() => world.stop());

describe.for(present)("the Lambda bundle under Node $major", ({ major, node }) => {
  let lambda: Lambda;
  beforeAll(async () => {
    lambda = await world.start(node);
  });

  test("is run by that version", () => {
    expect(spawnSync(node, ["--version"], { encoding: "utf8" }).stdout).toMatch(new RegExp(`^v${major}\\.`));
  });

  test.for([
    ["a person", person, "roles"],
    ["a machine", machine, "environment"],
  ] as const)("gives %s the tokens it gives under this Node", async ([, event, claim]) => {
    const tokens = await tokensOf(lambda, event);
    expect(tokens.accessToken).toMatchObject({
      [claim]: expect.anything(),
      sealed_claims_api: "sealed",
      cmv: "events-v3@1",
    });
    expect(tokens).toEqual(await tokensOf(own, event));
  });

  const stranger = structuredClone(person) as { request: { userAttributes: Record<string, string> } };
  stranger.request.userAttributes["sub"] = "00000000-0000-4000-8000-00000000ffff";
  test.for([
    ["a person without a row", stranger, "SOURCE_MISSING"],
    ["an event of another shape", { ...person, callerContext: 5 }, "EVENT_MALFORMED"],
    ["an event of another version", eventOf("v1.authentication.json"), "EVENT_VERSION"],
  ] as const)("refuses %s in the words it uses under this Node", async ([, event, code]) => {
    const refusal = refusalIn(await invoke(lambda, event));
    expect(refusal).toMatchObject({ errorType: "Refusal", errorMessage: expect.stringMatching(`\\(${code}\\)$`) });
    expect(refusal).toEqual(refusalIn(await invoke(own, event)));
  });

  test("prints its records and refusals, and Node prints no warning beside them", async () => {
    await invoke(lambda, stranger);
    const lines = lambda.logs().trimEnd().split("\n");
    const line = /^(\S+Z\t[0-9a-f-]{36}\tERROR\tInvoke Error \t\{"errorType":"Refusal",|\{"_aws":)/;
    expect(lines).toEqual(lines.map(() => expect.stringMatching(line)));
  });
});

for (const { major, node } of versions) {
  if (node === null) notHere(`the Lambda bundle under Node ${major}`, "not installed (node tools/engines.mjs)");
}

function eventOf(name: string): TriggerEvent {
  return JSON.parse(readFileSync(`test/events/${name}`, "utf8")) as TriggerEvent;
}

async function invoke(lambda: Lambda, event: unknown): Promise<unknown> {
  return (await fetch(lambda.invokeUrl, { method: "POST", body: JSON.stringify(event) })).json();
}

/** The tokens Cognito would make of the answer; envelopes, which differ every time, only by where they are. */
async function tokensOf(lambda: Lambda, event: TriggerEvent): Promise<ReturnType<typeof simulateTokens>> {
  const response: unknown = JSON.parse(JSON.stringify(await invoke(lambda, event)), (_name, value: unknown) =>
    typeof value === "string" && value.startsWith("1~") ? "sealed" : value,
  );
  return simulateTokens({ poolVersion: "V3", event, response });
}

function refusalIn(payload: unknown): object {
  const { errorType, errorMessage } = payload as Record<string, unknown>;
  return { errorType, errorMessage };
}

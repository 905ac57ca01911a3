import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkClaimMap } from "../claims/check.ts";
import type { Plan } from "../claims/plan.ts";
import { simulateTokens } from "../cognito/simulator.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import { createTables, startDynamoDb, type TableRows } from "../local/dynamodb.ts";
import { type FunctionDirectory, writeFunctionDirectory } from "../local/function-directory.ts";
import { createKms, type Kms } from "../local/kms/kms.ts";
import { serveKms } from "../local/kms/server.ts";
import { type Lambda, startLambda } from "../local/lambda/lambda.ts";
import type { Loopback } from "../local/loopback.ts";

const SUBS = ["5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f", "9a8b7c6d-2222-4333-9444-aabbccddeeff"];
const TABLES: TableRows = {
  staff: SUBS.map((sub) => ({
    pk: `STAFF#${sub}`,
    department: "claims",
    roles: ["adjuster", "reader"],
    clearance: 3,
    limits: { payout: 5000 },
    since: "2024-02-29T12:00:00Z",
    legalName: "Nora Lind",
  })),
  machines: [{ pk: "CLIENT#7examplem2mclient000000001", environment: "dev", contact: "on-call@example.com" }],
};

const eventNames = readdirSync("test/events").filter((name) => /^v[123]\./.test(name));
const eventOf = (name: string): TriggerEvent => JSON.parse(readFileSync(`test/events/${name}`, "utf8")) as TriggerEvent;

function planOf(version: "V1" | "V2" | "V3"): Plan {
  const { findings, plan } = checkClaimMap(
    readFileSync(`test/maps/events-${version.toLowerCase()}.claims.yaml`, "utf8"),
  );
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  return plan;
}

/** What the tokens must hold. */
function issuedFor(version: "V1" | "V2" | "V3", name: string): object {
  const envelope = { sealed_claims_api: expect.stringMatching(/^1~/), cmv: `events-${version.toLowerCase()}@1` };
  if (version === "V1") {
    return { idToken: { department: "claims", clearance: "3" }, accessToken: { token_use: "access" } };
  }
  if (name.includes("client-credentials")) {
    return { idToken: null, accessToken: { ...envelope, environment: "dev", scope: "claims-api/read" } };
  }
  return {
    accessToken: {
      ...envelope,
      roles: ["adjuster", "reader"],
      clearance: 3,
      limits: { payout: 5000 },
      since: 1709208000,
      scope: "claims-api/read claims-api/export",
    },
  };
}

let dynamodb: Loopback;
let kmsServer: Loopback;
let kms: Kms;
let keyArn: string;
const running: { readonly lambda: Lambda; readonly directory: FunctionDirectory }[] = [];

async function startBundle(plan: Plan, environment: Record<string, string> = {}): Promise<Lambda> {
  const directory = await writeFunctionDirectory(plan);
  const lambda = await startLambda({
    functionName: "pre-token-generation",
    directory: directory.path,
    handler: "index.handler",
    timeoutMs: 5000,
    region: "eu-west-1",
    environment: {
      STAFF_TABLE: "staff",
      MACHINE_TABLE: "machines",
      CLAIMS_KEY_ARN: keyArn,
      CLAIMSEAL_PLAN_SHA256: directory.manifest.planSha256,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_KMS: kmsServer.url,
      ...environment,
    },
  });
  running.push({ lambda, directory });
  return lambda;
}

type Answer = { readonly functionError: string | null; readonly payload: unknown };

async function invoke(lambda: Lambda, event: unknown): Promise<Answer> {
  const response = await fetch(lambda.invokeUrl, { method: "POST", body: JSON.stringify(event) });
  return { functionError: response.headers.get("x-amz-function-error"), payload: await response.json() };
}

/** The decision records among what a function printed. */
function recordsOf(lambda: Lambda): readonly { readonly [name: string]: unknown }[] {
  const lines = lambda.logs().split("\n");
  return lines.flatMap((line) => (line.startsWith('{"_aws"') ? [JSON.parse(line) as { [name: string]: unknown }] : []));
}

function refusal(code: string): Answer {
  return {
    functionError: "Unhandled",
    payload: expect.objectContaining({ errorType: "Refusal", errorMessage: expect.stringMatching(`\\(${code}\\)$`) }),
  };
}

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  await createTables(dynamodb.url, TABLES, { staff: ["pk"], machines: ["pk"] });
  kms = createKms();
  keyArn = kms.createKey({ region: "eu-west-1" });
  kmsServer = await serveKms(kms);
});

afterAll(async () => {
  for (const { lambda, directory } of running) {
    await lambda.stop();
    await directory.remove();
  }
  await kmsServer.stop();
  await dynamodb.stop();
});

for (const version of ["V1", "V2", "V3"] as const) {
  describe(`the bundle under a ${version} map`, () => {
    let lambda: Lambda;
    beforeAll(async () => {
      lambda = await startBundle(planOf(version));
    });

    const own = eventNames.filter((name) => name.startsWith(version.toLowerCase()));
    test.for(own)("answers %s, and Cognito would apply every part of the answer", async (name) => {
      const event = eventOf(name);
      const { functionError, payload } = await invoke(lambda, event);
      expect(functionError).toBeNull();
      const simulated = simulateTokens({ poolVersion: version, event, response: payload });
      expect(simulated.refused).toBeNull();
      expect(simulated.dropped).toEqual([]);
      expect(simulated).toMatchObject(issuedFor(version, name));
      expect(JSON.stringify(simulated.accessToken)).not.toMatch(/Nora|on-call@/);
      expect(Object.keys(simulated.idToken ?? {})).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^phone|^cognito:groups/)]),
      );
    });

    const foreign = eventNames.filter((name) => name.startsWith("v1") !== (version === "V1"));
    test.for(foreign)("refuses %s, whose shape it was not written for", async (name) => {
      expect(await invoke(lambda, eventOf(name))).toEqual(refusal("EVENT_VERSION"));
    });
  });
}

test("one data key serves many sign-ins, and KMS is told nothing personal", () => {
  const asked = kms.requests().filter(({ operation }) => operation === "GenerateDataKey");
  expect(asked.length).toBeGreaterThan(0);
  // Two functions have sealed (V2 and V3); each asks once.
  expect(asked.length).toBeLessThanOrEqual(2);
  expect(asked.map(({ context }) => context)).toEqual(
    asked.map(() => ({
      "claimseal:aud": "claims-api",
      "claimseal:pool": "eu-west-1_ExAmPlE01",
      "claimseal:v": "1",
    })),
  );
});

describe("a function that is not set up", () => {
  const event = eventOf("v3.authentication.json");

  test.for([
    ["a plan that is not the deployed one", { CLAIMSEAL_PLAN_SHA256: "0".repeat(64) }, "PLAN_MISMATCH"],
    ["no digest of its plan", { CLAIMSEAL_PLAN_SHA256: "" }, "PLAN_MISMATCH"],
    ["another pool's events", { CLAIMSEAL_POOLS: "eu-west-1_Another01, eu-west-1_Another02" }, "POOL_FOREIGN"],
    ["a table that does not exist", { STAFF_TABLE: "nowhere" }, "SOURCE_UNAVAILABLE"],
  ] as const)("refuses with %s", async ([, environment, code]) => {
    expect(await invoke(await startBundle(planOf("V3"), environment), event)).toEqual(refusal(code));
  });

  test("does not start without a variable of its map, and says which", async () => {
    const lambda = await startBundle(planOf("V3"), { STAFF_TABLE: "", CLAIMS_KEY_ARN: "" });
    const { functionError, payload } = await invoke(lambda, event);
    expect(functionError).toBe("Unhandled");
    expect(payload).toMatchObject({ errorMessage: "not set in the environment: STAFF_TABLE, CLAIMS_KEY_ARN" });
  });

  test("does not start in a mode it does not know", async () => {
    const { payload } = await invoke(await startBundle(planOf("V3"), { CLAIMSEAL_MODE: "shaddow" }), event);
    expect(payload).toMatchObject({ errorMessage: "CLAIMSEAL_MODE is none of enforce, shadow, minimal" });
  });

  test("does not start where something would log events", async () => {
    const { payload } = await invoke(await startBundle(planOf("V3"), { POWERTOOLS_LOGGER_LOG_EVENT: "true" }), event);
    expect(payload).toMatchObject({
      errorMessage: "these would print people's data; remove them: POWERTOOLS_LOGGER_LOG_EVENT",
    });
  });

  test("in mode shadow gives the event back as it came, and writes what it would have done", async () => {
    const lambda = await startBundle(planOf("V3"), { CLAIMSEAL_MODE: "shadow" });
    expect(await invoke(lambda, event)).toEqual({ functionError: null, payload: event });
    expect(recordsOf(lambda)).toMatchObject([
      { outcome: "shadow", mode: "shadow", NotEnforcing: 1, emitted: expect.arrayContaining(["roles"]), cold: true },
    ]);
  });

  test("in mode minimal suppresses, adds nothing, and asks nobody", async () => {
    const before = kms.requests().length;
    const unreachable = { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1", CLAIMSEAL_MODE: "minimal" };
    const lambda = await startBundle(planOf("V3"), unreachable);
    // Its limits restrict, and nobody can tell them.
    expect(await invoke(lambda, event)).toEqual(refusal("CLAIM_RESTRICTS_UNKNOWN"));
    const machine = eventOf("v3.client-credentials.json");
    const { payload } = await invoke(lambda, machine);
    const { accessToken } = simulateTokens({ poolVersion: "V3", event: machine, response: payload });
    expect(accessToken).toMatchObject({ cmv: "events-v3@1", scope: "claims-api/read" });
    expect(Object.keys(accessToken ?? {})).not.toEqual(expect.arrayContaining(["environment"]));
    expect(Object.keys(accessToken ?? {})).not.toEqual(expect.arrayContaining(["sealed_claims_api"]));
    expect(kms.requests()).toHaveLength(before);
    expect(recordsOf(lambda)).toMatchObject([
      { outcome: "refused", mode: "minimal", NotEnforcing: 1, code: "CLAIM_RESTRICTS_UNKNOWN" },
      { outcome: "issued", mode: "minimal", emitted: [], calls: { dynamodb: 0, kms: 0 } },
    ]);
  });

  test("writes one record for every event, refused ones too, with Lambda's own id of the invocation", async () => {
    const lambda = await startBundle(planOf("V3"));
    await invoke(lambda, event);
    await invoke(lambda, eventOf("v1.authentication.json"));
    await invoke(lambda, null);
    const records = recordsOf(lambda);
    expect(records).toMatchObject([
      { outcome: "issued", cold: true, KmsCalls: 1, sealed: [{ resourceServer: "claims-api", ageS: 0 }] },
      { outcome: "refused", code: "EVENT_VERSION", cold: false },
      { outcome: "refused", code: "EVENT_MALFORMED", cold: false },
    ]);
    expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(3);
    expect(JSON.stringify(records)).not.toContain("(other)");
    expect(lambda.logs()).not.toMatch(/Nora|adjuster|@example/);
  });

  test("issues a token without the envelope when its key is not there and the claims only inform", async () => {
    const lambda = await startBundle(planOf("V3"), {
      CLAIMS_KEY_ARN: "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000",
    });
    const { functionError, payload } = await invoke(lambda, event);
    expect(functionError).toBeNull();
    const text = JSON.stringify(payload);
    expect(text).toContain('"cmv":"events-v3@1"');
    expect(text).not.toContain("sealed_");
    expect(text).not.toContain("Nora Lind");
  });

  test("refuses a malformed event and a person without a row", async () => {
    const lambda = await startBundle(planOf("V3"));
    expect(await invoke(lambda, { ...event, callerContext: 5 })).toEqual(refusal("EVENT_MALFORMED"));
    const stranger = structuredClone(event) as { request: { userAttributes: Record<string, string> } };
    stranger.request.userAttributes["sub"] = "00000000-0000-4000-8000-00000000ffff";
    expect(await invoke(lambda, stranger)).toEqual(refusal("SOURCE_MISSING"));
  });
});

import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { vi } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { quietStrays } from "../../triggers/strays.ts";
import { createTrigger, type Hook, type Trigger } from "../../triggers/trigger.ts";
import { FUNCTION } from "./a-watched-deployment.ts";
import type { Sample } from "./cloudwatch.ts";

/** What the alarms are made from, and the trigger here runs. */
export function watchedPlan(): Plan {
  const { plan, findings } = checkClaimMap(readFileSync("test/deploy/watched.claims.yaml", "utf8"));
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  return plan;
}

/** A function with the trigger in it, as Lambda runs it, and all that it can be brought to. */
export type WatchedFunction = {
  readonly kms: Kms;
  readonly keyArn: string;
  /** What the sources answer, until told otherwise. */
  readonly answers: { staff: Hook; duty: Hook };
  /** The function's own variables. A start that fails is tried again with the next event. */
  readonly environment: Record<string, string>;
  readonly process: EventEmitter;
  /** Whether the log takes lines. */
  log: "takes" | "fails";
  /** Milliseconds that the next events take. */
  tookMs: number;
};

export type Seen = {
  /** Lines of the log, and when they were written. */
  readonly lines: readonly { readonly text: string; readonly at: number }[];
  /** What Lambda counts by itself. */
  readonly lambda: readonly Sample[];
};

export const START: number = Date.UTC(2026, 10, 30, 8, 0, 0);

/** One sign-in: what is asked for with it, through which client. */
export type SignIn = { readonly client?: string; readonly site?: string; readonly event?: unknown };

/**
 * Runs the trigger over minutes of its time and none of ours: `each` is told which sign-in it is, may change what the
 * function meets, and says who signs in.
 */
export async function runTrigger(
  { minutes, perMinute }: { readonly minutes: number; readonly perMinute: number },
  each: (func: WatchedFunction, index: number) => SignIn,
): Promise<Seen> {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  let steady = 60_000;
  vi.spyOn(performance, "now").mockImplementation(() => steady);
  const kms = createKms();
  const server = await serveKms(kms);
  try {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
    vi.stubEnv("AWS_ENDPOINT_URL_KMS", server.url);
    const keyArn = kms.createKey({ region: "eu-central-1" });
    const lines: { text: string; at: number }[] = [];
    const lambda: Sample[] = [];
    const plan = watchedPlan();
    const func: WatchedFunction = {
      kms,
      keyArn,
      answers: { staff: async () => STAFF, duty: async () => ({ onCall: true }) },
      environment: { CARE_KEY_ARN: keyArn },
      process: new EventEmitter(),
      log: "takes",
      tookMs: 20,
    };
    const strays = quietStrays(func.process);
    let started: Trigger | null = null;
    const start = (): Trigger => {
      started ??= createTrigger({
        plan,
        sha256: planDigest(plan),
        environment: func.environment,
        hooks: {
          staff: async (subject, signal) => {
            steady += func.tookMs;
            return func.answers.staff(subject, signal);
          },
          duty: async (subject, signal) => func.answers.duty(subject, signal),
        },
        writeLine: async (text) => {
          if (func.log === "fails") throw new Error("the log is full");
          lines.push({ text, at: Date.now() });
        },
        strays,
      });
      return started;
    };
    for (let index = 0; index < minutes * perMinute; index += 1) {
      const at = START + Math.floor((index * 60_000) / perMinute);
      vi.setSystemTime(at);
      steady += Math.floor(60_000 / perMinute);
      const { client = "web", site, event = anEvent(client, site) } = each(func, index);
      const failed = await invoked(start, event);
      const counted = { namespace: "AWS/Lambda", dimensions: { FunctionName: FUNCTION }, at };
      lambda.push({ ...counted, name: "Invocations", value: 1 }, { ...counted, name: "Errors", value: Number(failed) });
    }
    return { lines, lambda };
  } finally {
    await server.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
}

/** Lambda counts an error for whatever the function throws, and for a start that fails. */
async function invoked(start: () => Trigger, event: unknown): Promise<boolean> {
  try {
    await start()(event);
    return false;
  } catch {
    return true;
  }
}

export const STAFF: Readonly<Record<string, unknown>> = {
  sites: ["s1", "s2"],
  suspended: false,
  note: "early shift",
  phone: "+15550100",
};

function anEvent(clientId: string, site: string | undefined): unknown {
  const sub = "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f";
  return {
    version: "2",
    triggerSource: "TokenGeneration_Authentication",
    region: "eu-central-1",
    userPoolId: "eu-central-1_Example01",
    userName: sub,
    callerContext: { awsSdkVersion: "aws-sdk", clientId },
    request: {
      userAttributes: { sub, email: "nora@example.com" },
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      scopes: ["openid", "care-api/read"],
      ...(site !== undefined && { clientMetadata: { site } }),
    },
    response: { claimsAndScopeOverrideDetails: null },
  };
}

import { type LambdaRefusal, refusalFor, type TriggerFailure } from "../../cognito/lambda-refusal.ts";
import { isFields, own } from "../../cognito/own-fields.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { UserPoolError } from "./error.ts";

/** What Lambda's Invoke answers: the function's result, or its error under the kind Lambda gives it. */
export type InvokeAnswer = { readonly functionError: string | null; readonly payload: unknown };

/** Invokes the trigger and waits for its answer. Rejects when it cannot be invoked; aborting `signal` ends the wait. */
export type InvokeTrigger = (event: TriggerEvent, signal: AbortSignal) => Promise<InvokeAnswer>;

/** How long Cognito waits for a trigger, and how often it asks one that did not answer. */
export type TriggerLimits = { readonly timeoutMs: number; readonly attempts: number };

/**
 * Five seconds are fixed. Assumed: trigger-retries.
 * Source: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers".
 */
export const cognitoTriggerLimits: TriggerLimits = { timeoutMs: 5000, attempts: 3 };

/** Invokes over HTTP: `url` ends in Lambda's Invoke path, `/2015-03-31/functions/<name>/invocations`. */
export function invokeByUrl(url: string): InvokeTrigger {
  return async (event, signal) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-amz-invocation-type": "RequestResponse" },
      body: JSON.stringify(event),
      signal,
    });
    const text = await response.text();
    // Lambda refuses with an error status; a function that fails answers 200 and says so in a header.
    if (!response.ok) throw new TypeError(`Invoke answered status ${response.status}`);
    return { functionError: response.headers.get("x-amz-function-error"), payload: parseJson(text) };
  };
}

/**
 * Asks the trigger as Cognito does and gives whatever it answered; whether Cognito can use that is for the simulator.
 *
 * @throws {UserPoolError} `UserLambdaValidationException` when the function failed, with the text it threw;
 * `UnexpectedLambdaException` when it could not be invoked or did not answer in time.
 */
export async function callTrigger(
  invoke: InvokeTrigger,
  event: TriggerEvent,
  { timeoutMs, attempts }: TriggerLimits,
): Promise<unknown> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const answer = await withinTime(invoke, event, timeoutMs);
    if (answer === "late") continue;
    if (answer.functionError === null) return answer.payload;
    throw failed({ kind: "threw", text: thrownText(answer.payload) });
  }
  throw failed({ kind: "late" });
}

/** What Cognito makes of a refused sign-in. */
export function refusedBy({ error, message }: LambdaRefusal): UserPoolError {
  return new UserPoolError(error, message);
}

async function withinTime(invoke: InvokeTrigger, event: TriggerEvent, ms: number): Promise<InvokeAnswer | "late"> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ms);
  // Not every function that is handed over listens to its signal: the race ends the wait in any case.
  const late = new Promise<"late">((resolve) => {
    patience.signal.addEventListener("abort", () => resolve("late"), { once: true });
  });
  try {
    return await Promise.race([late, invoke(event, patience.signal)]);
  } catch {
    if (patience.signal.aborted) return "late";
    // Assumed: invoke-refused.
    throw failed({ kind: "forbidden" });
  } finally {
    clearTimeout(timer);
  }
}

function failed(failure: TriggerFailure): UserPoolError {
  return refusedBy(refusalFor(failure));
}

/** Lambda's error payload holds the text as `errorMessage`; Java's `null` stands where there is none. */
function thrownText(payload: unknown): string {
  const text = isFields(payload) ? own(payload, "errorMessage") : undefined;
  return typeof text === "string" ? text : "null";
}

/** The value, or undefined where the text is none: the simulator refuses it like any other odd answer. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

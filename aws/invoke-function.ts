import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from "@aws-sdk/client-lambda";
import type { InvokeFunction } from "../claims/facts.ts";
import { awaitWithSignal } from "../crypto/await-with-signal.ts";
import { type AbortWatch, abortWatch } from "./abort-watch.ts";
import { afterTimeout, pause } from "./after.ts";

/** All that is needed of a Lambda client. */
export type LambdaSender = Pick<LambdaClient, "send">;

/** Sends of one question, the first included. */
const SENDS = 3;

/** Longest pause before the second send, in milliseconds; it doubles from send to send. */
const PAUSE_MS = 25;

/** An answer holds an event and some claims; a token has room for a hundredth of this. */
const LONGEST_ANSWER = 1024 * 1024;

/** Node's names for there being no connection, for one that was kept and broke, and for an address nobody knows. */
const UNCONNECTED: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTFOUND", "EAI_AGAIN"]);

/**
 * Asks Lambda functions, each in the region of its ARN, as long as the caller's signal lets it.
 *
 * A function is asked again only where it did not run: it was throttled, there was no connection, or one that was kept
 * broke before a response. That last one may come after the function ran, which a trigger has to stand anyway: Cognito
 * itself asks up to three times. Whatever goes wrong, its text is dropped: a function's error may hold anything.
 *
 * @throws {Error} with a fixed text, also for an answer that is no JSON or longer than 1 MiB.
 */
export function lambdaInvoke(
  clientFor: (region: string | undefined) => LambdaSender,
  random: () => number = Math.random,
): InvokeFunction {
  const onAbort = abortWatch();
  return async (functionArn, payload, signal) => {
    try {
      const [, , , region] = functionArn.split(":");
      const command = new InvokeCommand({
        FunctionName: functionArn,
        InvocationType: "RequestResponse",
        LogType: "None",
        Payload: Buffer.from(payload),
      });
      return answerIn(await sent(clientFor(region), command, signal, { random, onAbort }));
    } catch {
      throw new Error("the function gave no answer");
    }
  };
}

async function sent(
  client: LambdaSender,
  command: InvokeCommand,
  signal: AbortSignal,
  { random, onAbort }: { readonly random: () => number; readonly onAbort: AbortWatch },
): Promise<InvokeCommandOutput> {
  for (let sends = 1; ; sends += 1) {
    signal.throwIfAborted();
    try {
      // Raced, because not everything a client does (finding credentials, say) listens to the signal.
      return await awaitWithSignal(client.send(command, { abortSignal: signal }), signal);
    } catch (error) {
      if (signal.aborted || sends >= SENDS || !didNotRun(error)) throw error;
    }
    await pause(random() * PAUSE_MS * 2 ** (sends - 1), signal, afterTimeout, onAbort);
  }
}

function answerIn({ FunctionError, Payload }: InvokeCommandOutput): unknown {
  if (FunctionError !== undefined) throw new Error("the function failed");
  if (Payload === undefined || Payload.byteLength > LONGEST_ANSWER) throw new Error("no answer, or too long a one");
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Payload));
}

function didNotRun(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, code, $response } = error as { readonly [key: string]: unknown };
  if (name === "TooManyRequestsException") return true;
  // What broke after a response had begun was an answer.
  if ($response !== undefined) return false;
  // Without a code it is the client's own: the limit on connecting, the only one it has.
  return UNCONNECTED.has(code) || (name === "TimeoutError" && code === undefined);
}

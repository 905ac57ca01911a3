import type { ChainCall, InvokeFunction, LoadAttributes, RowRequest, RowResult } from "../claims/facts.ts";
import { awaitWithSignal } from "../crypto/await-with-signal.ts";

export type { InvokeFunction } from "../claims/facts.ts";

/**
 * Answers `chain` requests by the functions they name and all others by `load`, all at once. A function is sent the event
 * as Cognito sent it, once however many sources it is, and the claims it would add are the sources' attributes.
 *
 * Claims are taken from where either version of the event has them: of the access token, else of the ID token, else those
 * of a V1 answer. Scopes, groups, roles and what the function would suppress are ignored. An answer that says nothing of
 * claims is `missing`, as a hook's is; one that is no event, and whatever `invoke` rejects with, is `failed`: a function
 * that refuses the sign-in by throwing too, so that `onError` decides.
 *
 * @param invoke Null leaves every request to `load`.
 */
export function withChain(load: LoadAttributes, invoke: InvokeFunction | null, event: unknown): LoadAttributes {
  if (invoke === null) return load;
  return async (requests, signal) => {
    const calls = requests.filter((request) => request.kind === "chain");
    if (calls.length === 0) return load(requests, signal);
    const others = requests.filter(({ kind }) => kind !== "chain");
    const payload = JSON.stringify(event);
    const functions = [...new Set(calls.map((call) => call.function))];
    const [answers, loaded] = await Promise.all([
      Promise.all(functions.map((arn) => claimsFrom(invoke, arn, payload, signal))),
      others.length > 0 ? load(others, signal) : Promise.resolve([]),
    ]);
    const results = new Map<RowRequest, RowResult | undefined>([
      ...calls.map((call) => [call, rowOf(call, answers[functions.indexOf(call.function)] ?? null)] as const),
      ...others.map((request, index) => [request, loaded[index]] as const),
    ]);
    return requests.map((request) => results.get(request) ?? { state: "failed" });
  };
}

/** What a function says of claims, what counts most last; null for an answer that cannot be used. */
type Said = readonly JsonObject[] | null;

type JsonObject = { readonly [name: string]: unknown };

async function claimsFrom(
  invoke: InvokeFunction,
  functionArn: string,
  payload: string,
  signal: AbortSignal,
): Promise<Said> {
  try {
    signal.throwIfAborted();
    return claimsIn(await awaitWithSignal(invoke(functionArn, payload, signal), signal));
  } catch {
    // The reason may hold data.
    return null;
  }
}

/**
 * The places in an answer that hold claims (developer guide, "Pre token generation Lambda trigger"), the V1 one first.
 *
 * @throws {TypeError} for an answer in which one of them, or what is around it, is of another kind.
 */
function claimsIn(answer: unknown): readonly JsonObject[] {
  const response = part({ answer }, "answer", "response");
  if (response === undefined) throw new TypeError("an answer is an event with a response");
  return [
    part(response, "claimsOverrideDetails", "claimsToAddOrOverride"),
    part(response, "claimsAndScopeOverrideDetails", "idTokenGeneration", "claimsToAddOrOverride"),
    part(response, "claimsAndScopeOverrideDetails", "accessTokenGeneration", "claimsToAddOrOverride"),
  ].filter((claims) => claims !== undefined);
}

/** An object inside an object, by its own properties; undefined where there is none on the way there. */
function part(whole: JsonObject, ...path: readonly string[]): JsonObject | undefined {
  let found = whole;
  for (const name of path) {
    const next = Object.hasOwn(found, name) ? found[name] : undefined;
    if (next === undefined || next === null) return undefined;
    if (typeof next !== "object" || Array.isArray(next)) throw new TypeError("not an object");
    found = next as JsonObject;
  }
  return found;
}

function rowOf({ attributes }: ChainCall, said: Said): RowResult {
  if (said === null) return { state: "failed" };
  if (said.length === 0) return { state: "missing" };
  const row = new Map<string, unknown>();
  for (const claims of said) {
    for (const name of attributes) if (Object.hasOwn(claims, name)) row.set(name, claims[name]);
  }
  return { state: "found", row };
}

import type { HookCall, HookSubject, LoadAttributes, RowRequest, RowResult } from "../claims/facts.ts";
import { awaitWithSignal } from "../crypto/await-with-signal.ts";

/**
 * A source in code: answers with the attributes its map declares, or with nothing for a subject it does not know. Its
 * answer is held against the declarations like a row's. `signal` ends with the time there is for the sign-in.
 */
export type Hook = (
  subject: HookSubject,
  options: { readonly signal: AbortSignal },
) => Promise<object | null | undefined> | object | null | undefined;

/** Sources in code by the names a map gives them. */
export type Hooks = { readonly [name: string]: Hook };

/**
 * Answers `custom` requests by hooks and all others by `load`, all at once.
 *
 * A hook that throws, answers with no plain object or is not there is `failed`; what it threw is dropped, because it
 * may hold data. Once `signal` aborts nothing is waited for, and a late answer goes nowhere.
 */
export function withHooks(load: LoadAttributes, hooks: Hooks): LoadAttributes {
  return async (requests, signal) => {
    const calls = requests.filter((request) => request.kind === "custom");
    const others = requests.filter(({ kind }) => kind !== "custom");
    const [answers, loaded] = await Promise.all([
      Promise.all(calls.map((request) => ask(hooks, request, signal))),
      others.length > 0 ? load(others, signal) : Promise.resolve([]),
    ]);
    const results = new Map<RowRequest, RowResult | undefined>([
      ...calls.map((request, index) => [request, answers[index]] as const),
      ...others.map((request, index) => [request, loaded[index]] as const),
    ]);
    return requests.map((request) => results.get(request) ?? { state: "failed" });
  };
}

async function ask(hooks: Hooks, { hook, subject, attributes }: HookCall, signal: AbortSignal): Promise<RowResult> {
  try {
    signal.throwIfAborted();
    const answer = await awaitWithSignal(call(hooks, hook, { ...subject }, signal), signal);
    if (answer === null || answer === undefined) return { state: "missing" };
    if (!isPlain(answer)) return { state: "failed" };
    const there = attributes.filter((name) => Object.hasOwn(answer, name));
    return { state: "found", row: new Map(there.map((name) => [name, snapshot(answer, name)])) };
  } catch {
    return { state: "failed" };
  }
}

async function call(hooks: Hooks, name: string, subject: HookSubject, signal: AbortSignal): Promise<unknown> {
  const hook = Object.hasOwn(hooks, name) ? hooks[name] : undefined;
  if (hook === undefined) throw new TypeError("no such hook");
  return hook(subject, { signal });
}

/** Of any realm. What an instance of a class holds may not be its own, and would seem absent. */
function isPlain(answer: unknown): answer is { readonly [name: string]: unknown } {
  if (typeof answer !== "object" || answer === null) return false;
  const prototype: unknown = Object.getPrototypeOf(answer);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A copy that the hook cannot change any more; null, which is invalid everywhere, for what cannot be copied. */
function snapshot(answer: { readonly [name: string]: unknown }, name: string): unknown {
  try {
    return structuredClone(answer[name]);
  } catch {
    return null;
  }
}

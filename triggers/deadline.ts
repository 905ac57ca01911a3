import { Refusal } from "./refusal.ts";

/**
 * Cognito waits 5 s for the trigger, cold start and network included, and the limit cannot be changed (developer guide,
 * "Customizing user pool workflows with Lambda triggers"). 800 ms of it are left for the way there and back.
 */
export const BUDGET_MS = 4200;

/** A wave of DynamoDB reads, every send of it: whoever waits longer gains nothing that a sign-in has time for. */
export const READ_MS = 1200;

/**
 * Runs `work` and answers within `budgetMs` whatever it does: at the deadline its signal is aborted and the token
 * refused. `leftMs` tells the work how many milliseconds it has, by a clock that only runs forward.
 *
 * @throws {Refusal} `DEADLINE` when time is up first.
 */
export async function withinDeadline<T>(
  budgetMs: number,
  work: (signal: AbortSignal, leftMs: () => number) => Promise<T>,
  steady: () => number = () => performance.now(),
): Promise<T> {
  if (budgetMs <= 0) throw new Refusal("DEADLINE");
  const end = steady() + budgetMs;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Refusal("DEADLINE"));
      abort.abort();
    }, budgetMs);
  });
  try {
    return await Promise.race([work(abort.signal, () => end - steady()), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

import { Refusal } from "./refusal.ts";

/**
 * Cognito waits 5 s for the trigger, cold start and network included, and the limit cannot be changed (developer guide,
 * "Customizing user pool workflows with Lambda triggers"). 800 ms of it are left for the way there and back.
 */
export const BUDGET_MS = 4200;

/**
 * Runs `work` and answers within `budgetMs` whatever it does: at the deadline its signal is aborted and the token
 * refused.
 *
 * @throws {Refusal} `DEADLINE` when time is up first.
 */
export async function withinDeadline<T>(budgetMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (budgetMs <= 0) throw new Refusal("DEADLINE");
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Refusal("DEADLINE"));
      abort.abort();
    }, budgetMs);
  });
  try {
    return await Promise.race([work(abort.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

import { poolError } from "./pool-fault.ts";

/** Settings of a client that nobody waits for at a sign-in: it may repeat and take its time, and only has to end. */
export const PATIENT = {
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
} as const;

/** What AWS answers to an operation of administration. Rejects with a `DeployError`, as `poolError` makes it. */
export async function asked<T>(operation: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw poolError(operation, error);
  }
}

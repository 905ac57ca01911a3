/** What of Node's process is needed. */
export type StrayEvents = {
  readonly removeAllListeners: (event: StrayEvent) => unknown;
  readonly on: (event: StrayEvent, listener: () => void) => unknown;
};

type StrayEvent = "unhandledRejection" | "uncaughtException";

/**
 * Takes over what nobody caught: a promise somebody left behind, an error thrown from a timer. Lambda's runtime would
 * print its text, which may hold data, and end the process, and with it whatever sign-in is under way. Here it is
 * counted, and the sign-in that waits for it is answered by what `onError` says, or by its deadline.
 *
 * What is left of the process afterwards is still fit to answer: no step of a sign-in shares state with another, and a
 * hook that throws outside its promise has none of ours in its hands.
 *
 * @returns How many there were since.
 */
export function quietStrays(process: StrayEvents): () => number {
  let strays = 0;
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.removeAllListeners(event);
    process.on(event, () => {
      strays += 1;
    });
  }
  return () => strays;
}

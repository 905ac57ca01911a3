/** What Lambda answers for one invocation: the function's own JSON, or a report of why there is none. */
export type Outcome = { readonly failed: boolean; readonly payload: string };

/** How a process ended. */
export type ExitStatus = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Signals as Lambda's reports call them. */
const signalNames: { readonly [signal in NodeJS.Signals]?: string } = {
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

/** The report for a process that ended before it answered. */
export function exited(requestId: string, { code, signal }: ExitStatus): Outcome {
  if (code === 0) return report("Runtime.ExitError", requestId, "Runtime exited without providing a reason");
  const how = signal === null ? `exit status ${code}` : `signal: ${signalNames[signal] ?? signal}`;
  return report("Runtime.ExitError", requestId, `Runtime exited with error: ${how}`);
}

/** The report for a process that was still at work, or not yet ready for it, when its time was over. */
export function timedOut(requestId: string, timeoutMs: number): Outcome {
  return report("Sandbox.Timedout", requestId, `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
}

function report(errorType: string, requestId: string, problem: string): Outcome {
  return {
    failed: true,
    payload: JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${problem}` }),
  };
}

import { DeployError } from "../deploy/deploy-error.ts";

type Rejection = { readonly name?: unknown; readonly code?: unknown; readonly $fault?: unknown };

/**
 * The `DeployError` for an operation of administration that failed: `AWS_REFUSED` with the name of AWS's exception, or
 * `AWS_UNREACHABLE`. AWS's own texts stay behind: they name people, roles and ARNs. CloudTrail has them.
 */
export function poolError(operation: string, error: unknown): DeployError {
  if (error instanceof DeployError) return error;
  const { name, code, $fault } = typeof error === "object" && error !== null ? (error as Rejection) : {};
  if ($fault === "client" && typeof name === "string" && /^[A-Z][A-Za-z]{2,60}$/.test(name)) {
    return new DeployError("AWS_REFUSED", `${operation}: AWS answers ${name}`);
  }
  return new DeployError("AWS_UNREACHABLE", `${operation} could not be asked: ${reason(name, code)}`);
}

function reason(name: unknown, code: unknown): string {
  // Node's own names for what went wrong on the wire: ECONNREFUSED, ENOTFOUND.
  if (typeof code === "string" && /^E[A-Z_]{2,20}$/.test(code)) return code;
  if (name === "CredentialsProviderError") return "no AWS credentials";
  return name === "TimeoutError" ? "no answer in time" : "no usable answer";
}

import { ClaimsError } from "../claims-error.ts";
import { evaluate, type World } from "../evaluate/evaluate.ts";
import type { Expr, Plan } from "../plan.ts";

/**
 * The subject's tenant: the one requested, or else the default, if it is among those allowed; `undefined` for none,
 * where the map lets that pass.
 *
 * @throws {ClaimsError} `TENANT_REFUSED` for a value that is not among them, whatever keeps it from being known to be,
 * and for none under `otherwise: deny`.
 */
export function chooseTenant(tenant: NonNullable<Plan["tenant"]>, world: World): string | undefined {
  const chosen = requested(tenant.requested, world) ?? byDefault(tenant.default, world);
  if (chosen === undefined) {
    if (tenant.otherwise === "none") return undefined;
    throw refused("none was requested, and there is no default");
  }
  const allowed = evaluate(tenant.allowed, world);
  if (!allowed.known) throw refused(`which ones are allowed is not known (${allowed.because})`);
  if (Array.isArray(allowed.value) && allowed.value.includes(chosen)) return chosen;
  throw refused("the one chosen is not among those allowed");
}

/** Absent or empty is no request. Whatever else keeps a request from being known, it was made. */
function requested(expr: Expr, world: World): string | undefined {
  const outcome = evaluate(expr, world);
  if (!outcome.known) {
    if (outcome.because === "absent") return undefined;
    throw refused("it is not known which one was requested");
  }
  return textOrNone(outcome.value);
}

function byDefault(expr: Expr | undefined, world: World): string | undefined {
  const outcome = expr && evaluate(expr, world);
  return outcome?.known ? textOrNone(outcome.value) : undefined;
}

function textOrNone(value: unknown): string | undefined {
  if (typeof value !== "string") throw refused("it is not a text");
  return value === "" ? undefined : value;
}

function refused(why: string): ClaimsError {
  return new ClaimsError("TENANT_REFUSED", `tenant: ${why}`);
}

import type { Class, Trust } from "../plan.ts";

const CLASSES: readonly Class[] = ["open", "pii", "sensitive"];
const TRUSTS: readonly Trust[] = ["caller", "user", "idp", "operator"];

/** Whether a value of class `one` is at least as private as class `other`. */
export function isAtLeast(one: Class, other: Class): boolean {
  return CLASSES.indexOf(one) >= CLASSES.indexOf(other);
}

/** The most private of some classes; `open` for none, since nothing was read. */
export function highestClass(classes: readonly Class[]): Class {
  return classes.reduce((high, one) => (isAtLeast(one, high) ? one : high), "open");
}

/** Whether a value trusted as `one` may stand where `other` is asked for. */
export function isTrustedAs(one: Trust, other: Trust): boolean {
  return TRUSTS.indexOf(one) >= TRUSTS.indexOf(other);
}

/** The least trusted of some values; `operator` for none: the map itself is the operator's word. */
export function lowestTrust(trusts: readonly Trust[]): Trust {
  return trusts.reduce((low, one) => (isTrustedAs(low, one) ? one : low), "operator");
}

import { LIMITS } from "./limits.ts";
import { type Lowering, report } from "./lowering.ts";

/** Notes an expression that is too large with what its definitions stand for. */
export function tooManyNodes(lowering: Lowering, offset: number): undefined {
  const message = `with its definitions written out, this has more than ${LIMITS.nodes} parts`;
  return report(lowering, "CS301", offset, message, "Let the table hold what takes so many words.");
}

/** Notes macros that stand too deep in one another. */
export function tooManyMacros(lowering: Lowering, offset: number): undefined {
  const message = `macros may stand in one another ${LIMITS.macros} deep, and no deeper`;
  return report(lowering, "CS301", offset, message, "Let the table hold what must be compared so often.");
}

/**
 * Why `PreTokenClaims` of `claimseal/cdk` stops a synthesis.
 *
 * - `BUILT_UNREADABLE`: the folder is none that `claimseal build` wrote, or a file of it is missing.
 * - `BUILT_CHANGED`: its plan or its bundle is not the one its manifest has the digest of.
 * - `VARIABLE_MISSING`: the map leaves something to the environment that was not given.
 * - `VARIABLE_MADE`: a value was given for what the stack makes, or for no variable of the map.
 * - `CLIENT_CIRCLE`: a value is a client of the pool; the client needs the pool and the pool the function.
 * - `POOL_ELSEWHERE`: the pool is in another stack of the app, and each would need the other.
 * - `POOL_HAS_TRIGGER`: the pool has another function at a trigger that the map needs.
 * - `STACK_TAKEN`: the stack has the claims of another map.
 * - `REGION_OTHER`: the stack is in another region than the map says its tables are.
 */
export type CdkCode =
  | "BUILT_UNREADABLE"
  | "BUILT_CHANGED"
  | "VARIABLE_MISSING"
  | "VARIABLE_MADE"
  | "CLIENT_CIRCLE"
  | "POOL_ELSEWHERE"
  | "POOL_HAS_TRIGGER"
  | "STACK_TAKEN"
  | "REGION_OTHER";

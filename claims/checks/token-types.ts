import { PLAIN_ID_CLAIMS } from "../../cognito/standard-attributes.ts";
import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { readDeclared } from "../gather/declared-value.ts";
import { writePlanType } from "../language/plan-type.ts";
import type { Expr, PlanType } from "../plan.ts";
import type { CompiledClaim, CompiledProfile } from "./compiled-profile.ts";

/** CS306, CS308 and CS313 of every claim. */
export function checkTokenTypes(read: ReadMap, profiles: readonly CompiledProfile[]): readonly Finding[] {
  return profiles.flatMap((profile) => profile.claims.flatMap((claim) => claimValue(read, profile, claim)));
}

/** What the tokens, the pool's version and what stands in front of the APIs can carry. An envelope takes any JSON. */
function claimValue(read: ReadMap, profile: CompiledProfile, claim: CompiledClaim): readonly Finding[] {
  const { compiled, path } = claim.value;
  if (compiled === null) return [];
  const at = read.within(path, 0);
  const uncarriable = claim.written.to.length === 0 ? undefined : uncarried(read, profile, claim, compiled.type);
  const problem = holdsLargeInt(compiled.expr) ? LARGE_INT : uncarriable;
  const mangled = claim.written.to.includes("access") ? mangledBy(read, compiled.type) : undefined;
  return [
    ...(problem ? [finding("CS306", path, at, problem.message, problem.fix)] : []),
    ...(mangled && problem === undefined ? [finding("CS313", path, at, mangled.message, mangled.fix)] : []),
    ...unfitOtherwise(read, claim, compiled.type),
  ];
}

type Problem = { readonly message: string; readonly fix: string };

/**
 * Why Cognito would not take the value as this claim.
 * Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger": V1 takes text; V2 and V3 take arrays
 * of text, numbers and booleans, and objects; some ID token claims take neither.
 */
function uncarried(
  { map }: ReadMap,
  { written: { match } }: CompiledProfile,
  { name, written: { to } }: CompiledClaim,
  type: PlanType,
): Problem | undefined {
  const written = writePlanType(type);
  if (map.pool.events === "V1" && type !== "string" && to.includes("id") && match.grants.includes("user")) {
    const fix = 'Write it as text: `string(x)`, `json(x)`, or `x.join(",")` of a list.';
    return { message: `a V1 pool takes text alone; this is a \`${written}\``, fix };
  }
  if (typeof type === "object" && to.includes("id") && PLAIN_ID_CLAIMS.includes(name)) {
    const message = `Cognito takes no list and no object as \`${name}\` in an ID token; this is a \`${written}\``;
    return { message, fix: "Write it as text, or under another name." };
  }
  if (!hasDeepList(type)) return undefined;
  const message = `a list in a token holds text, numbers or truth values; this is a \`${written}\``;
  return { message, fix: "Seal it, or write its items as text, with `json(x)` for one." };
}

const LARGE_INT: Problem = {
  message: "no number in JSON is this large: beyond 2^53 - 1 it would be another one",
  fix: "Write it as text, in quotes.",
};

/** Whether a value is, or lists, an int that is written out and that JSON cannot say. */
function holdsLargeInt(expr: Expr): boolean {
  if (expr.op === "int") return !Number.isSafeInteger(Number(expr.value));
  if (expr.op === "list") return expr.items.some(holdsLargeInt);
  return expr.op === "map" && expr.entries.some(([, value]) => holdsLargeInt(value));
}

function hasDeepList(type: PlanType): boolean {
  if (typeof type === "string") return false;
  if ("fields" in type) return Object.values(type.fields).some((field) => hasDeepList(field.type));
  return "list" in type ? typeof type.list === "object" : hasDeepList(type.map);
}

/**
 * API Gateway's authorizers hand claims on as text: the JWT authorizer of HTTP APIs writes a list as `[a b]`, which
 * nobody can take apart again, the Cognito authorizer of REST APIs makes text of everything.
 */
function mangledBy({ map }: ReadMap, type: PlanType): Problem | undefined {
  if (typeof type === "string") return undefined;
  for (const [name, { consumers }] of Object.entries(map.resourceServers)) {
    const gateway = consumers.find((each) => each === "api-gateway-http" || each === "api-gateway-rest");
    if (gateway === undefined) continue;
    const message = `\`${gateway}\` in front of ${name} hands a \`${writePlanType(type)}\` on as text that cannot be taken apart`;
    return { message, fix: 'Write it as text: `x.join(",")` of a list, `json(x)` of anything else.' };
  }
  return undefined;
}

function unfitOtherwise(read: ReadMap, { path, written }: CompiledClaim, type: PlanType): readonly Finding[] {
  if (written.otherwise === undefined) return [];
  if (readDeclared({ type, class: "open" }, written.otherwise).state === "present") return [];
  const at = [...path, "otherwise"];
  const message = `\`otherwise\` is not \`${writePlanType(type)}\`, as \`value\` is`;
  return [finding("CS308", at, read.at(at), message, "Write a literal of the value's type.")];
}

import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression } from "../language/compilation.ts";
import type { KnownValues } from "../language/known-values.ts";
import { isAtLeast } from "../language/lattice.ts";
import { printReference } from "../language/reference.ts";
import type { Class } from "../plan.ts";
import {
  type CompiledClaim,
  type CompiledProfile,
  type CompiledRule,
  keptGroups,
  keptInputs,
} from "./compiled-profile.ts";
import { type Flow, firstOfEach, flowFinding, flowsInto } from "./flow.ts";
import { residency } from "./residency.ts";
import { checkSigned, checkSignedKeys, isDeclassified } from "./signed-flow.ts";

const SEAL = "Seal the claim: `sealFor: [...]` in place of `to: [access]`.";
const DECIDE_OPENLY = "Decide by an `open` attribute, or seal the claim.";

/**
 * CS4xx: where private values would get to be seen. What holds afterwards is non-interference: two runs that differ
 * only in private values give the same clear claims, scopes, groups and envelopes, or one of them is refused.
 */
export function checkPrivacy(
  read: ReadMap,
  known: KnownValues,
  profiles: readonly CompiledProfile[],
  partition: PlacedExpression | null,
  today?: string,
): readonly Finding[] {
  return [
    ...partitionedKeys(read, known, partition),
    ...checkSignedKeys(read, known),
    ...profiles.flatMap((profile) => [
      ...profile.claims.flatMap((claim) => [
        ...clearClaim(read, known, claim),
        ...idClaim(read, known, claim),
        ...sealedAndClear(read, claim),
        ...residency(read, known, claim),
        ...checkSigned(read, claim, flowsOf(read, known, claim), today),
      ]),
      ...profile.rules.flatMap((rule) => scopeRule(read, known, rule)),
      ...keptAttributes(read, known, profile),
      ...groups(read, known, profile),
    ]),
  ];
}

function flowsOf(read: ReadMap, known: KnownValues, { value, when }: CompiledClaim): readonly Flow[] {
  return [value, when].flatMap((each) => (each ? flowsInto(read, known, each) : []));
}

function clearClaim(read: ReadMap, known: KnownValues, claim: CompiledClaim): readonly Finding[] {
  const { name, written, value, when } = claim;
  if (!written.to.includes("access")) return [];
  const isShown = (flow: Flow): boolean => isAtLeast(classOf(flow), "pii") && !isDeclassified(claim, flow);
  const inValue = firstOfEach(flowsInto(read, known, value).filter(isShown));
  const inWhen = when ? firstOfEach(flowsInto(read, known, when).filter(isShown)) : [];
  return [
    ...inValue.map((flow) =>
      flowFinding("CS401", flow, `a ${classOf(flow)} value in the clear`, " -> access token (clear)", SEAL),
    ),
    ...inWhen.map((flow) => {
      const end = ` -> presence of ${name} in the access token`;
      return flowFinding("CS402", flow, `a ${classOf(flow)} value decides a clear claim`, end, DECIDE_OPENLY);
    }),
  ];
}

function idClaim(read: ReadMap, known: KnownValues, claim: CompiledClaim): readonly Finding[] {
  if (!claim.written.to.includes("id")) return [];
  return firstOfEach(flowsOf(read, known, claim).filter(holds("sensitive"))).map((flow) => {
    const fix = "Seal it for the resource server that needs it.";
    return flowFinding("CS403", flow, "a sensitive value reaches the ID token", " -> ID token", fix);
  });
}

function scopeRule(read: ReadMap, known: KnownValues, { written, when, only }: CompiledRule): readonly Finding[] {
  const scopes = [...written.add, ...written.remove, ...(only ? ["outside `only`"] : [])].join(", ");
  const flows = [only, when].flatMap((each) => (each ? flowsInto(read, known, each) : []));
  return firstOfEach(flows.filter(holds("pii"))).map((flow) => {
    const fix = "Decide by an `open` attribute.";
    return flowFinding("CS402", flow, `a ${classOf(flow)} value decides a scope`, ` -> scopes ${scopes}`, fix);
  });
}

function sealedAndClear(read: ReadMap, { path, written }: CompiledClaim): readonly Finding[] {
  if (written.sealFor.length === 0 || !written.to.includes("access")) return [];
  const place = [...path, "sealFor"];
  const message = "sealed, and in the clear in the same token";
  return [finding("CS404", place, read.at(place), message, "Keep `sealFor` or `to: [access]`, not both.")];
}

/** Everybody sees which key an envelope is sealed under: the wrapped data key says so. */
function partitionedKeys(read: ReadMap, known: KnownValues, partition: PlacedExpression | null): readonly Finding[] {
  const isChosen = Object.values(read.map.resourceServers).some(
    ({ seal }) => seal && /\{partition\./.test(seal.key + (seal.region ?? "")),
  );
  if (!isChosen || partition === null) return [];
  return firstOfEach(flowsInto(read, known, partition).filter(holds("pii"))).map((flow) => {
    const message = `a ${classOf(flow)} value decides which key seals`;
    return flowFinding("CS402", flow, message, " -> key of every envelope", "Decide by an `open` attribute.");
  });
}

function keptAttributes(read: ReadMap, known: KnownValues, { path, written }: CompiledProfile): readonly Finding[] {
  const { idToken } = written;
  return keptInputs(read.map, idToken).flatMap((name, index) => {
    const input = printReference(["user", name]);
    if (known.values.get(input)?.declaration.class !== "sensitive") return [];
    const place = idToken?.keep ? [...path, "idToken", "keep", String(index)] : [...path, "idToken"];
    const rule = idToken?.keep ? "idToken.keep" : idToken?.drop ? "idToken.drop leaves it" : "idToken.unchanged";
    const message = `a sensitive value reaches the ID token: ${input} -> ${rule} -> ID token`;
    return [finding("CS403", place, read.at(place), message, idToken?.keep ? "Take it out of `keep`." : "Drop it.")];
  });
}

function groups(
  read: ReadMap,
  known: KnownValues,
  { path, written, groupFilter }: CompiledProfile,
): readonly Finding[] {
  if (known.unusable.has("user.groups")) return [];
  const kept = keptGroups(written);
  const declared = known.values.get("user.groups");
  const at = (token: "access" | "id"): readonly string[] =>
    typeof written.groups === "object" ? [...path, "groups", token] : [...path, "groups"];
  const findings: Finding[] = [];
  if (kept.access === "keep" && declared?.declaration.class !== "open") {
    const message = "groups stay in the access token and are not declared open: user.groups -> access token (clear)";
    const fix = "Declare `user.groups: { type: list<string>, class: open }`, or write `strip`.";
    findings.push(finding("CS406", at("access"), read.at(at("access")), message, fix));
  }
  if (kept.id === "keep" && declared?.declaration.class === "sensitive") {
    const message = "a sensitive value reaches the ID token: user.groups -> ID token";
    findings.push(finding("CS403", at("id"), read.at(at("id")), message, "Write `strip`."));
  }
  if (groupFilter === null || (kept.access === "strip" && kept.id === "strip")) return findings;
  const [token, least]: readonly [string, Class] = kept.access === "keep" ? ["access", "pii"] : ["ID", "sensitive"];
  // The groups themselves are judged above.
  const deciding = flowsInto(read, known, groupFilter).filter(
    (flow) => holds(least)(flow) && printReference(flow.value.reference) !== "user.groups",
  );
  const fix = "Decide by an `open` attribute, or strip the groups.";
  return [
    ...findings,
    ...firstOfEach(deciding).map((flow) =>
      flowFinding(
        "CS402",
        flow,
        `a ${classOf(flow)} value decides which groups stay`,
        ` -> groups in the ${token} token`,
        fix,
      ),
    ),
  ];
}

function holds(least: Class): (flow: Flow) => boolean {
  return (flow) => isAtLeast(classOf(flow), least);
}

function classOf({ value }: Flow): Class {
  return value.declaration.class;
}

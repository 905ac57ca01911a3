import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { KnownValues } from "../language/known-values.ts";
import { isAtLeast } from "../language/lattice.ts";
import { printReference } from "../language/reference.ts";
import type { Class } from "../plan.ts";
import { type CompiledClaim, type CompiledProfile, type CompiledRule, keptGroups } from "./compiled-profile.ts";
import { type Flow, flowFinding, flowsInto } from "./flow.ts";

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
): readonly Finding[] {
  return profiles.flatMap((profile) => [
    ...profile.claims.flatMap((claim) => [
      ...clearClaim(read, known, claim),
      ...idClaim(read, known, claim),
      ...sealedAndClear(read, claim),
      ...residency(read, known, claim),
    ]),
    ...profile.rules.flatMap((rule) => scopeRule(read, known, rule)),
    ...keptAttributes(read, known, profile),
    ...groups(read, known, profile),
  ]);
}

function clearClaim(
  read: ReadMap,
  known: KnownValues,
  { name, written, value, when }: CompiledClaim,
): readonly Finding[] {
  if (!written.to.includes("access")) return [];
  const inValue = flowsInto(read, known, value).filter(holds("pii"));
  const inWhen = when ? flowsInto(read, known, when).filter(holds("pii")) : [];
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

function idClaim(read: ReadMap, known: KnownValues, { written, value, when }: CompiledClaim): readonly Finding[] {
  if (!written.to.includes("id")) return [];
  const flows = [...flowsInto(read, known, value), ...(when ? flowsInto(read, known, when) : [])];
  return flows.filter(holds("sensitive")).map((flow) => {
    const fix = "Seal it for the resource server that needs it.";
    return flowFinding("CS403", flow, "a sensitive value reaches the ID token", " -> ID token", fix);
  });
}

function scopeRule(read: ReadMap, known: KnownValues, { written, when }: CompiledRule): readonly Finding[] {
  if (when === null) return [];
  const scopes = [...written.add, ...written.remove].join(", ");
  return flowsInto(read, known, when)
    .filter(holds("pii"))
    .map((flow) => {
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

/** Every region a value is sealed in must be one its source allows, or the claim must not be sealed there. */
function residency(read: ReadMap, known: KnownValues, claim: CompiledClaim): readonly Finding[] {
  const { resourceServers, sources } = read.map;
  const flows = [claim.value, claim.when].flatMap((each) => (each ? flowsInto(read, known, each) : []));
  const bySource = new Map(flows.map((flow) => [flow.value.reference[0], flow] as const));
  return claim.written.sealFor.flatMap((server, index) => {
    const seal = resourceServers[server]?.seal;
    if (seal === undefined) return [];
    return [...bySource].flatMap(([source, { way }]) => {
      const allowed = sources[source]?.residency;
      const region = seal.region ?? regionOfKey(seal.key) ?? "no region stated";
      if (allowed === undefined || allowed.includes(region)) return [];
      const place = [...claim.path, "sealFor", String(index)];
      const message = `sealed where its source does not allow it: ${way} -> envelope for ${server} (${region})`;
      const fix = `State \`seal: { region }\` of ${server} as one of ${allowed.join(", ")}.`;
      return [finding("CS405", place, read.at(place), message, fix)];
    });
  });
}

function regionOfKey(key: string): string | undefined {
  return /^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1];
}

function keptAttributes(read: ReadMap, known: KnownValues, { path, written }: CompiledProfile): readonly Finding[] {
  return (written.idToken?.keep ?? []).flatMap((name, index) => {
    const input = printReference(["user", name]);
    if (known.values.get(input)?.declaration.class !== "sensitive") return [];
    const place = [...path, "idToken", "keep", String(index)];
    const message = `a sensitive value reaches the ID token: ${input} -> idToken.keep -> ID token`;
    return [finding("CS403", place, read.at(place), message, "Take it out of `keep`.")];
  });
}

function groups(read: ReadMap, known: KnownValues, { path, written }: CompiledProfile): readonly Finding[] {
  if (known.unusable.has("user.groups")) return [];
  const kept = keptGroups(written);
  const declared = known.values.get("user.groups");
  const at = (token: "access" | "id"): readonly string[] =>
    typeof written.groups === "object" ? [...path, "groups", token] : [...path, "groups"];
  const findings: Finding[] = [];
  if (kept.access === "keep" && !(declared?.path && declared.declaration.class === "open")) {
    const message = "groups stay in the access token and are not declared open: user.groups -> access token (clear)";
    const fix = "Declare `user.groups: { type: list<string>, class: open }`, or write `strip`.";
    findings.push(finding("CS406", at("access"), read.at(at("access")), message, fix));
  }
  if (kept.id === "keep" && declared?.declaration.class === "sensitive") {
    const message = "a sensitive value reaches the ID token: user.groups -> ID token";
    findings.push(finding("CS403", at("id"), read.at(at("id")), message, "Write `strip`."));
  }
  return findings;
}

function holds(least: Class): (flow: Flow) => boolean {
  return (flow) => isAtLeast(classOf(flow), least);
}

function classOf({ value }: Flow): Class {
  return value.declaration.class;
}

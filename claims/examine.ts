import { checkMachineReads, compileProfiles } from "./checks/compiled-profile.ts";
import { compileProviders } from "./checks/compiled-provider.ts";
import { planEnvelopes } from "./checks/envelope-plan.ts";
import { checkProviders } from "./checks/federation.ts";
import { checkNames } from "./checks/names.ts";
import { checkPrivacy } from "./checks/privacy-flow.ts";
import { checkProfiles } from "./checks/profiles.ts";
import { sealedBytes } from "./checks/sealed-bytes.ts";
import { checkSizes } from "./checks/size-check.ts";
import { checkDefaults, checkUnused } from "./checks/source-use.ts";
import { checkSources } from "./checks/sources.ts";
import { checkTokenTypes } from "./checks/token-types.ts";
import { checkTrust } from "./checks/trust-flow.ts";
import { boundsOfTokens, type EnvelopeBytes } from "./checks/worst-tokens.ts";
import type { MapPath, ReadMap } from "./claim-map.ts";
import { compilePlan } from "./compile/compile.ts";
import type { Finding } from "./finding.ts";
import { compileFoundations } from "./language/foundations.ts";
import { type KnownValues, readKnownValues } from "./language/known-values.ts";
import { standingOf } from "./language/standing.ts";
import type { Plan } from "./plan.ts";
import { readClaimMap } from "./shape/read-map.ts";

/** How a claim map is checked. */
export type CheckOptions = {
  /** The format of the text; YAML unless said otherwise. */
  readonly format?: "yaml" | "json";
  /** Makes warnings errors. */
  readonly strict?: boolean;
  /** The day of the check, `2026-11-22`; without it, no approval is too old. */
  readonly today?: string;
  /** Bytes of the claim value that a plaintext makes, by mode. */
  readonly envelopeBytes?: EnvelopeBytes;
};

/** A claim map, examined: what `check` says of it, and what else is known by then. */
export type Examined = {
  readonly findings: readonly Finding[];
  /** Null where there is no map at all; so are the next two. */
  readonly read: ReadMap | null;
  /** What its expressions can read. */
  readonly known: KnownValues | null;
  /**
   * Writes the plan. Beside an error it gives what must never be deployed, for showing what would leak; beside one of
   * shape, names or types it may throw. `checkClaimMap` is for everything else.
   */
  readonly compile: (() => Plan) | null;
};

/** Examines a claim map as `checkClaimMap` does. Never throws, whatever the text. */
export function examineClaimMap(text: string, options: CheckOptions = {}): Examined {
  const { format = "yaml", strict = false, today, envelopeBytes = sealedBytes } = options;
  const { read, findings: ofShape } = readClaimMap(text, format);
  if (read === null) return { findings: arranged(ofShape, strict), read: null, known: null, compile: null };

  const declared = readKnownValues(read);
  const foundations = compileFoundations(read, declared);
  const known = standingOf(read, declared, foundations);
  const { profiles, findings: ofExpressions } = compileProfiles(read, foundations.vocabulary);
  const federation = compileProviders(read);
  const checked = profiles.map((profile) => {
    const envelopes = planEnvelopes(read, known, profile);
    return { profile, envelopes, worst: boundsOfTokens(read, known, profile, envelopes, envelopeBytes) };
  });
  const findings = arranged(
    [
      ...ofShape,
      ...checkNames(read),
      ...checkProfiles(read),
      ...declared.findings,
      ...foundations.findings,
      ...known.findings,
      ...ofExpressions,
      ...checkTokenTypes(read, profiles),
      ...checkMachineReads(read, known, profiles),
      ...checkPrivacy(read, known, profiles, foundations.partition, today),
      ...checkTrust(read, known, profiles, foundations),
      ...checkDefaults(read, known, profiles, foundations),
      ...checkSources(read, known, profiles, foundations),
      ...checked.flatMap(({ profile, envelopes, worst }) => checkSizes(read, known, profile, envelopes, worst)),
      ...federation.findings,
      ...checkProviders(read, known, federation.providers, (path) => isWhole(read, ofShape, path)),
      ...(isWhole(read, ofShape, ["profiles"]) && isWhole(read, ofShape, ["claimSets"])
        ? checkUnused(read, profiles, foundations)
        : []),
    ],
    strict,
  );
  const compile = (): Plan => compilePlan(read, known, foundations, checked, federation.providers);
  return { findings, read, known, compile };
}

/** Whether nothing under `path` was left out of the map. */
function isWhole({ broken }: ReadMap, findings: readonly Finding[], path: MapPath): boolean {
  return !findings.some((each) => path.every((step, index) => each.path[index] === step) && broken(each.path));
}

/** In the order of the file, then by code; each once. */
function arranged(findings: readonly Finding[], strict: boolean): readonly Finding[] {
  const unique = new Map(findings.map((each) => [JSON.stringify(each), each]));
  return [...unique.values()]
    .map((each): Finding => (strict && each.level === "warning" ? { ...each, level: "error" } : each))
    .toSorted(
      (one, other) =>
        one.line - other.line ||
        one.column - other.column ||
        (one.code < other.code ? -1 : one.code > other.code ? 1 : 0),
    );
}

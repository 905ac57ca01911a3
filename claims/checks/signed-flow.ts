import type { MapPath, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { readReference } from "../language/key-template.ts";
import type { KnownValues } from "../language/known-values.ts";
import { FUNCTIONS, METHODS } from "../language/language.ts";
import { printReference } from "../language/reference.ts";
import { keyReads } from "../language/standing.ts";
import { closeName } from "../shape/close-name.ts";
import { code } from "../shape/place.ts";
import type { CompiledClaim } from "./compiled-profile.ts";
import type { Flow } from "./flow.ts";

/** What a value passes on its way that is no function by name. */
const ENUMERATED_MAP = "map";

/**
 * Whether a claim's `declassify` covers a flow: the reference is listed, and it passes the function on its way. A
 * `sensitive` value is never in the clear, whoever signs.
 */
export function isDeclassified({ written: { declassify } }: CompiledClaim, { value, read }: Flow): boolean {
  if (declassify === undefined || value.declaration.class === "sensitive") return false;
  return isListed(declassify.of, value.reference) && read.through.includes(declassify.through);
}

/** Whether a claim's `endorse` covers a flow. */
export function isEndorsed({ written: { endorse } }: CompiledClaim, { value }: Flow): boolean {
  return endorse !== undefined && isListed(endorse.of, value.reference);
}

/**
 * CS409 and CS503: what somebody signed for and the claim does not do. A signature that covers nothing would cover
 * whatever is written there next.
 */
export function checkSigned(
  read: ReadMap,
  claim: CompiledClaim,
  flows: readonly Flow[],
  today?: string,
): readonly Finding[] {
  return [...declassifyProblems(read, claim, flows, today), ...endorseProblems(read, claim, flows)];
}

/** CS409: a `keyDeclassify` where no key is private, or one is so private that nobody can sign for it. */
export function checkSignedKeys(read: ReadMap, { values }: KnownValues): readonly Finding[] {
  return Object.entries(read.map.sources).flatMap(([name, source]) => {
    const keys = [...values.values()].find(({ reference }) => reference[0] === name)?.key ?? [];
    const isWhole = keys.length > 0 && keys.length === keyReads(name, source).length;
    if (source.keyDeclassify === undefined || !isWhole) return [];
    const path = ["sources", name, "keyDeclassify"];
    const found = (message: string, fix: string): readonly Finding[] => [
      finding("CS409", path, read.at(path), message, fix),
    ];
    const secret = keys.find(({ declaration }) => declaration.class === "sensitive");
    if (secret) {
      const what = code(printReference(secret.reference));
      return found(`${what} in the key is \`sensitive\`: nobody can sign for it`, "Key the source by something else.");
    }
    if (keys.some(({ declaration }) => declaration.class !== "open")) return [];
    return found(`the key of ${code(name)} is \`open\` already`, "Delete it.");
  });
}

function declassifyProblems(
  read: ReadMap,
  claim: CompiledClaim,
  flows: readonly Flow[],
  today: string | undefined,
): readonly Finding[] {
  const { declassify } = claim.written;
  if (declassify === undefined || claim.value.compiled === null) return [];
  const at = [...claim.path, "declassify"];
  const found = (steps: MapPath, message: string, fix: string): Finding =>
    finding("CS409", [...at, ...steps], read.at([...at, ...steps]), message, fix);
  const { through, until } = declassify;
  const names = [...FUNCTIONS.keys(), ...METHODS.keys(), "pseudonym", "matches", ENUMERATED_MAP];
  if (!names.includes(through)) {
    const close = closeName(through, names);
    const fix = close === undefined ? "Name a function of the language, or `map`." : `Write ${code(close)}.`;
    return [found(["through"], `${code(through)} is no function of the language`, fix)];
  }
  const expired = until !== undefined && today !== undefined && until < today;
  return [
    ...(expired ? [found(["until"], `it held until ${until}`, "Have it approved anew, or seal the claim.")] : []),
    ...declassify.of.flatMap((written, index) => {
      const of = flows.filter(({ value }) => isListed([written], value.reference));
      const steps = ["of", String(index)];
      if (of.length === 0) return [found(steps, `the claim does not read ${code(written)}`, "Delete it.")];
      if (of.some(({ value }) => value.declaration.class === "sensitive")) {
        const message = `${code(written)} is \`sensitive\`: nobody can sign for it in the clear`;
        return [found(steps, message, "Seal the claim.")];
      }
      if (of.every(({ value }) => value.declaration.class === "open")) {
        return [found(steps, `${code(written)} is \`open\` already`, "Delete it.")];
      }
      if (of.some((flow) => flow.read.through.includes(through))) return [];
      return [
        found(steps, `${code(written)} does not pass ${code(through)} here`, "Write the expression that was approved."),
      ];
    }),
  ];
}

function endorseProblems(read: ReadMap, claim: CompiledClaim, flows: readonly Flow[]): readonly Finding[] {
  const { endorse } = claim.written;
  if (endorse === undefined || claim.value.compiled === null) return [];
  return endorse.of.flatMap((written, index) => {
    if (flows.some(({ value }) => isListed([written], value.reference))) return [];
    const path = [...claim.path, "endorse", "of", String(index)];
    const message = `the claim does not read ${code(written)}`;
    return [finding("CS503", path, read.at(path), message, "Delete it.")];
  });
}

/** References may be written in any of the ways an expression takes. */
function isListed(written: readonly string[], reference: Flow["value"]["reference"]): boolean {
  const name = printReference(reference);
  return written.some((each) => {
    const parsed = readReference(each.trim());
    return each.trim() === name || (parsed !== undefined && printReference(parsed) === name);
  });
}

import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { KnownValues } from "../language/known-values.ts";
import { isTrustedAs, lowestTrust } from "../language/lattice.ts";
import type { CompiledProfile, PlacedExpression } from "./compiled-profile.ts";
import { flowFinding, flowsInto } from "./flow.ts";

/**
 * CS5xx and CS408: where somebody could write their own permissions, or choose whose row is read. What grants,
 * restricts or decides a scope rests on `idp` or better; private attributes come from a row nobody could choose.
 */
export function checkTrust(
  read: ReadMap,
  known: KnownValues,
  profiles: readonly CompiledProfile[],
): readonly Finding[] {
  const untrusted = (expression: PlacedExpression | null, end: string): readonly Finding[] =>
    (expression ? flowsInto(read, known, expression) : [])
      .filter(({ value }) => !isTrustedAs(value.trust, "idp"))
      .map((flow) => {
        const who = flow.value.trust === "caller" ? "the caller chose" : "the person may have written";
        const fix = "Read a source they cannot write, or state `trust: idp` or `operator` where it is true.";
        return flowFinding("CS501", flow, `a value that ${who} decides what is allowed`, ` ${end}`, fix);
      });
  return [
    ...profiles.flatMap(({ claims, rules }) => [
      ...claims.flatMap(({ written, value, when }) => {
        const { effect } = written;
        if (effect !== "grants" && effect !== "restricts") return [];
        return [value, when].flatMap((expression) => untrusted(expression, `(${effect})`));
      }),
      ...rules.flatMap(({ written, when }) => {
        const adds = written.add.length > 0 ? [`adds ${written.add.join(", ")}`] : [];
        const removes = written.remove.length > 0 ? [`removes ${written.remove.join(", ")}`] : [];
        return untrusted(when, `(${[...adds, ...removes].join("; ")})`);
      }),
    ]),
    ...chosenRows(read, known),
  ];
}

/** Whoever chooses the key chooses the row: with private attributes in it, one person could read another's. */
function chosenRows(read: ReadMap, { values }: KnownValues): readonly Finding[] {
  return Object.keys(read.map.sources).flatMap((source) => {
    const attributes = [...values.values()].filter(({ reference }) => reference[0] === source);
    const key = lowestTrust(attributes.flatMap((attribute) => attribute.key.map(({ trust }) => trust)));
    const isPrivate = attributes.some(({ declaration }) => declaration.class !== "open");
    if (key === "operator" || !isPrivate) return [];
    const path = ["sources", source, "dynamodb", "key"];
    const who = key === "caller" ? "the caller" : "the person";
    const message = `${who} chooses which row of \`${source}\` is read, and it holds private attributes`;
    const fix = "Key the source by `user.sub` or `client.id`.";
    return [finding(key === "caller" ? "CS502" : "CS408", path, read.at(path), message, fix)];
  });
}

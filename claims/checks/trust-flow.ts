import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression } from "../language/compilation.ts";
import type { Foundations } from "../language/foundations.ts";
import type { KnownValues } from "../language/known-values.ts";
import { isTrustedAs, lowestTrust } from "../language/lattice.ts";
import type { CompiledProfile } from "./compiled-profile.ts";
import { type Flow, firstOfEach, flowFinding, flowsInto } from "./flow.ts";
import { isEndorsed } from "./signed-flow.ts";

/**
 * CS5xx and CS408: where somebody could write their own permissions, or choose whose row is read. What grants,
 * restricts, refuses or decides a scope, a group, a tenant or a partition rests on `idp` or better; private attributes
 * come from a row nobody could choose.
 */
export function checkTrust(
  read: ReadMap,
  known: KnownValues,
  profiles: readonly CompiledProfile[],
  { tenant, partition }: Foundations,
): readonly Finding[] {
  const untrusted = (
    expression: PlacedExpression | null,
    end: string,
    isAllowed: (flow: Flow) => boolean = () => false,
  ): readonly Finding[] => {
    const flows = expression ? flowsInto(read, known, expression) : [];
    const doubtful = flows.filter((flow) => !isTrustedAs(flow.value.trust, "idp") && !isAllowed(flow));
    return firstOfEach(doubtful).map((flow) => {
      const who = flow.value.trust === "caller" ? "the caller chose" : "the person may have written";
      const fix = "Read a source they cannot write, or state `trust: idp` or `operator` where it is true.";
      return flowFinding("CS501", flow, `a value that ${who} decides what is allowed`, ` ${end}`, fix);
    });
  };
  return [
    ...untrusted(tenant?.allowed ?? null, "(what a tenant is chosen from)"),
    ...untrusted(partition, "(chooses where data live)"),
    ...profiles.flatMap(({ claims, rules, refusals, groupFilter }) => [
      ...untrusted(groupFilter, "(decides which groups stay)"),
      ...refusals.flatMap(({ when, written }) => untrusted(when, `(refuses ${written.code})`)),
      ...claims.flatMap((claim) => {
        const { effect } = claim.written;
        if (effect !== "grants" && effect !== "restricts") return [];
        const endorsed = (flow: Flow): boolean => isEndorsed(claim, flow);
        return [
          ...untrusted(claim.value, `(${effect})`, endorsed),
          ...untrusted(claim.when, `(${effect})`, (flow) => endorsed(flow) || (effect === "grants" && givesMore(flow))),
        ];
      }),
      ...rules.flatMap(({ written, when, only }) => {
        const adds = written.add.length > 0 ? [`adds ${written.add.join(", ")}`] : [];
        const removes = written.remove.length > 0 ? [`removes ${written.remove.join(", ")}`] : [];
        const end = `(${[...adds, ...removes, ...(only ? ["keeps no other scope"] : [])].join("; ")})`;
        const isAddAlone = written.remove.length === 0 && only === null;
        return [...untrusted(only, end), ...untrusted(when, end, (flow) => isAddAlone && givesMore(flow))];
      }),
    ]),
    ...chosenRows(read, known),
  ];
}

/**
 * `"LITERAL" in request.scopes` under `&&` and `||` alone: who asks for less gets less, and nobody is given more for
 * asking than somebody allowed.
 */
function givesMore({ read }: Flow): boolean {
  return read.isMonotone;
}

/**
 * A tenant was found in what its subject may choose, and a partition by what nobody writes of themselves: what both are
 * worked out from is judged where it is.
 */
const ENDORSED: ReadonlySet<string> = new Set(["tenant", "partition"]);

/** Whoever chooses the key chooses the row: with private attributes in it, one person could read another's. */
function chosenRows(read: ReadMap, { values }: KnownValues): readonly Finding[] {
  return Object.entries(read.map.sources).flatMap(([source, { dynamodb }]) => {
    const attributes = [...values.values()].filter(({ reference }) => reference[0] === source);
    const keys = attributes.flatMap(({ key }) => key.filter(({ reference }) => !ENDORSED.has(reference[0])));
    const trust = lowestTrust(keys.map((key) => key.trust));
    const isPrivate = attributes.some(({ declaration }) => declaration.class !== "open");
    if (trust === "operator" || !isPrivate) return [];
    const path = ["sources", source, "dynamodb", ...(dynamodb?.query ? ["query"] : []), "key"];
    const who = trust === "caller" ? "the caller" : "somebody else";
    const message = `${who} chooses which row of \`${source}\` is read, and it holds private attributes`;
    const fix = "Key the source by `user.sub`, `client.id` or `tenant.id`.";
    return [finding(trust === "caller" ? "CS502" : "CS408", path, read.at(path), message, fix)];
  });
}

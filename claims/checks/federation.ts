import { LONGEST_ATTRIBUTE, USERNAME_CLAIMS } from "../../cognito/identity-providers.ts";
import { STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import type { MapPath, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { KnownValue, KnownValues } from "../language/known-values.ts";
import { highestClass, isAtLeast, isTrustedAs } from "../language/lattice.ts";
import { writePlanType } from "../language/plan-type.ts";
import { printReference } from "../language/reference.ts";
import { closeName } from "../shape/close-name.ts";
import { code } from "../shape/place.ts";
import { type CompiledKept, type CompiledProvider, isPoolAttribute } from "./compiled-provider.ts";
import { firstOfEach, flowFinding, flowsInto } from "./flow.ts";
import { worstBytes } from "./json-size.ts";
import { pseudonymsForThePool } from "./pseudonym-use.ts";

/** What can be written into a profile as text that is read back as what it was. */
const WRITABLE: readonly string[] = ["string", "bool", "int", "list<string>"];

/**
 * What enters the pool: that the pool can hold it, that no input says less of it than the provider's declaration does,
 * that no old value of it decides, and that somebody needs it.
 *
 * @param isWhole Whether nothing under a place was left out of the map for its shape.
 */
export function checkProviders(
  read: ReadMap,
  known: KnownValues,
  providers: readonly CompiledProvider[],
  isWhole: (path: MapPath) => boolean,
): readonly Finding[] {
  return providers.flatMap((provider) => [
    ...namesOfKept(read, provider),
    ...pseudonymsForThePool(
      read,
      provider.kept.map(({ value }) => value),
    ),
    ...provider.kept.flatMap((kept) => [
      ...unwritable(read, kept),
      ...tooLong(read, provider, kept),
      ...lessPrivate(read, known, provider, kept),
      ...moreTrusted(read, known, provider, kept),
    ]),
    ...(isWhole(provider.path) ? [...unkeptUsername(read, provider), ...unneeded(read, known, provider)] : []),
  ]);
}

/** CS303: what is required, or mapped, and never kept. */
function namesOfKept(read: ReadMap, { path, written, kept }: CompiledProvider): readonly Finding[] {
  if (read.broken([...path, "keep"])) return [];
  const names = kept.map(({ name }) => name);
  const unkept = (name: string, at: MapPath): readonly Finding[] => {
    if (names.includes(name) || read.broken([...path, "keep", name])) return [];
    const close = closeName(name, names);
    const fix = close === undefined ? "Add it to `keep`." : `Write ${code(close)}.`;
    return [finding("CS303", at, read.at(at), `${code(name)} is not kept`, fix)];
  };
  return [
    ...written.required.flatMap((name, index) => unkept(name, [...path, "required", String(index)])),
    ...Object.entries(written.mapping ?? {}).flatMap(([pool, name]) => {
      const at = [...path, "mapping", pool];
      if (isPoolAttribute(pool) || pool === "username") return unkept(name, at);
      const close = closeName(pool, STANDARD_ATTRIBUTES) ?? `custom:${pool}`;
      return [finding("CS303", at, read.at(at), `no pool has an attribute ${code(pool)}`, `Write ${code(close)}.`)];
    }),
  ];
}

function unwritable(read: ReadMap, { value: { compiled, path } }: CompiledKept): readonly Finding[] {
  if (compiled === null || WRITABLE.includes(writePlanType(compiled.type))) return [];
  const message = `a profile holds text, and this is a \`${writePlanType(compiled.type)}\``;
  return [finding("CS305", path, read.within(path, 0), message, "Write it as text: `string(x)`, or `json(x)`.")];
}

/** The most bytes of what is written: no text is longer than its JSON, and no list than its own. */
export function keptBytes({ known }: CompiledProvider, { value: { compiled } }: CompiledKept): number | null {
  if (compiled === null) return null;
  const bytes = worstBytes(compiled.expr, (reference) => known.values.get(printReference(reference))?.declaration);
  return bytes === null || compiled.type !== "string" ? bytes : bytes - 2;
}

function tooLong(read: ReadMap, provider: CompiledProvider, kept: CompiledKept): readonly Finding[] {
  const { compiled, path } = kept.value;
  const bytes = keptBytes(provider, kept);
  if (compiled === null || (bytes !== null && bytes <= LONGEST_ATTRIBUTE)) return [];
  const at = read.within(path, 0);
  const most = LONGEST_ATTRIBUTE.toLocaleString("en");
  if (bytes === null) {
    const fix = "Declare `maxLength` or `values`; `take(l, 20)` bounds a list.";
    return [finding("CS601", path, at, `nothing bounds ${code(kept.name)}, and a profile holds ${most}`, fix)];
  }
  const message = `${code(kept.name)} can have ${bytes.toLocaleString("en")} bytes, and a profile holds ${most} characters`;
  return [finding("CS607", path, at, message, "Lower `maxLength`, or `take` fewer items.")];
}

/**
 * CS411: the way through the pool is one more expression, and no expression lowers a class. What is sensitive says so at
 * its input, or an ID token could show it.
 */
function lessPrivate(
  read: ReadMap,
  known: KnownValues,
  provider: CompiledProvider,
  { name, value, pool }: CompiledKept,
): readonly Finding[] {
  const { type, mapping } = provider.written;
  const flows = firstOfEach(flowsInto(read, provider.known, value));
  const unaccounted = (end: string, fix: string): readonly Finding[] =>
    flows
      .filter((flow) => flow.value.declaration.class === "sensitive")
      .map((flow) => flowFinding("CS411", flow, "a sensitive value that no input accounts for", ` -> ${end}`, fix));
  // No input can say that of a username, which every token shows.
  if (name === USERNAME_CLAIMS[type] || name === mapping?.["username"]) {
    const shown = unaccounted("the username", "Have the provider send another; or declare it as `pii`.");
    if (shown.length > 0) return shown;
  } else if (pool.length === 0) {
    return unaccounted("the user pool", "Do not keep it; or add it to `mapping`, and an input of class `sensitive`.");
  }
  return pool.flatMap((attribute) => {
    const input = inputOf(read, known, attribute);
    if (input === "unclear") return [];
    const printed = printReference(["user", attribute]);
    if (input === undefined) {
      return unaccounted(printed, `Do not keep it; or declare \`user.${attribute}\` as \`sensitive\`.`);
    }
    return flows.flatMap((flow) => {
      const of = flow.value.declaration.class;
      if (isAtLeast(input.declaration.class, of)) return [];
      const end = ` -> ${printed} (${input.declaration.class})`;
      return [
        flowFinding("CS411", flow, `a ${of} value would be less private`, end, `Declare the input as \`${of}\`.`),
      ];
    });
  });
}

/** CS504 and CS505: what decides must not be trusted further than who wrote it, nor longer than it is true. */
function moreTrusted(
  read: ReadMap,
  known: KnownValues,
  provider: CompiledProvider,
  { name, path, value, pool, required }: CompiledKept,
): readonly Finding[] {
  return pool.flatMap((attribute) => {
    const input = inputOf(read, known, attribute);
    if (input === "unclear" || input === undefined || !isTrustedAs(input.trust, "idp")) return [];
    const reference = printReference(["user", attribute]);
    const [flow] = flowsInto(read, provider.known, value);
    return [
      ...(flow && input.trust === "operator"
        ? [
            flowFinding(
              "CS504",
              flow,
              "an identity provider writes what is trusted as an operator's word",
              ` -> ${reference} (operator)`,
              "Write `trust: idp` at the input.",
            ),
          ]
        : []),
      ...(required
        ? []
        : [
            finding(
              "CS505",
              path,
              read.at(path),
              `${code(reference)} is trusted, and where ${code(name)} is unknown its old value stays`,
              `Add \`required: [${name}]\`, and a \`default\` to what may be missing.`,
            ),
          ]),
    ];
  });
}

/** CS809: without it there may be no username, hence no sign-in. */
function unkeptUsername(read: ReadMap, { name, path, written, kept }: CompiledProvider): readonly Finding[] {
  const claim = USERNAME_CLAIMS[written.type];
  if (claim === null || kept.some((each) => each.name === claim)) return [];
  const at = [...path, "keep"];
  const message = `usernames of ${code(name)} are made from ${code(claim)}, which is not kept`;
  return [finding("CS809", at, read.at(at), message, `Declare ${code(claim)}, and keep it.`)];
}

/** CS801: what is declared and never kept. CS810: what is kept and nothing of this map reads. */
function unneeded(
  read: ReadMap,
  known: KnownValues,
  { path, written, known: sent, kept }: CompiledProvider,
): readonly Finding[] {
  const reads = new Set(kept.flatMap(({ value }) => value.reads.map(({ reference }) => printReference(reference))));
  const unread = kept.filter(({ value }) => value.compiled === null).map(({ value }) => value.text);
  return [
    ...[...sent.values.values()].flatMap(({ reference, declaration, path: place }) => {
      const printed = printReference(reference);
      // An expression that could not be read to its end may read anything whose name stands in it.
      const isRead = reads.has(printed) || unread.some((text) => text.includes(reference[1] as string));
      if (place === null || declaration.class === "open" || isRead) return [];
      const message = `nothing keeps the private ${code(printed)}`;
      return [finding("CS801", place, read.at(place), message, "Delete the attribute.")];
    }),
    ...kept.flatMap((each) => {
      const classes = flowsInto(read, sent, each.value).map(({ value }) => value.declaration.class);
      const isNeeded = each.pool.some((attribute) => inputOf(read, known, attribute) !== undefined);
      // Of what is sensitive, CS411 says that nothing accounts for it.
      if (isNeeded || highestClass(classes) !== "pii" || each.name === USERNAME_CLAIMS[written.type]) return [];
      const message =
        each.pool.length === 0
          ? `the map does not say which attribute of the pool the private ${code(each.name)} becomes`
          : `no input reads ${each.pool.map((one) => code(printReference(["user", one]))).join(", ")}, which would be stored`;
      const fix =
        each.pool.length === 0
          ? `Add it to \`mapping\` of ${code(path.at(-1) ?? "")}, or do not keep it.`
          : "Do not keep it, unless something beside the map needs it.";
      return [finding("CS810", each.path, read.at(each.path), message, fix)];
    }),
  ];
}

/** The input a map declares for an attribute of the pool; `unclear` where another finding is about it. */
function inputOf(read: ReadMap, known: KnownValues, attribute: string): KnownValue | "unclear" | undefined {
  const printed = printReference(["user", attribute]);
  if (known.unusable.has(printed) || read.broken(["inputs", `user.${attribute}`])) return "unclear";
  return known.values.get(printed);
}

import type { MapPath, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression } from "../language/compilation.ts";
import type { Foundations } from "../language/foundations.ts";
import { printReference } from "../language/reference.ts";
import { partitionReads, type Standing } from "../language/standing.ts";
import { closeName } from "../shape/close-name.ts";
import { secondsOf } from "../shape/duration.ts";
import { code } from "../shape/place.ts";
import type { CompiledProfile } from "./compiled-profile.ts";
import { firstOfEach, flowFinding, flowsInto } from "./flow.ts";
import { partitionForms } from "./partition-forms.ts";
import { decidingExpressions } from "./source-use.ts";

/** Reads one after the other that leave little of Cognito's five seconds. */
const MANY_WAVES = 3;

/** How old a row may be that grants something, in seconds: as long as a missed revocation may last. */
const LONGEST_STALE_GRANT = 60;

/** CS4xx and CS8xx about sources: reads that wait for each other, old rows that decide, partitions that do not fit. */
export function checkSources(
  read: ReadMap,
  known: Standing,
  profiles: readonly CompiledProfile[],
  foundations: Foundations,
): readonly Finding[] {
  return [
    ...serialReads(read, known),
    ...sensitiveIndexes(read, known),
    ...staleReads(read, known, profiles, foundations),
    ...partitionProblems(read, known, foundations),
    ...partitionForms(read),
  ];
}

function serialReads(read: ReadMap, { waves }: Standing): readonly Finding[] {
  const last = Math.max(0, ...waves.values());
  if (last + 1 < MANY_WAVES) return [];
  return [...waves].flatMap(([name, wave]) => {
    if (wave !== last) return [];
    const path = ["sources", name];
    const message = `\`${name}\` is read after ${wave} others in turn; each can take a second of the 4.2 there are`;
    return [
      finding("CS806", path, read.at(path), message, "Key it by something known earlier, or keep it in one row."),
    ];
  });
}

/** Indexes lag behind their table and cannot be read consistently: a value taken back would still be there. */
function sensitiveIndexes(read: ReadMap, { values }: Standing): readonly Finding[] {
  return Object.entries(read.map.sources).flatMap(([name, { dynamodb }]) => {
    if (dynamodb?.query?.index === undefined) return [];
    return [...values.values()].flatMap(({ reference, declaration, path }) => {
      if (reference[0] !== name || reference.length === 1 || declaration.class !== "sensitive" || path === null)
        return [];
      const message = `\`${reference.join(".")}\` is \`sensitive\` and read through an index, which lags behind its table`;
      return [finding("CS410", path, read.at(path), message, "Read the table itself, by its key.")];
    });
  });
}

function staleReads(
  read: ReadMap,
  known: Standing,
  profiles: readonly CompiledProfile[],
  foundations: Foundations,
): readonly Finding[] {
  const seconds = new Map(
    Object.entries(read.map.sources).flatMap(([name, { onError }]) =>
      typeof onError === "object" ? [[name, secondsOf(onError.stale)] as const] : [],
    ),
  );
  const older = (expression: PlacedExpression | null, than: number, end: string): readonly Finding[] =>
    (expression ? firstOfEach(flowsInto(read, known, expression)) : []).flatMap((flow) => {
      const stale = sourcesBehind(flow.value).find((source) => (seconds.get(source) ?? 0) > than);
      if (stale === undefined) return [];
      const message = than === 0 ? "an old row would decide" : `a row older than ${than} s would grant`;
      const fix = than === 0 ? "Use `onError: deny` or `unknown`." : `Use \`stale: ${than}s\` at most.`;
      return [flowFinding("CS807", flow, message, ` ${end}`, fix)];
    });
  return [
    ...decidingExpressions(profiles, foundations).flatMap(({ expression, end }) => older(expression, 0, end)),
    ...profiles.flatMap(({ claims, rules }) => [
      ...claims.flatMap(({ written, value, when }) =>
        written.effect === "grants"
          ? [value, when].flatMap((each) => older(each, LONGEST_STALE_GRANT, "(grants)"))
          : [],
      ),
      ...rules.flatMap(({ written, when }) =>
        written.add.length > 0 ? older(when, LONGEST_STALE_GRANT, `(adds ${written.add.join(", ")})`) : [],
      ),
    ]),
  ];
}

type Value = Standing["values"] extends ReadonlyMap<string, infer T> ? T : never;

/** The source a value comes from, and those its row's key was built from. */
function sourcesBehind({ reference, key }: Value): readonly string[] {
  return [reference[0], ...key.flatMap(sourcesBehind)];
}

/** A partition gives every value it is chosen by the same names, and no value is left without. */
function partitionProblems(read: ReadMap, known: Standing, { partition: by }: Foundations): readonly Finding[] {
  const { partition, sources, resourceServers } = read.map;
  const found = (code: string, path: MapPath, message: string, fix: string): Finding =>
    finding(code, path, read.at(path), message, fix);
  const texts = [
    ...Object.entries(sources).flatMap(([name, { dynamodb }]) =>
      dynamodb === undefined
        ? []
        : [
            { path: ["sources", name, "dynamodb", "table"], text: dynamodb.table },
            { path: ["sources", name, "dynamodb", "region"], text: dynamodb.region ?? "" },
          ],
    ),
    ...Object.entries(resourceServers).flatMap(([name, { seal }]) =>
      seal === undefined
        ? []
        : [
            { path: ["resourceServers", name, "seal", "key"], text: seal.key },
            { path: ["resourceServers", name, "seal", "region"], text: seal.region ?? "" },
          ],
    ),
  ];
  const names = [...known.values.values()].flatMap(({ reference }) =>
    reference[0] === "partition" ? [reference[1] as string] : [],
  );
  const unknown = texts.flatMap(({ text, path }) =>
    partitionReads(text, path).flatMap(({ reference, offset }) => {
      const name = reference[1] as string;
      if (names.includes(name) || read.broken(["partition"])) return [];
      const close = closeName(name, names);
      const fix =
        close === undefined ? `Declare it in every entry of \`partition\`.` : `Write \`{partition.${close}}\`.`;
      return [finding("CS303", path, read.within(path, offset), `no partition gives ${code(name)}`, fix)];
    }),
  );
  if (partition === undefined || by === null) return unknown;
  const declared =
    by.compiled?.expr.op === "ref"
      ? known.values.get(by.reads.map(({ reference }) => printReference(reference))[0] ?? "")
      : undefined;
  const values = declared?.declaration.values?.filter((each) => typeof each === "string");
  const entries = Object.entries(partition.values);
  return [
    ...unknown,
    ...(by.compiled !== null && values === undefined
      ? [
          found(
            "CS808",
            ["partition", "by"],
            "`by` is not a reference with declared `values`",
            "Read an attribute that lists its `values`.",
          ),
        ]
      : []),
    ...(values ?? []).flatMap((value) =>
      Object.hasOwn(partition.values, value) || read.broken(["partition", value])
        ? []
        : [
            found(
              "CS808",
              ["partition"],
              `${code(value)} can occur and has no entry`,
              `Add an entry for ${code(value)}.`,
            ),
          ],
    ),
    ...entries.flatMap(([value, each]) => {
      const path = ["partition", value];
      const missing = names.filter((name) => !Object.hasOwn(each, name) && !read.broken([...path, name]));
      return [
        ...(values !== undefined && !values.includes(value)
          ? [
              found(
                "CS808",
                path,
                `${code(value)} is none of the values \`by\` can have`,
                "Delete the entry, or list the value.",
              ),
            ]
          : []),
        ...missing.map((name) =>
          found("CS808", path, `${code(value)} does not give ${code(name)}, as other entries do`, `Add ${code(name)}.`),
        ),
      ];
    }),
  ];
}

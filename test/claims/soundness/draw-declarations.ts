import type { Class, Trust } from "../../../claims/plan.ts";
import type { Random } from "../../canary/random.ts";
import type { Kind, Readable } from "./expressions.ts";

/** A value that facts are drawn for, as its declaration has it. */
export type Place = {
  /** `user.custom:u0`, `client.metadata.m1`, `s0.a2`. */
  readonly name: string;
  readonly kind: Kind;
  readonly class: Class;
  readonly trust: Trust;
  readonly isListed: boolean;
  readonly isUnbounded: boolean;
};

/** A source that rows are drawn for. */
export type DrawnSource = {
  readonly name: string;
  readonly isQuery: boolean;
  readonly attributes: readonly Place[];
  /** Names of the places its key is built from, at any distance. */
  readonly behind: ReadonlySet<string>;
  readonly keyDeclassify: boolean;
};

type Written = { readonly [key: string]: unknown };

/** What is declared so far: the parts of the map, and what may be read of it. */
export type Declared = {
  readonly inputs: { [name: string]: Written };
  readonly sources: { [name: string]: Written };
  readonly places: Place[];
  readonly drawnSources: DrawnSource[];
  readonly readables: Readable[];
  /** A place and those its row was chosen by, or those a tenant or a partition comes from; by the reference. */
  readonly behind: Map<string, ReadonlySet<string>>;
};

const CLASSES: readonly Class[] = ["open", "pii", "sensitive"];
const TRUSTS: readonly Trust[] = ["caller", "user", "idp", "operator"];

export const highest = (...classes: readonly Class[]): Class =>
  CLASSES.findLast((one) => classes.includes(one)) ?? "open";
export const lowest = (...trusts: readonly Trust[]): Trust => TRUSTS.find((one) => trusts.includes(one)) ?? "operator";
export const isAtMost = (one: Class, most: Class): boolean => CLASSES.indexOf(one) <= CLASSES.indexOf(most);
export const isTrusted = (one: Trust, least: Trust): boolean => TRUSTS.indexOf(one) >= TRUSTS.indexOf(least);

const SIGNED = { reason: "it was decided", approvedBy: "dpo@example.eu" };
const NOBODY: ReadonlySet<string> = new Set();

const TYPES: { readonly [kind in Kind]: string } = {
  string: "string",
  bool: "bool",
  int: "int",
  list: "list<string>",
  timestamp: "timestamp",
  map: "map<string, string>",
  fields: "map",
};

/** What every map can read without declaring it. */
export function nothingDeclared(): Declared {
  const builtIn = (text: string, kind: Kind, trust: Trust, isPersonal: boolean): Readable => ({
    text,
    kind,
    class: "open",
    trust,
    isPersonal,
  });
  return {
    inputs: {},
    sources: {},
    places: [],
    drawnSources: [],
    readables: [
      builtIn("user.sub", "string", "operator", true),
      builtIn("client.id", "string", "operator", false),
      builtIn("request.grant", "string", "operator", false),
      builtIn("request.scopes", "list", "caller", false),
    ],
    behind: new Map(),
  };
}

/** Declares what Cognito hands over. */
export function drawInputs(declared: Declared, random: Random): void {
  for (let index = 0; index < 2 + random.int(4); index += 1) {
    const kind = random.pick(["string", "string", "string", "int", "bool"] as const);
    const trust = random.pick([undefined, undefined, "idp", "operator"] as const);
    addInput(declared, random, `user.u${index}`, kind, random.pick(CLASSES), trust ?? "user", trust);
  }
  if (random.chance(0.4)) addInput(declared, random, "user.email", "string", "pii", "user", undefined);
  if (random.chance(0.3)) addInput(declared, random, "user.birthdate", "string", "pii", "user", undefined);
  if (random.chance(0.4)) {
    addInput(declared, random, "user.groups", "list", random.pick(["open", "open", "pii", "sensitive"]), "operator");
  }
  for (let index = 0; index < random.int(3); index += 1) {
    const level = random.chance(0.85) ? "open" : "pii";
    addInput(declared, random, `client.metadata.m${index}`, "string", level, "caller", undefined);
  }
}

/** Declares something a partition can be chosen by. */
export function addRegion(declared: Declared, random: Random): void {
  const level = random.pick(["open", "open", "pii", "sensitive"] as const);
  const place = { ...drawPlace(random, "user.region", "string", level, "operator"), isListed: true };
  add(declared, random, place, { trust: "operator" });
}

/** Declares open texts that may be longer than a token; the names of the claims that show them. */
export function addLongTexts(declared: Declared, random: Random): readonly string[] {
  return ["user.long0", "user.long1", "user.long2"].map((name) => {
    const place = { ...drawPlace(random, name, "string", "open", "user"), isListed: false, isUnbounded: true };
    add(declared, random, place, {});
    return name;
  });
}

function addInput(
  declared: Declared,
  random: Random,
  name: string,
  kind: Kind,
  level: Class,
  trust: Trust,
  stated?: Trust,
): void {
  add(declared, random, drawPlace(random, name, kind, level, trust), stated ? { trust: stated } : {});
}

function add(declared: Declared, random: Random, place: Place, stated: Written): void {
  const { name } = place;
  declared.inputs[name] = { ...declarationOf(random, place), ...stated };
  declared.places.push(place);
  declared.readables.push(readableOf(place, name, name.startsWith("user.")));
  declared.behind.set(name, new Set([name]));
}

function codeOf(kind: string, name: string): { readonly custom: string } | { readonly chain: string } {
  return kind === "chain"
    ? { chain: `arn:aws:lambda:eu-central-1:111122223333:function:${name}` }
    : { custom: `hook_${name}` };
}

/** Declares a source whose row is found by what can be read already. */
export function drawSource(declared: Declared, random: Random, partitioned: readonly string[]): void {
  const name = `s${declared.drawnSources.length}`;
  const kind = random.pick(["row", "row", "row", "query", "query", "custom", "chain"] as const);
  const stated = random.pick<Trust>(["operator", "operator", "operator", "idp", "user", "caller"]);
  const isOpenOnly = random.chance(0.3);
  const drawn = Array.from({ length: 1 + random.int(4) }, (_, index) => {
    const type = random.pick([
      "string",
      "string",
      "string",
      "bool",
      "int",
      "list",
      "timestamp",
      "map",
      "fields",
    ] as const);
    const level = isOpenOnly ? "open" : random.pick(CLASSES);
    return { attribute: `a${index}`, type, level };
  });
  const isCode = kind === "custom" || kind === "chain";
  const key = isCode
    ? null
    : drawKey(
        declared,
        random,
        drawn.some(({ level }) => level !== "open"),
      );
  const isPartitioned = !isCode && partitioned.length > 0 && random.chance(0.5);
  const keyReads = [...(key?.reads ?? []), ...(isPartitioned ? [random.pick(partitioned)] : [])];
  const reads = keyReads.flatMap((text) => declared.readables.filter((each) => each.text === text));
  const keyClass = highest(...reads.map((each) => each.class));
  const trust = lowest(stated, ...reads.map((each) => each.trust));
  const keyDeclassify = !isCode && keyClass !== "open" && random.chance(0.5);
  const least = keyDeclassify && keyClass === "pii" ? "open" : keyClass;
  const isPersonal = reads.some((each) => each.isPersonal);
  const attributes = drawn.map(({ attribute, type, level }) =>
    drawPlace(random, `${name}.${attribute}`, type, level, stated),
  );
  const behind = new Set(keyReads.flatMap((text) => [...(declared.behind.get(text) ?? NOBODY)]));
  const table = isPartitioned ? `t-{${keyReads.at(-1)}}` : `table-${name}`;
  declared.sources[name] = {
    ...(key === null ? codeOf(kind, name) : { dynamodb: { table, ...readBy(random, kind, key) } }),
    ...(keyDeclassify && { keyDeclassify: SIGNED }),
    trust: stated,
    onMissing: random.pick(["deny", "empty", "empty"]),
    onError: random.pick(["deny", "unknown"]),
    attributes: Object.fromEntries(attributes.map((place, index) => [`a${index}`, declarationOf(random, place)])),
  };
  declared.places.push(...attributes);
  declared.drawnSources.push({ name, isQuery: kind === "query", attributes, behind, keyDeclassify });
  for (const place of attributes) {
    const text = kind === "query" ? place.name.slice(name.length + 1) : place.name;
    declared.readables.push({
      ...readableOf({ ...place, class: highest(place.class, least), trust }, text, isPersonal),
      ...(kind === "query" && { rows: name }),
    });
    declared.behind.set(place.name, new Set([place.name, ...behind]));
  }
}

type Key = { readonly templates: { readonly pk: string; readonly sk?: string }; readonly reads: readonly string[] };

/** One row by its key, or several by theirs; of a sort key, now and then the beginning. */
function readBy(random: Random, kind: string, { templates }: Key): Written {
  if (kind === "row") return { key: templates };
  const { pk, sk } = templates;
  const key =
    sk !== undefined && random.chance(0.5) ? { key: { pk }, beginsWith: { sk: `${sk}#` } } : { key: templates };
  return { query: { ...key, limit: 1 + random.int(3), onMore: random.pick(["deny", "cut"]) } };
}

/** What a row is looked up by. Mostly nobody can choose a row with private attributes in it. */
function drawKey({ readables }: Declared, random: Random, isPrivate: boolean): Key {
  const texts = readables.filter(({ kind, rows, text }) => kind === "string" && rows === undefined && text !== "now");
  const safe = isPrivate && random.chance(0.95);
  const usable = texts.filter(({ trust, text }) => text !== "request.grant" && (!safe || trust === "operator"));
  const found = usable.filter(({ text }) => /^(?:s\d|tenant|partition)\./.test(text));
  const one = random.chance(0.35)
    ? "user.sub"
    : found.length > 0 && random.chance(0.5)
      ? random.pick(found).text
      : random.pick(usable).text;
  const other = random.pick(usable).text;
  return random.chance(0.2)
    ? { templates: { pk: `K#{${one}}`, sk: `{${other}}` }, reads: [one, other] }
    : { templates: { pk: random.chance(0.5) ? `K#{${one}}` : `{${one}}` }, reads: [one] };
}

function drawPlace(random: Random, name: string, kind: Kind, level: Class, trust: Trust): Place {
  const isText = kind === "string" || kind === "list" || kind === "map";
  const isUnbounded = isText && random.chance(0.1);
  return { name, kind, class: level, trust, isListed: kind === "string" && random.chance(0.3), isUnbounded };
}

function declarationOf(random: Random, { kind, class: level, isListed, isUnbounded }: Place): Written {
  const isText = kind === "string" || kind === "list" || kind === "map";
  return {
    type: TYPES[kind],
    class: level,
    ...(level !== "open" && { purpose: "a test" }),
    ...(isListed && { values: ["a", "b"] }),
    ...(isText && !isListed && !isUnbounded && { maxLength: 80 }),
    ...((kind === "list" || kind === "map") && !isUnbounded && { maxItems: 3 }),
    ...(kind === "int" && random.chance(0.5) && { min: 0, max: 3 }),
    ...(kind === "fields" && { fields: { city: { type: "string", maxLength: 20 }, zip: { type: "int" } } }),
    ...(kind === "string" && random.chance(0.1) && { default: "a" }),
    ...(kind === "string" && !isListed && random.chance(0.1) && { pattern: "[^z]*" }),
  };
}

function readableOf(
  { kind, class: level, trust, isListed, isUnbounded }: Place,
  text: string,
  isPersonal: boolean,
): Readable {
  return { text, kind, class: level, trust, isPersonal, hasValues: isListed, isUnbounded };
}

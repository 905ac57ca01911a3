import { randomFrom } from "../../canary/random.ts";
import {
  addLongTexts,
  addRegion,
  type Declared,
  type DrawnSource,
  drawInputs,
  drawSource,
  highest,
  isTrusted,
  lowest,
  nothingDeclared,
  type Place,
} from "./draw-declarations.ts";
import { drawProfile, type Grants } from "./draw-profile.ts";
import { type Drawing, type Image, SPOTS, wordsFor } from "./drawing.ts";
import { drawCondition, drawList, drawText, type Readable } from "./expressions.ts";

/** A random claim map with what facts are drawn by. */
export type DrawnMap = {
  readonly text: string;
  readonly places: readonly Place[];
  readonly sources: readonly DrawnSource[];
  /** What is declassified: a place, and what stays of it; null where it has to stay as it is. */
  readonly declassified: readonly { readonly place: string; readonly image: Image | null }[];
  /** What somebody vouched for, by the reference in the map. */
  readonly endorsed: ReadonlySet<string>;
  /** Parts of the language that the map uses. */
  readonly features: ReadonlySet<string>;
  /** A place and what its row, its tenant or its partition was chosen by; by the reference. */
  readonly behind: ReadonlyMap<string, ReadonlySet<string>>;
};

/** How a map is drawn apart from chance. */
export type Wishes = { readonly isDropping?: boolean };

const SERVERS = ["care", "lab"] as const;

/** Draws a map that is mostly legal: each place reads mostly what may be read there. */
export function drawMap(seed: readonly number[], { isDropping = false }: Wishes = {}): DrawnMap {
  const random = randomFrom(...seed);
  const events = isDropping ? "V2" : random.pick(["V1", "V2", "V2", "V2", "V2", "V3", "V3", "V3"] as const);
  const drawing: Drawing = {
    random,
    declared: nothingDeclared(),
    features: new Set([events]),
    declassified: [],
    endorsed: new Set(),
    events,
    isDropping: isDropping || random.chance(0.15),
    leaksAt: random.chance(0.5) ? random.pick(SPOTS) : null,
  };
  const { declared } = drawing;
  drawInputs(declared, random);
  const long = isDropping ? addLongTexts(declared, random) : [];
  const sourcesFirst = 1 + random.int(3);
  for (let index = 0; index < sourcesFirst; index += 1) drawSource(declared, random, []);
  const partition = random.chance(0.3) ? drawPartition(drawing) : undefined;
  const tenant = random.chance(0.4) ? drawTenant(drawing) : undefined;
  const names = partition ? ["partition.p"] : [];
  for (let index = 0; index < 1 + random.int(2); index += 1) drawSource(declared, random, names);
  const define = drawDefinitions(drawing);
  const isShared = random.chance(0.3);
  const shared = isShared ? drawProfile(drawing, ["user", "client_credentials"], "shared") : undefined;
  const profiles = [
    ["people", ["user"], ["web1"]],
    ...(random.chance(0.25) && events === "V3" ? ([["machines", ["client_credentials"], ["job1"]]] as const) : []),
  ] as readonly (readonly [name: string, grants: readonly Grants[], clients: readonly string[]])[];
  const map = {
    version: 1,
    name: "random",
    revision: "1",
    pool: { events, usernames: "opaque" },
    inputs: declared.inputs,
    sources: declared.sources,
    ...(tenant && { tenant }),
    ...(partition && { partition }),
    ...(random.chance(0.95) && { pseudonyms: { key: "${env:KEY}" } }),
    ...(Object.keys(define).length > 0 && { define }),
    ...(shared && { claimSets: { shared: { claims: shared.claims, scopes: shared.scopes } } }),
    resourceServers: events === "V1" ? {} : drawServers(drawing, partition !== undefined),
    profiles: Object.fromEntries(
      profiles.map(([name, grants, clients]) => [
        name,
        {
          match: { grants, clients },
          ...(isShared && { use: ["shared"] }),
          ...drawProfile(drawing, grants, name, long).whole,
        },
      ]),
    ),
    limits: {
      accessToken: isDropping ? 4000 : 16_000,
      idToken: isDropping ? 4000 : 16_000,
      onOversize: drawing.isDropping ? "drop" : "deny",
    },
  };
  note(drawing, map);
  return {
    text: JSON.stringify(map),
    places: declared.places,
    sources: declared.drawnSources,
    declassified: drawing.declassified,
    endorsed: drawing.endorsed,
    features: drawing.features,
    behind: declared.behind,
  };
}

/** A tenant is as private as all it is worked out from, and as trustworthy as the list it must be in. */
function drawTenant(drawing: Drawing): object {
  const { random, declared } = drawing;
  const { requested, allowed, fallback } = {
    requested: wordsFor(drawing, random.pick(["open", "open", "pii"]), "caller", "tenant", { depth: 1 }),
    allowed: wordsFor(drawing, random.pick(["open", "open", "pii", "sensitive"]), "idp", "tenant"),
    fallback: wordsFor(drawing, "open", "caller", "tenant"),
  };
  const metadata = declared.readables.filter(({ text }) => text.startsWith("client.metadata."));
  const written = {
    requested: metadata.length > 0 && random.chance(0.7) ? random.pick(metadata).text : drawText(requested),
    allowed: random.chance(0.3) ? "['a', 'b']" : drawList(allowed),
    ...(random.chance(0.5) && { default: drawText(fallback) }),
    otherwise: random.pick(["deny", "none", "none"]),
  };
  addDerived(drawing, "tenant.id", Object.values(written).join(" "), written.allowed);
  return written;
}

/** A partition is chosen by a value that lists what it can be. */
function drawPartition(drawing: Drawing): object {
  const { random, declared } = drawing;
  addRegion(declared, random);
  const usable = declared.readables.filter(
    ({ hasValues, rows, trust }) => hasValues && rows === undefined && (isTrusted(trust, "idp") || random.chance(0.1)),
  );
  const by = random.pick(usable).text;
  addDerived(drawing, "partition.p", by, by);
  return { by, a: { p: "eu-one" }, b: { p: "us-two" } };
}

/** Something every expression may read that is worked out from others. */
function addDerived({ declared }: Drawing, text: string, from: string, trustFrom: string): void {
  const reads = readIn(declared.readables, from);
  const trusted = readIn(declared.readables, trustFrom);
  declared.readables.push({
    text,
    kind: "string",
    class: highest(...reads.map((each) => each.class)),
    trust: lowest(...trusted.map((each) => each.trust)),
    isPersonal: reads.some((each) => each.isPersonal),
  });
  declared.behind.set(
    text,
    new Set(reads.flatMap(({ text: name, rows }) => [...behindOf(declared, rows ? `${rows}.${name}` : name)])),
  );
}

function behindOf({ behind }: Declared, name: string): readonly string[] {
  return [name, ...(behind.get(name) ?? [])];
}

/** The readables whose names stand in a text; an attribute of rows wherever its query does. */
function readIn(readables: readonly Readable[], text: string): readonly Readable[] {
  return readables.filter(({ text: name, rows }) =>
    new RegExp(`\\b${(rows ?? name).replace(/[.?]/g, "\\.\\??")}\\b`).test(text),
  );
}

function drawDefinitions(drawing: Drawing): { readonly [name: string]: string } {
  const { random, declared } = drawing;
  const define: { [name: string]: string } = {};
  for (let index = 0; index < random.int(3); index += 1) {
    const isText = random.chance(0.6);
    const words = wordsFor(
      drawing,
      random.pick(["open", "open", "pii", "sensitive"]),
      random.pick(["caller", "idp"]),
      "define",
    );
    const text = isText ? drawText(words) : drawCondition(words);
    const reads = readIn(declared.readables, text);
    define[`d${index}`] = text;
    declared.readables.push({
      text: `def.d${index}`,
      kind: isText ? "string" : "bool",
      class: highest(...reads.map((each) => each.class)),
      trust: lowest(...reads.map((each) => each.trust)),
      isPersonal: reads.some((each) => each.isPersonal),
      isUnbounded: true,
    });
  }
  return define;
}

function drawServers({ random }: Drawing, isPartitioned: boolean): object {
  return Object.fromEntries(
    SERVERS.map((name) => {
      const key =
        isPartitioned && random.chance(0.5) ? "arn:aws:kms:eu-central-1:111122223333:key/{partition.p}" : "${env:KEY}";
      const seal = { key, pad: random.pick(["steps", "steps", "max"]) };
      return [
        name,
        { identifier: name, scopes: ["read", "write"], seal, readers: ["arn:aws:iam::111122223333:role/api"] },
      ];
    }),
  );
}

/** Notes what of the language a map uses, so that the test can say what it was about. */
function note({ features, declared }: Drawing, map: object): void {
  const text = JSON.stringify(map);
  const marks: readonly (readonly [feature: string, mark: RegExp])[] = [
    ["tenant", /tenant\.id\b/],
    ["partition", /"partition":/],
    ["partitioned key", /key\/\{partition/],
    ["partitioned table", /t-\{partition/],
    ["define", /def\.d\d/],
    ["claim set", /"use":/],
    ["machines", /"machines":/],
    ["refuse", /"refuse":/],
    ["only", /"only":/],
    ["remove", /"remove":/],
    ["otherwise", /"effect":"restricts"[^}]*"otherwise"/],
    ["declassify", /"declassify":/],
    ["endorse", /"endorse":/],
    ["keyDeclassify", /"keyDeclassify":/],
    ["query", /"query":/],
    ["hook", /"custom":/],
    ["chain", /"chain":/],
    ["group filter", /"filter":"[^n]/],
    ["drop", /"onOversize":"drop"/],
    ["pad", /"pad":"max"/],
    ["asked for", /in request\.scopes/],
    ["macro", /\.(?:exists|all|filter|map)\(/],
    ["rows", /s\d\.(?:exists|all|filter|map|size|exists_one)\(/],
    ["pseudonym", /pseudonym\(/],
    ["matches", /matches\(/],
    ["optional", /\.\?/],
  ];
  for (const [feature, mark] of marks) if (mark.test(text)) features.add(feature);
  for (const { name, behind } of declared.drawnSources) {
    if ([...behind].some((place) => place.startsWith("s"))) features.add("keyed by a source");
    if ([...behind].some((place) => place.startsWith("client.metadata"))) features.add("keyed by the caller");
    if (new RegExp(`"${name}":\\{[^}]*\\{tenant\\.id\\}`).test(text)) features.add("keyed by the tenant");
  }
}

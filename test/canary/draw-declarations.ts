import type { MapDocument, WrittenServer, WrittenSource, WrittenType, WrittenValue } from "./map-document.ts";
import type { Random } from "./random.ts";

/**
 * What the values of one map are like. Where a `sensitive` one is in an envelope nothing in it may be without bounds,
 * so a map has either.
 */
export type Kind = { readonly classes: readonly WrittenValue["class"][]; readonly isBounded: boolean };

/** Both kinds of map. */
export const KINDS: readonly Kind[] = [
  { classes: ["open", "open", "pii", "pii", "sensitive"], isBounded: true },
  { classes: ["open", "pii"], isBounded: false },
];

const PERSONAL = ["email", "name", "phone_number", "given_name", "birthdate", "address", "preferred_username"];
const CUSTOM = ["custom:employer", "custom:level", "custom:since", "custom:vip", "dev:custom:note"];
/** Names that every JavaScript object answers to are names like any other. */
const ATTRIBUTES = [
  "phone",
  "legalName",
  "department",
  "level",
  "since",
  "suspended",
  "roles",
  "contacts",
  "toString",
  "home address",
  "x-1",
];
const TYPES: ReadonlyMap<string, WrittenType> = new Map([
  ["custom:level", "int"],
  ["custom:since", "timestamp"],
  ["custom:vip", "bool"],
  ["level", "int"],
  ["since", "timestamp"],
  ["suspended", "bool"],
  ["roles", "list<string>"],
  ["contacts", "map<string, string>"],
]);

/** What an open text is: one of few words, so that conditions on it come out both ways. */
export const WORDS: readonly string[] = ["alpha", "beta", "gamma", "a7", "delta/epsilon"];

/** What Cognito hands over. */
export function drawInputs(random: Random, kind: Kind): MapDocument["inputs"] {
  const personal = random.some(PERSONAL, 0.4).map((name) => {
    return [
      `user.${name}`,
      drawDeclared(random, "string", random.pick(kind.classes.filter((each) => each !== "open")), kind),
    ] as const;
  });
  const custom = random.some(CUSTOM, 0.4).map((name) => {
    const trust = random.chance(0.3) ? { trust: random.pick(["idp", "operator"] as const) } : {};
    return [
      `user.${name}`,
      { ...drawDeclared(random, TYPES.get(name) ?? "string", random.pick(kind.classes), kind), ...trust },
    ] as const;
  });
  const metadata = random
    .some(["k1", "k2"], 0.4)
    .map(
      (name) => [`client.metadata.${name}`, drawDeclared(random, "string", random.pick(kind.classes), kind)] as const,
    );
  const groups = random.chance(0.5)
    ? [["user.groups", drawDeclared(random, "list<string>", random.pick(kind.classes), kind)] as const]
    : [];
  return Object.fromEntries([...personal, ...custom, ...metadata, ...groups]);
}

/** Tables, of every trust, some with keys of two parts. */
export function drawSources(random: Random, kind: Kind): MapDocument["sources"] {
  return Object.fromEntries(
    random.some(["staff", "device", "member"], 0.6).map((name): [string, WrittenSource] => {
      const owner = name === "device" ? "{client.id}" : random.pick(["{user.sub}", "{user.sub}", "{client.id}"]);
      const attributes = random.some(ATTRIBUTES, 0.45);
      return [
        name,
        {
          dynamodb: {
            table: random.chance(0.5) ? `\${env:${name.toUpperCase()}_TABLE}` : `${name}-rows`,
            ...(random.chance(0.5) && { region: "eu-central-1" }),
            key: { pk: `${name.toUpperCase()}#${owner}`, ...(random.chance(0.3) && { sk: "PROFILE" }) },
            ...(random.chance(0.5) && { consistent: random.chance(0.5) }),
          },
          trust: random.pick(["operator", "operator", "operator", "idp", "user", "caller"]),
          ...(random.chance(0.3) && { residency: ["eu-central-1", "eu-west-1"] }),
          onMissing: random.pick(["deny", "empty"]),
          onError: "deny",
          attributes: Object.fromEntries(
            (attributes.length > 0 ? attributes : ["phone"]).map((each) => [
              each,
              drawDeclared(random, typeOf(each, random), random.pick(kind.classes), kind),
            ]),
          ),
        },
      ];
    }),
  );
}

function typeOf(name: string, random: Random): WrittenType {
  return TYPES.get(name) ?? random.pick(["string", "string", "string", "int", "list<string>"]);
}

function drawDeclared(random: Random, type: WrittenType, level: WrittenValue["class"], kind: Kind): WrittenValue {
  const isText = type === "string" || type === "list<string>" || type === "map<string, string>";
  const isListed = level === "open" && isText && random.chance(0.4);
  const isBounded = kind.isBounded || random.chance(0.7);
  return {
    type,
    class: level,
    ...(level !== "open" && { purpose: "to be kept" }),
    ...(isListed && { values: WORDS }),
    ...(isText && !isListed && isBounded && { maxLength: 40 + random.int(30) }),
    ...(type.includes("<") && isBounded && { maxItems: 3 }),
    ...(level === "open" && type === "string" && random.chance(0.2) && { default: "alpha" }),
    ...(level === "open" && type === "int" && random.chance(0.2) && { default: 4 }),
  };
}

/** One to three APIs, most of which can open what is sealed for them. */
export function drawServers(random: Random): MapDocument["resourceServers"] {
  const names = ["care", "care-api", "billing"].slice(0, 1 + random.int(3));
  const identifiers: { readonly [name: string]: string } = { billing: "https://billing.example.com" };
  return Object.fromEntries(
    names.map((name): [string, WrittenServer] => [
      name,
      {
        identifier: identifiers[name] ?? name,
        scopes: ["read", "write"],
        readers: ["arn:aws:iam::111122223333:role/reader"],
        ...(random.chance(0.9) && {
          seal: {
            key: `\${env:${name.toUpperCase().replace("-", "_")}_ARN}`,
            region: "eu-central-1",
            mode: "envelope",
          },
        }),
      },
    ]),
  );
}

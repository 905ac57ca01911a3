import { createPublicKey } from "node:crypto";
import type {
  MapPath,
  ReadMap,
  WrittenClaim,
  WrittenClaimSet,
  WrittenDeclaration,
  WrittenIdToken,
  WrittenInput,
  WrittenProfile,
  WrittenResourceServer,
  WrittenScopeRule,
  WrittenSeal,
  WrittenSource,
  WrittenTable,
} from "../claim-map.ts";
import { isPartitioned } from "../gather/partition.ts";
import { isPublicKey } from "../public-key.ts";
import { secondsOf } from "./duration.ts";
import { anyOf, code } from "./place.ts";

/** A rule of the shape that takes more than one key to see. */
export type WrittenProblem = {
  readonly code: "CS104" | "CS106" | "CS111";
  readonly path: MapPath;
  readonly message: string;
  readonly fix: string;
};

type Rule<T> = (part: T, path: MapPath, read: ReadMap) => readonly (WrittenProblem | false)[];

/** What a map lacks or contradicts across keys: mandatory keys that depend on others, and claims that reach nobody. */
export function writtenProblems(read: ReadMap): readonly WrittenProblem[] {
  const { inputs, sources, resourceServers, federation, profiles, claimSets } = read.map;
  const each = <T>(
    parts: { readonly [name: string]: T },
    at: MapPath,
    rule: Rule<T>,
  ): readonly (WrittenProblem | false)[] =>
    Object.entries(parts).flatMap(([name, part]) => rule(part, [...at, name], read));
  const shared = (
    part: Pick<WrittenClaimSet, "claims" | "scopes">,
    at: MapPath,
  ): readonly (WrittenProblem | false)[] => [
    ...each(part.claims, [...at, "claims"], claimRule),
    ...part.scopes.flatMap((rule, index) => scopeRule(rule, [...at, "scopes", String(index)], read)),
  ];
  const problems = [
    ...each(inputs, ["inputs"], inputRule),
    ...each(inputs, ["inputs"], declarationRule),
    ...each(sources, ["sources"], sourceRule),
    ...Object.entries(sources).flatMap(([name, { attributes }]) =>
      each(attributes, ["sources", name, "attributes"], declarationRule),
    ),
    ...Object.entries(federation?.providers ?? {}).flatMap(([name, { attributes }]) =>
      each(attributes, ["federation", "providers", name, "attributes"], declarationRule),
    ),
    ...each(resourceServers, ["resourceServers"], resourceServerRule),
    ...each(claimSets, ["claimSets"], shared),
    ...each(profiles, ["profiles"], profileRule),
    ...each(profiles, ["profiles"], shared),
  ];
  return problems.filter((problem) => problem !== false);
}

/** One of several keys, and no two of them. */
function oneOf(
  part: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  what: string,
  path: MapPath,
  read: ReadMap,
): readonly (WrittenProblem | false)[] {
  const there = keys.filter((key) => part[key] !== undefined || read.broken([...path, key]));
  const [first = "", second = ""] = there;
  return [
    there.length === 0 && {
      code: "CS104",
      path,
      message: `${what} has none of ${anyOf(keys)}`,
      fix: `Add ${anyOf(keys)}.`,
    },
    there.length > 1 && {
      code: "CS111",
      path: [...path, second],
      message: `${what} has ${code(first)} and ${code(second)}`,
      fix: "Keep one of the two.",
    },
  ];
}

const sourceRule: Rule<WrittenSource> = (source, path, read) => {
  const name = `source ${code(path.at(-1) ?? "")}`;
  const { dynamodb, keyDeclassify } = source;
  const at = [...path, "dynamodb"];
  return [
    ...oneOf(source, ["dynamodb", "custom", "chain"], name, path, read),
    keyDeclassify !== undefined &&
      dynamodb === undefined &&
      !read.broken(at) && {
        code: "CS111",
        path: [...path, "keyDeclassify"],
        message: `${name} has no key that could be declassified`,
        fix: "Delete `keyDeclassify`.",
      },
    ...(dynamodb === undefined ? [] : tableRules(dynamodb, name, at, read)),
  ];
};

function tableRules(
  table: WrittenTable,
  name: string,
  path: MapPath,
  read: ReadMap,
): readonly (WrittenProblem | false)[] {
  const { query, consistent } = table;
  return [
    ...oneOf(table, ["key", "query"], `\`dynamodb\` of ${name}`, path, read),
    query?.index !== undefined &&
      consistent && {
        code: "CS111",
        path: [...path, "consistent"],
        message: `${name} asks an index, which cannot be read consistently`,
        fix: "Delete `consistent`, or read the table itself.",
      },
    query?.beginsWith !== undefined &&
      Object.keys(query.key).length > 1 && {
        code: "CS111",
        path: [...path, "query", "beginsWith"],
        message: `${name} states its sort key whole and by its beginning`,
        fix: "Keep one of the two.",
      },
  ];
}

const declarationRule: Rule<WrittenDeclaration> = (declaration, path, read) => [
  declaration.class !== "open" &&
    declaration.purpose === undefined &&
    !read.broken([...path, "purpose"]) && {
      code: "CS104",
      path: [...path, "purpose"],
      message: `${code(path.at(-1) ?? "")} is ${code(declaration.class)} and has no \`purpose\``,
      fix: "Add `purpose`: what it is needed for.",
    },
];

const inputRule: Rule<WrittenInput> = ({ trust }, path) => {
  const name = path.at(-1) ?? "";
  const isChosenByCaller = name.startsWith("client.metadata.");
  return [
    name === "user.sub" && {
      code: "CS111",
      path,
      message: "`user.sub` is there without being declared, and always `open`",
      fix: "Delete it.",
    },
    name.startsWith("user.custom.") && {
      code: "CS106",
      path,
      message: `${code(name)} is no attribute: custom ones are written with a colon`,
      fix: `Write ${code(name.replace("user.custom.", "user.custom:"))}.`,
    },
    trust !== undefined &&
      (isChosenByCaller || name === "user.groups") && {
        code: "CS111",
        path: [...path, "trust"],
        message: isChosenByCaller
          ? `${code(name)} is chosen by the caller: no \`trust\` can be stated for it`
          : "`user.groups` is Cognito's own word: its trust is `operator`",
        fix: "Delete `trust`.",
      },
  ];
};

const resourceServerRule: Rule<WrittenResourceServer> = ({ seal, readers }, path, read) => {
  const name = code(path.at(-1) ?? "");
  const isReadersOwn = seal !== undefined && isPublicKey(seal.key);
  const region = /^arn:[^:]+:kms:([^:]+):/.exec(seal?.key ?? "")?.[1];
  const isVariable = seal?.region?.startsWith("${") === true;
  return [
    ...(seal === undefined ? [] : sealRules(seal, name, [...path, "seal"], read)),
    seal !== undefined &&
      !isReadersOwn &&
      readers.length === 0 &&
      !read.broken([...path, "readers"]) && {
        code: "CS104",
        path: [...path, "readers"],
        message: `resource server ${name} has a \`seal\` and no \`readers\``,
        fix: "Add `readers`: the ARNs of the roles that may open it, or `${env:NAME}`.",
      },
    region !== undefined &&
      seal?.region !== undefined &&
      !isVariable &&
      seal.region !== region && {
        code: "CS111",
        path: [...path, "seal", "region"],
        message: `the key of ${name} is in ${code(region)} by its ARN, and in ${code(seal.region)} by its \`region\``,
        fix: "Correct one of the two, or delete `region`.",
      },
  ];
};

const MAX_AGE = { least: 300, most: 86_400 };

function sealRules(
  { key, mode, publicKey, dataKey }: WrittenSeal,
  name: string,
  path: MapPath,
  read: ReadMap,
): readonly (WrittenProblem | false)[] {
  if (read.broken([...path, "mode"])) return [];
  const isPublic = isPublicKey(key);
  const only = (part: string, of: WrittenSeal["mode"]): WrittenProblem => ({
    code: "CS111",
    path: [...path, part],
    message: `${code(part)} of ${name} says nothing under ${code(`mode: ${mode}`)}`,
    fix: `Delete ${code(part)}, or write ${code(`mode: ${of}`)}.`,
  });
  const seconds = secondsOf(dataKey?.maxAge ?? "");
  return [
    publicKey !== undefined && mode !== "asymmetric" && only("publicKey", "asymmetric"),
    dataKey !== undefined && mode !== "envelope" && only("dataKey", "envelope"),
    isPublic &&
      mode !== "asymmetric" && {
        code: "CS111",
        path: [...path, "key"],
        message: `the key of ${name} is a public key, and ${code(`mode: ${mode}`)} seals by KMS`,
        fix: "Write a KMS key's ARN, or `mode: asymmetric`.",
      },
    publicKey !== undefined &&
      (isPublic || isPartitioned(key)) && {
        code: "CS111",
        path: [...path, "publicKey"],
        message: `the key of ${name} ${isPublic ? "is a public key itself" : "differs by partition, and `publicKey` does not"}`,
        fix: "Delete `publicKey`.",
      },
    ...(["key", "publicKey"] as const).map(
      (part): WrittenProblem | false =>
        !isOnCurve({ key, publicKey }[part]) && {
          code: "CS106",
          path: [...path, part],
          message: `${code(part)} of ${name} is not a point of P-256`,
          fix: "Copy it anew: `aws kms get-public-key --query PublicKey --output text`.",
        },
    ),
    dataKey !== undefined &&
      (seconds < MAX_AGE.least || seconds > MAX_AGE.most) && {
        code: "CS106",
        path: [...path, "dataKey", "maxAge"],
        message: `\`maxAge\` of ${name} is not between 5 minutes and a day`,
        fix: "Write `5m` to `24h`.",
      },
  ];
}

/** True for what is no public key by its form: that is said elsewhere. */
function isOnCurve(text: string = ""): boolean {
  if (!isPublicKey(text)) return true;
  try {
    return createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" }).type === "public";
  } catch {
    return false;
  }
}

const profileRule: Rule<WrittenProfile> = (profile, path, read) => {
  if (read.broken([...path, "match"]) || read.broken([...path, "match", "grants"])) return [];
  if (!profile.match.grants.includes("user")) return [];
  const lacks = (key: keyof WrittenProfile, fix: string): WrittenProblem | false =>
    profile[key] === undefined &&
    !read.broken([...path, key]) && {
      code: "CS104",
      path: [...path, key],
      message: `profile ${code(path.at(-1) ?? "")} is for people and has no \`${key}\``,
      fix,
    };
  const { idToken } = profile;
  const canChangeScopes = read.map.pool.events !== "V1" && !read.broken(["pool", "events"]);
  return [
    lacks("idToken", "Add `idToken: { keep: [] }` with the attributes the client shows."),
    lacks("groups", "Add `groups: strip`, `keep`, or `{ access: strip, id: keep }`."),
    ...(idToken && !read.broken([...path, "idToken"]) ? idTokenRules(idToken, [...path, "idToken"], read) : []),
    canChangeScopes &&
      lacks("selfServiceScopes", "Add `selfServiceScopes: strip`, or `{ keep: { reason: WHY, approvedBy: WHO } }`."),
  ];
};

function idTokenRules(idToken: WrittenIdToken, path: MapPath, read: ReadMap): readonly (WrittenProblem | false)[] {
  const { drop, reason } = idToken;
  return [
    ...oneOf(idToken, ["keep", "drop", "unchanged"], "`idToken`", path, read),
    drop !== undefined &&
      reason === undefined &&
      !read.broken([...path, "reason"]) && {
        code: "CS104",
        path: [...path, "reason"],
        message: "`drop` keeps what nobody thought of, and has no `reason`",
        fix: "Add `reason`: why not `keep`.",
      },
    reason !== undefined &&
      drop === undefined &&
      !read.broken([...path, "drop"]) && {
        code: "CS111",
        path: [...path, "reason"],
        message: "`reason` belongs to `drop`",
        fix: "Delete it.",
      },
  ];
}

const claimRule: Rule<WrittenClaim> = (claim, path, read) => {
  const { to, sealFor, effect, otherwise, required, declassify } = claim;
  const isBroken = read.broken([...path, "to"]) || read.broken([...path, "sealFor"]);
  const name = code(path.at(-1) ?? "");
  return [
    to.length === 0 &&
      sealFor.length === 0 &&
      !isBroken && {
        code: "CS111",
        path,
        message: `claim ${name} reaches nobody: it has neither \`to\` nor \`sealFor\``,
        fix: "Add `to: [access]`, `to: [id]` or `sealFor: [RESOURCE SERVER]`.",
      },
    (to.includes("access") || sealFor.length > 0) &&
      effect === undefined &&
      !read.broken([...path, "effect"]) && {
        code: "CS104",
        path: [...path, "effect"],
        message: `claim ${name} reaches a resource server and has no \`effect\``,
        fix: "Add `effect`: `grants`, `restricts` or `informs`, by what its absence would mean.",
      },
    otherwise !== undefined &&
      effect !== "restricts" &&
      !read.broken([...path, "effect"]) && {
        code: "CS111",
        path: [...path, "otherwise"],
        message: `claim ${name} has an \`otherwise\` and does not restrict: unknown, it is left out`,
        fix: "Delete `otherwise`, or write `effect: restricts`.",
      },
    otherwise !== undefined &&
      required && {
        code: "CS111",
        path: [...path, "otherwise"],
        message: `claim ${name} refuses when it is unknown, and has a value for that`,
        fix: "Keep `required` or `otherwise`.",
      },
    declassify !== undefined &&
      !to.includes("access") &&
      !isBroken && {
        code: "CS111",
        path: [...path, "declassify"],
        message: `claim ${name} is not in the clear in the access token: there is nothing to declassify`,
        fix: "Delete `declassify`.",
      },
  ];
};

function scopeRule(
  { add, remove, only }: WrittenScopeRule,
  path: MapPath,
  read: ReadMap,
): readonly (WrittenProblem | false)[] {
  const isBroken = ["add", "remove", "only"].some((key) => read.broken([...path, key]));
  const both = add.find((scope) => remove.includes(scope));
  return [
    add.length === 0 &&
      remove.length === 0 &&
      only === undefined &&
      !isBroken && {
        code: "CS111",
        path,
        message: "this rule changes nothing: it has none of `add`, `remove` and `only`",
        fix: "Add `add: [IDENTIFIER/SCOPE]` or `remove: [IDENTIFIER/SCOPE]`.",
      },
    both !== undefined && {
      code: "CS111",
      path: [...path, "remove"],
      message: `this rule adds and removes ${code(both)}, and what is removed is gone`,
      fix: "Keep one of the two.",
    },
  ];
}

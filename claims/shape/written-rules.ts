import type {
  MapPath,
  ReadMap,
  WrittenClaim,
  WrittenDeclaration,
  WrittenInput,
  WrittenProfile,
  WrittenResourceServer,
  WrittenScopeRule,
} from "../claim-map.ts";
import { code } from "./place.ts";

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
  const { inputs, sources, resourceServers, profiles } = read.map;
  const each = <T>(
    parts: { readonly [name: string]: T },
    at: MapPath,
    rule: Rule<T>,
  ): readonly (WrittenProblem | false)[] =>
    Object.entries(parts).flatMap(([name, part]) => rule(part, [...at, name], read));
  const problems = [
    ...each(inputs, ["inputs"], inputRule),
    ...each(inputs, ["inputs"], declarationRule),
    ...Object.entries(sources).flatMap(([name, { attributes }]) =>
      each(attributes, ["sources", name, "attributes"], declarationRule),
    ),
    ...each(resourceServers, ["resourceServers"], resourceServerRule),
    ...each(profiles, ["profiles"], profileRule),
    ...Object.entries(profiles).flatMap(([name, profile]) => [
      ...each(profile.claims, ["profiles", name, "claims"], claimRule),
      ...profile.scopes.flatMap((rule, index) => scopeRule(rule, ["profiles", name, "scopes", String(index)], read)),
    ]),
  ];
  return problems.filter((problem) => problem !== false);
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
  const region = /^arn:[^:]+:kms:([^:]+):/.exec(seal?.key ?? "")?.[1];
  const isVariable = seal?.region?.startsWith("${") === true;
  return [
    seal !== undefined &&
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
  const canChangeScopes = read.map.pool.events !== "V1" && !read.broken(["pool", "events"]);
  return [
    lacks("idToken", "Add `idToken: { keep: [] }` with the attributes the client shows."),
    lacks("groups", "Add `groups: strip`, `keep`, or `{ access: strip, id: keep }`."),
    canChangeScopes &&
      lacks("selfServiceScopes", "Add `selfServiceScopes: strip`, or `{ keep: { reason: WHY, approvedBy: WHO } }`."),
  ];
};

const claimRule: Rule<WrittenClaim> = ({ to, sealFor, effect }, path, read) => {
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
  ];
};

function scopeRule(
  { add, remove }: WrittenScopeRule,
  path: MapPath,
  read: ReadMap,
): readonly (WrittenProblem | false)[] {
  const isBroken = read.broken([...path, "add"]) || read.broken([...path, "remove"]);
  const both = add.find((scope) => remove.includes(scope));
  return [
    add.length === 0 &&
      remove.length === 0 &&
      !isBroken && {
        code: "CS111",
        path,
        message: "this rule changes nothing: it has neither `add` nor `remove`",
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

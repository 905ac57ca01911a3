import type { Kind } from "./draw-declarations.ts";
import { drawCondition, drawText, drawValue, type Model, type Modelled, ofRows } from "./expressions.ts";
import {
  inlined,
  type MapDocument,
  type Readable,
  readablesOf,
  reads,
  rowReadablesOf,
  type WrittenClaim,
  type WrittenProfile,
  type WrittenRule,
} from "./map-document.ts";
import type { Random } from "./random.ts";

/** A map under way: its declarations are drawn, its expressions are noted with what they should come to. */
export type Drawing = {
  readonly random: Random;
  readonly kind: Kind;
  readonly map: MapDocument;
  readonly models: Map<string, Model>;
};

/** An expression that a model may have nothing to say of. */
type Drawn = Modelled | { readonly text: string; readonly model: null };

/** Whoever weakens a protection signs for it. */
export const APPROVED = { reason: "tried out", approvedBy: "dpo@example.org" } as const;

const CLAIMS = ["tier", "dept", "contact", "email", "https://x.example/ref", "urn:x:y", "custom:org", "valueOf", "a.b"];
const CLIENTS = { people: "1people000000000000000001", machines: "2machines0000000000000001" };

/** A profile for people. */
export function drawPeople(drawing: Drawing): WrittenProfile {
  const { random, map } = drawing;
  const isV1 = map.pool.events === "V1";
  const readables = readablesOf(map);
  return {
    match: { grants: ["user"], clients: [random.chance(0.1) ? "*" : CLIENTS.people] },
    ...drawSettings(drawing, readables),
    ...drawRefusals(drawing, readables),
    claims: drawClaims(drawing, readables, ["access", "id"]),
    ...(!isV1 && { scopes: drawRules(drawing, readables) }),
  };
}

/** A profile for machines, at times for people too: then it reads nothing that machines have not. */
export function drawMachines(drawing: Drawing): WrittenProfile {
  const { random, map } = drawing;
  const readables = readablesOf(map);
  const impersonal = readables.filter(({ isPersonal }) => !isPersonal);
  const isForBoth = random.chance(0.3);
  return {
    match: { grants: [...(isForBoth ? (["user"] as const) : []), "client_credentials"], clients: [CLIENTS.machines] },
    ...(isForBoth && drawSettings(drawing, readables)),
    claims: drawClaims(drawing, impersonal, ["access"]),
    scopes: drawRules(drawing, impersonal),
  };
}

/** What only people have: attributes kept in the ID token, groups, scopes that open the profile. */
function drawSettings(
  { random, map }: Drawing,
  readables: readonly Readable[],
): Pick<WrittenProfile, "idToken" | "groups" | "selfServiceScopes"> {
  const isV1 = map.pool.events === "V1";
  const keepable = readables.filter(
    ({ root, name, declared }) => root === "user" && name !== "groups" && declared.class !== "sensitive",
  );
  const sensitive = readables.filter(({ root, declared }) => root === "user" && declared.class === "sensitive");
  const droppable = readables.filter(({ root, name }) => root === "user" && name !== "groups");
  const drop = [...new Set([...sensitive, ...random.some(droppable, 0.4)])]
    .map(({ name }) => name)
    .filter((name) => name !== "groups");
  const groups = map.inputs["user.groups"]?.class ?? "pii";
  const access = groups === "open" ? random.pick(["keep", "strip"] as const) : "strip";
  const id = groups === "sensitive" ? "strip" : random.pick(["keep", "strip"] as const);
  return {
    idToken: random.pick([
      { keep: random.some(keepable, 0.4).map(({ name }) => name) },
      { keep: random.some(keepable, 0.4).map(({ name }) => name) },
      drop.length > 0 ? { drop, reason: "tried out" } : { keep: [] },
      sensitive.length > 0 ? { keep: [] } : { unchanged: { reason: "tried out" } },
    ]),
    ...drawGroups({ random, map }, access, id),
    ...(!isV1 && { selfServiceScopes: random.chance(0.8) ? "strip" : { keep: APPROVED } }),
  };
}

function drawGroups(
  { random, map }: Pick<Drawing, "random" | "map">,
  access: "keep" | "strip",
  id: "keep" | "strip",
): Pick<WrittenProfile, "groups"> {
  const filter = random.pick(["native", '["alpha", "beta"]', undefined]);
  if (map.pool.events === "V1") {
    // One override for both tokens is all there is.
    return { groups: filter && access === "keep" ? { access, id: access, filter } : access };
  }
  if (random.chance(0.3)) return { groups: access };
  const isIdle = access === "strip" && id === "strip";
  return { groups: { access, id, ...(filter !== undefined && !isIdle && { filter }) } };
}

function drawRefusals({ random, models }: Drawing, readables: readonly Readable[]): Pick<WrittenProfile, "refuse"> {
  const known = readables.filter(({ declared, isTrusted }) => declared.class === "open" && isTrusted);
  const when = random.chance(0.12) ? drawCondition({ random, readables: known, isBounded: true }) : null;
  if (when === null) return {};
  note(models, when);
  return { refuse: [{ when: when.text, code: "HALT" }] };
}

/** Claims that should pass the check, but for a reckless one now and then: the check, and then the tokens, have the word. */
function drawClaims(
  drawing: Drawing,
  readables: readonly Readable[],
  tokens: readonly ("access" | "id")[],
): NonNullable<WrittenProfile["claims"]> {
  const { random, kind, map, models } = drawing;
  const isV1 = map.pool.events === "V1";
  const sealing = Object.keys(map.resourceServers).filter((name) => map.resourceServers[name]?.seal);
  const targets: (() => Pick<WrittenClaim, "to" | "sealFor">)[] = [
    ...(tokens.includes("id") ? [() => ({ to: ["id"] as const })] : []),
    ...(isV1 ? [] : [() => ({ to: tokens }), () => ({ to: ["access"] as const })]),
    ...(isV1 || sealing.length === 0
      ? []
      : Array.from({ length: 5 }, () => () => ({
          sealFor: nonEmpty(random.some(sealing, 0.6), sealing),
          ...(tokens.includes("id") && random.chance(0.1) && { to: ["id"] as const }),
        }))),
  ];
  const claims = random.some(CLAIMS, 0.7).flatMap((name): [string, WrittenClaim][] => {
    const target = random.pick(targets)();
    const from = {
      random,
      isBounded: kind.isBounded,
      readables: random.chance(0.05) ? readables : allowedIn(readables, target),
    };
    const value = drawSpecial(drawing, from.readables, target) ?? (isV1 ? drawText(from) : drawValue(from));
    if (value === null) return [];
    const when = random.chance(0.25) ? drawCondition(from) : null;
    note(models, value, when);
    const text = inlined(map, `${value.text} ${when?.text ?? ""}`);
    const isTrusted =
      readables.every((each) => each.isTrusted || !reads(text, each, false)) &&
      rowReadablesOf(map).every((each) => each.isTrusted || !reads(text, each, true));
    const effect = isTrusted
      ? random.pick(["grants", "grants", "informs", "informs", "restricts"] as const)
      : "informs";
    const otherwise = otherwiseOf(random, readables, value.text, effect);
    const isIdOnly = target.sealFor === undefined && target.to?.every((token) => token === "id");
    return [
      [
        name,
        {
          value: value.text,
          ...(when && { when: when.text }),
          ...target,
          ...((!isIdOnly || random.chance(0.3)) && { effect, ...otherwise }),
          ...(random.chance(0.1) && otherwise.otherwise === undefined && { required: true }),
          ...declassifyOf(value.text, target),
        },
      ],
    ];
  });
  return Object.fromEntries(claims);
}

/** A named expression, something of several rows, or a pseudonym, where the claim may show it. */
function drawSpecial(
  { random, map, models }: Drawing,
  allowed: readonly Readable[],
  { to = [] }: Pick<WrittenClaim, "to">,
): Drawn | null {
  const isV1 = map.pool.events === "V1";
  if (random.chance(0.6)) return null;
  const isAllowed = (text: string): boolean => {
    const whole = inlined(map, text);
    const isHidden = (each: Readable): boolean => !allowed.some(({ printed }) => printed === each.printed);
    return readablesOf(map).every((each) => !isHidden(each) || !reads(whole, each, false));
  };
  const named = Object.keys(map.define ?? {}).map((name) => `def.${name}`);
  const definitions = (isV1 ? [] : named).filter(isAllowed).flatMap((text) => modelledAs(models, text));
  const rows = rowReadablesOf(map);
  const isPersonal = allowed.some((each) => each.isPersonal);
  const highest = to.includes("access") ? ["open"] : to.includes("id") ? ["open", "pii"] : ["open", "pii", "sensitive"];
  const several = isPersonal && !isV1 ? rows.filter(({ declared }) => highest.includes(declared.class)) : [];
  const names = allowed.filter(({ declared, root }) => declared.type === "string" && root !== "tenant");
  const hidden = to.includes("access")
    ? readablesOf(map).filter(
        ({ declared, isPersonal: of, root }) =>
          declared.type === "string" && declared.class === "pii" && (isPersonal || !of) && root !== "tenant",
      )
    : names;
  const pseudonyms = map.pseudonyms === undefined ? [] : hidden.map(({ printed }) => pseudonymOf(printed));
  const all: readonly Drawn[] = [...definitions, ...several.map((row) => ofRows(row, random)), ...pseudonyms];
  return all.length === 0 ? null : random.pick(all);
}

function modelledAs(models: ReadonlyMap<string, Model>, text: string): readonly Modelled[] {
  const model = models.get(text);
  return model === undefined ? [] : [{ text, model }];
}

/** Which pseudonym it is only the key can tell. */
function pseudonymOf(printed: string): Drawn {
  return { text: `pseudonym(${printed})`, model: null };
}

/** Reckless now and then, as a private value in the clear is without it: the check has the word. */
function declassifyOf(text: string, { to = [] }: Pick<WrittenClaim, "to">): Pick<WrittenClaim, "declassify"> {
  const [, of] = /^pseudonym\((.*)\)$/.exec(text) ?? [];
  if (of === undefined || !to.includes("access")) return {};
  return { declassify: { of: [of], through: "pseudonym", to: "open", ...APPROVED } };
}

/** The strictest there is, in place of a value that is read as it is. */
function otherwiseOf(
  random: Random,
  readables: readonly Readable[],
  text: string,
  effect: WrittenClaim["effect"],
): Pick<WrittenClaim, "otherwise"> {
  const read = readables.find(({ printed }) => printed === text);
  if (read === undefined || effect !== "restricts" || random.chance(0.5)) return {};
  const strictest = {
    string: "none",
    int: 0,
    bool: false,
    timestamp: undefined,
    "list<string>": [],
    "map<string, string>": {},
  };
  const otherwise = strictest[read.declared.type];
  return otherwise === undefined ? {} : { otherwise };
}

function drawRules({ random, map, models }: Drawing, readables: readonly Readable[]): readonly WrittenRule[] {
  const scopes = Object.values(map.resourceServers).flatMap(({ identifier, scopes: names }) =>
    names.map((name) => `${identifier}/${name}`),
  );
  const open = readables.filter(({ declared, isTrusted }) => declared.class === "open" && isTrusted);
  return Array.from({ length: random.int(4) }, (): WrittenRule => {
    const when = random.chance(0.6) ? drawCondition({ random, readables: open, isBounded: true }) : null;
    if (when) note(models, when);
    const only = (): WrittenRule => ({ only: JSON.stringify(random.some(scopes, 0.7)) });
    const change = random.chance(0.15)
      ? only()
      : random.chance(0.7)
        ? { add: [random.pick(scopes)] }
        : { remove: [random.pick(scopes)] };
    return { ...change, ...(when && { when: when.text }) };
  });
}

function allowedIn(readables: readonly Readable[], { to = [] }: Pick<WrittenClaim, "to">): readonly Readable[] {
  const highest = to.includes("access") ? ["open"] : to.includes("id") ? ["open", "pii"] : ["open", "pii", "sensitive"];
  return readables.filter(({ declared }) => highest.includes(declared.class));
}

function note(models: Map<string, Model>, ...modelled: readonly (Drawn | null)[]): void {
  for (const each of modelled) if (each?.model) models.set(each.text, each.model);
}

function nonEmpty<T>(chosen: readonly T[], all: readonly T[]): readonly T[] {
  return chosen.length > 0 ? chosen : all;
}

import type { Kind } from "./draw-declarations.ts";
import { drawCondition, drawText, drawValue, type Model, type Modelled } from "./expressions.ts";
import {
  type MapDocument,
  mentions,
  type Readable,
  readablesOf,
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
  const groups = map.inputs["user.groups"]?.class ?? "pii";
  const access = groups === "open" ? random.pick(["keep", "strip"] as const) : "strip";
  const id = groups === "sensitive" ? "strip" : random.pick(["keep", "strip"] as const);
  return {
    idToken: { keep: random.some(keepable, 0.4).map(({ name }) => name) },
    groups: isV1 || random.chance(0.4) ? access : { access, id },
    ...(!isV1 && { selfServiceScopes: random.chance(0.8) ? "strip" : { keep: APPROVED } }),
  };
}

/** Claims that should pass the check, but for a reckless one now and then: the check, and then the tokens, have the word. */
function drawClaims(
  { random, kind, map, models }: Drawing,
  readables: readonly Readable[],
  tokens: readonly ("access" | "id")[],
): NonNullable<WrittenProfile["claims"]> {
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
    const value = isV1 ? drawText(from) : drawValue(from);
    if (value === null) return [];
    const when = random.chance(0.25) ? drawCondition(from) : null;
    note(models, value, when);
    const isTrusted = readables.every(
      ({ printed, isTrusted: trusted }) => trusted || !mentions(`${value.text} ${when?.text ?? ""}`, printed),
    );
    const effect = isTrusted
      ? random.pick(["grants", "grants", "informs", "informs", "restricts"] as const)
      : "informs";
    const isIdOnly = target.sealFor === undefined && target.to?.every((token) => token === "id");
    return [
      [
        name,
        {
          value: value.text,
          ...(when && { when: when.text }),
          ...target,
          ...((!isIdOnly || random.chance(0.3)) && { effect }),
          ...(random.chance(0.1) && { required: true }),
        },
      ],
    ];
  });
  return Object.fromEntries(claims);
}

function drawRules({ random, map, models }: Drawing, readables: readonly Readable[]): readonly WrittenRule[] {
  const scopes = Object.values(map.resourceServers).flatMap(({ identifier, scopes: names }) =>
    names.map((name) => `${identifier}/${name}`),
  );
  const open = readables.filter(({ declared, isTrusted }) => declared.class === "open" && isTrusted);
  return Array.from({ length: random.int(4) }, (): WrittenRule => {
    const when = random.chance(0.6) ? drawCondition({ random, readables: open, isBounded: true }) : null;
    if (when) note(models, when);
    const change = random.chance(0.7) ? { add: [random.pick(scopes)] } : { remove: [random.pick(scopes)] };
    return { ...change, ...(when && { when: when.text }) };
  });
}

function allowedIn(readables: readonly Readable[], { to = [] }: Pick<WrittenClaim, "to">): readonly Readable[] {
  const highest = to.includes("access") ? ["open"] : to.includes("id") ? ["open", "pii"] : ["open", "pii", "sensitive"];
  return readables.filter(({ declared }) => highest.includes(declared.class));
}

function note(models: Map<string, Model>, ...modelled: readonly (Modelled | null)[]): void {
  for (const each of modelled) if (each) models.set(each.text, each.model);
}

function nonEmpty<T>(chosen: readonly T[], all: readonly T[]): readonly T[] {
  return chosen.length > 0 ? chosen : all;
}

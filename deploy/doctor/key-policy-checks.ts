import { opening, openingCondition } from "../sealed-servers.ts";
import type { Examined } from "./examined.ts";
import { type Holder, holdersOf, includes, named, notDenied } from "./holders.ts";
import { differsFromImplied } from "./implied-policy.ts";
import { ISSUING, OPENING, PASSING_ON, SEALING } from "./key-actions.ts";
import { found, isFinding, type Outcome, unchecked } from "./outcome.ts";
import type { PolicyStatement } from "./policy-statements.ts";
import type { ExportedKey } from "./pool-export.ts";
import { type UsedKey, useOf } from "./used-stores.ts";

export type KeyPolicy = {
  readonly used: UsedKey;
  readonly statements: readonly PolicyStatement[];
  readonly grants: NonNullable<ExportedKey["grants"]>;
  /** Of the policy. */
  readonly place: readonly string[];
};

type Case = KeyPolicy & {
  /** The function's role, and the map's readers of this key; null where they are not known. */
  readonly role: string | null;
  readonly readers: readonly string[] | null;
};

/** DR704 to DR709, DR711 to DR713: whom a key's policy lets do what, against the map. */
export function keyPolicyChecks(examined: Examined, policy: KeyPolicy): readonly Outcome[] {
  const { server } = policy.used;
  const role = examined.pool.functionConfiguration?.Role ?? null;
  const given: Case = { ...policy, role, readers: server === null ? [] : examined.readersOf(server.readers) };
  const outcomes = [
    ...openers(given),
    ...everything(given),
    ...lockedOut(given),
    ...issuer(given),
    ...sealers(given),
    ...passingOn(given),
    ...loose(given),
  ];
  // Whatever else differs is said only where nothing worse is.
  return outcomes.some(isFinding) ? outcomes : [...outcomes, ...differs(examined, given)];
}

const NO_ROLE = "the function's role is not in the export";
const NO_READERS = "a reader of the map is a variable that the function does not have; give it with --env";

/** Somebody, by which statement, and what they may do by it. */
type May = { readonly who: string; readonly label: string; readonly actions: readonly string[] };

function whoMay(
  holdersFor: (action: string) => readonly Omit<May, "actions">[],
  actions: readonly string[],
): readonly May[] {
  const all = new Map<string, May>();
  for (const action of actions) {
    for (const { who, label } of holdersFor(action)) {
      const key = JSON.stringify([who, label]);
      all.set(key, { who, label, actions: [...(all.get(key)?.actions ?? []), action] });
    }
  }
  return [...all.values()];
}

function told({ who, actions }: May): string {
  return `${named(who)} may ${actions.join(" and ")}`;
}

const labelled = ({ who, statement }: Holder): Omit<May, "actions"> => ({ who, label: statement.label });

function openers({ used, statements, grants, place, role, readers }: Case): readonly Outcome[] {
  const use = useOf(used);
  const may = whoMay(
    (action) => [
      ...holdersOf(statements, action)
        // The trigger's role makes MACs: that is all it does with them.
        .filter(({ who }) => !(who === role && action === ISSUING[use]))
        .map(labelled),
      ...grants
        .filter(({ Operations = [] }) => Operations.includes(action.replace("kms:", "")))
        .map(({ GranteePrincipal = "*" }) => ({ who: GranteePrincipal, label: "grants" }))
        .filter(({ who }) => notDenied(statements, action, who)),
    ],
    OPENING[use],
  );
  const others = may.filter(({ who }) => who !== role && !readers?.includes(who));
  return [
    ...(role === null
      ? [unchecked(["DR705"], place, NO_ROLE)]
      : may.filter(({ who }) => who === role).map((each) => found("DR705", [...place, each.label], told(each)))),
    ...(readers === null
      ? [unchecked(["DR704"], place, NO_READERS)]
      : others.map((each) => found("DR704", [...place, each.label], told(each)))),
  ];
}

function isEverything(action: string): boolean {
  return action === "*" || action === "kms:*";
}

function everything({ statements, place }: Case): readonly Outcome[] {
  return statements
    .filter(({ allows, actions }) => allows && !actions.not && actions.values.some(isEverything))
    .map(({ label, principals }) =>
      found("DR706", [...place, label], `it allows everything to ${principals.values.map(named).join(", ")}`),
    );
}

/** What is allowed by name: of what a statement allows with everything else, DR706 speaks. */
function isSpecific({ statement: { actions } }: Holder): boolean {
  return actions.not || !actions.values.some(isEverything);
}

function lockedOut({ used, statements, place, readers }: Case): readonly Outcome[] {
  if (readers === null) return [unchecked(["DR707"], place, NO_READERS)];
  const [action = ""] = OPENING[useOf(used)];
  const holders = holdersOf(statements, action);
  return readers
    .filter((reader) => !holders.some(({ who }) => includes(who, reader)))
    .map((reader) => found("DR707", place, `${reader} may not ${action}`));
}

function issuer({ used, statements, place, role }: Case): readonly Outcome[] {
  const use = useOf(used);
  // A public key that stands in the plan is asked for by nobody.
  if (use === "asymmetric" && used.server?.seal.publicKey !== undefined) return [];
  if (role === null) return [unchecked(["DR708"], place, NO_ROLE)];
  const may = holdersOf(statements, ISSUING[use]).some(({ who }) => includes(who, role));
  return may ? [] : [found("DR708", place, `it may not ${ISSUING[use]}`)];
}

function sealers({ used, statements, place, role }: Case): readonly Outcome[] {
  const use = useOf(used);
  if (role === null) return [unchecked(["DR709"], place, NO_ROLE)];
  const others = whoMay(
    (action) =>
      holdersOf(statements, action)
        .filter((holder) => isSpecific(holder) && !(holder.who === role && action === ISSUING[use]))
        .map(labelled),
    SEALING[use],
  );
  return others.map((each) => found("DR709", [...place, each.label], told(each)));
}

function passingOn({ used, statements, place }: Case): readonly Outcome[] {
  const may = whoMay(
    (action) => holdersOf(statements, action).filter(isSpecific).map(labelled),
    PASSING_ON[useOf(used)],
  );
  return may.map((each) => found("DR711", [...place, each.label], told(each)));
}

/** Uses by those who may, under no condition on what for. */
function loose({ used: { server }, statements, place, role, readers }: Case): readonly Outcome[] {
  if (server === null) return [];
  const { mode } = server.seal;
  const isReaders = ({ who }: Holder): boolean => readers?.includes(who) === true;
  const isTriggers = ({ who }: Holder): boolean => role !== null && includes(who, role);
  const uses = [
    ...holdersOf(statements, opening(server.seal)).filter(isReaders),
    ...(mode === "asymmetric" ? [] : holdersOf(statements, ISSUING[mode]).filter(isTriggers)),
  ];
  const wanted = Object.entries(openingCondition(server));
  const unheld = uses.filter(
    (holder) => isSpecific(holder) && wanted.some(([key, value]) => !isHeld(holder.statement, key, value)),
  );
  const keys = wanted.map(([key]) => key).join(" and ");
  return [...new Set(unheld.map(({ statement }) => statement.label))].map((label) =>
    found("DR712", [...place, label], `it asks for no ${keys} of the map's`),
  );
}

function isHeld({ conditions }: PolicyStatement, key: string, value: string): boolean {
  return conditions.some(
    (each) =>
      each.operator === "stringequals" &&
      !each.isOptional &&
      each.key === key.toLowerCase() &&
      each.values.every((given) => given === value),
  );
}

function differs({ bound }: Examined, { used, statements, place, role, readers }: Case): readonly Outcome[] {
  if (role === null || bound === null) return [unchecked(["DR713"], place, NO_ROLE)];
  if (readers === null) return [unchecked(["DR713"], place, NO_READERS)];
  const difference = differsFromImplied({ plan: bound, used, readers, role, statements });
  return difference === null ? [] : [found("DR713", place, difference)];
}

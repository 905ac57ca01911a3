import { printReference } from "../language/reference.ts";
import type { Class, Expr, Plan, PlanClaim, PlanProfile, Reference } from "../plan.ts";
import { sentData } from "./catalogue-federation.ts";
import { readersOf } from "./diff-claims.ts";
import { EVERY_API, THE_CLIENT } from "./difference.ts";
import { code, type Markdown, table, words } from "./markdown.ts";
import { originsOf, referencesOf, standingIn } from "./references.ts";

/** One line for a privacy officer: a kind of data, why it is held, and where it goes. */
export function personalData(plan: Plan): Markdown {
  const rows = declaredReferences(plan).flatMap((reference) => {
    const { class: how, declaration } = standingIn(plan, reference);
    if (how === "open") return [];
    const recipients = recipientsOf(plan, reference, how);
    return [
      [
        code(printReference(reference)),
        how,
        declaration?.purpose === undefined ? "" : words(declaration.purpose),
        reference[0] === "user" ? "Cognito" : reference[0] === "client" ? "the caller" : `source ${code(reference[0])}`,
        recipients.length === 0 ? "nobody" : recipients.join("<br>"),
      ],
    ];
  });
  return table(["data", "class", "purpose", "from", "goes to"], [...rows, ...sentData(plan)]);
}

function declaredReferences({ inputs, sources, profiles }: Plan): readonly Reference[] {
  const groups = profiles.some((profile) => groupReaders(profile).length > 0) ? ["groups"] : [];
  return [
    ...[...new Set([...Object.keys(inputs.user), ...groups])].map((name): Reference => ["user", name]),
    ...Object.keys(inputs.metadata).map((name): Reference => ["client", "metadata", name]),
    ...Object.entries(sources).flatMap(([source, { attributes }]) =>
      Object.keys(attributes).map((attribute): Reference => [source, attribute]),
    ),
  ];
}

/** Everybody a value reaches, as itself or by what it decides; each once, whichever profile it is. */
function recipientsOf(plan: Plan, reference: Reference, how: Class): readonly Markdown[] {
  const name = printReference(reference);
  const reads = (...exprs: readonly (Expr | undefined)[]): boolean => reachedBy(plan, exprs).has(name);
  return [
    ...new Set(
      plan.profiles.flatMap((profile) => [
        ...profile.claims.flatMap((claim) => claimRecipients(claim, how, reads)),
        ...asCognitoHasIt(profile, reference),
        ...profile.scopes.flatMap(({ add, remove, when, only }) =>
          reads(when, only) ? [`decides scopes ${[...add, ...remove].map(code).join(", ") || "of every API"}`] : [],
        ),
        ...profile.refuse.flatMap((rule) => (reads(rule.when) ? [`decides ${code(`MAP_${rule.code}`)}`] : [])),
      ]),
    ),
  ];
}

function claimRecipients(
  claim: PlanClaim,
  how: Class,
  reads: (...exprs: readonly (Expr | undefined)[]) => boolean,
): readonly Markdown[] {
  const name = code(claim.name);
  const signed = claim.class === "open" && how !== "open" ? ", declassified" : "";
  const tells = reads(claim.value) ? "" : ", which it decides";
  if (tells !== "" && !reads(claim.when)) return [];
  return readersOf(claim).map((reader) => {
    const where = reader === EVERY_API ? "in the clear" : reader === THE_CLIENT ? "in the ID token" : "sealed";
    return `${words(reader)}: ${name}, ${where}${signed}${tells}`;
  });
}

function asCognitoHasIt(profile: PlanProfile, [root, name = ""]: Reference): readonly Markdown[] {
  if (root !== "user" || !profile.grants.includes("user")) return [];
  if (name === "groups") return groupReaders(profile).map((reader) => `${reader}: ${code("cognito:groups")}`);
  const { idToken } = profile;
  const stays = "keep" in idToken ? idToken.keep.includes(name) : !("drop" in idToken && idToken.drop.includes(name));
  return [
    ...(stays ? [`${THE_CLIENT}: ${code(name)}, in the ID token as Cognito puts it there`] : []),
    ...(profile.selfServiceScopes === "keep" ? ["whoever bears an access token, by asking Cognito"] : []),
  ];
}

function groupReaders({ grants, groups }: PlanProfile): readonly string[] {
  if (!grants.includes("user")) return [];
  return [...(groups.access === "keep" ? [EVERY_API] : []), ...(groups.id === "keep" ? [THE_CLIENT] : [])];
}

/** What expressions read, and what that is worked out from. */
function reachedBy(plan: Plan, exprs: readonly (Expr | undefined)[]): ReadonlySet<string> {
  const found = new Set<string>();
  const reach = (reference: Reference): void => {
    const name = printReference(reference);
    if (found.has(name)) return;
    found.add(name);
    for (const origin of originsOf(plan, reference)) reach(origin);
  };
  for (const reference of referencesOf(...exprs)) reach(reference);
  return found;
}

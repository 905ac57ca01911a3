import type { Declaration, Plan, PlanClaim, PlanProfile, PlanResourceServer } from "../plan.ts";
import { purposesOf } from "./references.ts";
import { quoted, typeOfClaim, typeText } from "./typescript-type.ts";

/**
 * TypeScript declarations of what tokens of a plan hold, for those who read them: the clear claims of the access token,
 * the attributes and claims of the ID token, scopes, and for `server` what it opens. Claims that every token of a
 * profile has are mandatory, all others optional. The same plan always gives the same text.
 */
export function claimTypes(plan: Plan, server?: string): string {
  const opened = server === undefined ? undefined : plan.resourceServers[server];
  const servers = opened ? [opened] : Object.values(plan.resourceServers);
  const people = plan.profiles.filter(({ grants }) => grants.includes("user"));
  return [
    heading(plan, server),
    scopeType(servers),
    ...(plan.events === "V1" ? [] : [byProfile("Access", accessAbout, plan, plan.profiles, accessMembers)]),
    ...(server === undefined && people.length > 0 ? [byProfile("Id", idAbout, plan, people, idMembers)] : []),
    ...(server !== undefined && opened?.seal ? [sealedTypes(plan, server)] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

const accessAbout = "Claims of the access token in the clear";
const idAbout = "Claims of the ID token, which is for the client and goes to no API";

/** One member of a type. */
type Member = {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
  /** Lines of its docstring. */
  readonly about: readonly string[];
};

/** What every verified token has, as an opener has it too. */
const ALWAYS: readonly Member[] = [
  { name: "sub", isOptional: false, type: "string", about: [] },
  { name: "iat", isOptional: false, type: "number", about: [] },
  { name: "exp", isOptional: false, type: "number", about: [] },
];

function heading({ name, revision }: Plan, server: string | undefined): string {
  const reader = server === undefined ? "" : ` for ${server}`;
  return `// What tokens hold${reader}, by the claim map ${plain(`${name}@${revision}`)}. Made by \`claimseal types\`: do not edit.`;
}

function scopeType(servers: readonly PlanResourceServer[]): string {
  const scopes = servers.flatMap(({ identifier, scopes }) => scopes.map((scope) => `${identifier}/${scope}`));
  const union = scopes.length === 0 ? "never" : scopes.map(quoted).join(" | ");
  return `/** Scopes a token can have, beside Cognito's own. */\nexport type Scope = ${union};`;
}

/** The members of each profile under its name, and the union of them. */
function byProfile(
  prefix: "Access" | "Id",
  about: string,
  plan: Plan,
  profiles: readonly PlanProfile[],
  membersOf: (plan: Plan, profile: PlanProfile) => readonly Member[],
): string {
  const members = profiles.map((profile) => ({ profile, members: membersOf(plan, profile) }));
  const all = members.flatMap((each) => each.members.map(({ name }) => name));
  return [
    `/** ${about}, by the profile that made the token. */`,
    `export type ${prefix}ClaimsByProfile = {`,
    ...members.flatMap(({ profile, members: own }) => [
      ...docstring(profileAbout(profile), 1),
      `  readonly ${propertyName(profile.name)}: ${objectType(withNever(own, all), 1)};`,
    ]),
    "};",
    "",
    `/** ${about}. */`,
    `export type ${prefix}Claims = ${prefix}ClaimsByProfile[keyof ${prefix}ClaimsByProfile];`,
  ].join("\n");
}

function profileAbout({ name, grants }: PlanProfile): readonly string[] {
  const who = { user: "people", client_credentials: "machines" } as const;
  return [`Profile ${name}: ${grants.map((grant) => who[grant]).join(" and ")}.`];
}

/** Names that other profiles have, so that a union can be asked for any of them. */
function withNever(members: readonly Member[], all: readonly string[]): readonly Member[] {
  const missing = [...new Set(all)].filter((name) => members.every((member) => member.name !== name));
  return [...members, ...missing.map((name): Member => ({ name, isOptional: true, type: "never", about: [] }))];
}

function accessMembers(plan: Plan, profile: PlanProfile): readonly Member[] {
  const clear = profile.claims.filter(({ to }) => to.includes("access")).map((claim) => clearMember(plan, claim));
  return [...clear, ...groupMembers(profile, "access"), governedBy(plan), ...ALWAYS];
}

function idMembers(plan: Plan, profile: PlanProfile): readonly Member[] {
  const clear = profile.claims.filter(({ to }) => to.includes("id"));
  const kept = "keep" in profile.idToken ? profile.idToken.keep : [];
  return [
    ...clear.map((claim) => clearMember(plan, claim)),
    // A claim of the map takes the place of an attribute of its name.
    ...kept.filter((name) => clear.every((claim) => claim.name !== name)).map((name) => keptMember(plan, name)),
    ...groupMembers(profile, "id"),
    ...ALWAYS,
  ];
}

function clearMember(plan: Plan, claim: PlanClaim): Member {
  return {
    name: claim.name,
    isOptional: !isAlwaysThere(claim),
    type: typeText(typeOfClaim(plan, claim)),
    about: claimAbout(plan, claim),
  };
}

/** Under `when` a claim comes and goes; without one, a token without it is refused, or its strictest value stands in. */
function isAlwaysThere({ when, required, effect }: PlanClaim): boolean {
  return when === undefined && (required || effect === "restricts");
}

/** What Cognito puts there itself, if the token's scopes allow it. */
function keptMember(plan: Plan, name: string): Member {
  const declaration: Declaration | undefined = Object.hasOwn(plan.inputs.user, name)
    ? plan.inputs.user[name]
    : undefined;
  const flags = ["email_verified", "phone_number_verified"];
  const purpose = declaration?.purpose;
  return {
    name,
    isOptional: true,
    // Cognito writes attributes as text, whatever a map reads them as; the address of OpenID Connect is an object.
    type: flags.includes(name) ? "boolean" : name === "address" ? "{ readonly formatted?: string }" : "string",
    about: [`${declaration?.class ?? "pii"}, as Cognito has it`, ...(purpose === undefined ? [] : [purpose])],
  };
}

function groupMembers({ grants, groups }: PlanProfile, token: "access" | "id"): readonly Member[] {
  if (groups[token] === "strip" || !grants.includes("user")) return [];
  return [{ name: "cognito:groups", isOptional: true, type: "readonly string[]", about: ["Groups of the user pool"] }];
}

function governedBy({ name }: Plan): Member {
  return { name: "cmv", isOptional: false, type: `\`${templateText(name)}@\${string}\``, about: ["The claim map"] };
}

/** What a resource server opens, as values and behind `reveal()`. */
function sealedTypes(plan: Plan, server: string): string {
  const sealing = plan.profiles.filter(({ envelopes }) =>
    envelopes.some(({ resourceServer }) => resourceServer === server),
  );
  const inside = sealing.map((profile) => profile.claims.filter(({ sealFor }) => sealFor.includes(server)));
  const all = inside.flatMap((claims) => claims.map(({ name }) => name));
  const union = inside.map((claims) =>
    objectType(
      withNever(
        claims.map((claim) => sealedMember(plan, claim)),
        all,
      ),
      0,
    ),
  );
  return [
    `/** What is sealed for ${plain(server)}; null where there is no value. For \`createOpener<AccessClaims, SealedClaims>\`. */`,
    `export type SealedClaims = ${union.length === 0 ? "Record<never, never>" : union.join(" | ")};`,
  ].join("\n");
}

function sealedMember(plan: Plan, claim: PlanClaim): Member {
  const type = typeText(typeOfClaim(plan, claim));
  return {
    name: claim.name,
    isOptional: false,
    type: isAlwaysThere(claim) ? type : `${type} | null`,
    about: claimAbout(plan, claim),
  };
}

function claimAbout(plan: Plan, claim: PlanClaim): readonly string[] {
  const { class: how, effect, required, type } = claim;
  const said = [how, ...(effect ? [effect] : []), ...(required ? ["required"] : [])].join(", ");
  const unit = type === "timestamp" ? ["Seconds since 1970."] : [];
  return [said, ...purposesOf(plan, claim.value), ...unit];
}

function objectType(members: readonly Member[], depth: number): string {
  if (members.length === 0) return "Record<never, never>";
  const indent = "  ".repeat(depth + 1);
  const lines = members.flatMap(({ name, isOptional, type, about }) => [
    ...docstring(about, depth + 1),
    `${indent}readonly ${propertyName(name)}${isOptional ? "?" : ""}: ${type};`,
  ]);
  return ["{", ...lines, `${"  ".repeat(depth)}}`].join("\n");
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

function docstring(lines: readonly string[], depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  return lines.length === 0 ? [] : [`${indent}/** ${lines.map(plain).join("; ")} */`];
}

/** Words of a map inside a comment: on its line, and unable to end it. */
function plain(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").replaceAll("*/", "*\\/");
}

function templateText(text: string): string {
  return text.replaceAll(/[\\`$]/g, (character) => `\\${character}`);
}

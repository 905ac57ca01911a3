import {
  groupsOf,
  type MapDocument,
  mentions,
  type Readable,
  readablesOf,
  type WrittenClaim,
  type WrittenProfile,
} from "./map-document.ts";
import type { Random } from "./random.ts";

/** A map with one change that would let a private value out, and the codes the check has for that. */
export type LeakyMap = { readonly change: string; readonly document: MapDocument; readonly codes: readonly string[] };

/** Every way of making a map leak that this one allows for, tried on a profile of its own. */
export function leakyMaps(document: MapDocument, random: Random): readonly LeakyMap[] {
  const [name, profile] = random.pick(Object.entries(document.profiles));
  const isMachine = profile.match.grants.includes("client_credentials");
  const readables = readablesOf(document).filter(({ isPersonal }) => !isMachine || !isPersonal);
  const secret = readables.filter(({ declared }) => declared.class !== "open");
  const sensitive = secret.filter(({ declared }) => declared.class === "sensitive");
  const ofUser = sensitive.filter(({ root, name: field }) => root === "user" && field !== "groups");
  const changed = (change: Partial<WrittenProfile>): MapDocument => ({
    ...document,
    profiles: { ...document.profiles, [name]: { ...profile, ...change } },
  });
  const claiming = (claim: WrittenClaim): MapDocument => changed({ claims: { ...profile.claims, leak: claim } });
  return [
    ...inTheClear(profile, secret, random).map(([claim, open]) => ({
      change: "a sealed claim in the clear",
      document: changed({ claims: { ...profile.claims, [claim]: open } }),
      codes: ["CS401", "CS402"],
    })),
    ...one(secret, random).flatMap((read) => [
      {
        change: "a private value in a clear claim",
        document: claiming({ value: read.printed, to: ["access"], effect: "informs" }),
        codes: ["CS401"],
      },
      {
        change: "a private value behind a condition's back",
        document: claiming({ value: `${presence(read)} ? "a" : "b"`, to: ["access"], effect: "informs" }),
        codes: ["CS401"],
      },
      {
        change: "a private value that decides a clear claim",
        document: claiming({ value: '"yes"', when: presence(read), to: ["access"], effect: "informs" }),
        codes: ["CS402"],
      },
      {
        change: "a private value that decides a scope",
        document: changed({ scopes: [...(profile.scopes ?? []), { remove: ["care/read"], when: presence(read) }] }),
        codes: ["CS402"],
      },
    ]),
    ...(isMachine ? [] : one(sensitive, random)).map((read) => ({
      change: "a sensitive value in an ID claim",
      document: claiming({ value: read.printed, to: ["id"] }),
      codes: ["CS403"],
    })),
    ...one(ofUser, random).map((read) => ({
      change: "a sensitive attribute kept in the ID token",
      document: changed({ idToken: { keep: [...(profile.idToken?.keep ?? []), read.name] } }),
      codes: ["CS403"],
    })),
    ...(isMachine ? [] : ofUser.slice(0, 1)).map(() => ({
      change: "an ID token left as it is, with a sensitive attribute",
      document: changed({ idToken: { unchanged: { reason: "tried out" } } }),
      codes: ["CS403"],
    })),
    ...one(
      secret.filter(({ declared }) => declared.type === "string"),
      random,
    ).map((read) => ({
      change: "a pseudonym nobody signed for",
      document: {
        ...claiming({ value: `pseudonym(${read.printed})`, to: ["access"], effect: "informs" }),
        pseudonyms: { key: "${env:PSEUDONYM_ARN}", region: "eu-central-1" },
      },
      codes: ["CS401"],
    })),
    ...(isMachine || document.inputs["user.groups"]?.class === "open"
      ? []
      : [
          {
            change: "groups kept in the access token",
            document: changed({ groups: { access: "keep", id: groupsOf(profile).id } }),
            codes: ["CS406"],
          },
        ]),
  ];
}

/** One sealed claim that reads something private, unsealed. */
function inTheClear(
  { claims = {} }: WrittenProfile,
  secret: readonly Readable[],
  random: Random,
): readonly (readonly [string, WrittenClaim])[] {
  const sealed = Object.entries(claims).filter(
    ([, { sealFor, value, when = "" }]) =>
      sealFor !== undefined && secret.some(({ printed }) => mentions(value, printed) || mentions(when, printed)),
  );
  return one(sealed, random).map(([name, { value, when }]) => [
    name,
    { value, ...(when !== undefined && { when }), to: ["access"], effect: "informs" },
  ]);
}

function presence({ printed }: Readable): string {
  return printed.includes("[") ? `${printed.replace("[", "[?")}.hasValue()` : `has(${printed})`;
}

function one<T>(from: readonly T[], random: Random): readonly T[] {
  return from.length === 0 ? [] : [random.pick(from)];
}

import { randomFrom } from "../../canary/random.ts";
import type { Place } from "./draw-declarations.ts";
import type { DrawnMap } from "./draw-map.ts";
import type { Image } from "./drawing.ts";
import type { World } from "./facts.ts";
import type { Seen, SignIn } from "./sign-in.ts";

/** Two worlds in which one plan is run. */
export type Pair = { readonly one: World; readonly other: World };

const SENT = ["openid", "email", "care/read", "care/write", "lab/read"] as const;

function worldOf(map: DrawnMap, seed: readonly number[]): World {
  const random = randomFrom(...seed);
  const isMachine = map.features.has("machines") && random.chance(0.3);
  const scopes = random.some(SENT, 0.5);
  return {
    map,
    seed,
    differs: () => false,
    images: new Map(),
    subject: isMachine
      ? {
          grant: "client_credentials",
          clientId: "job1",
          scopes: [...scopes.filter((each) => each.includes("/")), "lab/read"],
        }
      : { grant: "user", clientId: "web1", scopes },
  };
}

/**
 * Two worlds that differ in private values and nothing else, but for what somebody signed for: of what is declassified
 * the approved image stays; what chooses a declassified row, or a row with a declassified value in it, stays altogether.
 */
export function privatePair(map: DrawnMap, seed: readonly number[], level: "pii" | "sensitive"): Pair {
  const one = worldOf(map, seed);
  const images = new Map<string, (Image | null)[]>();
  const keep = (place: string, image: Image | null): void => {
    images.set(place, [...(images.get(place) ?? []), image]);
  };
  const levelOf = new Map(map.places.map((place) => [place.name, place.class]));
  const freeze = (names: Iterable<string>, most: "pii" | "sensitive"): void => {
    for (const name of names) if (most === "sensitive" || levelOf.get(name) !== "sensitive") keep(name, null);
  };
  for (const { place, image } of map.declassified) {
    keep(place, image);
    freeze(
      [...(map.behind.get(place) ?? [])].filter((name) => name !== place),
      "sensitive",
    );
  }
  // Nobody can sign for a sensitive key.
  for (const { behind, keyDeclassify } of map.sources) if (keyDeclassify) freeze(behind, "pii");
  const differs = (place: Place): boolean => place.class === "sensitive" || (level === "pii" && place.class === "pii");
  return { one, other: { ...one, differs, images } };
}

/**
 * Two worlds that differ in what the caller chooses and the person may write. Of what somebody vouched for nothing
 * differs. Under `more`, the second asks for all the first asks for, and maybe more.
 */
export function untrustedPair(map: DrawnMap, seed: readonly number[], asks: "the same" | "more"): Pair {
  const one = worldOf(map, seed);
  const vouched = new Set([...map.endorsed].flatMap((name) => [...(map.behind.get(name) ?? [])]));
  const differs = ({ name, trust }: Place): boolean => (trust === "caller" || trust === "user") && !vouched.has(name);
  const added = randomFrom(...seed, 1).some(["care/read", "care/write", "lab/read", "lab/write", "email"], 0.5);
  const scopes = asks === "the same" ? one.subject.scopes : [...new Set([...one.subject.scopes, ...added])];
  return { one, other: { ...one, differs, subject: { ...one.subject, scopes } } };
}

/** What private values must not change: everything an access token shows but the lengths that grow in steps. */
export function inTheAccessToken({ access, scopes, groups, envelopes }: Seen): unknown {
  return {
    access: [...access],
    scopes,
    groups: groups.access,
    envelopes: envelopes.map((each) => ({ ...each, length: each.isOneLength ? each.length : null })),
  };
}

/** What sensitive values must not change: everything, the ID token and the length of every envelope too. */
export function everywhere(seen: Seen): unknown {
  return { ...seen, access: [...seen.access], id: [...seen.id] };
}

/**
 * What one sign-in was allowed that the other was not, and nothing explains: neither a tenant (the two have the same)
 * nor a scope that was asked for in one and not in the other. `other` asks for all that `one` asks for.
 */
export function unexplained(one: SignIn, other: SignIn, asks: "the same" | "more"): readonly string[] {
  // Working out a tenant ends in a refusal or in one that the subject may have: whoever asks for another has another.
  if (one.tenant !== other.tenant) return [];
  if (one.seen === null || other.seen === null) return refusals(one, other);
  const isSame = asks === "the same";
  const found: string[] = [];
  const [here, there] = [one.seen, other.seen];
  const sent = new Set(one.subject.scopes);
  for (const scope of here.scopes) if (!there.scopes.includes(scope)) found.push(`lost scope ${scope}`);
  for (const scope of there.scopes) {
    if (!here.scopes.includes(scope) && (isSame || sent.has(scope))) found.push(`gained scope ${scope}`);
  }
  if (String(here.groups.access) !== String(there.groups.access)) found.push("groups in the access token");
  if (String(here.groups.id) !== String(there.groups.id)) found.push("groups in the ID token");
  for (const { name, effect, to, sealFor } of one.profile.claims) {
    if (effect !== "grants" && effect !== "restricts") continue;
    const values = (run: SignIn, seen: Seen): readonly (string | undefined)[] => [
      ...to.map((token) => JSON.stringify(seen[token].get(name))),
      ...(sealFor.length > 0 ? [JSON.stringify(run.sealed.get(name) ?? undefined)] : []),
    ];
    const [before, after] = [values(one, here), values(other, there)];
    for (const [index, value] of before.entries()) {
      const isGained = value === undefined && effect === "grants" && !isSame;
      // An envelope that only the other has is the scope's doing.
      const isOnlyThere = index >= to.length && here.envelopes.length !== there.envelopes.length;
      if (value !== after[index] && !isGained && !isOnlyThere) found.push(`${effect} ${name}`);
    }
  }
  return found;
}

/**
 * A subject can always get itself refused, by asking for what is not there. By a rule of the map, or because a claim
 * that restricts is unknown, it can neither be refused nor escape.
 */
function refusals(one: SignIn, other: SignIn): readonly string[] {
  const codes = [one.refused, other.refused];
  if (codes.every((code) => code !== null)) return [];
  const decisive = codes.filter((code) => code?.startsWith("MAP_") || code === "CLAIM_RESTRICTS_UNKNOWN");
  return decisive.map((code) => `${code} for one of the two alone`);
}

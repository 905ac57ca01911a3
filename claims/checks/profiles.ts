import { canSuppress } from "../../cognito/reserved-claims.ts";
import { SELF_SERVICE_SCOPES } from "../../cognito/standard-attributes.ts";
import type { MapPath, ReadMap, WrittenProfile } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { closeName } from "../shape/close-name.ts";
import { SCOPE } from "../shape/forms.ts";
import { code } from "../shape/place.ts";
import { type ProfileParts, partsOf } from "./profile-parts.ts";

type Found = { readonly code: string; readonly path: MapPath; readonly message: string; readonly fix: string };

/** One profile with what every rule needs to know of it. */
type Part = {
  readonly name: string;
  readonly profile: WrittenProfile;
  readonly path: MapPath;
  /** Its claims and rules, those of its claim sets too. */
  readonly parts: ProfileParts;
  /** Only for client credentials; false while the grants could not be read. */
  readonly isForMachines: boolean;
};

/** CS7xx: profiles that overlap or never match, scopes and settings that would not do what they seem to. */
export function checkProfiles(read: ReadMap): readonly Finding[] {
  const parts = Object.entries(read.map.profiles).map(([name, profile]): Part => {
    const path = ["profiles", name];
    const { grants } = profile.match;
    const isKnown = !read.broken([...path, "match", "grants"]);
    const inAll = partsOf(read.map, name);
    return {
      name,
      profile,
      path,
      parts: inAll,
      isForMachines: isKnown && grants.length > 0 && !grants.includes("user"),
    };
  });
  const found = [
    ...poolNotes(read),
    ...overlaps(parts, read),
    ...parts.flatMap((part) => [
      ...unreachable(part, read),
      ...scopes(part, read),
      ...machines(part),
      ...grantsToAll(part),
      ...kept(part, read),
      ...claimSets(part, read),
      ...(read.map.pool.events === "V1" ? notOnV1(part) : []),
    ]),
    ...aliases(read),
  ];
  return found.map((one) => finding(one.code, one.path, read.at(one.path), one.message, one.fix));
}

function poolNotes({ map }: ReadMap): readonly Found[] {
  const notes: Found[] = [];
  if (map.pool.events === "V1") {
    const message = "access tokens of a V1 pool keep their self-service scopes, and with them the profile";
    notes.push({
      code: "CS708",
      path: ["pool", "events"],
      message,
      fix: "Use V2 or V3 where APIs must not see profiles.",
    });
  }
  if (map.pool.usernames === "any") {
    const message = "usernames stand in every access token as people typed them";
    const fix = "Write `usernames: opaque` if the pool's usernames are generated.";
    notes.push({ code: "CS712", path: ["pool", "usernames"], message, fix });
  }
  return notes;
}

/** Variables are compared by name here, and by value when the trigger starts. */
function overlaps(parts: readonly Part[], read: ReadMap): readonly Found[] {
  return parts.flatMap(({ profile, path, name }, index) =>
    profile.match.clients.flatMap((client, place): readonly Found[] => {
      const at = [...path, "match", "clients", String(place)];
      const other = parts
        .slice(0, index)
        .find(
          (earlier) =>
            earlier.profile.match.clients.includes(client) &&
            earlier.profile.match.grants.some((grant) => profile.match.grants.includes(grant)) &&
            !read.broken([...earlier.path, "match", "grants"]),
        );
      if (other === undefined || read.broken([...path, "match", "grants"])) return [];
      const who = client === "*" ? "every client" : "the same client";
      const message = `profiles ${code(other.name)} and ${code(name)} both match ${who}`;
      return [{ code: "CS701", path: at, message, fix: "Name each client of a grant in one profile only." }];
    }),
  );
}

function unreachable({ profile, path, isForMachines, name }: Part, { map, broken }: ReadMap): readonly Found[] {
  const { events } = map.pool;
  const index = profile.match.grants.indexOf("client_credentials");
  if (events === "V3" || index < 0 || broken([...path, "match", "grants"])) return [];
  const message = isForMachines
    ? `profile ${code(name)} never matches: a ${events} pool has no events for machines`
    : `\`client_credentials\` never matches: a ${events} pool has no events for machines`;
  const fix = "Set the pool's trigger and `pool.events` to V3, or take it out.";
  return [{ code: "CS702", path: [...path, "match", "grants", String(index)], message, fix }];
}

function scopes({ parts }: Part, read: ReadMap): readonly Found[] {
  const declared = Object.values(read.map.resourceServers).flatMap(({ identifier, scopes: names }) =>
    names.map((scope) => `${identifier}/${scope}`),
  );
  // A server that could not be read may well declare the scope.
  const isComplete = !hasBrokenServers(read);
  return parts.scopes.flatMap(({ written: rule, path }) => {
    const at = (key: "add" | "remove", item: number): MapPath => [...path, key, String(item)];
    const added = rule.add.flatMap((scope, item): readonly Found[] => {
      if (SELF_SERVICE_SCOPES.includes(scope)) {
        const message = `${code(scope)} lets its bearer fetch the profile: no rule can add it`;
        return [
          {
            code: "CS704",
            path: at("add", item),
            message,
            fix: "Delete it; `selfServiceScopes` decides about all of them.",
          },
        ];
      }
      if (declared.includes(scope) || !isComplete) return [];
      return [{ code: "CS703", path: at("add", item), ...undeclared(scope, declared) }];
    });
    const removed = rule.remove.flatMap((scope, item): readonly Found[] => {
      if (!SELF_SERVICE_SCOPES.includes(scope)) return [];
      const message = `removing ${code(scope)} alone protects nothing: the others still open the profile`;
      return [
        { code: "CS704", path: at("remove", item), message, fix: "Delete it, and write `selfServiceScopes: strip`." },
      ];
    });
    return [...added, ...removed];
  });
}

function undeclared(scope: string, declared: readonly string[]): { readonly message: string; readonly fix: string } {
  const known = declared.filter((each) => SCOPE.pattern.test(each));
  const close = closeName(scope, known) ?? known.find((each) => each.endsWith(`/${scope}`));
  const message = `no resource server declares the scope ${code(scope)}`;
  if (close !== undefined) return { message, fix: `Write ${code(close)}.` };
  return { message, fix: "Add it to the `scopes` of its resource server, and write `IDENTIFIER/SCOPE` here." };
}

function hasBrokenServers({ map, broken }: ReadMap): boolean {
  if (broken(["resourceServers"])) return true;
  return Object.keys(map.resourceServers).some((name) => broken(["resourceServers", name, "scopes"]));
}

function machines({ profile, path, parts, isForMachines, name }: Part): readonly Found[] {
  if (!isForMachines) return [];
  const settings = (["idToken", "groups", "selfServiceScopes"] as const).filter((key) => profile[key] !== undefined);
  return [
    ...settings.map((key) => {
      const message = `profile ${code(name)} is for machines, which have nothing ${code(key)} could change`;
      return { code: "CS711", path: [...path, key], message, fix: `Delete ${code(key)}.` };
    }),
    ...parts.claims.flatMap((claim): readonly Found[] => {
      if (!claim.written.to.includes("id")) return [];
      const message = `claim ${code(claim.name)} goes to the ID token, and machines have none`;
      return [{ code: "CS705", path: [...claim.path, "to"], message, fix: "Write `to: [access]`." }];
    }),
  ];
}

function grantsToAll({ profile, path, parts }: Part): readonly Found[] {
  const star = profile.match.clients.indexOf("*");
  const claims = parts.claims.filter(({ written }) => written.effect === "grants");
  const added = parts.scopes.flatMap(({ written }) => written.add);
  const given = [...claims.map(({ name }) => name), ...added];
  if (star < 0 || given.length === 0) return [];
  const more = given.length > 3 ? ` and ${given.length - 3} more` : "";
  const message = `every client, also one registered later, gets ${listOf(given.slice(0, 3))}${more}`;
  const fix = "List the clients by id or `${env:NAME}`.";
  return [{ code: "CS706", path: [...path, "match", "clients", String(star)], message, fix }];
}

function listOf(names: readonly string[]): string {
  return names.map(code).join(", ");
}

function kept({ profile, path }: Part, read: ReadMap): readonly Found[] {
  const { keep = [], drop = [] } = profile.idToken ?? {};
  const each = (key: "keep" | "drop", names: readonly string[]): readonly Found[] =>
    names.flatMap((name, index) => listed(name, key, [...path, "idToken", key, String(index)], read));
  return [...each("keep", keep), ...each("drop", drop)];
}

/** One attribute that `keep` or `drop` names: something a trigger can decide about, and declared with its class. */
function listed(name: string, key: "keep" | "drop", at: MapPath, { map, broken }: ReadMap): readonly Found[] {
  if (name === "cognito:groups") {
    const message = `groups are kept and stripped by \`groups\`, not by \`${key}\``;
    return [{ code: "CS710", path: at, message, fix: "Delete it, and write `groups: { access: strip, id: keep }`." }];
  }
  if (!canSuppress("id", name)) {
    const message = `Cognito writes ${code(name)} itself: it stays in the ID token whatever a trigger says`;
    return [{ code: "CS710", path: at, message, fix: "Delete it." }];
  }
  const input = `user.${name}`;
  if (broken(["inputs", input]) || broken(["inputs", name]) || Object.hasOwn(map.inputs, input)) return [];
  const known = Object.keys(map.inputs).flatMap((each) => (each.startsWith("user.") ? [each.slice(5)] : []));
  const close = known.find((each) => each === `custom:${name}`) ?? closeName(name, known);
  const fix =
    close === undefined ? `Declare ${code(input)} under \`inputs\`, with its class.` : `Write ${code(close)}.`;
  const verb = key === "keep" ? "kept" : "dropped";
  return [{ code: "CS709", path: at, message: `${code(name)} is ${verb} and not declared as ${code(input)}`, fix }];
}

/** Sets that are not there, and claims that two of a profile's parts define. */
function claimSets({ profile, path, name }: Part, { map, broken }: ReadMap): readonly Found[] {
  const owners = new Map(Object.keys(profile.claims).map((claim) => [claim, `profile ${code(name)}`]));
  return profile.use.flatMap((set, index): readonly Found[] => {
    const at = [...path, "use", String(index)];
    const found = Object.hasOwn(map.claimSets, set) ? map.claimSets[set] : undefined;
    if (found === undefined) {
      if (broken(["claimSets", set])) return [];
      const close = closeName(set, Object.keys(map.claimSets));
      const fix = close === undefined ? `Declare ${code(set)} under \`claimSets\`.` : `Write ${code(close)}.`;
      return [{ code: "CS211", path: at, message: `there is no claim set ${code(set)}`, fix }];
    }
    return Object.keys(found.claims).flatMap((claim): readonly Found[] => {
      const owner = owners.get(claim);
      owners.set(claim, owner ?? `claim set ${code(set)}`);
      if (owner === undefined) return [];
      const message = `claim ${code(claim)} of claim set ${code(set)} is in ${owner} too: nothing overrides`;
      return [{ code: "CS212", path: at, message, fix: "Rename one of the two, or keep it in one place." }];
    });
  });
}

function notOnV1({ profile, path, parts, name, isForMachines }: Part): readonly Found[] {
  if (isForMachines) return [];
  const refuse = (what: string, at: MapPath): Found => ({
    code: "CS707",
    path: at,
    message: `${what}, which a V1 trigger cannot change`,
    fix: "Delete it, or set the pool's trigger and `pool.events` to V2 or V3.",
  });
  const claims = parts.claims.flatMap((claim) => {
    const what = `claim ${code(claim.name)} goes to the access token`;
    return [
      ...(claim.written.to.includes("access") ? [refuse(what, [...claim.path, "to"])] : []),
      ...(claim.written.sealFor.length > 0 ? [refuse(what, [...claim.path, "sealFor"])] : []),
    ];
  });
  const { selfServiceScopes, groups } = profile;
  const isSplit = typeof groups === "object" && groups.access !== groups.id;
  const both = "on a V1 pool, groups are kept or stripped in both tokens at once";
  const fix = "Write `groups: strip`, `groups: keep`, or the same for both with a `filter`.";
  const [rule] = parts.scopes;
  return [
    ...claims,
    ...(rule ? [refuse(`profile ${code(name)} has rules for scopes`, rule.path.slice(0, -1))] : []),
    ...(selfServiceScopes
      ? [refuse(`profile ${code(name)} decides about scopes`, [...path, "selfServiceScopes"])]
      : []),
    ...(isSplit ? [{ code: "CS707", path: [...path, "groups"], message: both, fix }] : []),
  ];
}

function aliases({ map }: ReadMap): readonly Found[] {
  const pseudonyms = map.pseudonyms?.key ?? "";
  const ofPseudonyms: readonly Found[] = /^alias\/|:alias\//.test(pseudonyms)
    ? [
        {
          code: "CS713",
          path: ["pseudonyms", "key"],
          message: "the key of `pseudonyms` is named by an alias, which can be pointed elsewhere",
          fix: "Write the key's ARN, or `${env:NAME}`.",
        },
      ]
    : [];
  const ofServers = Object.entries(map.resourceServers).flatMap(([name, { seal }]) => {
    if (seal === undefined || !/^alias\/|:alias\//.test(seal.key)) return [];
    const message = `the key of resource server ${code(name)} is named by an alias, which can be pointed elsewhere`;
    const path = ["resourceServers", name, "seal", "key"];
    return [{ code: "CS713", path, message, fix: "Write the key's ARN, or `${env:NAME}`." }];
  });
  return [...ofServers, ...ofPseudonyms];
}

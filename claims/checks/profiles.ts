import { canSuppress } from "../../cognito/reserved-claims.ts";
import { SELF_SERVICE_SCOPES } from "../../cognito/standard-attributes.ts";
import type { MapPath, ReadMap, WrittenProfile } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { closeName } from "../shape/close-name.ts";
import { SCOPE } from "../shape/forms.ts";
import { code } from "../shape/place.ts";

type Found = { readonly code: string; readonly path: MapPath; readonly message: string; readonly fix: string };

/** One profile with what every rule needs to know of it. */
type Part = {
  readonly name: string;
  readonly profile: WrittenProfile;
  readonly path: MapPath;
  /** Only for client credentials; false while the grants could not be read. */
  readonly isForMachines: boolean;
};

/** CS7xx: profiles that overlap or never match, scopes and settings that would not do what they seem to. */
export function checkProfiles(read: ReadMap): readonly Finding[] {
  const parts = Object.entries(read.map.profiles).map(([name, profile]): Part => {
    const path = ["profiles", name];
    const { grants } = profile.match;
    const isKnown = !read.broken([...path, "match", "grants"]);
    return { name, profile, path, isForMachines: isKnown && grants.length > 0 && !grants.includes("user") };
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

function scopes({ profile, path }: Part, read: ReadMap): readonly Found[] {
  const declared = Object.values(read.map.resourceServers).flatMap(({ identifier, scopes: names }) =>
    names.map((scope) => `${identifier}/${scope}`),
  );
  // A server that could not be read may well declare the scope.
  const isComplete = !hasBrokenServers(read);
  return profile.scopes.flatMap((rule, index) => {
    const at = (key: "add" | "remove", item: number): MapPath => [...path, "scopes", String(index), key, String(item)];
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

function machines({ profile, path, isForMachines, name }: Part): readonly Found[] {
  if (!isForMachines) return [];
  const settings = (["idToken", "groups", "selfServiceScopes"] as const).filter((key) => profile[key] !== undefined);
  return [
    ...settings.map((key) => {
      const message = `profile ${code(name)} is for machines, which have nothing ${code(key)} could change`;
      return { code: "CS711", path: [...path, key], message, fix: `Delete ${code(key)}.` };
    }),
    ...Object.entries(profile.claims).flatMap(([claim, { to }]) => {
      if (!to.includes("id")) return [];
      const message = `claim ${code(claim)} goes to the ID token, and machines have none`;
      return [{ code: "CS705", path: [...path, "claims", claim, "to"], message, fix: "Write `to: [access]`." }];
    }),
  ];
}

function grantsToAll({ profile, path }: Part): readonly Found[] {
  const star = profile.match.clients.indexOf("*");
  const claims = Object.entries(profile.claims).filter(([, { effect }]) => effect === "grants");
  const added = profile.scopes.flatMap(({ add }) => add);
  const given = [...claims.map(([name]) => name), ...added];
  if (star < 0 || given.length === 0) return [];
  const more = given.length > 3 ? ` and ${given.length - 3} more` : "";
  const message = `every client, also one registered later, gets ${listOf(given.slice(0, 3))}${more}`;
  const fix = "List the clients by id or `${env:NAME}`.";
  return [{ code: "CS706", path: [...path, "match", "clients", String(star)], message, fix }];
}

function listOf(names: readonly string[]): string {
  return names.map(code).join(", ");
}

function kept({ profile, path }: Part, { map, broken }: ReadMap): readonly Found[] {
  return (profile.idToken?.keep ?? []).flatMap((name, index): readonly Found[] => {
    const at = [...path, "idToken", "keep", String(index)];
    if (name === "cognito:groups") {
      const message = "groups are kept by `groups`, not by `keep`";
      return [{ code: "CS710", path: at, message, fix: "Delete it, and write `groups: { access: strip, id: keep }`." }];
    }
    if (!canSuppress("id", name)) {
      const message = `Cognito writes ${code(name)} itself: it stays in the ID token whatever a trigger says`;
      return [{ code: "CS710", path: at, message, fix: "Delete it." }];
    }
    const input = `user.${name}`;
    if (broken(["inputs", input]) || broken(["inputs", name])) return [];
    if (Object.hasOwn(map.inputs, input)) return [];
    const known = Object.keys(map.inputs).flatMap((each) => (each.startsWith("user.") ? [each.slice(5)] : []));
    const close = known.find((each) => each === `custom:${name}`) ?? closeName(name, known);
    const fix =
      close === undefined ? `Declare ${code(input)} under \`inputs\`, with its class.` : `Write ${code(close)}.`;
    return [{ code: "CS709", path: at, message: `${code(name)} is kept and not declared as ${code(input)}`, fix }];
  });
}

function notOnV1({ profile, path, name, isForMachines }: Part): readonly Found[] {
  if (isForMachines) return [];
  const refuse = (what: string, ...steps: readonly string[]): Found => ({
    code: "CS707",
    path: [...path, ...steps],
    message: `${what}, which a V1 trigger cannot change`,
    fix: "Delete it, or set the pool's trigger and `pool.events` to V2 or V3.",
  });
  const claims = Object.entries(profile.claims).flatMap(([claim, { to, sealFor }]) => [
    ...(to.includes("access") ? [refuse(`claim ${code(claim)} goes to the access token`, "claims", claim, "to")] : []),
    ...(sealFor.length > 0
      ? [refuse(`claim ${code(claim)} goes to the access token`, "claims", claim, "sealFor")]
      : []),
  ]);
  const { selfServiceScopes, groups } = profile;
  const both = "on a V1 pool, groups are kept or stripped in both tokens at once";
  const fix = "Write `groups: strip` or `groups: keep`.";
  return [
    ...claims,
    ...(profile.scopes.length > 0 ? [refuse(`profile ${code(name)} has rules for scopes`, "scopes")] : []),
    ...(selfServiceScopes ? [refuse(`profile ${code(name)} decides about scopes`, "selfServiceScopes")] : []),
    ...(typeof groups === "object" ? [{ code: "CS707", path: [...path, "groups"], message: both, fix }] : []),
  ];
}

function aliases({ map }: ReadMap): readonly Found[] {
  return Object.entries(map.resourceServers).flatMap(([name, { seal }]) => {
    if (seal === undefined || !/^alias\/|:alias\//.test(seal.key)) return [];
    const message = `the key of resource server ${code(name)} is named by an alias, which can be pointed elsewhere`;
    const path = ["resourceServers", name, "seal", "key"];
    return [{ code: "CS713", path, message, fix: "Write the key's ARN, or `${env:NAME}`." }];
  });
}

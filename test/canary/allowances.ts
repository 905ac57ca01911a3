import {
  envelopeClaimOf,
  groupsOf,
  inlined,
  type MapDocument,
  partsOf,
  printed,
  readablesOf,
  reads,
  rowReadablesOf,
  type WrittenProfile,
} from "./map-document.ts";
import { PERSON } from "./scene.ts";

/** Which canaries belong where, by the map alone. Places as `scene.ts` names them. */
export type Allowances = {
  /** In a claim of an ID token. */
  readonly inIdClaim: (claim: string) => ReadonlySet<string>;
  /** In the groups a response puts in place of those that were sent. */
  readonly inGroups: ReadonlySet<string>;
  /** In a claim of an opened envelope. */
  readonly inSealed: (claim: string) => ReadonlySet<string>;
  /** The claims of access tokens that carry envelopes, by resource server. */
  readonly envelopes: ReadonlyMap<string, string>;
};

const NOTHING: ReadonlySet<string> = new Set();

export function allowancesOf(document: MapDocument, profile: WrittenProfile | null): Allowances {
  const { claims } = partsOf(document, profile);
  const readables = readablesOf(document);
  const rows = rowReadablesOf(document);
  const readBy = (claim: string, classes: readonly string[]): readonly string[] => {
    const { value = "", when = "" } = Object.hasOwn(claims, claim) ? (claims[claim] ?? {}) : {};
    const text = `${inlined(document, value)} ${inlined(document, when)}`;
    return [
      ...readables.filter((each) => reads(text, each, false)),
      ...rows.filter((each) => reads(text, each, true)),
    ].flatMap(({ printed: place, declared }) => (classes.includes(declared.class) ? [place] : []));
  };
  const isTo = (claim: string): boolean => Object.hasOwn(claims, claim) && (claims[claim]?.to ?? []).includes("id");
  const isSensitive = (name: string): boolean => document.inputs[`user.${name}`]?.class === "sensitive";
  // A claim of the map takes an attribute's place for good: left out, it brings nothing back.
  const stays = (name: string): readonly string[] =>
    profile !== null && !isTo(name) && !isSensitive(name) && leaves(profile, name) ? [printed("user", name)] : [];
  const { access = "strip", id = "strip", filter } = profile ? groupsOf(profile) : {};
  const isFiltered = filter !== undefined && (access === "keep" || id === "keep");
  const isGroupKept = profile !== null && groupsOf(profile).id === "keep";
  const ofCognito: ReadonlyMap<string, readonly string[]> = new Map([
    ["sub", [PERSON]],
    ["cognito:username", [PERSON]],
    // No trigger can take these out (developer guide, "Pre token generation Lambda trigger").
    ["identities", ["user.identities"]],
    ...(isGroupKept
      ? ([
          ["cognito:groups", ["user.groups"]],
          ["cognito:roles", ["roles"]],
          ["cognito:preferred_role", ["roles"]],
        ] as const)
      : []),
  ]);
  return {
    inIdClaim: (claim) =>
      new Set([
        ...(ofCognito.get(claim) ?? []),
        ...stays(claim),
        ...(isTo(claim) ? readBy(claim, ["open", "pii"]) : []),
      ]),
    inGroups: isFiltered ? new Set(["user.groups"]) : NOTHING,
    inSealed: (claim) =>
      Object.hasOwn(claims, claim) ? new Set(readBy(claim, ["open", "pii", "sensitive"])) : NOTHING,
    envelopes: new Map(
      Object.keys(document.resourceServers)
        .filter((server) => Object.values(claims).some(({ sealFor = [] }) => sealFor.includes(server)))
        .map((server) => [server, envelopeClaimOf(server)]),
    ),
  };
}

/** Whether the ID token keeps what Cognito puts there under a name. */
function leaves({ idToken = { keep: [] } }: WrittenProfile, name: string): boolean {
  if (idToken.keep) return idToken.keep.includes(name);
  return !idToken.drop?.includes(name);
}

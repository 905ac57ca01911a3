import {
  envelopeClaimOf,
  groupsOf,
  type MapDocument,
  mentions,
  readablesOf,
  type WrittenProfile,
} from "./map-document.ts";
import { PERSON } from "./scene.ts";

/** Which canaries belong where, by the map alone. Places as `scene.ts` names them. */
export type Allowances = {
  /** In a claim of an ID token. */
  readonly inIdClaim: (claim: string) => ReadonlySet<string>;
  /** In a claim of an opened envelope. */
  readonly inSealed: (claim: string) => ReadonlySet<string>;
  /** The claims of access tokens that carry envelopes, by resource server. */
  readonly envelopes: ReadonlyMap<string, string>;
};

const NOTHING: ReadonlySet<string> = new Set();

export function allowancesOf(document: MapDocument, profile: WrittenProfile | null): Allowances {
  const { claims = {}, idToken = { keep: [] } } = profile ?? {};
  const readables = readablesOf(document);
  const readBy = (claim: string, classes: readonly string[]): readonly string[] => {
    const { value = "", when = "" } = Object.hasOwn(claims, claim) ? (claims[claim] ?? {}) : {};
    return readables
      .filter(
        ({ printed, declared }) =>
          classes.includes(declared.class) && (mentions(value, printed) || mentions(when, printed)),
      )
      .map(({ printed }) => printed);
  };
  const kept = (name: string): readonly string[] =>
    readables
      .filter(({ root, declared }) => root === "user" && declared.class !== "sensitive" && idToken.keep.includes(name))
      .filter((each) => each.name === name)
      .map(({ printed }) => printed);
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
  const isTo = (claim: string): boolean => Object.hasOwn(claims, claim) && (claims[claim]?.to ?? []).includes("id");
  return {
    inIdClaim: (claim) =>
      new Set([
        ...(ofCognito.get(claim) ?? []),
        // A claim under the name of a kept attribute stands in for it where it has a value.
        ...kept(claim),
        ...(isTo(claim) ? readBy(claim, ["open", "pii"]) : []),
      ]),
    inSealed: (claim) =>
      Object.hasOwn(claims, claim) ? new Set(readBy(claim, ["open", "pii", "sensitive"])) : NOTHING,
    envelopes: new Map(
      Object.keys(document.resourceServers)
        .filter((server) => Object.values(claims).some(({ sealFor = [] }) => sealFor.includes(server)))
        .map((server) => [server, envelopeClaimOf(server)]),
    ),
  };
}

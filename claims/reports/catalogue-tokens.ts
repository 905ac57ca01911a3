import type { Expr, Plan, PlanClaim, PlanProfile, PlanSource } from "../plan.ts";
import { code, codes, type Markdown, table, words } from "./markdown.ts";
import { printExpression } from "./print-expression.ts";

/** Scopes that a token gains or loses, and when. */
export function scopes({ profiles }: Plan): Markdown {
  const rows = profiles.flatMap(({ name, scopes: rules }) =>
    rules.flatMap(({ add, remove, only, when }) => [
      ...add.map((scope) => [code(scope), "is added", conditionText(when), words(name)]),
      ...remove.map((scope) => [code(scope), "is taken out", conditionText(when), words(name)]),
      ...(only
        ? [["every custom scope", `stays only if in ${code(printExpression(only))}`, conditionText(when), words(name)]]
        : []),
    ]),
  );
  return table(["scope", "", "when", "profile"], rows, "The map changes none.");
}

/** What stays of what Cognito puts into tokens by itself. */
export function takenOut({ profiles, usernames, events }: Plan): Markdown {
  const people = profiles.filter(({ grants }) => grants.includes("user"));
  const rows = people.map((profile) => [
    words(profile.name),
    idTokenText(profile),
    groupsText(profile, "access"),
    groupsText(profile, "id"),
    events === "V1" || profile.selfServiceScopes === "keep" ? "stay" : "are taken out",
  ]);
  const username =
    usernames === "opaque"
      ? "The username stands in every token; one that could be personal refuses."
      : "The username stands in every token, personal ones too.";
  const fixed =
    "No trigger can take `cognito:username` out of an ID token, nor the `identities` of people who come from elsewhere.";
  const head = ["profile", "ID token keeps", "groups, access token", "groups, ID token", "self-service scopes"];
  return [table(head, rows), `${username} ${fixed}`].join("\n\n");
}

/** Which tokens are made by which profile. */
export function admission({ profiles, unmatched, limits }: Plan): Markdown {
  const who = { user: "people", client_credentials: "machines" } as const;
  const rows = profiles.map(({ name, grants, clients, maxBytes }) => [
    words(name),
    grants.map((grant) => who[grant]).join(" and "),
    clients.map((client) => (client === "*" ? "every app client" : code(client))).join(", "),
    bytesText(maxBytes.access),
    grants.includes("user") ? bytesText(maxBytes.id) : "has none",
  ]);
  const others = {
    deny: `App clients without a profile get no token, ${code("PROFILE_NONE")}.`,
    bare: "App clients without a profile get tokens with nothing added and all that can be taken out.",
    untouched: "App clients without a profile keep the tokens that Cognito makes.",
  } as const;
  const { accessToken, idToken, onOversize } = limits;
  const larger =
    onOversize === "deny" ? `refuses, ${code("TOKEN_OVERSIZE")}` : "leaves out claims that inform, the last one first";
  return [
    table(["profile", "for", "app clients", "access token, at most", "ID token, at most"], rows),
    others[unmatched],
    `The map allows an access token ${accessToken} bytes and an ID token ${idToken}; a larger one ${larger}.`,
  ].join("\n\n");
}

/** Every reason of the map's own to refuse, and those that follow from what it asks for. */
export function refusals(plan: Plan): Markdown {
  const { profiles, tenant, partition, usernames } = plan;
  const own = profiles.flatMap(({ name, refuse }) =>
    refuse.map(({ code: refusal, when }) => [code(`MAP_${refusal}`), conditionText(when), words(name)]),
  );
  const everywhere = (isSo: boolean, refusal: string, why: string): readonly (readonly Markdown[])[] =>
    isSo ? [[code(refusal), why, "all that need it"]] : [];
  return table(
    ["code", "when", "profile"],
    [
      ...own,
      ...profiles.flatMap(claimRefusals),
      ...sourceRefusals(plan),
      ...everywhere(tenant !== undefined, "TENANT_REFUSED", "the tenant asked for is not one of those allowed"),
      ...everywhere(partition !== undefined, "PARTITION_UNKNOWN", "where the data live is not known"),
      ...(usernames === "opaque" ? [[code("USERNAME_PERSONAL"), "the username may be personal", "for people"]] : []),
    ],
  );
}

/** What a profile's claims and scopes refuse for. */
function claimRefusals({ name, claims, grants, scopes: rules }: PlanProfile): readonly (readonly Markdown[])[] {
  const where = (isOne: (claim: PlanClaim) => boolean): readonly string[] =>
    claims.filter(isOne).map((claim) => claim.name);
  const row = (refusal: string, why: string, names: readonly string[]): readonly (readonly Markdown[])[] =>
    names.length === 0 ? [] : [[code(refusal), `${why}: ${codes(names)}`, words(name)]];
  const mayEmpty = grants.includes("client_credentials") && rules.some(({ remove, only }) => only || remove.length > 0);
  return [
    ...row(
      "CLAIM_REQUIRED",
      "unknown",
      where(({ required }) => required),
    ),
    ...row(
      "CLAIM_RESTRICTS_UNKNOWN",
      "unknown",
      where(({ effect, required, otherwise }) => effect === "restricts" && !required && otherwise === undefined),
    ),
    ...row(
      "SEAL_UNAVAILABLE",
      "cannot be sealed",
      where(({ sealFor, required, effect }) => sealFor.length > 0 && (required || effect === "restricts")),
    ),
    ...(mayEmpty ? [[code("SCOPES_EMPTY"), "no scope is left", words(name)]] : []),
  ];
}

function sourceRefusals({ sources }: Plan): readonly (readonly Markdown[])[] {
  const row = (refusal: string, why: string, isOne: (source: PlanSource) => boolean) => {
    const names = Object.keys(sources).filter((name) => isOne(sources[name] as PlanSource));
    return names.length === 0 ? [] : [[code(refusal), `${why}: ${codes(names)}`, "all that need it"]];
  };
  const isRead = ({ kind }: PlanSource): boolean => kind === "row" || kind === "query";
  return [
    ...row("SOURCE_MISSING", "no row", ({ onMissing }) => onMissing === "deny"),
    ...row("SOURCE_UNAVAILABLE", "cannot be read", ({ onError }) => onError !== "unknown"),
    ...row(
      "SOURCE_INVALID",
      "no key can be built, or there are too many rows",
      (source) => isRead(source) && source.onError !== "unknown",
    ),
  ];
}

function bytesText(bytes: number | null): Markdown {
  return bytes === null ? "unbounded" : `${bytes} bytes`;
}

function conditionText(when: Expr | undefined): Markdown {
  return when === undefined ? "always" : code(printExpression(when));
}

function idTokenText({ idToken }: PlanProfile): Markdown {
  if ("keep" in idToken) return idToken.keep.length === 0 ? "nothing" : codes(idToken.keep);
  return "drop" in idToken ? `all but ${codes(idToken.drop)}` : "everything";
}

function groupsText({ groups }: PlanProfile, token: "access" | "id"): Markdown {
  if (groups[token] === "strip") return "are taken out";
  if (groups.filter === undefined) return "stay";
  return groups.filter === "native"
    ? "stay, but those Cognito made"
    : `stay if in ${code(printExpression(groups.filter))}`;
}

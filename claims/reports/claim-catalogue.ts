import { planDigest } from "../digest.ts";
import { printReference } from "../language/reference.ts";
import type { Plan, PlanClaim, PlanProfile, PlanSeal, SealMode } from "../plan.ts";
import { personalData } from "./catalogue-data.ts";
import { poolSection } from "./catalogue-federation.ts";
import { approvals, sources } from "./catalogue-sources.ts";
import { admission, refusals, scopes, takenOut } from "./catalogue-tokens.ts";
import { code, codes, type Markdown, table, words } from "./markdown.ts";
import { printExpression } from "./print-expression.ts";
import { purposesOf, referencesOf } from "./references.ts";
import { typeOfClaim, typeText } from "./typescript-type.ts";

/**
 * The catalogue of a plan's claims, in Markdown: which personal data go to whom and why, what each reader reads, which
 * scopes come when, what is taken out, who is refused, where values come from, and who signed for what.
 */
export function claimCatalogue(plan: Plan): Markdown {
  const { name, revision, events } = plan;
  return [
    `# Claims of ${words(name)}`,
    `Revision ${code(revision)}, for ${events} events. Made by \`claimseal docs\` from the compiled plan with the SHA-256 ${code(planDigest(plan))}.`,
    "## Personal data",
    "What is not `open`: to whom it goes, and what for.",
    personalData(plan),
    "## What the client reads",
    "Claims of the ID token. It is for the app that signed the person in, and goes to no API.",
    claims(plan, ({ to }) => to.includes("id")),
    ...(events === "V1" ? [] : accessToken(plan)),
    "## Scopes",
    scopes(plan),
    "## What is taken out",
    "Of what Cognito puts into tokens by itself.",
    takenOut(plan),
    "## Who gets a token",
    admission(plan),
    "## Who is refused",
    refusals(plan),
    ...poolSection(plan),
    "## Where values come from",
    sources(plan),
    "## What somebody signed for",
    approvals(plan),
  ]
    .join("\n\n")
    .concat("\n");
}

function accessToken(plan: Plan): readonly Markdown[] {
  const sealed = Object.keys(plan.resourceServers).flatMap((server) => {
    const isInside = ({ sealFor }: PlanClaim): boolean => sealFor.includes(server);
    if (!plan.profiles.some((profile) => profile.claims.some(isInside))) return [];
    return [`## What ${words(server)} alone opens`, envelope(plan, server), claims(plan, isInside)];
  });
  return [
    "## What every API reads",
    "Claims of the access token in the clear: whoever bears the token, and whoever it is sent to, can read them.",
    claims(plan, ({ to }) => to.includes("access")),
    ...sealed,
  ];
}

const SEALED: { readonly [mode in SealMode]: string } = {
  envelope: "under the key",
  asymmetric: "with the public half of the key",
  direct: "by KMS, which records each subject, under the key",
};

function sealedHow({ key, region, mode, bindClient }: PlanSeal): string {
  const where = region === undefined ? "" : ` in ${code(region)}`;
  return `${SEALED[mode]} ${code(key)}${where}${bindClient ? ", bound to the client," : ""}`;
}

function envelope(plan: Plan, server: string): Markdown {
  const { claim, identifier, seal, readers } = plan.resourceServers[server] as Plan["resourceServers"][string];
  const padded = plan.profiles.flatMap(({ name, envelopes }) =>
    envelopes.flatMap(({ resourceServer, padTo }) =>
      resourceServer === server && padTo !== undefined
        ? [`In profile ${words(name)} it is padded to ${padTo} bytes, so that its length tells nothing.`]
        : [],
    ),
  );
  const key = seal ? sealedHow(seal) : "";
  const roles = readers.length === 0 ? "no role" : codes(readers);
  return [
    `The claim ${code(claim)}, ${key} for the audience ${code(identifier)}. It is opened by ${roles}.`,
    ...padded,
  ].join(" ");
}

const HEAD = [
  "claim",
  "profile",
  "type",
  "class",
  "trust",
  "effect",
  "value",
  "when",
  "reads",
  "purpose",
  "bytes at most",
];

function claims(plan: Plan, wanted: (claim: PlanClaim) => boolean): Markdown {
  const rows = plan.profiles.flatMap((profile) =>
    profile.claims.filter(wanted).map((claim) => claimRow(plan, profile, claim)),
  );
  return table(HEAD, rows);
}

function claimRow(plan: Plan, profile: PlanProfile, claim: PlanClaim): readonly Markdown[] {
  const { name, value, when, effect, required, otherwise, maxBytes } = claim;
  const said = [
    ...(effect === undefined ? [] : [effect]),
    ...(required ? ["required"] : []),
    ...(otherwise === undefined ? [] : [`otherwise ${code(JSON.stringify(otherwise))}`]),
  ];
  return [
    code(name),
    words(profile.name),
    code(typeText(typeOfClaim(plan, claim))),
    claim.class,
    claim.trust,
    said.join(", "),
    code(printExpression(value)),
    when ? code(printExpression(when)) : "",
    codes(referencesOf(value, when).map(printReference)),
    purposesOf(plan, value).map(words).join("; "),
    maxBytes === null ? "unbounded" : String(maxBytes),
  ];
}

import { clinicPlan, type Doc, LAB } from "../a-clean-pool.ts";
import { at, type Change, type Flaw, set, web } from "./flaw.ts";

export const UNTOUCHED: Change = [
  "limits: {",
  'unmatched: { untouched: { reason: "moved one by one", approvedBy: dpo@clinic.example } }\nlimits: {',
];

/** Without a tenant's choice, nobody needs client metadata. */
export const NO_METADATA: readonly Change[] = [
  ["requested: client.metadata.clinic", "requested: staff.clinicIds[0]"],
  ["  client.metadata.clinic: { type: string, class: open, maxLength: 12 }", " "],
];

const oauth = (...scopes: readonly string[]): Doc => ({
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: scopes,
});

/** A client's settings for people who sign in by the API. */
function apiOf({ ExplicitAuthFlows, ReadAttributes, WriteAttributes }: Doc): Doc {
  return { ExplicitAuthFlows, ReadAttributes, WriteAttributes };
}

export const CLIENT_FLAWS: readonly Flaw[] = [
  {
    code: "DR501",
    name: "a client without a profile",
    place: "clients.kiosk",
    says: "no profile matches its people; the map says `unmatched: deny`",
    spoil: (pool) => (pool["clients"] as Doc[]).push({ ...web(pool), ClientId: "5kiosk", ClientName: "kiosk" }),
  },
  {
    code: "DR501",
    name: "people at a client for machines",
    place: "clients.laboratory",
    says: "no profile matches its people",
    spoil: (pool) => set(at(pool, "clients", 1), { ...web(pool), ...at(pool, "clients", 1), ...apiOf(web(pool)) }),
  },
  {
    code: "DR502",
    name: "a client whose tokens are left alone",
    place: "clients.kiosk",
    says: "`unmatched: untouched`",
    plan: clinicPlan(UNTOUCHED),
    spoil: (pool) => (pool["clients"] as Doc[]).push({ ...web(pool), ClientId: "5kiosk", ClientName: "kiosk" }),
  },
  {
    code: "DR503",
    name: "a profile of a client that is not there",
    place: "map.profiles.laboratory.clients",
    says: "the pool has no client of the id that is ${env:LAB_CLIENT}",
    spoil: (pool) => (pool["clients"] as Doc[]).pop(),
  },
  {
    code: "DR504",
    name: "a profile for machines of a client for nobody",
    place: "map.profiles.laboratory.clients",
    says: "${env:LAB_CLIENT} has no flow for machines",
    spoil: (pool) =>
      set(pool, {
        clients: [
          web(pool),
          { ClientId: LAB, ClientName: "laboratory", ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] },
        ],
      }),
  },
  {
    code: "DR505",
    name: "the scope by which one changes one's profile",
    place: "clients.clinic-web.AllowedOAuthScopes",
    says: "it may ask for aws.cognito.signin.user.admin, and profile clinician lets nothing of that through",
    plan: clinicPlan(...NO_METADATA),
    spoil: (pool) => set(web(pool), oauth("openid", "email", "profile", "aws.cognito.signin.user.admin")),
  },
  {
    code: "DR505",
    name: "a scope for telephone numbers that nobody is shown",
    place: "clients.clinic-web.AllowedOAuthScopes",
    says: "it may ask for phone",
    plan: clinicPlan(...NO_METADATA),
    spoil: (pool) => set(web(pool), oauth("openid", "phone")),
  },
  {
    code: "DR506",
    name: "a client that reads every standard attribute",
    place: "clients.clinic-web.ReadAttributes",
    says: "every standard attribute",
    spoil: (pool) => delete web(pool)["ReadAttributes"],
  },
  {
    code: "DR506",
    name: "a client that reads what nobody is shown",
    place: "clients.clinic-web.ReadAttributes",
    says: "it may read birthdate; profile clinician",
    spoil: (pool) => set(web(pool), { ReadAttributes: ["email", "name", "birthdate", "custom:employer"] }),
  },
  {
    code: "DR507",
    name: "the implicit grant",
    place: "clients.clinic-web.AllowedOAuthFlows",
    says: "implicit",
    plan: clinicPlan(...NO_METADATA),
    spoil: (pool) => set(web(pool), { ...oauth("openid"), AllowedOAuthFlows: ["code", "implicit"] }),
  },
  {
    code: "DR508",
    name: "the password grant",
    place: "clients.clinic-web.ExplicitAuthFlows",
    says: "ALLOW_USER_PASSWORD_AUTH",
    plan: clinicPlan(...NO_METADATA),
    spoil: (pool) => set(web(pool), { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }),
  },
  {
    code: "DR509",
    name: "managed login under a map that reads metadata",
    place: "clients.clinic-web",
    says: "profile clinician reads client.metadata.clinic, which code does not bring",
    spoil: (pool) => set(web(pool), oauth("openid")),
  },
  {
    code: "DR509",
    name: "sign-ins of a server under a map that reads metadata",
    place: "clients.clinic-web",
    says: "which ALLOW_ADMIN_USER_PASSWORD_AUTH does not bring",
    spoil: (pool) => set(web(pool), { ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }),
  },
  {
    code: "DR510",
    name: "access tokens for a day",
    place: "clients.clinic-web.AccessTokenValidity",
    says: "1440 minutes",
    spoil: (pool) => set(web(pool), { AccessTokenValidity: 1, TokenValidityUnits: { AccessToken: "days" } }),
  },
  {
    code: "DR510",
    name: "ID tokens for two hours, the unit left out",
    place: "clients.clinic-web.IdTokenValidity",
    says: "120 minutes",
    spoil: (pool) => set(web(pool), { IdTokenValidity: 2, TokenValidityUnits: { AccessToken: "minutes" } }),
  },
  {
    code: "DR511",
    name: "revocation off",
    place: "clients.clinic-web.EnableTokenRevocation",
    says: "off",
    spoil: (pool) => set(web(pool), { EnableTokenRevocation: false }),
  },
  {
    code: "DR512",
    name: "rotation off",
    place: "clients.clinic-web.RefreshTokenRotation",
    says: "off",
    spoil: (pool) => set(web(pool), { RefreshTokenRotation: { Feature: "DISABLED" } }),
  },
  {
    code: "DR513",
    name: "errors that tell",
    place: "clients.clinic-web.PreventUserExistenceErrors",
    says: "not ENABLED",
    spoil: (pool) => set(web(pool), { PreventUserExistenceErrors: "LEGACY" }),
  },
];

import { clinicPlan, type Doc } from "../a-clean-pool.ts";
import { ANY, at, type Change, type Flaw, set, web } from "./flaw.ts";

const userPool = (pool: Doc): Doc => at(pool, "userPool");

const TRUSTED: Change = [
  "user.custom:employer:   { type: string,",
  "user.custom:employer:   { trust: operator, type: string,",
];
export const BY_IDP: Change = [TRUSTED[0], TRUSTED[1].replace("operator", "idp")];

export const saml = (more: Doc): Doc => ({
  ProviderName: "Hospital",
  ProviderType: "SAML",
  AttributeMapping: {},
  ...more,
});
export const withProvider =
  (provider: Doc): ((pool: Doc) => void) =>
  (pool) => {
    set(pool, { identityProviders: [provider] });
    set(web(pool), { SupportedIdentityProviders: ["COGNITO", "Hospital"] });
  };
export const metadata = (format: string): Doc => ({
  ProviderDetails: {
    MetadataFile: `<md:EntityDescriptor><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:${format}</md:NameIDFormat></md:EntityDescriptor>`,
  },
});

export const PEOPLE_FLAWS: readonly Flaw[] = [
  {
    code: "DR401",
    name: "chosen usernames under an opaque map",
    place: "userPool.UsernameAttributes",
    says: "a username of their own, with email beside it",
    spoil: (pool) => {
      delete userPool(pool)["UsernameAttributes"];
      set(userPool(pool), { AliasAttributes: ["email"] });
    },
  },
  {
    code: "DR402",
    name: "chosen usernames under a map that takes any",
    place: "userPool.UsernameAttributes",
    says: "a username of their own",
    plan: clinicPlan(ANY),
    spoil: (pool) => set(userPool(pool), { UsernameAttributes: [] }),
  },
  {
    code: "DR403",
    name: "an identity provider under an opaque map",
    place: "identityProviders.Hospital",
    says: "no UUIDs",
    spoil: withProvider({ ProviderName: "Hospital", ProviderType: "OIDC", AttributeMapping: { username: "sub" } }),
  },
  {
    code: "DR404",
    name: "SAML with mail addresses for names",
    place: "identityProviders.Hospital.NameIDFormats",
    says: "emailAddress",
    plan: clinicPlan(ANY),
    spoil: withProvider(saml(metadata("emailAddress"))),
  },
  {
    code: "DR404",
    name: "a subject that is a mail address",
    place: "identityProviders.Hospital.AttributeMapping.username",
    says: "looks personal",
    plan: clinicPlan(ANY),
    spoil: withProvider({ ProviderName: "Hospital", ProviderType: "OIDC", AttributeMapping: { username: "email" } }),
  },
  {
    code: "DR405",
    name: "a mail address that changes unverified",
    place: "userPool.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
    says: "email is not listed",
    spoil: (pool) => delete userPool(pool)["UserAttributeUpdateSettings"],
  },
  {
    code: "DR406",
    name: "a trusted attribute that a client may write",
    place: "clients.clinic-web.WriteAttributes",
    says: "custom:employer can be written",
    plan: clinicPlan(TRUSTED),
    spoil: (pool) => set(web(pool), { WriteAttributes: ["email", "custom:employer"] }),
  },
  {
    code: "DR406",
    name: "a provider's attribute that people may write as well",
    place: "clients.clinic-web.WriteAttributes",
    says: "custom:employer can be written",
    plan: clinicPlan(BY_IDP),
    spoil: (pool) => set(web(pool), { WriteAttributes: ["email", "custom:employer"] }),
  },
  {
    code: "DR407",
    name: "an attribute that the pool lacks",
    place: "userPool.SchemaAttributes",
    says: "custom:employer is not declared",
    spoil: (pool) => set(userPool(pool), { SchemaAttributes: [{ Name: "email" }] }),
  },
];

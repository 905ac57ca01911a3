import { clinicPlan, type Doc, ENTERS_ARN, FEDERATION, permission, policyText } from "../a-clean-pool.ts";
import { at, type Flaw, set } from "./flaw.ts";

const plan = clinicPlan(FEDERATION);
const config = (pool: Doc): Doc => at(pool, "userPool", "LambdaConfig");
const variables = (pool: Doc): Doc => at(pool, "federationConfiguration", "Environment", "Variables");
const PLACE = "userPool.LambdaConfig.InboundFederation";

export const FEDERATION_FLAWS: readonly Flaw[] = [
  {
    code: "DR901",
    name: "a map with a federation, and a pool without its trigger",
    place: PLACE,
    says: "names no function",
    plan,
    spoil: (pool) => delete config(pool)["InboundFederation"],
  },
  {
    code: "DR902",
    name: "a trigger that the map knows nothing of",
    place: PLACE,
    says: "the map has no federation",
    spoil: (pool) => {
      set(config(pool), { InboundFederation: { LambdaArn: ENTERS_ARN, LambdaVersion: "V1_0" } });
      set(pool, { federationConfiguration: {}, federationPolicy: policyText(permission({ Resource: ENTERS_ARN })) });
    },
  },
  {
    code: "DR903",
    name: "a trigger whose function is gone",
    place: "federationConfiguration",
    says: "there is no function",
    plan,
    spoil: (pool) => set(pool, { federationConfiguration: null }),
  },
  {
    code: "DR904",
    name: "a function of another revision",
    place: "federationConfiguration.Environment.Variables.CLAIMSEAL_PLAN_SHA256",
    says: "not the digest of clinic-eu@",
    plan,
    spoil: (pool) => set(variables(pool), { CLAIMSEAL_PLAN_SHA256: "0".repeat(64) }),
  },
  {
    code: "DR904",
    name: "a function without a digest",
    place: "federationConfiguration.Environment.Variables.CLAIMSEAL_PLAN_SHA256",
    says: "it is not set",
    plan,
    spoil: (pool) => delete variables(pool)["CLAIMSEAL_PLAN_SHA256"],
  },
  {
    code: "DR904",
    name: "a function for another pool",
    place: "federationConfiguration.Environment.Variables.CLAIMSEAL_POOLS",
    says: "not among those listed",
    plan,
    spoil: (pool) => set(variables(pool), { CLAIMSEAL_POOLS: "eu-central-1_Other0001" }),
  },
  {
    code: "DR905",
    name: "a permission on the function past the alias",
    place: "federationPolicy",
    says: "no statement lets Cognito invoke it",
    plan,
    spoil: (pool) =>
      set(pool, { federationPolicy: policyText(permission({ Resource: ENTERS_ARN.replace(":live", "") })) }),
  },
  {
    code: "DR906",
    name: "a permission for every pool",
    place: "federationPolicy.CognitoInvokes",
    says: "no condition on SourceArn",
    plan,
    spoil: (pool) => set(pool, { federationPolicy: policyText(permission({ Resource: ENTERS_ARN, Condition: {} })) }),
  },
  {
    code: "DR907",
    name: "a provider that was added to the pool alone",
    place: "identityProviders.Google",
    says: "no provider of this name",
    plan,
    spoil: (pool) => (pool["identityProviders"] as Doc[]).push({ ProviderName: "Google", ProviderType: "Google" }),
  },
  {
    code: "DR908",
    name: "a mapping from what does not get that far",
    place: "identityProviders.CorporateSaml.AttributeMapping.name",
    says: "read from displayName, which the map does not keep",
    plan,
    spoil: (pool) => set(at(pool, "identityProviders", 0, "AttributeMapping"), { name: "displayName" }),
  },
];

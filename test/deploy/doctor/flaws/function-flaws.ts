import { planDigest } from "../../../../claims/digest.ts";
import { clinicPlan, type Doc, WEB } from "../a-clean-pool.ts";
import { ANY, at, type Change, type Flaw, set } from "./flaw.ts";

const fn = (pool: Doc): Doc => at(pool, "functionConfiguration");
const variables = (pool: Doc): Doc => at(pool, "functionConfiguration", "Environment", "Variables");

/** The laboratory's profile as one for people: what such a profile must say, and one for machines must not. */
const FOR_PEOPLE: readonly Change[] = [
  ["grants: [client_credentials], clients:", "grants: [user], clients:"],
  [
    'clients: ["${env:LAB_CLIENT}"] }',
    'clients: ["${env:LAB_CLIENT}"] }\n    idToken: { keep: [] }\n    groups: strip\n    selfServiceScopes: strip',
  ],
];

export const FUNCTION_FLAWS: readonly Flaw[] = [
  {
    code: "DR201",
    name: "a variable that is not set",
    place: "functionConfiguration.Environment.Variables",
    says: "ENV_MISSING: not set in the environment: LAB_CLIENT",
    spoil: (pool) => delete variables(pool)["LAB_CLIENT"],
  },
  {
    code: "DR201",
    name: "two profiles with one client",
    place: "functionConfiguration.Environment.Variables",
    says: "CLIENTS_OVERLAP",
    plan: clinicPlan(...FOR_PEOPLE),
    spoil: (pool) => set(variables(pool), { LAB_CLIENT: WEB }),
  },
  {
    code: "DR201",
    name: "a mode that is none",
    place: "functionConfiguration.Environment.Variables.CLAIMSEAL_MODE",
    says: "MODE_UNKNOWN",
    spoil: (pool) => set(variables(pool), { CLAIMSEAL_MODE: "enforced" }),
  },
  {
    code: "DR202",
    name: "a variable that has events logged",
    place: "functionConfiguration.Environment.Variables",
    says: "switched on: POWERTOOLS_LOGGER_LOG_EVENT, NODE_DEBUG",
    spoil: (pool) => set(variables(pool), { POWERTOOLS_LOGGER_LOG_EVENT: "1", NODE_DEBUG: "http" }),
  },
  {
    code: "DR203",
    name: "another plan",
    place: "functionConfiguration.Environment.Variables.CLAIMSEAL_PLAN_SHA256",
    says: "not the digest of clinic-eu@2026-11-22.1",
    spoil: (pool) => set(variables(pool), { CLAIMSEAL_PLAN_SHA256: planDigest(clinicPlan(ANY)) }),
  },
  {
    code: "DR203",
    name: "no digest at all",
    place: "functionConfiguration.Environment.Variables.CLAIMSEAL_PLAN_SHA256",
    says: "not set",
    spoil: (pool) => delete variables(pool)["CLAIMSEAL_PLAN_SHA256"],
  },
  {
    code: "DR204",
    name: "mode shadow",
    place: "functionConfiguration.Environment.Variables.CLAIMSEAL_MODE",
    says: "shadow",
    spoil: (pool) => set(variables(pool), { CLAIMSEAL_MODE: "shadow" }),
  },
  {
    code: "DR205",
    name: "a list of pools without this one",
    place: "functionConfiguration.Environment.Variables.CLAIMSEAL_POOLS",
    says: "this pool is not among those listed",
    spoil: (pool) => set(variables(pool), { CLAIMSEAL_POOLS: "eu-central-1_Another01" }),
  },
  {
    code: "DR206",
    name: "a last record of other variables",
    place: "record.resolvedSha256",
    says: "not the digest of the plan with the function's variables",
    resolvedSha256: planDigest(clinicPlan()),
  },
  {
    code: "DR207",
    name: "Lambda's own timeout",
    place: "functionConfiguration.Timeout",
    says: "3 s",
    spoil: (pool) => set(fn(pool), { Timeout: 3 }),
  },
  {
    code: "DR208",
    name: "a layer",
    place: "functionConfiguration.Layers",
    says: "1 layer",
    spoil: (pool) => set(fn(pool), { Layers: [{ Arn: "arn:aws:lambda:eu-central-1:1:layer:agent:7" }] }),
  },
  {
    code: "DR208",
    name: "a wrapper",
    place: "functionConfiguration.Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER",
    says: "wrapper",
    spoil: (pool) => set(variables(pool), { AWS_LAMBDA_EXEC_WRAPPER: "/opt/agent" }),
  },
  {
    code: "DR209",
    name: "a log kept for ever",
    place: "logGroups./aws/lambda/claimseal-dev-preToken",
    says: "no retention",
    spoil: (pool) => delete at(pool, "logGroups", 0)["retentionInDays"],
  },
  {
    code: "DR210",
    name: "a log without records",
    place: "functionConfiguration.LoggingConfig.ApplicationLogLevel",
    says: "WARN and above",
    spoil: (pool) => set(at(fn(pool), "LoggingConfig"), { LogFormat: "JSON", ApplicationLogLevel: "WARN" }),
  },
];

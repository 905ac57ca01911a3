import { randomBytes, randomUUID } from "node:crypto";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { TableRow } from "../../local/dynamodb.ts";

/** The profiles of `faults.claims.yaml`: each is what a map may say for the case that something is not known. */
export type Policy = "deny" | "unknown" | "restricts" | "refuse" | "required" | "stale" | "sealed" | "spare" | "code";

/**
 * Who signs in. `known` and `other` are alike; `nobody` has no rows, and `poisoned` has rows in which everything is of
 * a wrong type or far too long.
 */
export type Person = "known" | "other" | "suspended" | "nobody" | "poisoned";

export const REGION = "eu-west-1";
export const POOL_ID = "eu-west-1_Faults001";
export const TABLE = "people";

export type People = {
  readonly subs: Readonly<Record<Person, string>>;
  /** What may stand in no text, by name. */
  readonly secrets: Readonly<Record<"legalName" | "licenceNo" | "email", string>>;
};

/** People of one run, whose names nobody had before. */
export function newPeople(): People {
  const canary = (): string => randomBytes(9).toString("hex");
  return {
    subs: {
      known: randomUUID(),
      other: randomUUID(),
      suspended: randomUUID(),
      nobody: randomUUID(),
      poisoned: randomUUID(),
    },
    secrets: { legalName: `Wilhelmina ${canary()}`, licenceNo: `DE-${canary()}`, email: `${canary()}@canary.example` },
  };
}

/** Everybody's rows, one for each source. */
export function rowsOf({ subs, secrets }: People): readonly (TableRow & { readonly pk: string })[] {
  const { legalName, licenceNo } = secrets;
  const poison = { role: 17, limit: "seven", suspended: "no", legalName: legalName.repeat(13_500), licenceNo: [1] };
  return (["known", "other", "suspended", "poisoned"] as const).flatMap((person) => {
    const whole = { role: "physician", limit: 7, suspended: person === "suspended", legalName, licenceNo };
    return ["STRICT", "SOFT", "KEPT", "SPARE"].map((source) => ({
      pk: `${source}#${subs[person]}`,
      ...(person === "poisoned" ? poison : whole),
    }));
  });
}

/** A sign-in as Cognito hands it over. */
export function signInEvent({ subs, secrets }: People, policy: Policy, person: Person): TriggerEvent {
  return {
    version: "3",
    triggerSource: "TokenGeneration_HostedAuth",
    region: REGION,
    userPoolId: POOL_ID,
    userName: subs[person],
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: policy },
    request: {
      userAttributes: { sub: subs[person], email: secrets.email, email_verified: "true" },
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      scopes: ["openid", "email", "care-api/read", "care-api/write"],
      clientMetadata: {},
    },
    response: { claimsAndScopeOverrideDetails: null },
  };
}

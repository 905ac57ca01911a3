import type { Assumption } from "../../cognito/assumptions.ts";

/**
 * What the embedded user pool takes for granted around the trigger, beyond what `cognito/assumptions.ts` does about its
 * answer. None of it was tried on a user pool of AWS.
 */
export const USER_POOL_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: "any-custom-attribute",
    assumption: "Every custom: name is part of the pool's schema; nothing is required, and nothing has a type.",
    consequence: "AWS would refuse people whose attributes the real pool's schema does not have.",
  },
  {
    id: "group-order",
    assumption: "Groups and roles are listed in the order in which the person joined them; each role once.",
    consequence: "Events and tokens would list them in another order.",
  },
  {
    id: "invalid-scope",
    assumption: "A machine that asks for a scope its client may not have gets invalid_scope.",
    consequence: "Applications would see another error code.",
  },
  {
    id: "invoke-refused",
    assumption: "A trigger that cannot be invoked, for whatever reason, looks like one Cognito has no permission for.",
    consequence: "The text would name another reason; the sign-in would still be refused.",
  },
  {
    id: "machine-metadata-absent",
    assumption:
      "Without aws_client_metadata the event of a machine has no clientMetadata, as events of people have none.",
    consequence: "It would be there as null or empty; both are read as none.",
  },
  {
    id: "new-password-kept",
    assumption: "The new password is stored before the trigger runs, whose event still has the old status.",
    consequence: "After a failing trigger the temporary password would still be the valid one.",
  },
  {
    id: "refresh-at-both-doors",
    assumption: "A refresh token of the user pools API is good at the token endpoint, for clients that may refresh.",
    consequence: "The token endpoint would answer invalid_grant.",
  },
  {
    id: "refresh-source",
    assumption: "A refresh arrives as TokenGeneration_RefreshTokens; AWS also names TokenGeneration_Authentication.",
    consequence: "The event would have another source. Nothing of ours depends on it.",
  },
  {
    id: "refreshed-marks",
    assumption: "Refreshed tokens keep auth_time, origin_jti and event_id of the sign-in.",
    consequence: "event_id would be a new one at each refresh.",
  },
  {
    id: "sdk-version",
    assumption: "callerContext.awsSdkVersion is what AWS's samples show, whichever SDK asked.",
    consequence: "It would name the caller's SDK.",
  },
  {
    id: "token-endpoint-trigger-error",
    assumption:
      "A failing trigger gives invalid_request at the token endpoint, with Cognito's text as the description.",
    consequence: "Machines would see another error code.",
  },
  {
    id: "trigger-retries",
    assumption: "A trigger that does not answer is asked three times in all; one that throws is asked once.",
    consequence: "A late trigger would run more or fewer times before the sign-in fails.",
  },
];

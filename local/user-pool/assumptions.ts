import type { Assumption } from "../../cognito/assumptions.ts";

/**
 * What the embedded user pool takes for granted around the trigger, beyond what `cognito/assumptions.ts` does about its
 * answer. None of it was tried on a user pool of AWS.
 */
export const USER_POOL_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: "all-writable",
    assumption: "An app client may write every attribute but verified flags and dev: ones.",
    consequence: "AWS would refuse changes to attributes that the real client may not write.",
  },
  {
    id: "any-custom-attribute",
    assumption: "Every custom: name is part of the pool's schema; nothing is required, and nothing has a type.",
    consequence: "AWS would refuse people whose attributes the real pool's schema does not have.",
  },
  {
    id: "at-hash-at-page",
    assumption: "Only ID tokens of sign-ins with openid have an at_hash.",
    consequence: "ID tokens of the user pools API would have one too.",
  },
  {
    id: "client-secret-text",
    assumption: "A wrong ClientSecret is refused in words of our own.",
    consequence: "The refusal would read differently.",
  },
  {
    id: "client-token-refusals",
    assumption: "GetClientToken refuses by the exceptions of other operations, a failing trigger's among them.",
    consequence: "Its reference names none for Lambda: machines would see another exception.",
  },
  {
    id: "code-single-attempt",
    assumption: "A code is used up by the first attempt of its client, a failed one too.",
    consequence: "A client could try again with the right verifier.",
  },
  {
    id: "device-challenge",
    assumption: "A sign-in that names a remembered device gets DEVICE_SRP_AUTH after the password, without MFA too.",
    consequence: "AWS might skip the device's challenge for people without MFA.",
  },
  {
    id: "device-of-token",
    assumption: "device_key is in the access token from the first sign-in on; ConfirmDevice takes the token's own key.",
    consequence: "Tokens would have it only once the device is remembered.",
  },
  {
    id: "device-refresh",
    assumption: "A refresh has to name the sign-in's device, remembered or not, except at the token endpoint.",
    consequence: "AWS might ask for it only where the device is remembered.",
  },
  {
    id: "device-session",
    assumption: "DEVICE_SRP_AUTH is answered with its session, once; its failures read like those of passwords.",
    consequence: "AWS might take the answer without a session.",
  },
  {
    id: "device-texts",
    assumption: "Confirming a device twice, and devices in a pool that tracks none, are refused in words of our own.",
    consequence: "The refusals would read differently.",
  },
  {
    id: "error-page",
    assumption: "A request that cannot be told to the application gets a page with status 400.",
    consequence: "AWS would send the browser to its /error page first.",
  },
  {
    id: "failed-refresh-keeps-token",
    assumption: "A refresh whose trigger fails does not use the refresh token up, with rotation neither.",
    consequence: "People whose refresh fails once would have to sign in again.",
  },
  {
    id: "get-tokens-source",
    assumption: "GetTokensFromRefreshToken arrives as TokenGeneration_Authentication, as one of AWS's pages maps it.",
    consequence: "The event would have the source of refreshes. Nothing of ours depends on it.",
  },
  {
    id: "group-order",
    assumption: "Groups and roles are listed in the order in which the person joined them; each role once.",
    consequence: "Events and tokens would list them in another order.",
  },
  {
    id: "hosted-new-password",
    assumption: "Replacing a temporary password at the page arrives as TokenGeneration_NewPasswordChallenge.",
    consequence: "The event would have the source of managed login. Nothing of ours depends on it.",
  },
  {
    id: "hosted-source",
    assumption: "A person of the pool who signs in at the page arrives as TokenGeneration_HostedAuth.",
    consequence: "One of AWS's pages says TokenGeneration_Authentication. Nothing of ours depends on it.",
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
    id: "loopback-callbacks",
    assumption: "http is good for callback and logout URLs on every name of loopback.",
    consequence: "AWS documents localhost alone; a pool on AWS may refuse the others.",
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
    id: "one-browser-session",
    assumption: "A browser session is good for every client of the pool, and signing out everywhere leaves it.",
    consequence: "People would have to give their password again, or would not.",
  },
  {
    id: "pkce-required",
    assumption: "A client without a secret has to use PKCE, and only with S256.",
    consequence: "AWS leaves PKCE to the application. A sign-in that works here works there.",
  },
  {
    id: "pre-token-mirror",
    assumption: "DescribeUserPool tells the trigger of tokens by both members of LambdaConfig, however it was set.",
    consequence: "AWS might tell only the one that was set; attach takes both for the same.",
  },
  {
    id: "refresh-at-both-doors",
    assumption: "A refresh token of the user pools API is good at the token endpoint, for clients that may refresh.",
    consequence: "The token endpoint would answer invalid_grant.",
  },
  {
    id: "refresh-scopes",
    assumption: "The event of a refresh has the scopes of the sign-in as they were before the trigger changed them.",
    consequence: "Scopes that were suppressed would be missing from the event, or added ones would be in it.",
  },
  {
    id: "refresh-source",
    assumption: "A refresh arrives as TokenGeneration_RefreshTokens; AWS also names TokenGeneration_Authentication.",
    consequence: "The event would have another source. Nothing of ours depends on it.",
  },
  {
    id: "refresh-texts",
    assumption: "A rotated refresh token is refused as RefreshTokenReuseException, whose text is our own.",
    consequence: "The refusal would read differently.",
  },
  {
    id: "refreshed-marks",
    assumption: "Refreshed tokens keep auth_time, origin_jti and event_id of the sign-in; its nonce goes.",
    consequence: "event_id would be a new one at each refresh, or the nonce would stay.",
  },
  {
    id: "refusal-order",
    assumption: "That someone is disabled or unconfirmed is told only to those who have the password.",
    consequence: "It would be told to everybody, or to nobody.",
  },
  {
    id: "reset-by-verified-email",
    assumption: "A forgotten password is reset by a code to a verified email address, never by telephone.",
    consequence: "People with a verified telephone number alone could reset it as well.",
  },
  {
    id: "reuse-ends-nothing",
    assumption: "Using a refresh token after its rotation is refused, and the tokens that took its place stay good.",
    consequence: "The whole sign-in would be over.",
  },
  {
    id: "revocation-texts",
    assumption: "An unknown refresh token is revoked without complaint; the texts of other refusals are our own.",
    consequence: "Applications would see a refusal, or another text.",
  },
  {
    id: "rotated-lifetime",
    assumption: "A refresh token from a rotation ends when the first one of the sign-in would have ended.",
    consequence: "A sign-in would last for as long as somebody refreshes.",
  },
  {
    id: "sdk-version",
    assumption: "callerContext.awsSdkVersion is what AWS's samples show, whichever SDK asked.",
    consequence: "It would name the caller's SDK.",
  },
  {
    id: "settings-inert",
    assumption: "What DescribeUserPool tells of the pool changes nothing about how it signs people in.",
    consequence: "A pool of AWS would act by its settings.",
  },
  {
    id: "srp-numbers",
    assumption: "The numbers of SRP are sent as hexadecimal digits without zeros in front.",
    consequence: "They could have some. Clients read them as numbers either way.",
  },
  {
    id: "srp-refusals",
    assumption: "An SRP_A that is no number of the group is refused in words of our own.",
    consequence: "The refusal would read differently.",
  },
  {
    id: "srp-single-answer",
    assumption: "A PASSWORD_VERIFIER challenge takes one answer, a wrong one too, and is found by its secret block.",
    consequence: "A client could answer the same challenge again.",
  },
  {
    id: "srp-time",
    assumption: "Only the form of TIMESTAMP matters, and how old the challenge is.",
    consequence: "AWS might refuse the answer of a device whose clock is wrong.",
  },
  {
    id: "srp-unknown",
    assumption:
      "Someone unknown gets a challenge with a UUID where people sign in by email, else with their own words.",
    consequence: "AWS might send a UUID in both cases.",
  },
  {
    id: "token-endpoint-trigger-error",
    assumption:
      "A failing trigger gives invalid_request at the token endpoint, with Cognito's text as the description.",
    consequence: "Machines would see another error code.",
  },
  {
    id: "trigger-before-code",
    assumption: "At managed login the trigger runs once, at the sign-in; exchanging the code asks it no more.",
    consequence: "It would run at the exchange, or at both, and claims would be as old as the exchange.",
  },
  {
    id: "trigger-error-place",
    assumption:
      "A failing trigger is told above the form after a form, and as error_description where no page was shown; there with the internal service's suffix.",
    consequence: "It would be told in the other place, or without the suffix. Applications must expect the redirect.",
  },
  {
    id: "trigger-retries",
    assumption: "A trigger that does not answer is asked three times in all; one that throws is asked once.",
    consequence: "A late trigger would run more or fewer times before the sign-in fails.",
  },
  {
    id: "update-resets",
    assumption: "UpdateUserPool gives every setting that it is not sent its default.",
    consequence: "AWS keeps some of them, as users have found; attach sends them all and depends on neither.",
  },
  {
    id: "userinfo-refusals",
    assumption: "A token without openid is refused like a bad one: 401, invalid_token, and a text of its own.",
    consequence: "The status could be 403 and the error insufficient_scope. It would be refused all the same.",
  },
  {
    id: "userinfo-text",
    assumption: "userInfo gives every attribute as text, email_verified too, and the username beside them.",
    consequence: "Flags would be booleans.",
  },
];

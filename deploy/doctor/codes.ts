export type Level = "error" | "warning" | "info";

/** One check of `claimseal doctor`: what it finds, why that matters and what to do about it. */
export type CodeEntry = {
  readonly level: Level;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
};

const error = (title: string, why: string, remedy: string): CodeEntry => ({ level: "error", title, why, remedy });
const warning = (title: string, why: string, remedy: string): CodeEntry => ({ level: "warning", title, why, remedy });
const info = (title: string, why: string, remedy: string): CodeEntry => ({ level: "info", title, why, remedy });

/** Every code there is. */
export type Code =
  | `DR10${1 | 2 | 3 | 4 | 5 | 6}`
  | `DR20${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | "DR210"
  | `DR30${1 | 2 | 3 | 4 | 5}`
  | `DR40${1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | `DR50${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | `DR51${0 | 1 | 2 | 3}`
  | `DR60${1 | 2}`
  | `DR70${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | `DR71${0 | 1 | 2 | 3}`
  | `DR80${1 | 2 | 3 | 4}`
  | `DR90${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`;

/**
 * Every check, by what it looks at: DR1xx the pool's trigger, DR2xx the function, DR3xx who may invoke it, DR4xx people
 * and their attributes, DR5xx app clients, DR6xx resource servers, DR7xx keys, DR8xx tables, DR9xx what identity
 * providers may put into the pool. The page `docs/reference/doctor-codes.md` is made of it. A code is never reused for something else.
 */
export const CODES: Readonly<Record<Code, CodeEntry>> = {
  DR101: error(
    "the pool has no Pre Token Generation trigger",
    "Every token is issued as Cognito makes it: without the map's claims, and with everything the map takes out.",
    "Set the trigger with `claimseal attach`.",
  ),
  DR102: error(
    "the pool sends events of another version than the map is for",
    "A V1 answer to a V2 event, or the reverse, is ignored by Cognito, so the trigger refuses it; and machines reach the trigger with V3 only, so on V2 their tokens stay as they are.",
    "Set the trigger's `LambdaVersion` to the map's `pool.events`, or the map's to the pool's.",
  ),
  DR103: error(
    "the pool's plan has no such events",
    "V2 and V3 need the plan Essentials or Plus; on Lite the trigger can change the ID token and nothing else.",
    "Set `UserPoolTier` to ESSENTIALS or PLUS, or write a map for V1.",
  ),
  DR104: warning(
    "the trigger names no alias of the function",
    "Without an alias a deployment takes effect at once and for everybody, there is nothing to turn back to, and provisioned concurrency does not apply.",
    "Publish an alias, name it in the trigger, and give Cognito its permission on the alias.",
  ),
  DR105: error(
    "the pool's two settings for the trigger name different functions",
    "AWS wants `PreTokenGeneration` and `PreTokenGenerationConfig` to name one function; usually another stack still writes the old one.",
    "Take the old setting out of whatever writes it, then set the trigger again with `claimseal attach`.",
  ),
  DR106: error(
    "the function that the trigger names does not exist",
    "Cognito cannot invoke it, so nobody gets a token.",
    "Deploy the function, or its alias, or take the trigger away with `claimseal detach`.",
  ),

  DR201: error(
    "the function does not start with its variables",
    "Lambda ends every start before the first event, so nobody gets a token.",
    "Set the variables that are named on the function; `docs/reference/start-codes.md` has every code.",
  ),
  DR202: error(
    "something in the function's process is set to print events",
    "An event is a person's whole profile. The function refuses to start like this; another one would log it.",
    "Remove the variables that are named.",
  ),
  DR203: error(
    "the function runs another plan than this one",
    "What was reviewed is not what was deployed; and where the digest does not fit the function's own plan, every event is refused (`PLAN_MISMATCH`).",
    "Deploy what `claimseal build` wrote, or examine the pool with the plan that is deployed.",
  ),
  DR204: warning(
    "the function does not enforce the map",
    "Under `shadow` tokens stay as they were, personal attributes included; under `minimal` they carry none of the map's claims.",
    "Set `CLAIMSEAL_MODE` to `enforce`, or remove it, when you are done.",
  ),
  DR205: error(
    "the function refuses events of this pool",
    "`CLAIMSEAL_POOLS` lists the pools it serves; events of others are refused (`POOL_FOREIGN`).",
    "Add the pool's id to `CLAIMSEAL_POOLS`.",
  ),
  DR206: warning(
    "the function last ran with other tables, keys or clients than it is set to now",
    "The digest of the plan with its variables filled in, which every decision record carries, is another one: a variable was changed since, or the record is of another function.",
    "Compare the function's variables with those of your pipeline; deploy again if they were changed by hand.",
  ),
  DR207: warning(
    "Lambda ends the function before it can answer",
    "claimseal answers or refuses within 4.2 seconds and Cognito waits for 5; a shorter timeout cuts it off, and people see a raw failure. Lambda's default is 3 seconds.",
    "Set the function's timeout to 5 seconds.",
  ),
  DR208: info(
    "something else runs in the function's process",
    "A layer or a wrapper sees every event, and what it logs or sends is not claimseal's to say.",
    "Take it off this function, or make sure that it records no payloads.",
  ),
  DR209: warning(
    "the function's log is kept for ever",
    "Records hold no values of attributes, but they do say who signed in where, under a pseudonym.",
    "Set a retention on the function's log group.",
  ),
  DR210: warning(
    "Lambda drops the decision records",
    "A line without a level of its own counts as INFO, and the function's log takes only higher ones: there are neither records nor metrics.",
    "Set `ApplicationLogLevel` to INFO, or the log format to Text.",
  ),

  DR301: error(
    "Cognito may not invoke the function for this pool",
    "No statement of the function's policy lets it, so nobody gets a token. A permission must be on what the trigger names: on the alias, where it names one.",
    "Set the permission with `claimseal attach`, or by `AWS::Lambda::Permission` with the pool's ARN as `SourceArn`.",
  ),
  DR302: error(
    "Cognito may invoke the function for any pool",
    "Without a `SourceArn` every user pool of the account, and without a `SourceAccount` anybody's, can have this function for its trigger and be told what a person's token would hold.",
    "State the pool's ARN as `SourceArn` of the permission.",
  ),
  DR303: warning(
    "the permission does not state whose pool it is for",
    "`SourceAccount` keeps holding if the pool is deleted and its id is ever given to somebody else.",
    "State the account as `SourceAccount` of the permission.",
  ),
  DR304: warning(
    "others than this pool may invoke the function",
    "Whoever invokes it with an event of their own making is answered with a person's claims, as far as they are in the clear.",
    "Remove the statement, unless you know what it is for. Permissions that roles have by their own policies are not seen here.",
  ),
  DR305: error(
    "anybody may invoke the function",
    "A statement lets everybody in, without a condition that says who: any AWS account, or the whole internet, can ask for any person's claims.",
    "Remove the statement.",
  ),

  DR401: error(
    "people choose their usernames, and the map refuses those",
    "Under `usernames: opaque` a username that is neither a UUID nor the sub refuses the token; this pool lets people type any.",
    "Use a pool with e-mail or telephone as `UsernameAttributes`, which cannot be changed later, or write `usernames: any` and live with names in tokens.",
  ),
  DR402: warning(
    "usernames can be personal, and stand in every access token",
    "`username` can be neither changed nor suppressed in an access token; this pool lets people type any, mail addresses too.",
    "Use a pool with e-mail or telephone as `UsernameAttributes`: usernames are UUIDs there.",
  ),
  DR403: warning(
    "people of an identity provider are refused by the map",
    "Their usernames are made of the provider's name and the name they have there, which `usernames: opaque` refuses, unless each is linked to a user of the pool.",
    "Link the users (AdminLinkProviderForUser), write `usernames: any`, or take the provider off the client.",
  ),
  DR404: warning(
    "an identity provider names people by something personal",
    "That name becomes a part of `username` in every access token and of `identities` in every ID token; a trigger can take it out of neither.",
    "Have the provider send a persistent or transient identifier as NameID or subject.",
  ),
  DR405: warning(
    "an attribute changes before its new value is verified",
    "Until then somebody else's mail address or telephone number stands in the profile, and in ID tokens.",
    "List it under `UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate`.",
  ),
  DR406: error(
    "people can write an attribute that the map trusts",
    "The map takes it from an identity provider or an operator and lets it grant or restrict; through this client a person writes what they like.",
    "Take the attribute out of the client's `WriteAttributes`, or the trust out of the map.",
  ),
  DR407: warning(
    "the pool does not declare an attribute that the map reads",
    "Its value is absent for everybody.",
    "Add the attribute to the pool's schema (it can never be removed), or take it out of the map.",
  ),

  DR501: warning(
    "no profile of the map matches a client",
    "Under `unmatched: deny` nobody gets a token through it; under `bare` nobody gets a claim.",
    "Add the client to a profile, or delete it.",
  ),
  DR502: info(
    "a client's tokens stay as Cognito makes them",
    "No profile matches it, and the map leaves such clients `untouched`: personal attributes and scopes that open the profile stay in their tokens.",
    "Give it a profile when it can take one.",
  ),
  DR503: error(
    "a profile names a client that the pool does not have",
    "Nobody can sign in through it. Usually a variable of the function holds another pool's client, or a placeholder.",
    "Set the variable to the client's id.",
  ),
  DR504: warning(
    "a client never asks for what its profile grants",
    "The profile is for people and the client for machines, or the reverse, so it never matches.",
    "Correct `grants` in the map, or the client's flows.",
  ),
  DR505: warning(
    "a client may ask for a scope that serves nothing but the profile",
    "The map strips scopes by which whoever holds a token reads or changes the profile; wherever the trigger is not in force, tokens of this client carry it.",
    "Take the scope off the client.",
  ),
  DR506: warning(
    "a client may read attributes that the map has no use for",
    "What a client may read stands in ID tokens and is open to whoever holds a token with such a scope, wherever the trigger is not in force.",
    "List exactly what is needed under the client's `ReadAttributes`. An empty list is the default, which is every standard attribute.",
  ),
  DR507: error(
    "a client has the implicit grant",
    "It hands tokens over in a URL, where browsers, proxies and logs keep them.",
    "Use the authorization code grant with PKCE.",
  ),
  DR508: warning(
    "a client sends passwords",
    "`USER_PASSWORD_AUTH` hands the password to Cognito in the request, through whatever stands in between.",
    "Use SRP, or managed login.",
  ),
  DR509: warning(
    "a client signs people in without the metadata that the map reads",
    "Cognito hands client metadata to the trigger only from answers to challenges, from GetTokensFromRefreshToken and from client credentials. Elsewhere a value made of it is absent: at the next refresh too, without rotation.",
    "Take these flows off the client and turn refresh token rotation on, or write the map so that the metadata may be missing.",
  ),
  DR510: warning(
    "tokens live for more than an hour",
    "What was true at the sign-in stays in a token as long as it lives: a right that was taken away too.",
    "Set the validity to 60 minutes or less.",
  ),
  DR511: warning(
    "tokens of a client cannot be revoked",
    "A refresh token that was stolen goes on giving tokens until it ends by itself.",
    "Turn `EnableTokenRevocation` on.",
  ),
  DR512: warning(
    "refresh tokens of a client are not rotated",
    "One that was stolen can be used beside its owner, unnoticed, for as long as it lives.",
    "Turn `RefreshTokenRotation` on; the client then refreshes by GetTokensFromRefreshToken, or at the token endpoint.",
  ),
  DR513: warning(
    "a client tells who has an account",
    "Its errors differ between a wrong password and a person who is not there.",
    "Set `PreventUserExistenceErrors` to ENABLED.",
  ),

  DR601: error(
    "the pool lacks a resource server of the map",
    "Its scopes cannot be given to a client; machines cannot ask for them.",
    "Create the resource server with the map's identifier and scopes.",
  ),
  DR602: error(
    "the pool's resource server lacks a scope of the map",
    "The trigger adds it to tokens of people all the same, but no client can be given it, and machines cannot ask for it.",
    "Add the scope to the resource server.",
  ),

  DR701: error(
    "a key is not there, or cannot be used",
    "Nothing is sealed with it; if it is pending deletion, everything that it ever sealed is lost with it.",
    "Enable the key, cancel its deletion, or name the right one in the function's variable.",
  ),
  DR702: warning(
    "a key is not rotated",
    "All data keys ever made hang on one version of it.",
    "Turn on automatic rotation; what was sealed before still opens.",
  ),
  DR703: error(
    "a key is of the wrong kind",
    "`envelope` and `direct` need a symmetric key for encryption, `asymmetric` one for key agreement on P-256, pseudonyms a 256-bit HMAC key.",
    "Create a key of the right kind, and name it in the function's variable.",
  ),
  DR704: error(
    "others than the map's readers can open what is sealed",
    "For pseudonyms: others can make them, and so find out whom one is of.",
    "Put the generated policy on the key (`claimseal iam`), or add the role to the map's `readers` if it is one.",
  ),
  DR705: error(
    "the trigger's role can open what it seals",
    "It needs to make data keys and nothing else: whoever takes the function over could read every token there is.",
    "Put the generated policy on the key.",
  ),
  DR706: error(
    "a statement allows everything with a key",
    "`kms:*` lets its principal use the key, and let others use it, which the generated policy leaves to nobody.",
    "Put the generated policy on the key: it allows the account to administer it, action by action.",
  ),
  DR707: error(
    "a reader of the map cannot open what is sealed for it",
    "The key's policy does not let it in, so the service fails.",
    "Put the generated policy on the key, or take the role out of the map's `readers`.",
  ),
  DR708: error(
    "the trigger's role may not use a key",
    "Nothing can be sealed with it, so claims are left out and, where they are required, tokens refused.",
    "Put the generated policy on the key, with the function's role in it.",
  ),
  DR709: warning(
    "others than the trigger's role can seal with a key",
    "An envelope is believed because of the token around it, so this forges none by itself; but nobody else has any business with the key.",
    "Put the generated policy on the key.",
  ),
  DR710: warning(
    "a key has grants",
    "A grant allows what no policy shows. claimseal makes none.",
    "Revoke it (`aws kms revoke-grant`), unless you know what it is for.",
  ),
  DR711: warning(
    "somebody can pass a key's use on",
    "By a grant, or by encrypting under another key what this one sealed, others open it whom neither map nor policy lists.",
    "Put the generated policy on the key: it denies both to everybody.",
  ),
  DR712: warning(
    "the use of a key is not bound to its audience",
    "Without the condition a role that may use the key may do so under any encryption context, or none.",
    "Put the generated policy on the key.",
  ),
  DR713: info(
    "a key's policy is another one than the map implies",
    "What it allows and denies looks sound, but it is not what `claimseal iam` makes of the map: one of the two was changed since.",
    "Compare them, and put the generated policy on the key if nothing speaks against it.",
  ),

  DR801: error(
    "a table is not there, or cannot be read",
    "Its source fails at every sign-in that reads it.",
    "Create the table, or name the right one in the function's variable.",
  ),
  DR802: warning(
    "a table cannot be restored to a point in time",
    "Whoever loses or corrupts it takes people's rights with it.",
    "Turn on point-in-time recovery.",
  ),
  DR803: error(
    "a table has other keys than the map reads it by",
    "The map's key attributes, of type text, must be the table's or the index's, and an index must hold what the map reads through it.",
    "Correct the source's `key` or `query` in the map, or read another table.",
  ),
  DR804: error(
    "another account may write a table that the map trusts",
    "The map lets its values grant and restrict, so whoever writes the table decides who may do what.",
    "Take the statement out of the table's policy, or lower the source's `trust` in the map.",
  ),

  DR901: error(
    "the map says what may enter the pool, and the pool has no trigger for it",
    "Whatever the pool's attribute mappings name of what identity providers send is stored, whole, and stays.",
    "Set the trigger with `claimseal attach --trigger inbound-federation`.",
  ),
  DR902: warning(
    "the pool has an Inbound Federation trigger, and the map has no federation",
    "Something else decides what enters the pool; or it is the function of a revision that had one, which goes on refusing whom that one did not know.",
    "Take it away with `claimseal detach --trigger inbound-federation`, unless it is somebody else's and meant.",
  ),
  DR903: error(
    "the function for identity providers does not exist",
    "Cognito cannot invoke it, so nobody signs in through a provider.",
    "Deploy the function, or its alias, or take the trigger away with `claimseal detach --trigger inbound-federation`.",
  ),
  DR904: error(
    "the function for identity providers refuses everybody",
    "Its plan has another digest than its variable (`PLAN_MISMATCH`), or is not the one that was reviewed; or `CLAIMSEAL_POOLS` does not list this pool (`POOL_FOREIGN`).",
    "Deploy what `claimseal build` wrote, both functions of it together.",
  ),
  DR905: error(
    "Cognito may not invoke the function for identity providers",
    "No statement of its policy lets it, for this pool and on what the trigger names; nobody signs in through a provider.",
    "Set the permission with `claimseal attach --trigger inbound-federation`.",
  ),
  DR906: warning(
    "Cognito may invoke the function for identity providers for any pool",
    "Without a `SourceArn` every user pool of the account can have this function for its trigger. It gives nothing away, but its records are then of others' people too.",
    "State the pool's ARN as `SourceArn` of the permission.",
  ),
  DR907: error(
    "the pool has an identity provider that the map does not",
    "The function refuses whoever comes from it (`PROVIDER_NONE`).",
    "Add the provider to the map's `federation`, under its name in the pool, or take it off the pool.",
  ),
  DR908: warning(
    "the pool maps an attribute from what the map does not keep",
    "What is not kept does not reach the mapping, so the attribute stays as it was, or empty.",
    "Add it to the provider's `keep`, or take it out of the pool's attribute mapping.",
  ),
};

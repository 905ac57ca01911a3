import type { Position } from "./claim-map.ts";
import type { Finding } from "./finding.ts";

/** One code of `claimseal check`: what it says, why it matters and what to do about it. */
export type CodeEntry = {
  readonly level: Finding["level"];
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
};

const error = (title: string, why: string, remedy: string): CodeEntry => ({ level: "error", title, why, remedy });
const warning = (title: string, why: string, remedy: string): CodeEntry => ({ level: "warning", title, why, remedy });
const info = (title: string, why: string, remedy: string): CodeEntry => ({ level: "info", title, why, remedy });

/**
 * Every code a check can report, by family: CS1xx shape, CS2xx names, CS3xx types, CS4xx privacy, CS5xx trust, CS6xx
 * size, CS7xx profiles and scopes, CS8xx sources; CS9xx is what `claimseal test --coverage` finds untested.
 * `docs/reference/check-codes.md` says the same with examples; a test holds the two equal. A code is never reused for
 * something else.
 */
export const CODES: Readonly<Record<string, CodeEntry>> = {
  CS101: error(
    "the text cannot be read",
    "What is not YAML (or JSON) here could mean anything, and a claim map may mean one thing only.",
    "Mend the text at the place named; the rest of the map was checked without this part.",
  ),
  CS102: error(
    "YAML that a claim map does not use",
    "Anchors, aliases, tags, merge keys, duplicate keys, several documents and keys such as `__proto__` make a file mean something else than it shows.",
    "Write the value out where it is needed; name infrastructure by `${env:NAME}`.",
  ),
  CS103: error(
    "an unknown key",
    "A misspelt key that is quietly ignored is a protection that is quietly missing.",
    "Correct the spelling, or delete the key.",
  ),
  CS104: error(
    "a mandatory key is missing",
    "Protection has no default: class, purpose, trust, effect and place are stated by whoever writes the map and read by whoever reviews it.",
    "Add the key with the value you mean.",
  ),
  CS105: error(
    "a value of the wrong kind",
    "YAML guesses kinds: `2026.10` becomes the number 2026.1, and an identifier that lost a digit is another identifier.",
    "Write the kind that is asked for; quote text that looks like a number or a truth value.",
  ),
  CS106: error(
    "a value outside its list or form",
    "A value AWS or the language does not know would fail at deployment, or at somebody's sign-in.",
    "Write one of the values listed, in the form shown.",
  ),
  CS107: error(
    "a broken template or a misplaced `${env:NAME}`",
    "Variables name infrastructure; what a map protects must be readable in the map itself, and a key template that cannot be read would fetch another row.",
    "Use `${env:NAME}` alone and only for tables, regions, keys, clients and readers; close every `{` of a template.",
  ),
  CS108: error(
    "YAML reads this differently than it looks",
    "`!`, `[`, `,`, `: ` and a leading quote mean something to YAML before the expression language ever sees them.",
    "Put the whole value in quotes, as the finding prints it.",
  ),
  CS110: error(
    "the file is too large or nested too deeply",
    "A claim map is read by people. 256 KB and 20 levels are far beyond any of them, and bounds keep the reader safe from crafted files.",
    "Split the map by user pool, or flatten it.",
  ),
  CS111: error(
    "it contradicts itself or says nothing",
    "A claim that reaches nobody, an empty list or a key that its neighbour rules out is a mistake, never a wish.",
    "Say what is meant, or delete it.",
  ),

  CS201: error(
    "a claim name that Cognito keeps for itself",
    "Cognito drops what a trigger writes under its own names, so the claim would be missing without a word.",
    "Choose another name.",
  ),
  CS202: error(
    "a sealed claim under a name of the envelope",
    "Inside an envelope these names bind it to one token; a claim under such a name could undo that.",
    "Choose another name.",
  ),
  CS203: error(
    "a claim name that claimseal keeps for itself",
    "`sealed_*` carries envelopes and `cmv` the map's version; readers trust both.",
    "Choose another name.",
  ),
  CS204: error(
    "a claim name with characters that gateways mangle",
    "Claim names are looked up by exact text in many systems; outside `A-Z a-z 0-9 _ : . / -` they do not agree.",
    "Use those characters only.",
  ),
  CS205: error(
    "names that differ in nothing but case",
    "Some readers compare claim names without case: they would take one claim for the other.",
    "Rename one of the two.",
  ),
  CS206: error(
    "two resource servers share one claim",
    "Each envelope has a claim of its own, `sealed_` and the server's name with `-` as `_`; the second would replace the first.",
    "Rename one of the two.",
  ),
  CS207: error(
    "a source under a name that means something else",
    "Expressions could not tell the source from what the language calls by that name.",
    "Rename the source.",
  ),
  CS208: error(
    "a name that an expression or a claim cannot contain",
    "Sources are read as `source.attribute`, and the names of resource servers become part of a claim's name.",
    "Use letters, digits and `_`, and start with a letter; resource servers and profiles may hold `-` too.",
  ),
  CS209: error(
    "a claim sealed for a resource server that cannot open it",
    "Without the server in `resourceServers`, or without its `seal`, there is no key and nobody could read the claim.",
    "Declare the resource server with a `seal`, or correct the name.",
  ),
  CS210: error(
    "two resource servers with one identifier",
    "The identifier is the audience of an envelope: with one for both, each could open what was sealed for the other.",
    "Give each its own identifier, or merge the two.",
  ),
  CS211: error(
    "a claim set that is not declared",
    "A misspelt set would leave out claims and refusals without a word.",
    "Declare it under `claimSets`, or correct the name.",
  ),
  CS212: error(
    "a claim that two parts of a profile define",
    "Nothing overrides anything: with two definitions, the order in the file would decide.",
    "Rename one of the two, or keep it in one place.",
  ),

  CS301: error(
    "an expression that cannot be read",
    "Values and conditions are written in CEL, the Common Expression Language.",
    "Mend the expression at the caret.",
  ),
  CS302: error(
    "an expression whose types do not fit",
    "What fits nowhere at check would be an unknown value at every sign-in.",
    "Compare and combine values of the same type; convert with `int()`, `double()` or `string()`.",
  ),
  CS303: error(
    "a reference to something that is not declared",
    "Nothing can be read unless the map declares it: that is how a reviewer knows what is read.",
    "Declare it under `inputs` or `sources`, or correct the name.",
  ),
  CS304: error(
    "a reference worked out at run time",
    "If data choose which attribute is read, no check can say which class reaches whom.",
    'Write the name out: `staff.profession` or `user["custom:x"]`.',
  ),
  CS305: error(
    "the wrong type for its place",
    "A condition must be true or false, and a token or a key takes only certain types.",
    "Give the type the place needs.",
  ),
  CS306: error(
    "a value that no token can carry",
    "Tokens are JSON: bytes, types, null and numbers beyond 2^53 - 1 have no place in it, and Cognito takes no list of objects.",
    "Turn it into text, a number, a truth value, or a list or object of these.",
  ),
  CS307: error(
    "a function or operator outside the language",
    "Expressions are bounded and have no effects, so the language has a closed list of functions.",
    "Use a function of the list; let the table hold what must be computed otherwise.",
  ),
  CS308: error(
    "a literal that does not fit its declaration",
    "A default or listed value of another type would be invalid whenever it is used.",
    "Write the literal in the declared type and within the declared bounds.",
  ),
  CS309: error(
    "a person's attribute in a profile for machines",
    "Client credentials have no person behind them: the value would always be unknown.",
    "Read a source keyed by `client.id` instead.",
  ),
  CS310: error(
    "a type that is not understood",
    "The type of a value decides what may be done with it and what is invalid.",
    "Use `string`, `bool`, `int`, `double`, `timestamp`, `list<T>` or `map<string, T>`.",
  ),
  CS311: error(
    "a pattern that cannot be used",
    "Patterns run in linear time at every sign-in, so they are written in RE2's syntax, which has no way back and no looking around.",
    "Write a shorter pattern in RE2 syntax, or list the `values`.",
  ),
  CS312: error(
    "a definition that needs itself",
    "It could never be worked out.",
    "Write out one of the definitions in the circle.",
  ),
  CS313: error(
    "a value that what stands in front of an API would mangle",
    "API Gateway hands claims on as text: a list becomes `[a b]`, which nobody can take apart again, and authorization built on it fails silently.",
    'Write it as text: `x.join(",")` of a list, `json(x)` of anything else.',
  ),

  CS401: error(
    "a private value in the clear in the access token",
    "Access tokens go to every API and into its logs. `pii` and `sensitive` values may be there only sealed.",
    "Seal it: `sealFor: [...]` in place of `to: [access]`.",
  ),
  CS402: error(
    "a private value decides what everybody can see",
    "Whether a clear claim, a scope or an envelope is there tells as much as its value does.",
    "Decide by an `open` attribute, or seal the claim.",
  ),
  CS403: error(
    "a sensitive value reaches the ID token",
    "The ID token lies in the person's browser and in every tool they paste it into; `sensitive` values may only be sealed.",
    "Seal it for the resource server that needs it.",
  ),
  CS404: error(
    "a claim both sealed and in the clear in the access token",
    "Sealing protects nothing that stands beside it in the clear.",
    "Keep `sealFor` or `to: [access]`; write two claims where both are meant.",
  ),
  CS405: error(
    "a value sealed outside its region",
    "The source says in which regions its values may be sealed, and this key is elsewhere.",
    "Use a key in one of the source's `residency` regions.",
  ),
  CS406: error(
    "groups kept without a class that allows it",
    "Groups can name customers, illnesses and teams; they stay in a clear token only where the map says they are `open`.",
    "Declare `user.groups: { type: list<string>, class: open }`, or strip them.",
  ),
  CS407: error(
    "a personal attribute declared below `pii`",
    "What Cognito's standard attributes hold is personal whatever a map calls it.",
    "Declare it `pii` or `sensitive`, with its purpose.",
  ),
  CS408: error(
    "a private row chosen by somebody else",
    "Whoever chooses the key chooses the row: one person could read another's.",
    "Key the source by `user.sub` or `client.id`.",
  ),
  CS409: error(
    "a declassification that does not hold",
    "It covers certain references through a certain function, until a certain day. One that covers nothing would cover whatever is written there next.",
    "Have the expression approved as it is now, or seal the claim.",
  ),
  CS410: error(
    "a sensitive attribute read through an index",
    "An index lags behind its table and cannot be read consistently: a value that was taken back would still be there.",
    "Read the table itself, by its key.",
  ),
  CS411: error(
    "a private value that the pool would hold as less private",
    "What an identity provider sends comes back as an input. Declared less private there, it could go where the provider's declaration never let it.",
    "Declare the input at least as private as what it is made of, or do not keep the value.",
  ),

  CS501: error(
    "an untrusted value decides what is allowed",
    "The caller, or the person, could write their own permissions.",
    "Read it from a source they cannot write, or state `trust: idp` or `operator` where that is true.",
  ),
  CS502: error(
    "a row that the caller chooses holds private attributes",
    "Anybody who can ask for a token could ask for anybody's row.",
    "Key the source by `user.sub` or `client.id`.",
  ),
  CS503: error(
    "an endorsement of nothing",
    "Somebody signed for trust in a value that the claim does not read; it would cover whatever is written there next.",
    "Delete it, or name what the claim reads.",
  ),
  CS504: error(
    "an input trusted further than the provider that writes it",
    "What an identity provider sends is that provider's word, whoever runs the pool.",
    "Declare the input with `trust: idp`.",
  ),
  CS505: warning(
    "a trusted input whose old value would stay",
    "An attribute that is left out of a sign-in keeps the value it had in the pool: what was taken away at the provider would still be there.",
    "Make it `required`, and give what may be missing a `default`, so that every sign-in writes it.",
  ),

  CS601: warning(
    "a value without bounds",
    "One long value can push a token over what gateways and browsers take, for one person, at the worst moment.",
    "Declare `maxLength`, `values` or `maxItems`.",
  ),
  CS602: error(
    "the access token can grow over its limit",
    "At the worst case that the declarations allow, this profile's token is refused or cut.",
    "Lower the bounds, seal or drop a claim, or raise `limits.accessToken` if every reader takes it.",
  ),
  CS603: error(
    "an envelope can grow over 4,096 bytes",
    "Readers refuse a larger plaintext, so the token would be of no use.",
    "Lower the bounds, or seal fewer claims for this resource server.",
  ),
  CS604: error(
    "the ID token can grow over its limit",
    "Browsers and cookies take only so much.",
    "Lower the bounds, keep fewer attributes, or raise `limits.idToken`.",
  ),
  CS605: warning(
    "a token above what stands in front of an API takes",
    "Gateways and browsers refuse long headers before any API sees them, for some people and at the worst moment.",
    "Lower the bounds, seal or drop a claim, or take the consumer out if it is not there.",
  ),
  CS606: info(
    "a token above what some gateways take",
    "Nothing in the map says that one of them stands in front of its APIs; if one does, it refuses the longest of these tokens.",
    "Declare `consumers` where one does, and lower the bounds.",
  ),
  CS607: error(
    "an attribute that can grow over what a profile holds",
    "An attribute of a user pool has at most 2,048 characters; with a longer one Cognito reports an error in place of a sign-in.",
    "Lower `maxLength`, or keep fewer items: `take(l, 20)`.",
  ),

  CS701: error(
    "two profiles match the same event",
    "Exactly one profile decides a token; with two, the order in the file would.",
    "Give every client of a grant to one profile; an id beats `*`.",
  ),
  CS702: error(
    "a profile that can never match",
    "It looks like a protection and is none: Cognito calls the trigger for machines on V3 pools only.",
    "Set `pool.events: V3`, or take the grant or the profile out.",
  ),
  CS703: error(
    "adding a scope that no resource server declares",
    "Cognito adds any text as a scope without asking whether it exists, so a misspelt one silently grants nothing, or something else.",
    "Declare it under the resource server's `scopes`, or correct it.",
  ),
  CS704: error(
    "a rule for scopes that are stripped or kept as a whole",
    "With `openid` alone, or `aws.cognito.signin.user.admin`, a bearer reads the whole profile: adding one undoes suppression, removing some protects nothing.",
    "Take it out of the rule; `selfServiceScopes` decides about all of them.",
  ),
  CS705: error(
    "an ID-token claim for machines",
    "Client credentials give an access token and nothing else.",
    "Use `to: [access]` or `sealFor`, or give people a profile of their own.",
  ),
  CS706: warning(
    "every client is granted something",
    "Under `*`, app clients that somebody registers later get these claims and scopes too.",
    "List the clients by id or `${env:NAME}`.",
  ),
  CS707: error(
    "not possible on a V1 pool",
    "A V1 event lets the trigger change the ID token and the groups, nothing else; Cognito would ignore the rest.",
    "Set the pool's trigger to V2 or V3 and `pool.events` with it, or take it out.",
  ),
  CS708: info(
    "self-service scopes stay on a V1 pool",
    "A V1 trigger cannot take scopes away: whoever holds an access token with `openid` or `aws.cognito.signin.user.admin` can still read the profile.",
    "Use V2 or V3 where resource servers must not see profiles.",
  ),
  CS709: error(
    "keeping something that is not a declared input",
    "What stays in the ID token is read by the client, so the map lists it with its class and purpose.",
    "Declare it under `inputs`, or take it out of `keep`.",
  ),
  CS710: error(
    "keeping what a trigger cannot decide about",
    "Cognito writes these claims itself: they can be neither suppressed nor kept.",
    "Take it out of `keep`.",
  ),
  CS711: error(
    "a setting for people in a profile for machines",
    "Machines have no ID token, no groups and no self-service scopes.",
    "Delete it, or add `user` to `match.grants`.",
  ),
  CS712: info(
    "usernames may identify people",
    "`username` cannot be taken out of an access token. Under `usernames: any` every API sees what people typed as their name.",
    "Use a pool with e-mail as the sign-in attribute and `usernames: opaque`.",
  ),
  CS713: info(
    "a key by its alias",
    "An alias can be pointed at another key. It is fine for `preview` and `dev`; `build` asks for the key's ARN.",
    "Use `${env:NAME}`, or the key's ARN.",
  ),

  CS801: warning(
    "a private attribute that nothing uses",
    "What is not needed should not be readable, and the table's permission is generated from this list.",
    "Delete the attribute.",
  ),
  CS802: warning("an input that nothing uses", "It says that something is read which is not.", "Delete the input."),
  CS803: warning("a source that nothing reads", "It asks for permissions that are not needed.", "Delete the source."),
  CS804: error(
    "a missing row would decide",
    "Under `onMissing: empty` a person without a row gets the default, and this claim or rule would act on it as if somebody had said so.",
    "Use `onMissing: deny`, or read an attribute without a default.",
  ),
  CS805: error(
    "reads that wait for each other",
    "Each needs a value of the other before it can be read, so neither ever is.",
    "Key one of them by `user.sub` or `client.id`.",
  ),
  CS806: warning(
    "reads one after the other",
    "Cognito gives a trigger five seconds; each read that waits for another takes its share of them.",
    "Key the source by something known earlier, or keep both in one row.",
  ),
  CS807: error(
    "an old row that would decide",
    "Under `onError: stale` a row read before stands in for one that cannot be read: what was taken away meanwhile would still count.",
    "Use `onError: deny` or `unknown`; for what grants, `stale: 60s` at most.",
  ),
  CS808: error(
    "a partition that does not fit its values",
    "A person whose value has no entry could not sign in, and an entry nobody can have hides a misspelt one.",
    "Give every value of `by` an entry, and every entry the same names.",
  ),
  CS809: warning(
    "the claim that usernames are made from is not kept",
    "Cognito makes the username of a person from one claim of the identity provider; without it there may be no sign-in.",
    "Declare it under `attributes` and keep it.",
  ),
  CS810: info(
    "a private attribute enters the pool, and nothing in the map needs it",
    "What nobody needs should not be stored. The map cannot see who else reads profiles: an application, or the recovery of an account.",
    "Take it out of `keep`, declare it under `inputs` where it is read, or add it to `mapping`.",
  ),

  CS901: warning(
    "a profile that no test reaches",
    "Nothing shows what its tokens hold.",
    "Write a case with an event that the profile matches.",
  ),
  CS902: warning(
    "a claim that no test sees",
    "An expression that never has a value looks like one that always has the right one.",
    "Write a case in which the claim has a value.",
  ),
  CS903: warning(
    "a rule that no test sees at work",
    "A condition that is never true in a test, or never false, could as well be the opposite of what is meant.",
    "Write a case for each way it can come out.",
  ),
  CS904: warning(
    "a branch that no test takes",
    "Whatever stands behind an operand of `&&` and `||`, or behind `?:`, is only known to be right where a test got there.",
    "Write a case in which the condition comes out as the finding says.",
  ),
  CS905: warning(
    "a missing value that no test is about",
    "What becomes of a token when a value is absent, invalid or cannot be read is decided by the map; nothing shows that it decides well.",
    "Write a case with the fault that the finding names.",
  ),
};

/** Makes a finding; its level is the catalogue's. `path` is the place in the map, `at` the place in the file. */
export function finding(code: string, path: readonly string[], at: Position, message: string, fix: string): Finding {
  const level = CODES[code]?.level ?? "error";
  return { code, level, path, line: at.line, column: at.column, message, fix };
}

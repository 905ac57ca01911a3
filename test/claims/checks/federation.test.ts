import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { FEDERATED, federatedPlan, federatedWith, said } from "../a-federated-map.ts";

type Change = readonly [old: string, changed: string];

const found = (...changes: readonly Change[]): readonly string[] => said(checkClaimMap(federatedWith(...changes)));

const SAML = "federation.providers.CorporateSaml";
const GOOGLE = "federation.providers.Google";
const LISTED = `'["app-nurses", "app-porters"].filter(g, g in bracketList(idp.groups))'`;

test("a map that says what enters the pool is sound, under --strict too", () => {
  expect(checkClaimMap(FEDERATED, { strict: true })).toMatchObject({ ok: true, findings: [] });
});

test.for<readonly [title: string, changes: readonly Change[], ...expected: readonly string[]]>([
  [
    "an expression reads what is not declared",
    [["email: idp.email", 'email: idp.email + idp["mail"]']],
    `CS303 ${SAML}.keep.email: \`idp\` has no declared \`mail\`\n    idp.email + idp["mail"]\n                    ^ | Write \`idp.email\`, or declare it.`,
  ],
  [
    "a list keeps what is not declared",
    [["keep: [sub, email, email_verified]", "keep: [sub, email, email_verifed]"]],
    `CS801 ${GOOGLE}.attributes.email_verified: nothing keeps the private \`idp.email_verified\` | Delete the attribute.`,
    `CS303 ${GOOGLE}.keep.2: \`email_verifed\` is not declared under \`attributes\` | Write \`email_verified\`.`,
  ],
  [
    "an expression reads what only a signed-in person has",
    [[LISTED, 'user["custom:roles"]']],
    `CS303 ${SAML}.keep.custom:roles: \`user\` is not declared\n    user["custom:roles"]\n    ^ | Expressions start from \`idp\`.`,
  ],
  [
    "a profile reads what only a provider sends",
    [[`bracketList(user["custom:roles"])`, "bracketList(idp.groups)"]],
    "CS802 inputs.user.custom:roles: nothing reads `user.custom:roles` | Delete the input.",
    "CS303 profiles.people.claims.roles.value: `idp` is not declared\n    bracketList(idp.groups)\n                ^ | Expressions start from `user`, `client`, `request` or `now`.",
  ],
  [
    "what is required is not kept",
    [["required: [custom:roles]", "required: [custom:roles, name]"]],
    `CS303 ${SAML}.required.1: \`name\` is not kept | Add it to \`keep\`.`,
  ],
  [
    "a mapping names what is not kept, and what no pool has",
    [
      [
        "required: [custom:roles]",
        'required: [custom:roles]\n      mapping: { email: mail, "custom:roles": "custom:roles", roles: email }',
      ],
    ],
    `CS810 ${SAML}.keep.email: the map does not say which attribute of the pool the private \`email\` becomes | Add it to \`mapping\` of \`CorporateSaml\`, or do not keep it.`,
    `CS303 ${SAML}.mapping.email: \`mail\` is not kept | Write \`email\`.`,
    `CS303 ${SAML}.mapping.roles: no pool has an attribute \`roles\` | Write \`custom:roles\`.`,
  ],
  [
    "a profile cannot hold the type",
    [[LISTED, `'{"a": idp.groups}'`]],
    `CS305 ${SAML}.keep.custom:roles: a profile holds text, and this is a \`map<string, string>\` | Write it as text: \`string(x)\`, or \`json(x)\`.`,
    `CS607 ${SAML}.keep.custom:roles: \`custom:roles\` can have 20,008 bytes, and a profile holds 2,048 characters | Lower \`maxLength\`, or \`take\` fewer items.`,
  ],
  [
    "a list is declared, which no provider can send",
    [
      [
        "groups: { type: string, class: open, maxLength: 20000, default",
        "groups: { type: list<string>, class: open, maxLength: 20000, default",
      ],
    ],
    `CS305 ${SAML}.attributes.groups.type: Cognito hands this over as text, which is never a \`list<string>\` | Declare a scalar, and \`split\` it where it is read.`,
    `CS308 ${SAML}.attributes.groups.default: the default is not \`list<string>\` | Write a default that could be a value.`,
    `CS302 ${SAML}.keep.custom:roles: found no matching overload for 'bracketList(list<string>)'\n    ["app-nurses", "app-porters"].filter(g, g in bracketList(idp.groups))\n                                                 ^ | Compare and combine values of one type; \`string(x)\`, \`int(x)\`, \`double(x)\` convert.`,
  ],
  [
    "a pseudonym is made for the pool",
    [["email: idp.email", "email: pseudonym(idp.email)"]],
    `CS307 ${SAML}.keep.email: a pseudonym is made for an audience, and a pool is none | Keep the value itself, or nothing of it; a claim can be made of its pseudonym.`,
  ],
  [
    "a personal attribute is declared open",
    [
      [
        'email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }\n        groups',
        "email: { type: string, class: open, maxLength: 120 }\n        groups",
      ],
    ],
    `CS407 ${SAML}.attributes.email.class: idp.email is personal: it is at least \`pii\` | Write \`class: pii\`.`,
  ],
  [
    "a private value comes back as an open input",
    [
      [
        "groups: { type: string, class: open, maxLength: 20000",
        'groups: { type: string, class: pii, purpose: "roles", maxLength: 20000',
      ],
    ],
    `CS411 ${SAML}.keep.custom:roles: a pii value would be less private: idp.groups -> ${SAML}.keep.custom:roles -> user["custom:roles"] (open) | Declare the input as \`pii\`.`,
  ],
  [
    "a sensitive value becomes an attribute that no input declares",
    [
      [
        "groups: { type: string, class: open, maxLength: 20000, default",
        'groups: { type: string, class: sensitive, purpose: "x", maxLength: 200, default',
      ],
      [`custom:roles: ${LISTED}`, "custom:other: idp.groups"],
      ["required: [custom:roles]", "required: [custom:other]"],
    ],
    `CS411 ${SAML}.keep.custom:other: a sensitive value that no input accounts for: idp.groups -> ${SAML}.keep.custom:other -> user["custom:other"] | Do not keep it; or declare \`user.custom:other\` as \`sensitive\`.`,
  ],
  [
    "a sensitive value becomes the username, which no token goes without",
    [["sub: { type: string, class: pii", "sub: { type: string, class: sensitive"]],
    `CS411 ${GOOGLE}.keep.0: a sensitive value that no input accounts for: idp.sub -> ${GOOGLE}.keep[0] -> the username | Have the provider send another; or declare it as \`pii\`.`,
  ],
  [
    "a sensitive value is mapped to the username, whatever else it becomes",
    [
      ["user.email: { type: string, class: pii", "user.email: { type: string, class: sensitive"],
      [
        'email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }\n        groups',
        'email: { type: string, class: sensitive, maxLength: 120, purpose: "x" }\n        groups',
      ],
      [
        "      required: [custom:roles]\n",
        "      required: [custom:roles]\n      mapping: { username: email, email: email, custom:roles: custom:roles }\n",
      ],
      ["idToken: { keep: [email, email_verified] }", "idToken: { keep: [email_verified] }"],
    ],
    "CS802 inputs.user.email: nothing reads `user.email` | Delete the input.",
    `CS411 ${SAML}.keep.email: a sensitive value that no input accounts for: idp.email -> ${SAML}.keep.email -> the username | Have the provider send another; or declare it as \`pii\`.`,
  ],
  [
    "an input is trusted as an operator's word",
    [["trust: idp", "trust: operator"]],
    `CS504 ${SAML}.keep.custom:roles: an identity provider writes what is trusted as an operator's word: idp.groups -> ${SAML}.keep.custom:roles -> user["custom:roles"] (operator) | Write \`trust: idp\` at the input.`,
  ],
  [
    "a trusted input could keep its old value",
    [["      required: [custom:roles]\n", ""]],
    `CS505 ${SAML}.keep.custom:roles: \`user["custom:roles"]\` is trusted, and where \`custom:roles\` is unknown its old value stays | Add \`required: [custom:roles]\`, and a \`default\` to what may be missing.`,
  ],
  [
    "nothing bounds what is stored",
    [
      [
        'email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }\n        groups',
        'email: { type: string, class: pii, purpose: "shown to the person" }\n        groups',
      ],
    ],
    `CS601 ${SAML}.keep.email: nothing bounds \`email\`, and a profile holds 2,048 | Declare \`maxLength\` or \`values\`; \`take(l, 20)\` bounds a list.`,
  ],
  [
    "what is stored can be longer than a profile holds",
    [[LISTED, "'take(bracketList(idp.groups), 20)'"]],
    `CS607 ${SAML}.keep.custom:roles: \`custom:roles\` can have 60,004 bytes, and a profile holds 2,048 characters | Lower \`maxLength\`, or \`take\` fewer items.`,
  ],
  [
    "the username is made from what is not kept",
    [
      ["keep: [sub, email, email_verified]", "keep: [email, email_verified]"],
      ['        sub: { type: string, class: pii, maxLength: 40, purpose: "the username" }\n', ""],
    ],
    `CS809 ${GOOGLE}.keep: usernames of \`Google\` are made from \`sub\`, which is not kept | Declare \`sub\`, and keep it.`,
  ],
  [
    "a private attribute is read by nothing in the map",
    [
      ["idToken: { keep: [email, email_verified] }", "idToken: { keep: [email] }"],
      ['  user.email_verified: { type: bool, class: pii, purpose: "shown to the person" }\n', ""],
    ],
    `CS810 ${GOOGLE}.keep.2: no input reads \`user.email_verified\`, which would be stored | Do not keep it, unless something beside the map needs it.`,
  ],
  [
    "a private attribute has no purpose",
    [[', purpose: "the username"', ""]],
    `CS104 ${GOOGLE}.attributes.sub.purpose: \`sub\` is \`pii\` and has no \`purpose\` | Add \`purpose\`: what it is needed for.`,
  ],
  [
    "nothing at all is kept",
    [["keep: [sub, email, email_verified]", "keep: []"]],
    `CS111 ${GOOGLE}.keep: \`keep\` of identity provider \`Google\` is empty | Write a list: \`[email]\`.`,
  ],
  [
    "a provider is of no known type",
    [["type: Google", "type: Gogle"]],
    `CS106 ${GOOGLE}.type: \`type\` of identity provider \`Google\` cannot be \`Gogle\` | Write \`Google\`.`,
  ],
])("it is reported where %s", ([, changes, ...expected]) => {
  expect(found(...changes)).toEqual(expected);
});

test("names that are not declared are told once where the declaration itself cannot be read", () => {
  const change: Change = ["sub: { type: string, class", "sub: { type: text, class"];
  expect(found(change)).toEqual([
    `CS310 ${GOOGLE}.attributes.sub.type: \`text\` is no type | Write \`string\`, \`bool\`, \`int\`, \`double\`, \`timestamp\`, \`list<T>\`, \`map<string, T>\` or \`map\`.`,
  ]);
});

test("a source cannot be called what a provider sends is called", () => {
  const source =
    'sources:\n  idp:\n    dynamodb: { table: people, key: { pk: "{user.sub}" } }\n    trust: operator\n    onMissing: deny\n    onError: deny\n    attributes: { groups: { type: list<string>, class: open, maxItems: 2, maxLength: 9 } }\nfederation:\n';
  expect(found(["federation:\n", source]).filter((each) => each.startsWith("CS2"))).toEqual([
    "CS207 sources.idp: source `idp` hides what the language calls by that name | Rename the source, and what reads it.",
  ]);
});

test("the plan has what is kept, of which class, for which attribute of the pool, and how large it can be", () => {
  const { federation } = federatedPlan([
    "required: [custom:roles]",
    'required: [custom:roles]\n      mapping: { email: email, "custom:roles": "custom:roles" }',
  ]);
  const kept = Object.values(federation?.providers ?? {}).flatMap(({ type, keep }) =>
    keep.map(({ value, ...each }) => ({ of: type, op: value.op, ...each })),
  );
  expect(kept).toEqual([
    {
      of: "SAML",
      op: "ref",
      name: "email",
      pool: ["email"],
      required: false,
      type: "string",
      class: "pii",
      maxBytes: 120,
    },
    {
      of: "SAML",
      op: "filter",
      name: "custom:roles",
      pool: ["custom:roles"],
      required: true,
      type: { list: "string" },
      class: "open",
      maxBytes: 28,
    },
    { of: "Google", op: "ref", name: "sub", pool: [], required: false, type: "string", class: "pii", maxBytes: 40 },
    {
      of: "Google",
      op: "ref",
      name: "email",
      pool: ["email"],
      required: false,
      type: "string",
      class: "pii",
      maxBytes: 120,
    },
    {
      of: "Google",
      op: "ref",
      name: "email_verified",
      pool: ["email_verified"],
      required: false,
      type: "bool",
      class: "pii",
      maxBytes: 5,
    },
  ]);
});

test("patterns for the pool are the federation's own: a token path without any needs no engine for them", () => {
  const plan = federatedPlan(
    [
      LISTED,
      `'bracketList(idp.groups).filter(g, matches(g, "^app-")).map(g, last(g, 20)).size() > 0 ? "staff" : "none"'`,
    ],
    [
      "sub: { type: string, class: pii, maxLength: 40",
      'sub: { type: string, class: pii, pattern: "[0-9]+", maxLength: 40',
    ],
  );
  expect([plan.patterns, plan.federation?.patterns]).toEqual([[], ["[0-9]+", "^app-"]]);
});

test("the map of the how-to is sound, but for the usernames of federated people", () => {
  const [, map = ""] =
    /```yaml\n(version: 1\n[^`]*)```/.exec(readFileSync("docs/how-to/keep-attributes-out-of-the-pool.md", "utf8")) ??
    [];
  const { ok, findings } = checkClaimMap(map, { strict: true });
  expect([ok, findings.map(({ code }) => code)]).toEqual([true, ["CS712"]]);
});

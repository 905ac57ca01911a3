import type { WrittenClaim, WrittenProfile, WrittenScopeRule } from "../claim-map.ts";
import { CLIENT, SCOPE } from "./forms.ts";
import { bool, choice, expression, formed, infrastructure, list, record, signed, text } from "./kinds.ts";
import type { Key, ShapeOf } from "./shape.ts";

const claimShape: ShapeOf<WrittenClaim> = {
  about: "one claim and whom it reaches",
  keys: {
    value: { kind: expression, required: true, about: "a CEL expression" },
    when: { kind: expression, about: "a CEL condition; without it, always" },
    to: { kind: list(choice("access", "id"), 1), default: [], about: "the tokens that show it in the clear" },
    sealFor: { kind: list(text, 1), default: [], about: "the resource servers it is sealed for, by name" },
    effect: { kind: choice("grants", "restricts", "informs"), about: "what its absence means to a resource server" },
    required: { kind: bool, default: false, about: "whether an unknown value refuses the token" },
  },
  later: {
    declassify: { what: "a private value in the clear, signed for", spoils: true },
    endorse: { what: "trust in an untrusted value, signed for", spoils: true },
    otherwise: { what: "a value in place of an unknown one", spoils: true },
  },
};

const scopeRuleShape: ShapeOf<WrittenScopeRule> = {
  about: "scopes a token gains or loses",
  keys: {
    add: { kind: list(formed(SCOPE), 1), default: [], about: "scopes to add, such as `care-api/chart.read`" },
    remove: { kind: list(formed(SCOPE), 1), default: [], about: "scopes to take away" },
    when: { kind: expression, about: "a CEL condition; without it, always" },
  },
  later: { only: { what: "keeping no scope outside a list", spoils: true } },
};

const keepOrStrip: Key = { kind: choice("keep", "strip"), required: true, about: "whether the groups stay" };

/** An entry of `profiles`. */
export const profileShape: ShapeOf<WrittenProfile> = {
  about: "what the tokens of some clients get",
  keys: {
    match: {
      kind: record({
        about: "the events this profile decides",
        keys: {
          grants: {
            kind: list(choice("user", "client_credentials"), 1),
            required: true,
            standIn: ["user"],
            about: "people, machines or both",
          },
          clients: {
            kind: list(infrastructure(CLIENT), 1),
            required: true,
            standIn: [],
            about: 'app client ids, `${env:NAME}` or `"*"`',
          },
        },
      }),
      required: true,
      standIn: { grants: ["user"], clients: [] },
      about: "the grants and clients this profile is for",
    },
    idToken: {
      kind: record({
        about: "what stays in the ID token",
        keys: {
          keep: { kind: list(text), required: true, standIn: [], about: "the attributes that stay, such as `[email]`" },
        },
        later: {
          drop: {
            what: "an ID token that keeps all but a list",
            instead: "List what stays: `keep: [email]`.",
            spoils: true,
          },
          reason: { what: "an ID token that keeps all but a list" },
          unchanged: { what: "an ID token left as it is", instead: "List what stays: `keep: [email]`.", spoils: true },
        },
      }),
      about: "what stays of what Cognito puts into the ID token",
    },
    groups: {
      kind: {
        kind: "either",
        choice: choice("keep", "strip"),
        record: {
          about: "groups in each token",
          keys: { access: keepOrStrip, id: keepOrStrip },
          later: { filter: { what: "a filter for groups", spoils: true } },
        },
        hint: "`strip`, `keep`, or `{ access: strip, id: keep }`",
      },
      about: "whether groups stay in the tokens",
    },
    selfServiceScopes: {
      kind: {
        kind: "either",
        choice: choice("strip"),
        record: {
          about: "the scopes stay, and somebody signed for it",
          keys: { keep: { kind: record(signed), required: true, about: "who decided this, and why" } },
        },
        hint: "`strip`, or `{ keep: { reason: WHY, approvedBy: WHO } }`",
      },
      about: "whether a bearer may fetch the profile from Cognito",
    },
    claims: { kind: { kind: "names", noun: "claim", of: record(claimShape) }, default: {}, about: "claims by name" },
    scopes: { kind: list(record(scopeRuleShape)), default: [], about: "rules that add and remove scopes" },
  },
  later: {
    refuse: { what: "rules that refuse a token" },
    use: { what: "sets of claims shared by profiles" },
  },
};

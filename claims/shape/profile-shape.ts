import type {
  WrittenClaim,
  WrittenClaimSet,
  WrittenDeclassify,
  WrittenEndorse,
  WrittenProfile,
  WrittenRefusal,
  WrittenScopeRule,
} from "../claim-map.ts";
import { CLIENT, DATE, NAME, REFUSAL_CODE, SCOPE } from "./forms.ts";
import { bool, choice, expression, formed, infrastructure, list, record, signed, text } from "./kinds.ts";
import type { Key, ShapeOf } from "./shape.ts";

const references = list(text, 1);

const declassifyShape: ShapeOf<WrittenDeclassify> = {
  about: "a private value in the clear, made less telling first, and signed for",
  keys: {
    of: { kind: references, required: true, about: "the references it covers, and no others" },
    through: { kind: text, required: true, about: "the function they pass, or `map` for an enumerated map" },
    to: { kind: choice("open"), required: true, about: "what the result counts as" },
    ...signed.keys,
    until: { kind: formed(DATE), about: "the last day it holds" },
  },
};

const endorseShape: ShapeOf<WrittenEndorse> = {
  about: "trust in untrusted values, signed for",
  keys: { of: { kind: references, required: true, about: "the references it covers, and no others" }, ...signed.keys },
};

const claimShape: ShapeOf<WrittenClaim> = {
  about: "one claim and whom it reaches",
  keys: {
    value: { kind: expression, required: true, about: "a CEL expression" },
    when: { kind: expression, about: "a CEL condition; without it, always" },
    to: { kind: list(choice("access", "id"), 1), default: [], about: "the tokens that show it in the clear" },
    sealFor: { kind: list(text, 1), default: [], about: "the resource servers it is sealed for, by name" },
    effect: { kind: choice("grants", "restricts", "informs"), about: "what its absence means to a resource server" },
    required: { kind: bool, default: false, about: "whether an unknown value refuses the token" },
    otherwise: { kind: { kind: "literal" }, about: "the strictest value, in place of an unknown one that restricts" },
    declassify: { kind: record(declassifyShape), about: "a private value in the clear, signed for" },
    endorse: { kind: record(endorseShape), about: "trust in an untrusted value, signed for" },
  },
};

const scopeRuleShape: ShapeOf<WrittenScopeRule> = {
  about: "scopes a token gains or loses",
  keys: {
    add: { kind: list(formed(SCOPE), 1), default: [], about: "scopes to add, such as `care-api/chart.read`" },
    remove: { kind: list(formed(SCOPE), 1), default: [], about: "scopes to take away" },
    only: { kind: expression, about: "a CEL list of the custom scopes that may stay" },
    when: { kind: expression, about: "a CEL condition; without it, always" },
  },
};

const refusalShape: ShapeOf<WrittenRefusal> = {
  about: "a reason not to issue a token",
  keys: {
    when: { kind: expression, required: true, about: "a CEL condition; true or unknown refuses" },
    code: { kind: formed(REFUSAL_CODE), required: true, about: "the code people see, behind `MAP_`" },
  },
};

const claims: Key = {
  kind: { kind: "names", noun: "claim", of: record(claimShape) },
  default: {},
  about: "claims by name",
};
const scopes: Key = { kind: list(record(scopeRuleShape)), default: [], about: "rules that add and remove scopes" };
const refuse: Key = { kind: list(record(refusalShape), 1), default: [], about: "reasons not to issue a token" };

/** An entry of `claimSets`. */
export const claimSetShape: ShapeOf<WrittenClaimSet> = {
  about: "what several profiles share",
  keys: { claims, scopes, refuse },
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
          keep: { kind: list(text), about: "the attributes that stay, such as `[email]`" },
          drop: { kind: list(text, 1), about: "the attributes that go; every other stays" },
          reason: { kind: text, about: "why `drop` and not `keep`, in one sentence" },
          unchanged: {
            kind: record({
              about: "the ID token stays as it is",
              keys: { reason: { kind: text, required: true, about: "why, in one sentence" } },
            }),
            about: "nothing goes, and why",
          },
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
          keys: {
            access: keepOrStrip,
            id: keepOrStrip,
            filter: { kind: expression, about: "`native`, or a CEL list of the groups that may stay" },
          },
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
    refuse,
    use: { kind: list(formed(NAME), 1), default: [], about: "claim sets whose claims and rules it shares" },
    claims,
    scopes,
  },
};

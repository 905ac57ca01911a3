import type { SentAttribute, WrittenFederation, WrittenProvider } from "../claim-map.ts";
import { PROVIDER, SENT } from "./forms.ts";
import { choice, expression, formed, list, record } from "./kinds.ts";
import type { ShapeOf } from "./shape.ts";
import { valueShape } from "./source-shape.ts";

const name = formed(SENT);

// All of them are text, or what text is read as: no list, and nothing to count.
const { maxItems: _, ...scalarKeys } = valueShape.keys;

const attributeShape: ShapeOf<SentAttribute> = { about: valueShape.about, keys: scalarKeys };

const providerShape: ShapeOf<WrittenProvider> = {
  about: "one identity provider, and what of it enters the pool",
  keys: {
    type: {
      kind: choice("OIDC", "SAML", "Facebook", "Google", "SignInWithApple", "LoginWithAmazon"),
      required: true,
      about: "its kind, as the pool has it",
    },
    attributes: {
      kind: { kind: "names", noun: "attribute", of: record(attributeShape), form: SENT, least: 1 },
      required: true,
      about: "what it sends and may be read, as `idp.NAME`",
    },
    keep: {
      kind: {
        kind: "either",
        choice: { kind: "list", of: name, least: 1 },
        record: {
          about: "what enters the pool, under the name its attribute mapping reads",
          keys: {},
          rest: { into: "expressions", noun: "kept attribute", of: expression, form: SENT },
        },
        hint: "`[email, name]`, or `{ NAME: EXPRESSION }`",
      },
      required: true,
      about: "what enters the pool; nothing else does",
    },
    required: {
      kind: list(name, 1),
      default: [],
      about: "what is kept and, unknown, refuses the sign-in; other values are left out then",
    },
    mapping: {
      kind: { kind: "names", noun: "pool attribute", of: name, least: 1 },
      about: "the pool's attribute mapping: its attributes to names that are kept; without it, each to its own",
    },
  },
};

/** `federation`. */
export const federationShape: ShapeOf<WrittenFederation> = {
  about: "what enters the pool of what identity providers send, before any of it is stored",
  keys: {
    providers: {
      kind: { kind: "names", noun: "identity provider", of: record(providerShape), form: PROVIDER, least: 1 },
      required: true,
      about: "by the name the pool has for each; people of any other cannot sign in",
    },
  },
};

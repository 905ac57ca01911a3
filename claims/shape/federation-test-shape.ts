import type { JsonValue } from "../../cognito/json.ts";
import { caseEvent, caseExpectation, caseName } from "./case-keys.ts";
import { CLIENT, PROVIDER } from "./forms.ts";
import { choice, formed, list, text } from "./kinds.ts";
import type { Kind, ShapeOf } from "./shape.ts";

/** Somebody who comes from an identity provider, and what is expected to enter the pool of what that sends. */
export type FederationCase = {
  readonly name: string;
  /** Where a file with a whole event is, seen from the test file; or the event's short form. */
  readonly event: string | ShortFederation;
  readonly expect: FederationExpectation;
};

/** An event of the Inbound Federation trigger by what differs from one test to the next. */
export type ShortFederation = {
  /** The number of the federation case, from 0, whose event this one copies. */
  readonly like?: number;
  readonly provider?: string;
  readonly type?: string;
  readonly client?: string;
  readonly pool?: string;
  readonly sends?: { readonly [attribute: string]: JsonValue };
};

export type FederationExpectation = {
  readonly refused?: string;
  /** Everything that is stored, by the names that the pool's attribute mapping reads; `{ matches: PATTERN }` for texts. */
  readonly kept?: { readonly [attribute: string]: JsonValue };
  /** What the provider sends and is not stored under that name. */
  readonly dropped?: readonly string[];
  readonly nowhere?: readonly string[];
};

const json: Kind = { kind: "json" };
const namesOf = (noun: string, of: Kind): Kind => ({ kind: "names", noun, of });

const eventShape: ShapeOf<ShortFederation> = {
  about: "an event of the Inbound Federation trigger by what matters of it",
  keys: {
    like: {
      kind: { kind: "whole", least: 0, most: 9_999 },
      about:
        "the number of an earlier federation case, from 0: its event, with the keys given here in place of its own",
    },
    provider: { kind: formed(PROVIDER), about: "the identity provider, by the pool's name for it" },
    type: {
      kind: choice("OIDC", "SAML", "Facebook", "Google", "SignInWithApple", "LoginWithAmazon"),
      about: "its kind; what the map says without it, and `OIDC` where it says nothing",
    },
    client: { kind: formed(CLIENT), about: "the app client's id; `web1` without it" },
    pool: { kind: text, about: "the user pool's id; `eu-central-1_Example01` without it" },
    sends: { kind: namesOf("attribute", json), about: "what the provider says of the person, by its own names" },
  },
};

const expectShape: ShapeOf<FederationExpectation> = {
  about: "what is expected",
  keys: {
    refused: {
      kind: text,
      about: "the code the sign-in is refused with, such as `PROVIDER_NONE`; nothing else beside it",
    },
    kept: {
      kind: namesOf("attribute", json),
      about: "exactly what enters the pool, by the names its attribute mapping reads",
    },
    dropped: { kind: list(text), about: "what is sent and does not enter the pool under its name" },
    nowhere: {
      kind: list(text),
      about: "texts of 8 bytes or more that nothing that enters the pool holds, in no encoding",
    },
  },
};

export const federationCaseShape: ShapeOf<FederationCase> = {
  about: "somebody who comes from an identity provider, and what is expected to enter the pool",
  keys: {
    name: caseName,
    event: caseEvent(
      eventShape,
      "`{ provider: NAME, sends: { ATTRIBUTE: VALUE } }`, or the path of a file with a whole event",
    ),
    expect: caseExpectation(expectShape),
  },
};

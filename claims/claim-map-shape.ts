import type {
  ClaimMap,
  WrittenClaim,
  WrittenInput,
  WrittenLimits,
  WrittenProfile,
  WrittenResourceServer,
  WrittenScopeRule,
  WrittenSource,
} from "./claim-map.ts";
import {
  ATTRIBUTE,
  CLIENT,
  IDENTIFIER,
  INPUT,
  KMS_KEY,
  MAP_NAME,
  REGION,
  REVISION,
  ROLE,
  SCOPE,
  SCOPE_NAME,
  TABLE,
} from "./forms.ts";
import type { Choice, Form, Key, Kind, Later, RecordShape, ShapeOf, Text } from "./shape.ts";

const text: Text = { kind: "text" };
const expression: Text = { kind: "text", as: "expression" };
const bool: Kind = { kind: "bool" };
const choice = (...of: readonly string[]): Choice => ({ kind: "choice", of });
const list = (of: Kind, least?: number): Kind => ({ kind: "list", of, ...(least !== undefined && { least }) });
const formed = (form: Form): Text => ({ kind: "text", form });
const infrastructure = (form: Form): Text => ({ kind: "text", form, as: "infrastructure" });
const record = (shape: RecordShape): Kind => ({ kind: "record", record: shape });
/** Bytes of a token: readers refuse more than 16 KiB before they look at a signature. */
const bytes: Kind = { kind: "whole", least: 256, most: 16_384 };

/** Whoever weakens a protection signs for it. */
const declared: RecordShape = {
  about: "who decided this, and why",
  keys: {
    reason: { kind: text, required: true, about: "why, in one sentence" },
    approvedBy: { kind: text, required: true, about: "who approved it" },
  },
};

const LATER_BOUNDS: Later = {
  min: { what: "a least value" },
  max: { what: "a greatest value" },
  pattern: { what: "a pattern that text must match", instead: "Bound it by `values` or `maxLength`." },
  fields: {
    what: "a map whose fields are declared one by one",
    instead: "Write `type: map<string, T>`.",
    spoils: true,
  },
};

const attribute: ShapeOf<Omit<WrittenInput, "trust">> = {
  about: "one value, how private it is and how large it can be",
  keys: {
    type: {
      kind: text,
      required: true,
      about: "`string`, `bool`, `int`, `double`, `timestamp`, `list<T>` or `map<string, T>`",
    },
    class: { kind: choice("open", "pii", "sensitive"), required: true, about: "how private it is" },
    purpose: { kind: text, about: "what it is needed for; `pii` and above must say" },
    default: { kind: { kind: "literal" }, about: "stands in for an absent value, never for an invalid one" },
    values: { kind: list({ kind: "literal" }, 1), about: "the only values it can have" },
    maxLength: {
      kind: { kind: "whole", least: 1, most: 400_000 },
      about: "bytes of its text as JSON, without the quotes",
    },
    maxItems: { kind: { kind: "whole", least: 1, most: 10_000 }, about: "items of its list, or entries of its map" },
  },
  later: LATER_BOUNDS,
};

const input: ShapeOf<WrittenInput> = {
  about: "one value that Cognito hands over",
  keys: {
    ...attribute.keys,
    trust: { kind: choice("idp", "operator"), about: "who can write it, where no app client can" },
  },
  later: LATER_BOUNDS,
};

const dynamodb: ShapeOf<WrittenSource["dynamodb"]> = {
  about: "one row of a table",
  keys: {
    table: { kind: infrastructure(TABLE), required: true, about: "the table's name, or `${env:NAME}`" },
    region: { kind: infrastructure(REGION), about: "the table's region; the function's own without it" },
    key: {
      kind: {
        kind: "names",
        noun: "key attribute",
        form: ATTRIBUTE,
        of: { kind: "text", as: "template" },
        least: 1,
        most: 2,
      },
      required: true,
      about: 'the row\'s key, such as `{ pk: "STAFF#{user.sub}" }`',
    },
    consistent: { kind: bool, default: false, about: "whether the read sees every write before it" },
  },
  later: { query: { what: "several rows of a table", spoils: true } },
};

const source: ShapeOf<WrittenSource> = {
  about: "where values are read at a sign-in",
  keys: {
    dynamodb: { kind: record(dynamodb), required: true, about: "the table and the key of its row" },
    trust: { kind: choice("caller", "user", "idp", "operator"), required: true, about: "who can write it" },
    residency: { kind: list(formed(REGION), 1), about: "the regions its values may be sealed in" },
    onMissing: { kind: choice("deny", "empty"), required: true, about: "what a missing row means" },
    onError: {
      kind: {
        ...choice("deny"),
        later: { unknown: { what: "going on without a source" }, stale: { what: "going on with an old row" } },
      },
      required: true,
      about: "what a failed read means",
    },
    attributes: {
      kind: { kind: "names", noun: "attribute", of: record(attribute), form: ATTRIBUTE, least: 1 },
      required: true,
      about: "what may be read of its row",
    },
  },
  later: {
    query: { what: "several rows of a table", spoils: true },
    custom: { what: "a source in code", spoils: true },
    chain: { what: "an existing function as a source", spoils: true },
    keyDeclassify: { what: "a key built from private values", spoils: true },
  },
};

const seal: ShapeOf<NonNullable<WrittenResourceServer["seal"]>> = {
  about: "the key that only this resource server can use",
  keys: {
    key: { kind: infrastructure(KMS_KEY), required: true, about: "the KMS key's ARN, or `${env:NAME}`" },
    region: { kind: infrastructure(REGION), about: "the key's region; the function's own without it" },
    mode: {
      kind: {
        ...choice("envelope"),
        later: { asymmetric: { what: "sealing with a public key" }, direct: { what: "sealing by KMS itself" } },
      },
      default: "envelope",
      about: "the form of what is sealed",
    },
  },
  later: {
    pad: { what: "padding to the maximum" },
    bindClient: { what: "envelopes bound to one client" },
    dataKey: { what: "other bounds for data keys" },
  },
};

const resourceServer: ShapeOf<WrittenResourceServer> = {
  about: "an API that takes access tokens",
  keys: {
    identifier: { kind: formed(IDENTIFIER), required: true, about: "its identifier in the user pool" },
    scopes: { kind: list(formed(SCOPE_NAME), 1), required: true, about: "its scopes, without the identifier" },
    readers: { kind: list(infrastructure(ROLE)), default: [], about: "the roles that may open what is sealed for it" },
    seal: { kind: record(seal), about: "the key its envelopes are sealed with" },
  },
  later: { consumers: { what: "what stands in front of a resource server" } },
};

const claim: ShapeOf<WrittenClaim> = {
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

const scopeRule: ShapeOf<WrittenScopeRule> = {
  about: "scopes a token gains or loses",
  keys: {
    add: { kind: list(formed(SCOPE), 1), default: [], about: "scopes to add, such as `care-api/chart.read`" },
    remove: { kind: list(formed(SCOPE), 1), default: [], about: "scopes to take away" },
    when: { kind: expression, about: "a CEL condition; without it, always" },
  },
  later: { only: { what: "keeping no scope outside a list", spoils: true } },
};

const keepOrStrip: Key = { kind: choice("keep", "strip"), required: true, about: "whether the groups stay" };

const profile: ShapeOf<WrittenProfile> = {
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
          drop: { what: "an ID token that keeps all but a list", spoils: true },
          reason: { what: "an ID token that keeps all but a list" },
          unchanged: { what: "an ID token left as it is", spoils: true },
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
          keys: { keep: { kind: record(declared), required: true, about: "who decided this, and why" } },
        },
        hint: "`strip`, or `{ keep: { reason: WHY, approvedBy: WHO } }`",
      },
      about: "whether a bearer may fetch the profile from Cognito",
    },
    claims: { kind: { kind: "names", noun: "claim", of: record(claim) }, default: {}, about: "claims by name" },
    scopes: { kind: list(record(scopeRule)), default: [], about: "rules that add and remove scopes" },
  },
  later: {
    refuse: { what: "rules that refuse a token" },
    use: { what: "sets of claims shared by profiles" },
  },
};

const limits: ShapeOf<WrittenLimits> = {
  about: "how large a token may grow",
  keys: {
    accessToken: { kind: bytes, default: 7000, about: "bytes of the access token" },
    idToken: { kind: bytes, default: 7000, about: "bytes of the ID token" },
    onOversize: { kind: choice("deny", "drop"), default: "deny", about: "what happens to a token that grows larger" },
    sentScopes: {
      kind: { kind: "whole", least: 0, most: 8192 },
      default: 512,
      about: "bytes of the scopes Cognito sends",
    },
    // Cognito's usernames have at most 128 characters; the default depends on `pool.usernames`.
    username: { kind: { kind: "whole", least: 1, most: 512 }, about: "bytes of the longest username" },
  },
};

/** The whole language of this version, and what it refuses by name because only a later one runs it. */
export const claimMapShape: ShapeOf<ClaimMap> = {
  about: "a claim map: what may be read about a subject, and which claim reaches whom",
  keys: {
    version: {
      kind: { kind: "constant", value: 1 },
      required: true,
      standIn: 1,
      about: "the version of the language: 1",
    },
    name: { kind: formed(MAP_NAME), required: true, standIn: "unnamed", about: "the map's name, such as `clinic-eu`" },
    revision: {
      kind: formed(REVISION),
      required: true,
      standIn: "0",
      about: 'the map\'s revision in quotes, such as `"2026-11-22.1"`',
    },
    pool: {
      kind: record({
        about: "the user pool",
        keys: {
          events: {
            kind: choice("V1", "V2", "V3"),
            required: true,
            standIn: "V3",
            about: "the version of its trigger events",
          },
          usernames: {
            kind: choice("opaque", "any"),
            required: true,
            standIn: "opaque",
            about: "what people's usernames can be",
          },
        },
      }),
      required: true,
      standIn: { events: "V3", usernames: "opaque" },
      about: "the user pool's trigger events and usernames",
    },
    inputs: {
      kind: { kind: "names", noun: "input", of: record(input), form: INPUT },
      default: {},
      about: "what Cognito hands over",
    },
    sources: { kind: { kind: "names", noun: "source", of: record(source) }, default: {}, about: "tables to read" },
    resourceServers: {
      kind: { kind: "names", noun: "resource server", of: record(resourceServer) },
      default: {},
      about: "the APIs that take the pool's access tokens",
    },
    unmatched: {
      kind: {
        kind: "either",
        choice: choice("deny", "bare"),
        record: {
          about: "tokens of other clients stay as they are",
          keys: { untouched: { kind: record(declared), required: true, about: "who decided this, and why" } },
        },
        hint: "`deny`, `bare`, or `{ untouched: { reason: WHY, approvedBy: WHO } }`",
      },
      default: "deny",
      about: "what an event that no profile matches gets",
    },
    profiles: {
      kind: { kind: "names", noun: "profile", of: record(profile), least: 1 },
      required: true,
      standIn: {},
      about: "who gets which claims and scopes",
    },
    limits: { kind: record(limits), default: {}, about: "how large a token may grow" },
  },
  later: {
    tenant: { what: "a tenant chosen by the caller and granted by membership" },
    pseudonyms: { what: "stable names in place of private values" },
    partition: { what: "residency by person" },
    define: { what: "named expressions" },
    claimSets: { what: "sets of claims shared by profiles" },
  },
};

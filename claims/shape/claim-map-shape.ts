import type {
  ClaimMap,
  WrittenDataKey,
  WrittenLimits,
  WrittenPartition,
  WrittenResourceServer,
  WrittenSeal,
  WrittenTenant,
} from "../claim-map.ts";
import { federationShape } from "./federation-shape.ts";
import {
  DURATION,
  IDENTIFIER,
  INPUT,
  KMS_KEY,
  MAP_NAME,
  NAME,
  PUBLIC_KEY,
  REGION,
  REVISION,
  ROLE,
  SCOPE_NAME,
  SEAL_KEY,
} from "./forms.ts";
import { bool, choice, expression, formed, infrastructure, list, partitioned, record, signed } from "./kinds.ts";
import { claimSetShape, profileShape } from "./profile-shape.ts";
import type { Kind, ShapeOf, ShapeWithRest } from "./shape.ts";
import { inputShape, sourceShape } from "./source-shape.ts";

/** Bytes of a token: readers refuse more than 16 KiB before they look at a signature. */
const bytes: Kind = { kind: "whole", least: 256, most: 16_384 };

const dataKeyShape: ShapeOf<WrittenDataKey> = {
  about: "how long one data key serves, whichever bound it reaches first",
  keys: {
    maxAge: { kind: formed(DURATION), default: "1h", about: "its age, `5m` to `24h`" },
    maxTokens: {
      kind: { kind: "whole", least: 1, most: 1_048_576 },
      default: 1_048_576,
      about: "the tokens it seals",
    },
  },
};

const sealShape: ShapeOf<WrittenSeal> = {
  about: "the key that only this resource server can use",
  keys: {
    key: {
      kind: partitioned(SEAL_KEY),
      required: true,
      about: "the KMS key's ARN, or `${env:NAME}`; under `asymmetric` also a public key alone",
    },
    region: { kind: partitioned(REGION), about: "the key's region; the function's own without it" },
    mode: {
      kind: choice("envelope", "asymmetric", "direct"),
      default: "envelope",
      about: "with a data key, with the reader's public key, or by KMS itself",
    },
    publicKey: {
      kind: formed(PUBLIC_KEY),
      about: "under `asymmetric`, the public half of `key`, so that sealing asks KMS for nothing",
    },
    pad: {
      kind: choice("steps", "max"),
      default: "steps",
      about: "whether the length shows 64-byte steps of what is inside, or nothing",
    },
    bindClient: {
      kind: bool,
      default: false,
      about: "whether it opens only in a token of the client it was sealed for",
    },
    dataKey: { kind: record(dataKeyShape), about: "under `envelope`, other bounds for data keys" },
  },
};

const tenantShape: ShapeOf<WrittenTenant> = {
  about: "a tenant the caller names and membership grants",
  keys: {
    requested: {
      kind: expression,
      required: true,
      about: "what the caller asks for, such as `client.metadata.clinic`",
    },
    allowed: { kind: expression, required: true, about: "a CEL list of what the subject may have" },
    default: { kind: expression, about: "stands in where nothing was asked for" },
    otherwise: { kind: choice("deny", "none"), required: true, about: "what neither of them means" },
  },
};

const partitionShape: ShapeWithRest<WrittenPartition, "values"> = {
  about: "where a subject's data live",
  keys: { by: { kind: expression, required: true, about: "a reference with declared `values`" } },
  rest: {
    into: "values",
    noun: "partition",
    of: {
      kind: "names",
      noun: "partition name",
      of: { kind: "text", as: "infrastructure" },
      form: NAME,
      least: 1,
    },
  },
};

const resourceServerShape: ShapeOf<WrittenResourceServer> = {
  about: "an API that takes access tokens",
  keys: {
    identifier: { kind: formed(IDENTIFIER), required: true, about: "its identifier in the user pool" },
    scopes: { kind: list(formed(SCOPE_NAME), 1), required: true, about: "its scopes, without the identifier" },
    readers: { kind: list(infrastructure(ROLE)), default: [], about: "the roles that may open what is sealed for it" },
    seal: { kind: record(sealShape), about: "the key its envelopes are sealed with" },
    consumers: {
      kind: list(choice("api-gateway-rest", "api-gateway-http", "cloudfront-s3", "cookie"), 1),
      default: [],
      about: "what stands in front of it; checked for what it mangles",
    },
  },
};

const limitsShape: ShapeOf<WrittenLimits> = {
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

/** The whole language. */
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
      kind: { kind: "names", noun: "input", of: record(inputShape), form: INPUT },
      default: {},
      about: "what Cognito hands over",
    },
    sources: {
      kind: { kind: "names", noun: "source", of: record(sourceShape) },
      default: {},
      about: "what is read at a sign-in",
    },
    tenant: { kind: record(tenantShape), about: "a tenant the caller names and membership grants" },
    partition: { kind: record(partitionShape), about: "residency by person" },
    pseudonyms: {
      kind: record({
        about: "stable names in place of private values",
        keys: {
          key: { kind: infrastructure(KMS_KEY), required: true, about: "an HMAC key's ARN, or `${env:NAME}`" },
          region: { kind: infrastructure(REGION), about: "the key's region; the function's own without it" },
        },
      }),
      about: "the key that `pseudonym()` is worked out with",
    },
    define: {
      kind: { kind: "names", noun: "definition", of: expression, form: NAME },
      default: {},
      about: "named expressions, read as `def.NAME`",
    },
    claimSets: {
      kind: { kind: "names", noun: "claim set", of: record(claimSetShape), form: NAME },
      default: {},
      about: "claims and rules that profiles share",
    },
    resourceServers: {
      kind: { kind: "names", noun: "resource server", of: record(resourceServerShape) },
      default: {},
      about: "the APIs that take the pool's access tokens",
    },
    unmatched: {
      kind: {
        kind: "either",
        choice: choice("deny", "bare"),
        record: {
          about: "tokens of other clients stay as they are",
          keys: { untouched: { kind: record(signed), required: true, about: "who decided this, and why" } },
        },
        hint: "`deny`, `bare`, or `{ untouched: { reason: WHY, approvedBy: WHO } }`",
      },
      default: "deny",
      about: "what an event that no profile matches gets",
    },
    federation: {
      kind: record(federationShape),
      about: "what enters the pool of what identity providers send; for a trigger of its own",
    },
    profiles: {
      kind: { kind: "names", noun: "profile", of: record(profileShape), least: 1 },
      required: true,
      standIn: {},
      about: "who gets which claims and scopes",
    },
    limits: { kind: record(limitsShape), default: {}, about: "how large a token may grow" },
  },
};

import type { ClaimMap, WrittenLimits, WrittenResourceServer } from "../claim-map.ts";
import { IDENTIFIER, INPUT, KMS_KEY, MAP_NAME, REGION, REVISION, ROLE, SCOPE_NAME } from "./forms.ts";
import { choice, formed, infrastructure, list, record, signed } from "./kinds.ts";
import { profileShape } from "./profile-shape.ts";
import type { Kind, ShapeOf } from "./shape.ts";
import { inputShape, sourceShape } from "./source-shape.ts";

/** Bytes of a token: readers refuse more than 16 KiB before they look at a signature. */
const bytes: Kind = { kind: "whole", least: 256, most: 16_384 };

const sealShape: ShapeOf<NonNullable<WrittenResourceServer["seal"]>> = {
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

const resourceServerShape: ShapeOf<WrittenResourceServer> = {
  about: "an API that takes access tokens",
  keys: {
    identifier: { kind: formed(IDENTIFIER), required: true, about: "its identifier in the user pool" },
    scopes: { kind: list(formed(SCOPE_NAME), 1), required: true, about: "its scopes, without the identifier" },
    readers: { kind: list(infrastructure(ROLE)), default: [], about: "the roles that may open what is sealed for it" },
    seal: { kind: record(sealShape), about: "the key its envelopes are sealed with" },
  },
  later: { consumers: { what: "what stands in front of a resource server" } },
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
      kind: { kind: "names", noun: "input", of: record(inputShape), form: INPUT },
      default: {},
      about: "what Cognito hands over",
    },
    sources: { kind: { kind: "names", noun: "source", of: record(sourceShape) }, default: {}, about: "tables to read" },
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
    profiles: {
      kind: { kind: "names", noun: "profile", of: record(profileShape), least: 1 },
      required: true,
      standIn: {},
      about: "who gets which claims and scopes",
    },
    limits: { kind: record(limitsShape), default: {}, about: "how large a token may grow" },
  },
  later: {
    tenant: { what: "a tenant chosen by the caller and granted by membership" },
    pseudonyms: { what: "stable names in place of private values" },
    partition: { what: "residency by person" },
    define: { what: "named expressions" },
    claimSets: { what: "sets of claims shared by profiles" },
  },
};

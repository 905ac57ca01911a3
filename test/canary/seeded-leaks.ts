import { createHash } from "node:crypto";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { base32Of } from "../../local/leak-search.ts";
import { customizeToken, type House } from "../../triggers/pre-token-generation.ts";
import type { Shape } from "./canaries.ts";
import type { Trigger } from "./run-scene.ts";

/** A way out that a leak can take: the trigger that takes it, and where the scanner must then find it. */
type Way = { readonly sink: string; readonly leak: (text: string) => Trigger };

export type WayOut =
  | "a clear access claim"
  | "an ID claim"
  | "a suppressed name"
  | "a scope"
  | "a group"
  | "an error's message"
  | "an error's stack"
  | "an error's cause"
  | "an error's member"
  | "an encryption context"
  | "a row request"
  | "the console"
  | "standard output"
  | "standard error";

/** Ways out of the trigger, each used by a program that leaks on purpose. */
const WAYS: { readonly [way in WayOut]: Way } = {
  "a clear access claim": {
    sink: "access token",
    leak: (text) => answering((response) => addClaim(response, "accessTokenGeneration", text)),
  },
  "an ID claim": {
    sink: "ID token leak",
    leak: (text) => answering((response) => addClaim(response, "idTokenGeneration", text)),
  },
  "a suppressed name": {
    sink: "response, ID token",
    leak: (text) => answering((response) => addTo(response, "idTokenGeneration", "claimsToSuppress", text)),
  },
  "a scope": {
    sink: "scopes",
    leak: (text) => answering((response) => addTo(response, "accessTokenGeneration", "scopesToAdd", text)),
  },
  "a group": {
    sink: "response, groups",
    leak: (text) => answering((response) => ({ ...response, groupOverrideDetails: { groupsToOverride: [text] } })),
  },
  "an error's message": { sink: "error message", leak: (text) => throwing(new Error(text)) },
  "an error's stack": {
    sink: "error stack",
    leak: (text) => throwing(Object.assign(new Error("no"), { stack: text })),
  },
  "an error's cause": {
    sink: "error as inspected",
    leak: (text) => throwing(new Error("no", { cause: new Error("why", { cause: { input: { text } } }) })),
  },
  "an error's member": {
    sink: "error's own members",
    leak: (text) => throwing(Object.assign(new Error("no"), { input: [{ text }] })),
  },
  "an encryption context": {
    sink: "encryption context",
    leak: (text) => (house) => {
      const takeDataKey: House["takeDataKey"] = (seal, context, signal) =>
        house.takeDataKey(seal, { ...context, tenant: text } as typeof context, signal);
      return customizeToken({ ...house, takeDataKey });
    },
  },
  "a row request": {
    sink: "row request",
    leak: (text) => (house) => {
      const loadAttributes: House["loadAttributes"] = (requests, signal) =>
        house.loadAttributes(
          requests.map((each) => ({ ...each, source: `${each.source}-${text}` })),
          signal,
        );
      return customizeToken({ ...house, loadAttributes });
    },
  },
  "the console": { sink: "printed", leak: (text) => doing(() => console.info({ user: { text } })) },
  "standard output": { sink: "printed", leak: (text) => doing(() => process.stdout.write(`${text}\n`)) },
  "standard error": {
    sink: "printed",
    leak: (text) => doing(() => process.stderr.write(Buffer.from(`warning: ${text}\n`, "latin1"))),
  },
};

export type SeededLeak = {
  readonly way: WayOut;
  readonly encoding: string;
  readonly shape: Shape;
  readonly write: (value: string) => string;
};

/** Where the scanner must find a leak that takes this way, and the trigger that leaks `text`. */
export function wayOf({ way }: SeededLeak): Way {
  return WAYS[way];
}

const seeded = (
  way: SeededLeak["way"],
  encoding: string,
  shape: Shape,
  write: (value: string) => string,
): SeededLeak => ({ way, encoding, shape, write });

/** One leak for each pair: every way out at least twice, every encoding at least once. */
export const SEEDED_LEAKS: readonly SeededLeak[] = [
  seeded("a clear access claim", "raw", "email", (value) => value),
  seeded("an ID claim", "raw, within other text", "name", (value) => `Dear ${value}, welcome`),
  seeded("a scope", "raw, six characters of it", "code", (value) => `tenant/${value.slice(4, 10)}`),
  seeded("a group", "raw, its first six characters", "email", (value) => `org-${value.slice(0, 6)}-members`),
  seeded("an error's message", "raw", "phone", (value) => `no row for ${value}`),
  seeded("standard output", "raw, its last six characters", "postcode", (value) => value.slice(-6)),
  seeded("a clear access claim", "NFC", "name", (value) => value.normalize("NFC")),
  seeded("the console", "NFD", "name", (value) => value.normalize("NFD")),
  seeded("an error's stack", "upper case", "email", (value) => value.toUpperCase()),
  seeded("a row request", "lower case", "postcode", (value) => value.toLowerCase()),
  seeded("an ID claim", "reversed", "code", (value) => Array.from(value).reverse().join("")),
  seeded("an encryption context", "URL-encoded", "name", encodeURIComponent),
  seeded("an error's member", "form-encoded", "name", (value) => new URLSearchParams({ q: value }).toString()),
  seeded("an error's message", "HTML-escaped", "name", (value) =>
    value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
  ),
  seeded("standard error", "JSON-escaped", "name", (value) =>
    Buffer.from(JSON.stringify({ value })).toString("latin1"),
  ),
  seeded("the console", "JSON-escaped to ASCII", "name", (value) =>
    JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ),
  seeded("a clear access claim", "hex", "email", (value) => Buffer.from(value).toString("hex")),
  seeded("an error's cause", "hex, upper case", "date", (value) => Buffer.from(value).toString("hex").toUpperCase()),
  seeded("a suppressed name", "hex, six characters of it", "email", (value) =>
    Buffer.from(value).toString("hex").slice(6, 18),
  ),
  seeded("an encryption context", "base32", "email", (value) => base32Of(Buffer.from(value))),
  seeded("a group", "base32 within longer bytes", "name", (value) => base32Of(Buffer.from(`uid=${value}`))),
  seeded("a clear access claim", "base64 at offset 0", "name", (value) => Buffer.from(value).toString("base64")),
  seeded("an error's member", "base64 at offset 1", "email", (value) => Buffer.from(`:${value}`).toString("base64")),
  seeded("standard output", "base64 at offset 2", "email", (value) =>
    Buffer.from(`{"email":"${value}"}`).toString("base64"),
  ),
  seeded("an ID claim", "base64url at offset 0", "name", (value) => Buffer.from(value).toString("base64url")),
  seeded("a scope", "base64url at offset 1", "code", (value) => Buffer.from(`u${value}`).toString("base64url")),
  seeded("a row request", "base64url at offset 2", "phone", (value) => Buffer.from(`ab${value}`).toString("base64url")),
  seeded("a suppressed name", "base64, eight characters of it", "email", (value) =>
    Buffer.from(value).toString("base64").slice(8, 16),
  ),
  seeded("standard error", "UTF-16LE", "email", (value) => Buffer.from(value, "utf16le").toString("latin1")),
  seeded("an error's message", "UTF-16BE", "email", (value) =>
    Buffer.from(value, "utf16le").swap16().toString("latin1"),
  ),
  seeded("an error's stack", "digits only", "phone", (value) => value.replace(/\D/g, "")),
  seeded("a clear access claim", "eight digits of it", "phone", (value) => value.replace(/\D/g, "").slice(-8)),
  seeded("an ID claim", "seconds of a date", "date", (value) => String(Math.floor(Date.parse(value) / 1000))),
  seeded("a clear access claim", "sha256", "email", (value) => hashed("sha256", value)),
  seeded("an encryption context", "sha1", "postcode", (value) => hashed("sha1", value)),
  seeded("the console", "md5", "code", (value) => hashed("md5", value)),
  seeded("a scope", "sha256 of lower case", "postcode", (value) => hashed("sha256", value.toLowerCase())),
  seeded("an error's cause", "sha1 of lower case", "name", (value) => hashed("sha1", value.toLowerCase())),
  seeded("a suppressed name", "md5 of lower case", "postcode", (value) => hashed("md5", value.toLowerCase())),
  seeded("a clear access claim", "sixteen digits of a hash", "email", (value) => hashed("sha256", value).slice(0, 16)),
];

function hashed(algorithm: string, value: string): string {
  return createHash(algorithm).update(value).digest("hex");
}

type Response = NonNullable<NonNullable<TriggerEvent["response"]>["claimsAndScopeOverrideDetails"]>;
type Part = "idTokenGeneration" | "accessTokenGeneration";

function answering(change: (response: Response) => Response): Trigger {
  return (house) => async (event) => {
    const answer = await customizeToken(house)(event);
    return {
      ...answer,
      response: { claimsAndScopeOverrideDetails: change(answer.response?.claimsAndScopeOverrideDetails ?? {}) },
    };
  };
}

function addClaim(response: Response, part: Part, text: string): Response {
  const token = response[part];
  return { ...response, [part]: { ...token, claimsToAddOrOverride: { ...token?.claimsToAddOrOverride, leak: text } } };
}

function addTo(response: Response, part: Part, list: "claimsToSuppress" | "scopesToAdd", text: string): Response {
  const token: { readonly [name: string]: unknown } = { ...response[part] };
  return {
    ...response,
    [part]: { ...token, [list]: [...((token[list] as readonly string[] | undefined) ?? []), text] },
  };
}

function throwing(error: Error): Trigger {
  return () => () => Promise.reject(error);
}

function doing(deed: () => void): Trigger {
  return (house) => (event) => {
    deed();
    return customizeToken(house)(event);
  };
}

/**
 * Everything that goes between the playground's page and its server, as JSON. Types only: the page compiles this file
 * as well, and nothing of Node is in it.
 *
 * The page lies at `http://127.0.0.1:PORT/TOKEN/`; addresses below are relative to it, and so must those of the page's
 * own files be (Vite: `base: "./"`). Requests with a body are `POST`, `content-type: application/json`, sent by the page
 * itself: by `fetch` in its own mode, `cors`, because in others a browser sends `Origin: null` from a page without
 * referrers. The server keeps and logs nothing of them.
 *
 * | request | body | answer |
 * |---|---|---|
 * | `GET api/start` | | `Start` |
 * | `POST api/run` | `Run` | `RunAnswer` |
 * | `POST api/turn` | `Turn` | `TurnAnswer` |
 * | `POST api/test` | `SaveTest` | `SavedTest` |
 * | `POST api/run-tests` | `RunTests` | `TestsAnswer` |
 *
 * Whatever the texts hold, the answer is 200 with `diagnostics`. Other statuses, with a `Failure`: 400 for a body that
 * is not of the form here, 403 for a foreign `Host` or `Origin`, 404, 405, 413 for more than 1 MiB, 415, 500 where the
 * server itself broke, 503 where an evaluation took longer than the server waits for one, 5 s (it was ended; the next one
 * starts afresh).
 *
 * **Content security policy:** `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-...'; img-src 'self' data:;
 * font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`. No inline script, no
 * `style` attribute in HTML, no eval. What makes `<style>` elements (CodeMirror: `EditorView.cspNonce.of(nonce)`) finds
 * the nonce in `<meta name="csp-nonce" content="...">`: `index.html` has that element with the content `__CSP_NONCE__`,
 * which the server replaces in each answer. Setting `element.style.x` from a script is allowed by every such policy.
 */

/** One-based, as editors show them; columns count UTF-16 units, as JavaScript does. */
export type Place = { readonly line: number; readonly column: number };

/** From the first character to behind the last one. */
export type Span = { readonly from: Place; readonly to: Place };

/** The four texts one edits. */
export type Texts = {
  /** The claim map, YAML. */
  readonly map: string;
  /** A Pre Token Generation event as Cognito sends it, JSON. */
  readonly event: string;
  /** Rows by table: `{ "TABLE": [{ "pk": "..." }] }`, JSON. */
  readonly rows: string;
  /** JSON: `{ "env": { "NAME": "VALUE" }, "clock"?: "2026-11-22T10:00:00Z", "hooks"?: {}, "chain"?: {} }`; as in a map test. */
  readonly setting: string;
};
export type TextName = keyof Texts;

/** A part of the map, and what goes wrong with it: `{ "staff": "unavailable", "seal.care-api": "late" }`. */
export type Faults = { readonly [part: string]: string };

// --- GET api/start

export type Start = {
  /** The first is the map that `claimseal dev` was started with. */
  readonly examples: readonly Example[];
  /** What a whole access token may have, in bytes, smallest first. */
  readonly ceilings: readonly Ceiling[];
  readonly language: Language;
  /** Version of claimseal. */
  readonly version: string;
};

export type Example = {
  /** Unique, fit for an address: `clinic-eu`. */
  readonly name: string;
  /** What it is about, in a few words: the first comment of the map. */
  readonly title: string;
  readonly map: string;
  readonly rows: string;
  readonly setting: string;
  /** Sign-ins to choose from, at least one. */
  readonly situations: readonly Situation[];
};

export type Situation = {
  /** A sentence: `a physician in the clinic she chose`. */
  readonly name: string;
  readonly event: string;
  /** Where they differ from the example's. */
  readonly rows?: string;
  readonly setting?: string;
  readonly faults: Faults;
};

export type Ceiling = { readonly name: string; readonly bytes: number; readonly means: string };

/** What an editor of claim maps knows. Places are `/`-joined steps from the top, `*` for any name and any list item. */
export type Language = {
  /** By place: `""`, `pool`, `sources/*`, `sources/*` + `/attributes/*`, `profiles/*` + `/claims/*`, ... */
  readonly places: { readonly [place: string]: PlaceKnowledge };
  /** For the texts of `value`, `when`, `only`, `requested`, ... : see `expression` of a key. */
  readonly functions: readonly FunctionKnowledge[];
};

export type PlaceKnowledge = {
  readonly about: string;
  /** Keys one may write here; empty where every name is one's own. */
  readonly keys: readonly KeyKnowledge[];
  /** What a name of one's own is here (`claim`, `table`); null where the keys above are all. */
  readonly names: string | null;
};

export type KeyKnowledge = {
  readonly name: string;
  /** Plain text with `code`. */
  readonly about: string;
  readonly required: boolean;
  /** What the value may be, where that is a closed list. */
  readonly values: readonly string[];
  /** Whether the value is an expression, or a list or map of these. */
  readonly expression: boolean;
};

export type FunctionKnowledge = {
  readonly name: string;
  /** As one writes it: `TEXT.startsWith(TEXT)`. */
  readonly form: string;
  readonly about: string;
};

// --- POST api/run

export type Run = Texts & { readonly faults: Faults };

/** Class of a value, most private last; `sealed` is an envelope. Show it by colour and by text. */
export type ValueClass = "open" | "pii" | "sensitive" | "sealed";

export type RunAnswer = {
  /** Of all four texts, in the order of the texts and of their lines. */
  readonly diagnostics: readonly Diagnostic[];
  readonly outcome: Outcome;
  /** The profile that decides; null where none does. */
  readonly profile: string | null;
  /** How the event was read; null where it could not be. */
  readonly event: EventKind | null;
  /** Null for machines, without `openid`, and without tokens. */
  readonly idToken: Token | null;
  readonly accessToken: Token | null;
  /** One for each resource server of the map, in its order; empty where the map has errors that leave nothing to run. */
  readonly readers: readonly Reader[];
  /** Null where there is no token to steal. */
  readonly thief: Thief | null;
  /** One for each claim of the profile, in the map's order. */
  readonly traces: readonly Trace[];
  readonly removed: Removed | null;
  /** The line the function would log, but for times; null where the map or the event cannot be read. */
  readonly record: { readonly [field: string]: unknown } | null;
  /** What can be switched on with this map; empty where it cannot be read. */
  readonly faults: readonly FaultyPart[];
  /** What expressions of this map can read, for completion and hover. */
  readonly references: readonly ReferenceKnowledge[];
};

export type Diagnostic = Span & {
  readonly text: TextName;
  /** `CS401`; `PLAYGROUND` for what is wrong with event, rows or setting. */
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  /** What to write instead. */
  readonly remedy: string;
  /** Of a leak or an escalation, the way of the value: `["staff.licenceNo", "claim licence_no", "access token (clear)"]`. */
  readonly flow: readonly string[];
};

export type Outcome =
  /** `unsafe`: the check refuses this map, which leaks, escalates or may outgrow a token. These tokens exist only here. */
  | { readonly state: "issued"; readonly unsafe: boolean }
  | {
      readonly state: "refused";
      readonly unsafe: boolean;
      readonly code: string;
      /** What people see. */
      readonly text: string;
      /** Which claim or source; may be empty. */
      readonly detail: string;
    }
  /** Nothing could be run; the diagnostics say why. */
  | { readonly state: "none"; readonly because: string };

export type EventKind = {
  /** Of the map's pool. */
  readonly events: "V1" | "V2" | "V3";
  readonly grant: "user" | "client_credentials";
  readonly refresh: boolean;
  readonly clientId: string;
};

export type Token = {
  readonly claims: readonly TokenClaim[];
  /** The whole token as it travels, signed by the playground's own key. */
  readonly raw: string;
  readonly bytes: {
    readonly all: number;
    readonly header: number;
    readonly payload: number;
    readonly signature: number;
  };
  /** The map's own limit. */
  readonly limit: number;
  /** The most it can have for anybody, by the map; null where nothing bounds it. */
  readonly most: number | null;
};

export type TokenClaim = {
  readonly name: string;
  readonly value: unknown;
  readonly class: ValueClass;
  /** Who put it there: the map, an envelope of the map, an attribute of the person, or Cognito itself. */
  readonly from: "map" | "envelope" | "attribute" | "cognito";
  /** Its share of the payload as it travels. */
  readonly bytes: number;
  /** For which resource server an envelope is. */
  readonly resourceServer?: string;
  /** Names inside an envelope. */
  readonly inside?: readonly string[];
};

export type Reader = {
  readonly resourceServer: string;
  readonly identifier: string;
  /** Principals who may ask for its key, as the map has them. */
  readonly principals: readonly string[];
  /** Null for one that has nothing sealed for it. Key and region hold `{partition.NAME}` where they depend on the person. */
  readonly seal: { readonly mode: string; readonly key: string; readonly region: string | null } | null;
  /** Claims it opened; null where it refused the token. */
  readonly opened: readonly OpenedClaim[] | null;
  /** Why not: `SCOPE_MISSING`, `KEY_ACCESS_DENIED`, ... (`docs/reference/opener-codes.md`); `NO_TOKEN` without one. */
  readonly refused: { readonly code: string; readonly message: string } | null;
  readonly kmsCalls: readonly KmsCall[];
};

export type OpenedClaim = { readonly name: string; readonly value: unknown; readonly class: ValueClass };

export type KmsCall = {
  readonly by: "trigger" | "reader";
  /** `GenerateDataKey`, `Decrypt`, `Encrypt`, `DeriveSharedSecret`, `GetPublicKey`. */
  readonly operation: string;
  /** The key's ARN, with everything filled in. */
  readonly key: string;
  /** The encryption context; empty where the operation takes none. */
  readonly context: { readonly [name: string]: string };
  /** `ok`, or how it failed: `throttled`, `denied`, `unavailable`; `wrong key`, before the next one is tried. */
  readonly result: string;
};

/** Whoever holds the access token: the browser, a proxy, a log. */
export type Thief = {
  /** The access token's payload, decoded: all of it can be read by anybody. */
  readonly reads: readonly TokenClaim[];
  /** What Cognito's own endpoints show to the bearer, by the token's scopes; null where they refuse it. */
  readonly userInfo: readonly string[] | null;
  readonly getUser: readonly string[] | null;
  /** Every private value of event and rows that was looked for in the raw access token. */
  readonly scan: readonly Scanned[];
  /** Shorthand: how many of `scan` were found and nobody signed for. */
  readonly leaks: number;
};

export type Scanned = {
  /** As an expression reads it: `user.email`, `staff.licenceNo`; of a table with several rows `staff.licenceNo (row 2)`. */
  readonly path: string;
  readonly class: "pii" | "sensitive";
  /** `short`: fewer than 8 bytes; only whole values of claims were compared with it. */
  readonly how: "encodings" | "short";
  /** Null: it is nowhere. Otherwise in which claim (null: across several) and in which encoding. */
  readonly found: { readonly claim: string | null; readonly encoding: string; readonly signedFor: boolean } | null;
  /** Where the value stands. */
  readonly at: Location | null;
};

/** A place in one of the texts. */
export type Location = Span & { readonly text: TextName };

export type Trace = {
  readonly claim: string;
  readonly class: ValueClass;
  readonly effect: string | null;
  /** The claim in the map. */
  readonly at: Location | null;
  /** In the order in which things happen; the last ones are the readers' outcomes. */
  readonly steps: readonly TraceStep[];
};

export type TraceStep = {
  /**
   * `event`: something Cognito or the caller sent. `source`: a row that was looked for. `attribute`: one of its values.
   * `worked out`: a tenant, a partition. `condition` and `value`: the claim's expressions. `outcome`: one reader.
   */
  readonly kind: "event" | "source" | "attribute" | "worked out" | "condition" | "value" | "outcome";
  /** `staff`, `staff.licenceNo`, the expression's text, or the reader's name. */
  readonly name: string;
  /** `present`, `default`, `absent`, `invalid`, `failed`, `refused`, `known`, `error`; `clear`, `sealed`, `left out`. */
  readonly state: string;
  /** In words: `table clinic-staff, row found`. May be empty. */
  readonly text: string;
  /** Where there is one. */
  readonly value?: unknown;
  readonly class: ValueClass;
  /** Where it is declared or written in the map, and where it came from in event or rows. */
  readonly inMap: Location | null;
  readonly inData: Location | null;
};

/** What Cognito was about to put into the tokens and the map took out, and what became of the answer. */
export type Removed = {
  readonly idClaims: readonly string[];
  readonly accessClaims: readonly string[];
  readonly groups: boolean;
  readonly scopesAdded: readonly string[];
  readonly scopesRemoved: readonly string[];
  /** Parts of the function's answer that Cognito does not apply. */
  readonly dropped: readonly { readonly token: "id" | "access"; readonly name: string; readonly reason: string }[];
};

export type FaultyPart = {
  /** As a map test names it: `staff`, `staff.licenceNo`, `seal.care-api`, `pseudonyms`; and `open.care-api`, which no map test has. */
  readonly part: string;
  /** For people: `table of staff`, `KMS for care-api, at sign-in`. */
  readonly label: string;
  readonly faults: readonly { readonly name: string; readonly means: string }[];
};

export type ReferenceKnowledge = {
  /** As an expression writes it: `staff.licenceNo`, `user["custom:employer"]`. */
  readonly text: string;
  readonly type: string;
  /** Null for a definition (`def.NAME`), which is as private as what it reads. */
  readonly class: "open" | "pii" | "sensitive" | null;
  readonly trust: string;
  /** Why it is read, in the map's words; of a definition its expression. */
  readonly purpose: string;
};

// --- POST api/turn: another version of event, a machine in place of a person, a refresh in place of a sign-in. A person
// or machine made up so may have no row; where the example has a situation of that grant, that one is the better choice.

export type Turn = Texts & {
  readonly to: {
    readonly events?: "V1" | "V2" | "V3";
    readonly grant?: "user" | "client_credentials";
    readonly refresh?: boolean;
  };
};

/** Map and event to put in place of those sent; what stays the same is sent back as it was. */
export type TurnAnswer = { readonly map: string; readonly event: string; readonly diagnostics: readonly Diagnostic[] };

// --- POST api/test: save as test

export type SaveTest = Run & {
  /** What it shows, in a sentence. */
  readonly name: string;
};

export type SavedTest = {
  /** What to save beside the map; the test is the first. Empty where nothing could be run. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Whether the test passes. It was run, as `claimseal test` runs it. */
  readonly passes: boolean;
  /** What the test cannot say of this run, in sentences. */
  readonly notes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
};

// --- POST api/run-tests: the tests beside an example's map, against the map as it was edited

export type RunTests = { readonly example: string; readonly map: string };

export type TestsAnswer = {
  readonly cases: readonly {
    readonly name: string;
    readonly passes: boolean;
    /** `access.clinic_id: expected "c7", got "c42"`. */
    readonly differences: readonly string[];
  }[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Of every status but 200. */
export type Failure = { readonly error: string };

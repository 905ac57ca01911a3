import fc from "fast-check";
import { expect, test } from "vitest";
import { readPoolExport } from "../../../deploy/doctor/pool-export.ts";
import { withoutValues } from "../../../deploy/doctor/removed-values.ts";
import { runs } from "../../runs.ts";
import { cleanPool, clinicPlan, type Doc, diagnosed } from "./a-clean-pool.ts";
import { at, set, web } from "./flaws/flaw.ts";

const variables = (pool: Doc): Doc => at(pool, "functionConfiguration", "Environment", "Variables");

/** Places where AWS has values, secrets and other people's texts; each takes one. */
const PLACES: Readonly<Record<string, (pool: Doc, value: string) => unknown>> = {
  "a client's secret": (pool, value) => set(web(pool), { ClientSecret: value }),
  "a client's URLs": (pool, value) => set(web(pool), { CallbackURLs: [value], LogoutURLs: [value] }),
  "a provider's secret": (pool, value) =>
    set(pool, {
      identityProviders: [
        {
          ProviderName: "Hospital",
          ProviderType: "OIDC",
          ProviderDetails: { client_secret: value },
          AttributeMapping: {},
        },
      ],
    }),
  "a provider's metadata": (pool, value) => {
    const MetadataFile = `<KeyDescriptor>${value}</KeyDescriptor><NameIDFormat>x:emailAddress</NameIDFormat>`;
    set(web(pool), { SupportedIdentityProviders: ["Hospital"] });
    const provider = {
      ProviderName: "Hospital",
      ProviderType: "SAML",
      ProviderDetails: { MetadataFile },
      AttributeMapping: {},
    };
    set(pool, { identityProviders: [provider] });
  },
  "messages and their senders": (pool, value) =>
    set(at(pool, "userPool"), {
      SmsConfiguration: { ExternalId: value },
      EmailConfiguration: { ReplyToEmailAddress: value },
      EmailVerificationMessage: value,
      UserPoolTags: { [value]: value },
    }),
  "somebody's variable": (pool, value) => set(variables(pool), { HOOK_KEY: value }),
  "the map's variables": (pool, value) =>
    set(variables(pool), { STAFF_TABLE: value, CARE_KEY_ARN: value, LAB_CLIENT: value, PSEUDONYM_KEY_ARN: value }),
  "claimseal's variables": (pool, value) =>
    set(variables(pool), { CLAIMSEAL_PLAN_SHA256: value, CLAIMSEAL_MODE: value, CLAIMSEAL_POOLS: value }),
  "variables that log events": (pool, value) => set(variables(pool), { NODE_DEBUG: value, OTEL_LOG_LEVEL: value }),
  "the function's description": (pool, value) => set(at(pool, "functionConfiguration"), { Description: value }),
  "an unknown member": (pool, value) => set(pool, { [value]: value, users: [{ Attributes: [{ Value: value }] }] }),
};

const canary = fc.stringMatching(/^[A-Za-z0-9]{16,40}$/);

test("no value of a variable, no secret and no text of a provider is ever in a diagnosis", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...Object.keys(PLACES)), { minLength: 1 }), canary, (places, value) => {
      const pool = cleanPool();
      for (const place of places) PLACES[place]?.(pool, value);
      expect(JSON.stringify(diagnosed(pool))).not.toContain(value);
    }),
    { numRuns: runs(120) },
  );
});

test("an export holds none of them either, but the values of the map's and claimseal's own variables", () => {
  const own = ["the map's variables", "claimseal's variables"];
  const places = Object.keys(PLACES).filter((place) => !own.includes(place) && place !== "variables that log events");
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...places), { minLength: 1 }), canary, (chosen, value) => {
      const pool = cleanPool();
      for (const place of chosen) PLACES[place]?.(pool, value);
      expect(JSON.stringify(withoutValues(readPoolExport(pool), ["STAFF_TABLE"]))).not.toContain(value);
    }),
    { numRuns: runs(60) },
  );
});

test("what is not as AWS has it is refused by its place, and never by what stands there", () => {
  const odd = fc.oneof(fc.constant(null), fc.integer(), canary, fc.constant([]), fc.constant({}));
  const places = fc.constantFrom(
    ["userPool"],
    ["userPool", "UsernameAttributes"],
    ["clients"],
    ["clients", 0, "AccessTokenValidity"],
    ["functionConfiguration", "Environment", "Variables"],
    ["keys", 0, "grants"],
    ["tables", 0, "table", "KeySchema"],
  );
  fc.assert(
    fc.property(places, odd, canary, (path, value, secret) => {
      const pool = cleanPool();
      const last = path.at(-1) as string;
      set(at(pool, ...path.slice(0, -1)), { [last]: typeof value === "string" ? secret : value });
      const said = refusalOf(() => diagnosed(pool, clinicPlan()));
      expect(said === null || /^EXPORT_MALFORMED [A-Za-z.[\]0-9]+: expected /.test(said)).toBe(true);
      expect(said ?? "").not.toContain(secret);
    }),
    { numRuns: runs(120) },
  );
});

function refusalOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    return `${String(code)} ${message}`;
  }
}

import { gatherFacts } from "../../claims/gather/gather-facts.ts";
import { resolveClaims } from "../../claims/resolve/resolve.ts";
import type { JsonValue } from "../../cognito/json.ts";
import type { SafeClaims } from "../../cognito/safe-claims.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { writeResponse } from "../../cognito/write-response.ts";
import { customizeToken, type House } from "../../triggers/pre-token-generation.ts";
import { protectClaims } from "../../triggers/protect.ts";
import { Refusal, refusalOf } from "../../triggers/refusal.ts";
import { composedTrigger } from "./composed-trigger.ts";
import type { Trigger } from "./run-scene.ts";

/** A guard that is missing, the trigger without it, and a line of what must then be found. */
export type BrokenTrigger = { readonly without: string; readonly trigger: Trigger; readonly finds: RegExp };

export const BROKEN_TRIGGERS: readonly BrokenTrigger[] = [
  {
    without: "the seal: a sealed claim is copied into the clear",
    trigger: composedTrigger({
      protectClaims: async (plan, subject, claims, governed, sealing) => {
        const outcome = await protectClaims(plan, subject, claims, governed, sealing);
        const copied = claims.envelopes.flatMap((envelope) => [...envelope.claims]).find(([, value]) => value !== null);
        return copied && outcome.safe.access ? { ...outcome, safe: withAccess(outcome.safe, ...copied) } : outcome;
      },
    }),
    finds: /-> access token \(/,
  },
  {
    without: "the closed list of refusals: errors of ports go to Cognito as they are",
    trigger: composedTrigger({ refusalOf: (thrown) => thrown }),
    finds: /an error of a port -> error message \(raw\)/,
  },
  {
    without: "causes dropped: a refusal carries what led to it",
    trigger: composedTrigger({
      refusalOf: (thrown) => {
        const refusal = refusalOf(thrown);
        return refusal === thrown ? refusal : Object.assign(refusal, { cause: thrown });
      },
    }),
    finds: /an error of a port -> error as inspected/,
  },
  {
    without: "a static context: the person's sub goes to KMS, and so to CloudTrail",
    trigger: (house) => {
      let sub = "";
      const takeDataKey: House["takeDataKey"] = (seal, context, signal) =>
        house.takeDataKey(seal, { ...context, "claimseal:sub": sub } as typeof context, signal);
      const run = customizeToken({ ...house, takeDataKey });
      return (event) => {
        sub = String(attributesOf(event)["sub"]);
        return run(event);
      };
    },
    finds: /the person's sub and username -> encryption context/,
  },
  {
    without: "silence: the event is printed, as samples do",
    trigger: (house) => {
      const run = customizeToken(house);
      return (event) => {
        console.log("event", event);
        return run(event);
      };
    },
    finds: /user\.\w+ -> printed \(raw\)/,
  },
  {
    without: "silence on failure: what went wrong is printed to standard error",
    trigger: composedTrigger({
      refusalOf: (thrown) => {
        process.stderr.write(`${String(thrown)}\n`);
        return refusalOf(thrown);
      },
    }),
    finds: /an error of a port -> printed \(raw\)/,
  },
  {
    without: "suppression: the ID token keeps what Cognito puts there",
    trigger: composedTrigger({
      resolveClaims: (...args) => {
        const claims = resolveClaims(...args);
        return { ...claims, suppress: { ...claims.suppress, id: [] } };
      },
    }),
    finds: /-> ID token \w+ \(/,
  },
  {
    without: "a response: the event goes back as it came",
    trigger: (house) => async (event) => {
      await customizeToken(house)(event);
      return event as TriggerEvent;
    },
    finds: /a token left as it was/,
  },
  {
    without: "the event back as it was: something is noted in it",
    trigger: (house) => async (event) => {
      const answer = await customizeToken(house)(event);
      return {
        ...answer,
        callerContext: { ...answer.callerContext, awsSdkVersion: String(attributesOf(event)["email"]) },
      };
    },
    finds: /user\.email -> response, the rest/,
  },
  {
    without: "replacement for good: a claim that is left out brings Cognito's value back",
    trigger: composedTrigger({
      resolveClaims: (plan, profile, ...rest) => {
        const claims = resolveClaims(plan, profile, ...rest);
        const ours = profile.claims.map(({ name }) => name);
        const id = claims.suppress.id.filter((name) => !ours.includes(name));
        return { ...claims, suppress: { ...claims.suppress, id } };
      },
    }),
    finds: /user\.email -> ID token email/,
  },
  {
    without: "the filter of groups: whoever keeps some keeps all",
    trigger: composedTrigger({
      resolveClaims: (plan, profile, ...rest) => {
        const { filter: _, ...groups } = profile.groups;
        return resolveClaims(plan, { ...profile, groups }, ...rest);
      },
    }),
    finds: /the groups of the \w+ token are not|roles of groups that are gone/,
  },
  {
    without: "refusals: the map's own rules are passed over",
    trigger: composedTrigger({
      resolveClaims: (plan, profile, ...rest) => resolveClaims(plan, { ...profile, refuse: [] }, ...rest),
    }),
    finds: /issued, and a rule of the map refuses/,
  },
  {
    without: "lists of scopes: only is passed over",
    trigger: composedTrigger({
      resolveClaims: (plan, profile, ...rest) => {
        const scopes = profile.scopes.map(({ add, remove, when }) => ({ add, remove, ...(when && { when }) }));
        return resolveClaims(plan, { ...profile, scopes }, ...rest);
      },
    }),
    finds: /the scopes are not what they should be/,
  },
  {
    without: "membership: whoever asks for a tenant has it",
    trigger: composedTrigger({
      gatherFacts: ({ tenant, ...plan }, ...rest) => {
        const open = tenant && { ...tenant, allowed: { op: "list", items: [tenant.requested] } as const };
        return gatherFacts({ ...plan, ...(open && { tenant: open }) }, ...rest);
      },
    }),
    finds: /issued for a tenant that is not allowed/,
  },
  {
    without: "pseudonyms: a value stands for itself",
    trigger: composedTrigger({
      resolveClaims: (plan, profile, subject, look, tools) =>
        resolveClaims(plan, profile, subject, look, { ...tools, pseudonym: () => (_, value) => value }),
    }),
    finds: /-> access token \(/,
  },
  {
    without: "stripping of groups",
    trigger: composedTrigger({
      resolveClaims: (...args) => {
        const claims = resolveClaims(...args);
        return { ...claims, groups: "leave", suppress: { ...claims.suppress, access: [] } };
      },
    }),
    finds: /user\.groups -> access token/,
  },
  {
    without: "projection: whatever a row holds becomes a claim",
    trigger: (house) => {
      let row: ReadonlyMap<string, unknown> = new Map();
      const loadAttributes: House["loadAttributes"] = async (requests, signal) => {
        const results = await house.loadAttributes(requests, signal);
        for (const result of results) if (result.state === "found") row = result.row;
        return results;
      };
      const copying = composedTrigger({
        writeResponse: (event, subject, safe) => {
          const copied = [...row].find(([, value]) => typeof value === "string");
          return writeResponse(event, subject, copied ? withAccess(safe, copied[0], String(copied[1])) : safe);
        },
      });
      return copying({ ...house, loadAttributes });
    },
    finds: /-> access token \(/,
  },
  {
    without: "declarations: a value that breaks its own is used all the same",
    trigger: composedTrigger({
      gatherFacts: async (plan, profile, subject, load, tools, signal) => {
        const rows = new Map<string, ReadonlyMap<string, unknown>>();
        const noting: typeof load = async (requests, until) => {
          const results = await load(requests, until);
          for (const [at, { source }] of requests.entries()) {
            const result = results[at];
            if (result?.state === "found") rows.set(source, result.row);
          }
          return results;
        };
        const look = await gatherFacts(plan, profile, subject, noting, tools, signal);
        return (reference) => {
          const fact = look(reference);
          if (fact.state !== "invalid") return fact;
          const text = textIn(rows.get(reference[0])?.get(reference[1] ?? ""));
          return text === undefined ? fact : { state: "present", value: text };
        };
      },
    }),
    finds: /-> (access token|ID token|response|sealed)|is not what it should be/,
  },
  {
    without: "the caller's distance: client metadata is copied into the token",
    trigger: composedTrigger({
      writeResponse: (event, subject, safe) => {
        const [first] = subject.metadata;
        return writeResponse(event, subject, first ? withAccess(safe, first[0], first[1]) : safe);
      },
    }),
    finds: /metadata.* -> access token/i,
  },
  {
    without: "names only in details: a refusal quotes what it refused",
    trigger: (house) => {
      const run = customizeToken(house);
      return async (event) => {
        try {
          return await run(event);
        } catch (error) {
          const { code } = refusalOf(error);
          throw new Refusal(code, `for ${String(attributesOf(event)["email"])}`);
        }
      };
    },
    finds: /user\.email -> error's own members/,
  },
  {
    without: "names only in records: a value is noted as if it were one",
    trigger: (house) => {
      const run = customizeToken(house);
      return async (event, notes) => {
        notes?.stale.push({ source: String(attributesOf(event)["email"]), ageS: 1 });
        return run(event, notes);
      };
    },
    finds: /user\.email -> record/,
  },
  {
    without: "scopes of the map alone: a value makes a scope",
    trigger: composedTrigger({
      resolveClaims: (plan, profile, subject, ...rest) => {
        const claims = resolveClaims(plan, profile, subject, ...rest);
        const email = subject.attributes.get("email");
        return email ? { ...claims, scopesToAdd: [...claims.scopesToAdd, `tenant/${email}`] } : claims;
      },
    }),
    finds: /user\.email -> scopes/,
  },
  {
    without: "a key for each server: one key seals for all",
    trigger: (house) =>
      customizeToken({
        ...house,
        takeDataKey: (seal, context, signal) => house.takeDataKey({ ...seal, key: "one-for-all" }, context, signal),
      }),
    finds: /does not open with its own key/,
  },
  {
    without: "recipients apart: each server gets what is sealed for any",
    trigger: composedTrigger({
      protectClaims: (plan, subject, claims, governed, sealing) => {
        const all = new Map(claims.envelopes.flatMap((envelope) => [...envelope.claims]));
        const envelopes = claims.envelopes.map((envelope) => ({ ...envelope, claims: all, padTo: null }));
        return protectClaims(plan, subject, { ...claims, envelopes }, governed, sealing);
      },
    }),
    finds: /sealed_\w+: holds /,
  },
  {
    without: "order inside: values stand under each other's names",
    trigger: composedTrigger({
      protectClaims: (plan, subject, claims, governed, sealing) => {
        const envelopes = claims.envelopes.map((envelope) => {
          const values = [...envelope.claims.values()].reverse();
          return {
            ...envelope,
            claims: new Map([...envelope.claims.keys()].map((name, at) => [name, values[at] ?? null])),
          };
        });
        return protectClaims(plan, subject, { ...claims, envelopes }, governed, sealing);
      },
    }),
    finds: / -> sealed_\w+, /,
  },
  {
    without: "the binding: an envelope is sealed for somebody else",
    trigger: composedTrigger({
      protectClaims: (plan, subject, ...rest) => protectClaims(plan, { ...subject, sub: "somebody-else" }, ...rest),
    }),
    finds: /does not open with its own key/,
  },
];

/** A text, or the first one in something that holds any. */
function textIn(raw: unknown): string | undefined {
  const parts: unknown[] = typeof raw === "object" && raw !== null ? Object.values(raw) : [raw];
  return parts.find((each) => typeof each === "string");
}

/** Safe claims with one more in the access token; none of the product's doors opens like this. */
function withAccess(safe: SafeClaims, name: string, value: JsonValue): SafeClaims {
  if (safe.access === null) return safe;
  return { ...safe, access: { ...safe.access, add: new Map([...safe.access.add, [`copy_${name}`, value]]) } };
}

function attributesOf(event: unknown): { readonly [name: string]: unknown } {
  return (event as Partial<TriggerEvent> | null)?.request?.userAttributes ?? {};
}

import type { MapPath } from "../../claims/claim-map.ts";
import type { Plan, PlanProvider } from "../../claims/plan.ts";
import type { FederationCase } from "../../claims/shape/federation-test-shape.ts";
import type { MapTest } from "../../claims/shape/map-test-shape.ts";
import { readFederation } from "../../cognito/read-federation.ts";
import { federationEventProblems } from "./federation-event.ts";
import { refusalCodes } from "./map-names.ts";
import { unknownKeys, unknownValue } from "./name-problems.ts";
import type { TestProblem } from "./written-test-rules.ts";

/** What federation cases name and their map has not, and what their events lack. */
export function federationProblems(
  plan: Plan,
  { federation }: MapTest,
  events: readonly unknown[],
): readonly TestProblem[] {
  if (federation.length > 0 && plan.federation === undefined) {
    const message = "the map has no `federation`: nothing of it decides what providers send";
    return [
      { code: "CS111", path: ["federation"], message, fix: "Delete these cases, or add the section to the map." },
    ];
  }
  return federation.flatMap((each, index) => {
    const ofEvent = federationEventProblems(federation, index);
    const at = ["federation", String(index)];
    return ofEvent.length > 0 ? ofEvent : caseProblems(plan, each, events[index], at);
  });
}

function caseProblems(
  plan: Plan,
  { event: written, expect }: FederationCase,
  event: unknown,
  at: MapPath,
): readonly TestProblem[] {
  const path = [...at, "expect"];
  const { name, provider, sent } = seen(plan, event);
  const ofRefusal =
    expect.refused === undefined || refusalCodes(plan).includes(expect.refused)
      ? []
      : [unknownValue("code of a refusal", expect.refused, refusalCodes(plan), [...path, "refused"])];
  if (provider === undefined) {
    const isMeant = expect.refused !== undefined || typeof written === "string";
    const providers = Object.keys(plan.federation?.providers ?? {});
    const isOwn = typeof written === "object" && written.provider !== undefined;
    const place = isOwn ? [...at, "event", "provider"] : [...at, "event"];
    return [...ofRefusal, ...(isMeant ? [] : [unknownValue("identity provider of the map", name, providers, place)])];
  }
  const kept = provider.keep.map(({ name: each }) => each);
  return [
    ...ofRefusal,
    ...unknownKeys("attribute that the map keeps", expect.kept ?? {}, kept, [...path, "kept"]),
    ...(expect.dropped ?? []).flatMap((each, index) =>
      sent.includes(each)
        ? []
        : [unknownValue("attribute that the event has", each, sent, [...path, "dropped", String(index)])],
    ),
  ];
}

/** What can be told of an event, which may be anything where it is a file's. */
function seen(
  { federation }: Plan,
  event: unknown,
): { readonly name: string; readonly provider: PlanProvider | undefined; readonly sent: readonly string[] } {
  try {
    const { provider: name, attributes } = readFederation(event);
    const { providers = {} } = federation ?? {};
    const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
    return { name, provider, sent: [...attributes.keys()] };
  } catch {
    return { name: "", provider: undefined, sent: [] };
  }
}

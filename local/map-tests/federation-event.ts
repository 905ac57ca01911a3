import type { Plan } from "../../claims/plan.ts";
import type { FederationCase, ShortFederation } from "../../claims/shape/federation-test-shape.ts";
import type { FederationEvent } from "../../cognito/federation-event.ts";
import type { TestProblem } from "./written-test-rules.ts";

const POOL = "eu-central-1_Example01";
const CLIENT = "web1";

/** The event of a federation case in short, with everything it copies; or the file it is in. */
export type WholeFederation =
  | { readonly file: string; readonly short: null }
  | { readonly file: null; readonly short: Omit<ShortFederation, "like"> };

/** Follows `like`, which only ever names an earlier case. */
export function wholeFederation(cases: readonly FederationCase[], index: number): WholeFederation {
  const event = cases[index]?.event ?? {};
  if (typeof event === "string") return { file: event, short: null };
  const { like, ...own } = event;
  if (like === undefined) return { file: null, short: own };
  const copied = wholeFederation(cases, like);
  return copied.short === null ? copied : { file: null, short: { ...copied.short, ...own } };
}

/** What a short event lacks, or cannot copy. */
export function federationEventProblems(cases: readonly FederationCase[], index: number): readonly TestProblem[] {
  const { short } = wholeFederation(cases, index);
  const own = cases[index]?.event;
  const at = ["federation", String(index), "event"];
  if (short === null) {
    if (typeof own === "string") return [];
    const message = "an event in a file cannot be copied";
    return [{ code: "CS111", path: [...at, "like"], message, fix: "Write the event out, or name its file." }];
  }
  return (["provider", "sends"] as const)
    .filter((key) => short[key] === undefined)
    .map((key) => ({ code: "CS104", path: at, message: `the event has no \`${key}\``, fix: `Add \`${key}\`.` }));
}

/** The event as Cognito sends it. */
export function federationEvent(
  { provider = "", type, client = CLIENT, pool = POOL, sends = {} }: Omit<ShortFederation, "like">,
  { federation }: Plan,
): FederationEvent {
  const { providers = {} } = federation ?? {};
  const known = Object.hasOwn(providers, provider) ? providers[provider]?.type : undefined;
  const providerType = type ?? known ?? "OIDC";
  // Values read from a test have no prototype; JSON has.
  const attributes = JSON.parse(JSON.stringify(sends)) as { readonly [name: string]: unknown };
  return {
    version: "1",
    triggerSource: "InboundFederation_ExternalProvider",
    region: pool.slice(0, Math.max(0, pool.indexOf("_"))) || "eu-central-1",
    userPoolId: pool,
    userName: `${provider}_somebody`,
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: client },
    request: {
      providerName: provider,
      providerType,
      attributes: providerType === "SAML" ? { samlResponse: attributes } : { idToken: attributes },
    },
    response: null,
  };
}

import { planDigest } from "../claims/digest.ts";
import { matchPatterns } from "../claims/evaluate/match-patterns.ts";
import { type CompilePattern, compilePatterns } from "../claims/evaluate/pattern.ts";
import type { Plan, PlanProvider } from "../claims/plan.ts";
import { type KeptAttributes, matchProvider, resolveFederation } from "../claims/resolve/resolve-federation.ts";
import type { FederationEvent } from "../cognito/federation-event.ts";
import { type Federated, readFederation, writeFederation } from "../cognito/read-federation.ts";
import { BUDGET_MS, withinDeadline } from "./deadline.ts";
import { refuseEventLogging } from "./event-logging.ts";
import { type FederationRecord, federationLine } from "./federation-record.ts";
import { ownMessages } from "./messages.ts";
import { poolsServed } from "./pools-served.ts";
import { instant } from "./record-forms.ts";
import { lineWriter, type WriteLine } from "./record-writer.ts";
import type { Invocation } from "./recorded.ts";
import { Refusal, refusalOf } from "./refusal.ts";

/** A plan, and the digest it must have. */
export type FederationOptions = {
  /** What `claimseal build` wrote to `plan.json`, parsed. */
  readonly plan: Plan;
  /** From `manifest.json`. Absent or different, everybody is refused: what runs must be what was deployed. */
  readonly sha256: string | undefined;
  /** The engine of a plan whose `federation` has patterns. */
  readonly compilePattern?: CompilePattern;
  readonly environment: { readonly [name: string]: string | undefined };
  /** Where records go, a line each. */
  readonly writeLine: WriteLine;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds by a clock that only runs forward. */
  readonly steady?: () => number;
};

/** A Lambda handler for the Inbound Federation trigger. */
export type FederationTrigger = (event: unknown, context?: Invocation) => Promise<FederationEvent>;

/** What is learned of one event, for its record. */
type Notes = { federated: Federated | null; provider: PlanProvider | null; outcome: KeptAttributes | null };

/**
 * Makes the trigger that Cognito calls before it stores what an identity provider sends of a person: what the plan keeps
 * is stored, and nothing else. It asks nobody, and writes one record for every event.
 *
 * The handler throws a `Refusal` for everybody who is not to get in; Cognito then stores nothing.
 *
 * @throws {ClaimsError} `EVENT_LOGGING` where something would print events, `ENGINE_MISSING`.
 */
export function createFederationTrigger({
  plan,
  sha256,
  compilePattern,
  environment,
  writeLine,
  now = Date.now,
  steady = () => performance.now(),
}: FederationOptions): FederationTrigger {
  refuseEventLogging(environment);
  const planSha256 = planDigest(plan);
  const isDeployed = planSha256 === sha256;
  // Of a plan that was not deployed, nothing is taken.
  const matching = matchPatterns(compilePatterns(isDeployed ? (plan.federation?.patterns ?? []) : [], compilePattern));
  const pools = poolsServed(environment);
  const messages = ownMessages(plan.messages);
  const write = lineWriter(writeLine);
  let isCold = true;

  const answer = async (event: unknown, notes: Notes): Promise<FederationEvent> => {
    if (!isDeployed) throw new Refusal("PLAN_MISMATCH", "the plan's digest is not CLAIMSEAL_PLAN_SHA256");
    return withinDeadline(
      BUDGET_MS,
      async (_, leftMs) => {
        const federated = readFederation(event);
        notes.federated = federated;
        if (pools.length > 0 && !pools.includes(federated.poolId)) throw new Refusal("POOL_FOREIGN");
        const provider = matchProvider(plan, federated);
        notes.provider = provider;
        // Nothing in here waits, so no timer gets its turn.
        const outcome = resolveFederation(provider, federated, matching, () => {
          if (leftMs() <= 0) throw new Refusal("DEADLINE");
        });
        notes.outcome = outcome;
        return writeFederation(event as FederationEvent, outcome.kept);
      },
      steady,
    );
  };

  return async (event, { awsRequestId } = {}) => {
    const [cold, start] = [isCold, steady()];
    isCold = false;
    const notes: Notes = { federated: null, provider: null, outcome: null };
    const answered = await answer(event, notes).catch((error: unknown) => messages(refusalOf(error), null));
    const refusal = answered instanceof Refusal ? answered : null;
    const record: FederationRecord = {
      ts: instant(now()),
      ...decided(notes, refusal),
      map: plan.name,
      revision: plan.revision,
      planSha256,
      ms: steady() - start,
      cold,
      ...(awsRequestId !== undefined && { requestId: awsRequestId }),
    };
    await write((lost) => federationLine(record, lost));
    if (answered instanceof Refusal) throw answered;
    return answered;
  };
}

function decided(
  { federated, provider, outcome }: Notes,
  refusal: Refusal | null,
): Pick<FederationRecord, "outcome" | "code" | "detail" | "provider" | "clientId" | "kept" | "left" | "dropped"> {
  const sent = [...(federated?.attributes.keys() ?? [])];
  return {
    outcome: refusal === null ? "kept" : "refused",
    ...(refusal !== null && { code: refusal.code, detail: refusal.detail }),
    ...(provider && federated && { provider: federated.provider }),
    ...(federated && { clientId: federated.clientId }),
    kept: [...(outcome?.kept.keys() ?? [])],
    left: outcome?.left ?? [],
    dropped: sent.filter((name) => !Object.hasOwn(provider?.attributes ?? {}, name)).length,
  };
}

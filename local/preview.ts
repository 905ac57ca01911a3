import { bindPlan } from "../claims/bind.ts";
import type { Plan } from "../claims/plan.ts";
import type { Dropped } from "../cognito/dropped.ts";
import type { TokenClaims } from "../cognito/token-claims.ts";
import { tokenBytes } from "../cognito/token-size.ts";
import type { TriggerResponse } from "../cognito/trigger-event.ts";
import { BUDGET_MS } from "../triggers/deadline.ts";
import { type Hooks, withHooks } from "../triggers/hooks.ts";
import type { TableRows } from "./dynamodb.ts";
import { houseInMemory, issueTokens, type Opened } from "./issue-in-memory.ts";
import { type ChainedClaims, rowsInMemory } from "./rows-in-memory.ts";

export type PreviewInput = {
  readonly plan: Plan;
  /** A whole Cognito event. */
  readonly event: unknown;
  readonly tables: TableRows;
  /** Values for the map's `${env:NAME}`. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** Sources in code. */
  readonly hooks?: Hooks;
  /** What chained functions would add; a source that is not named has failed. */
  readonly chained?: ChainedClaims;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
};

/** One token as issued. */
export type PreviewedToken = { readonly claims: TokenClaims; readonly bytes: number };

export type Preview = {
  readonly ok: boolean;
  /** `detail` names the claim or source; `message` is what people would see. */
  readonly denied: { readonly code: string; readonly message: string; readonly detail: string } | null;
  readonly response: TriggerResponse | null;
  readonly idToken: PreviewedToken | null;
  readonly accessToken: PreviewedToken | null;
  /** What each resource server opens, by its name in the map. */
  readonly opened: Opened;
  /** Items of our response that Cognito would not apply. */
  readonly dropped: readonly Dropped[];
};

/**
 * Shows what an event would give: the same corridor as the Lambda's, real envelopes under keys that live for this call,
 * tables in memory, and Cognito's part simulated. Pseudonyms have the form they will have, and other values.
 *
 * @throws {ClaimsError} `ENV_MISSING` or `CLIENTS_OVERLAP` from binding the plan.
 */
export async function previewToken({
  plan,
  event,
  tables,
  environment,
  hooks = {},
  chained = {},
  now = Date.now,
}: PreviewInput): Promise<Preview> {
  const bound = bindPlan(plan, environment);
  const load = withHooks(rowsInMemory(tables, chained), hooks);
  const issue = await issueTokens(houseInMemory(bound, load, now, BUDGET_MS), event);
  if (issue.refused) {
    return {
      ok: false,
      denied: issue.refused,
      response: null,
      idToken: null,
      accessToken: null,
      opened: {},
      dropped: [],
    };
  }
  const { answer, idToken, accessToken, opened, dropped } = issue;
  return {
    ok: true,
    denied: null,
    response: answer.response ?? null,
    idToken: idToken && { claims: idToken, bytes: tokenBytes(idToken) },
    accessToken: { claims: accessToken, bytes: tokenBytes(accessToken) },
    opened,
    dropped,
  };
}

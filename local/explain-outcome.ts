import type { Outcome } from "../claims/evaluate/evaluate.ts";
import type { Plan, PlanClaim } from "../claims/plan.ts";
import type { Issue } from "./issue-in-memory.ts";

/** What became of a claim on its way to one reader. */
export type ClaimOutcome = {
  /** `access token`, `ID token`, or a resource server by name. */
  readonly reader: string;
  readonly result: "clear" | "sealed" | "left out" | "refused";
  readonly because: string;
};

type Came = { readonly when: Outcome | undefined; readonly value: Outcome };

/** What became of a claim for each reader it is meant for, by the tokens that were issued. */
export function outcomesOf(plan: Plan, claim: PlanClaim, issue: Issue, came: Came): readonly ClaimOutcome[] {
  const readers = [
    ...claim.to.map((token) => (token === "access" ? ("access token" as const) : ("ID token" as const))),
    ...claim.sealFor,
  ];
  if (issue.refused) {
    const because = `the token is refused with ${issue.refused.code}`;
    return readers.map((reader) => ({ reader, result: "refused", because }));
  }
  const { accessToken, idToken, opened, dropped } = issue;
  return readers.map((reader, index): ClaimOutcome => {
    if (index >= claim.to.length) return sealedOutcome(plan, claim, reader, opened, came);
    const isAccess = reader === "access token";
    const claims = isAccess ? accessToken : idToken;
    if (claims !== null && Object.hasOwn(claims, claim.name)) {
      return { reader, result: "clear", because: reasonToBe(claim, came) };
    }
    const lost = dropped.find(({ token, name }) => name === claim.name && token === (isAccess ? "access" : "id"));
    const because = lost
      ? `Cognito drops it: ${lost.reason}`
      : claims === null
        ? "there is no such token for this event"
        : reasonNotToBe(came);
    return { reader, result: "left out", because };
  });
}

function sealedOutcome(
  plan: Plan,
  claim: PlanClaim,
  reader: string,
  opened: Extract<Issue, { readonly refused: null }>["opened"],
  came: Came,
): ClaimOutcome {
  const inside = Object.hasOwn(opened, reader) ? opened[reader] : undefined;
  if (inside === undefined) {
    const identifier = plan.resourceServers[reader]?.identifier ?? reader;
    const because = `the token has no scope of ${identifier}, and so no envelope for it`;
    return { reader, result: "left out", because };
  }
  return (inside[claim.name] ?? null) === null
    ? { reader, result: "left out", because: `null in the envelope: ${reasonNotToBe(came)}` }
    : { reader, result: "sealed", because: reasonToBe(claim, came) };
}

/** Whether the value is the claim's own, or stands in for one that is not known. */
function reasonToBe({ otherwise }: PlanClaim, { when, value }: Came): string {
  const isOwn = value.known && (when === undefined || when.known);
  return isOwn || otherwise === undefined ? "its value is known" : "`otherwise` stands in for what is not known";
}

function reasonNotToBe({ when, value }: Came): string {
  if (when?.known && when.value !== true) return "its condition is false";
  if (when && !when.known) return `its condition is not known: ${when.because}`;
  return value.known ? "without it the token keeps to its limit" : `its value is not known: ${value.because}`;
}

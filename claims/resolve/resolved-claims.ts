import type { JsonValue } from "../../cognito/json.ts";
import type { GroupChange } from "../../cognito/safe-claims.ts";
import type { PlanSeal } from "../plan.ts";

/** An envelope still to be sealed. */
export type ResolvedEnvelope = {
  /** The resource server by its name in the map. */
  readonly resourceServer: string;
  /** How it is sealed, with the key and region of this subject's partition. */
  readonly seal: PlanSeal;
  /** Every claim the profile seals for it, null where there is no value. */
  readonly claims: ReadonlyMap<string, JsonValue>;
  /** Bytes to pad to; null pads in steps. */
  readonly padTo: number | null;
  /** Whether a token without this envelope must be refused: one of its claims is required, or restricts. */
  readonly mustSeal: boolean;
};

/** What the plan makes of one subject: unprotected values, so nothing here can be written into a response as it is. */
export type ResolvedClaims = {
  readonly access: ReadonlyMap<string, JsonValue>;
  readonly id: ReadonlyMap<string, JsonValue>;
  readonly envelopes: readonly ResolvedEnvelope[];
  readonly suppress: { readonly access: readonly string[]; readonly id: readonly string[] };
  readonly scopesToAdd: readonly string[];
  readonly scopesToSuppress: readonly string[];
  readonly groups: GroupChange;
  /** Clear claims that may go when a token grows too large, in the order in which they go. */
  readonly droppable: readonly string[];
  /** Claims left out, and why; names only. */
  readonly omitted: readonly {
    readonly claim: string;
    readonly state: "when" | "absent" | "invalid" | "failed" | "error";
  }[];
};

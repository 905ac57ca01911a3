import type { PlanResourceServer } from "../claims/plan.ts";
import type { PolicyDocument, TemplateValue } from "./policy-document.ts";

/**
 * What a reader's role needs in its own account, beside being listed in the map: the key policy lets the account in,
 * and this lets the role in. The whole of it; an opener calls nothing but `kms:Decrypt`.
 *
 * @param keys ARNs, two of them while one key takes the other's place.
 */
export function readerPolicy({ identifier }: PlanResourceServer, keys: readonly TemplateValue[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OpenOwnEnvelopes",
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: keys,
        Condition: { StringEquals: { "kms:EncryptionContext:claimseal:aud": identifier } },
      },
    ],
  };
}

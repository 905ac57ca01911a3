import type { PlanResourceServer } from "../claims/plan.ts";
import type { PolicyDocument, TemplateValue } from "./policy-document.ts";
import { opening, openingCondition } from "./sealed-servers.ts";

/**
 * What a reader's role needs in its own account, beside being listed in the map: the key policy lets the account in,
 * and this lets the role in. The whole of it; an opener calls nothing but `kms:Decrypt`, or under `asymmetric`
 * `kms:DeriveSharedSecret`.
 *
 * @param keys ARNs, two of them while one key takes the other's place.
 * @throws {TypeError} for a resource server that nothing is sealed for.
 */
export function readerPolicy({ seal, ...server }: PlanResourceServer, keys: readonly TemplateValue[]): PolicyDocument {
  if (seal === undefined) throw new TypeError("nothing is sealed for this resource server");
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OpenOwnEnvelopes",
        Effect: "Allow",
        Action: [opening(seal)],
        Resource: keys,
        Condition: { StringEquals: openingCondition({ ...server, seal }) },
      },
    ],
  };
}

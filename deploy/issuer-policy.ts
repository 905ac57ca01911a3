import type { Plan, PlanResourceServer } from "../claims/plan.ts";
import type { TableSource } from "../claims/table-sources.ts";
import { logicalId } from "./logical-id.ts";
import type { PolicyDocument, Statement, TemplateValue } from "./policy-document.ts";
import { readStatements } from "./read-statements.ts";

/** ARNs of what the trigger uses. */
export type IssuerResources = {
  readonly tableArn: (name: string, source: TableSource) => TemplateValue;
  readonly keyArn: (name: string, server: SealedServer) => TemplateValue;
  readonly pseudonymKeyArn: (pseudonyms: NonNullable<Plan["pseudonyms"]>) => TemplateValue;
  /** Of the function's log group, `:*` included, as `AWS::Logs::LogGroup` returns it. */
  readonly logGroupArn: TemplateValue;
};

/** A resource server that is sealed for. */
export type SealedServer = PlanResourceServer & { readonly seal: NonNullable<PlanResourceServer["seal"]> };

/**
 * What the trigger's role may do: read the rows and attributes the map reads, make data keys, make the pseudonyms' root,
 * write its log.
 */
export function issuerPolicy(plan: Plan, resources: IssuerResources): PolicyDocument {
  const { tableArn, keyArn, pseudonymKeyArn, logGroupArn } = resources;
  return {
    Version: "2012-10-17",
    Statement: [
      ...readStatements(plan, tableArn),
      ...sealedFor(plan).map(
        ([name, server]): Statement => ({
          Sid: `MakeDataKeysFor${logicalId(name)}`,
          Effect: "Allow",
          Action: ["kms:GenerateDataKey"],
          Resource: keyArn(name, server),
          Condition: { StringEquals: { "kms:EncryptionContext:claimseal:aud": server.identifier } },
        }),
      ),
      ...(plan.pseudonyms ? [makePseudonymRoot(pseudonymKeyArn(plan.pseudonyms))] : []),
      {
        Sid: "WriteOwnLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: logGroupArn,
      },
    ],
  };
}

/**
 * Binds the trigger's role to one pool: no data key is made for another, whoever invokes the function.
 *
 * A policy of its own, attached last. The pool names the function and the function waits for its permissions, so
 * naming the pool in those, or in a key policy, would close a circle. `undefined` where the map seals nothing.
 */
export function poolBinding(
  plan: Plan,
  keyArn: IssuerResources["keyArn"],
  poolId: TemplateValue,
): PolicyDocument | undefined {
  const bound = sealedFor(plan).map(([name, server]) => keyArn(name, server));
  if (bound.length === 0) return undefined;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "NoDataKeysForOtherPools",
        Effect: "Deny",
        Action: ["kms:GenerateDataKey"],
        Resource: bound,
        // True also for a request that names no pool at all.
        Condition: { StringNotEquals: { "kms:EncryptionContext:claimseal:pool": poolId } },
      },
    ],
  };
}

function sealedFor(plan: Plan): readonly (readonly [name: string, server: SealedServer])[] {
  return Object.entries(plan.resourceServers).flatMap(([name, { seal, ...server }]) =>
    seal ? [[name, { ...server, seal }] as const] : [],
  );
}

/** KMS has no condition for what a MAC is made of; that the key has no other use is what binds it. */
function makePseudonymRoot(key: TemplateValue): Statement {
  return {
    Sid: "MakePseudonymRoot",
    Effect: "Allow",
    Action: ["kms:GenerateMac"],
    Resource: key,
    Condition: { StringEquals: { "kms:MacAlgorithm": "HMAC_SHA_256" } },
  };
}

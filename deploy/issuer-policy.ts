import type { Plan } from "../claims/plan.ts";
import type { TableSource } from "../claims/table-sources.ts";
import { invokeStatements } from "./invoke-statements.ts";
import { logicalId } from "./logical-id.ts";
import type { PolicyDocument, Statement, TemplateValue } from "./policy-document.ts";
import { readStatements } from "./read-statements.ts";
import { issuing, type SealedServer, sealedServers } from "./sealed-servers.ts";

/** ARNs of what the trigger uses. */
export type IssuerResources = {
  readonly tableArn: (name: string, source: TableSource) => TemplateValue;
  readonly keyArn: (name: string, server: SealedServer) => TemplateValue;
  readonly pseudonymKeyArn: (pseudonyms: NonNullable<Plan["pseudonyms"]>) => TemplateValue;
  /** Of the function's log group, `:*` included, as `AWS::Logs::LogGroup` returns it. */
  readonly logGroupArn: TemplateValue;
};

/**
 * What the trigger's role may do: read the rows and attributes the map reads, ask the functions it chains, do the one
 * thing each key is for, make the pseudonyms' root, write its log.
 */
export function issuerPolicy(plan: Plan, resources: IssuerResources): PolicyDocument {
  const { tableArn, keyArn, pseudonymKeyArn, logGroupArn } = resources;
  return {
    Version: "2012-10-17",
    Statement: [
      ...readStatements(plan, tableArn),
      ...invokeStatements(plan),
      ...sealedServers(plan).flatMap(([name, server]) => useOfKey(name, server, keyArn(name, server))),
      ...(plan.pseudonyms ? [makePseudonymRoot(pseudonymKeyArn(plan.pseudonyms))] : []),
      writeOwnLog(logGroupArn),
    ],
  };
}

/**
 * Binds the trigger's role to one pool: nothing is sealed for another by a key of KMS, whoever invokes the function. What
 * is sealed with a public key says its pool inside, and takes no permission that could be bound.
 *
 * A policy of its own, attached last. The pool names the function and the function waits for its permissions, so
 * naming the pool in those, or in a key policy, would close a circle. `undefined` where the map seals nothing so.
 */
export function poolBinding(
  plan: Plan,
  keyArn: IssuerResources["keyArn"],
  poolId: TemplateValue,
): PolicyDocument | undefined {
  const statements = (["envelope", "direct"] as const).flatMap((mode): readonly Statement[] => {
    const bound = sealedServers(plan).filter(([, { seal }]) => seal.mode === mode);
    if (bound.length === 0) return [];
    return [
      {
        Sid: BINDINGS[mode].sid,
        Effect: "Deny",
        Action: [BINDINGS[mode].action],
        Resource: bound.map(([name, server]) => keyArn(name, server)),
        // True also for a request that names no pool at all.
        Condition: { StringNotEquals: { "kms:EncryptionContext:claimseal:pool": poolId } },
      },
    ];
  });
  return statements.length > 0 ? { Version: "2012-10-17", Statement: statements } : undefined;
}

const BINDINGS = {
  envelope: { sid: "NoDataKeysForOtherPools", action: "kms:GenerateDataKey" },
  direct: { sid: "NothingEncryptedForOtherPools", action: "kms:Encrypt" },
} as const;

/** @param logGroupArn `:*` included, as `AWS::Logs::LogGroup` returns it. */
export function writeOwnLog(logGroupArn: TemplateValue): Statement {
  return {
    Sid: "WriteOwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: logGroupArn,
  };
}

function useOfKey(name: string, { identifier, seal }: SealedServer, key: TemplateValue): readonly Statement[] {
  const use = issuing(seal);
  if (use === null) return [];
  return [
    {
      Sid: `${use.does}For${logicalId(name)}`,
      Effect: "Allow",
      Action: [use.action],
      Resource: key,
      ...(seal.mode !== "asymmetric" && {
        Condition: { StringEquals: { "kms:EncryptionContext:claimseal:aud": identifier } },
      }),
    },
  ];
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

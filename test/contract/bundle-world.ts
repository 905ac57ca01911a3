import { readFileSync } from "node:fs";
import { checkClaimMap } from "../../claims/check.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { writeFunctionDirectory } from "../../local/function-directory.ts";
import { createKms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { type Lambda, startLambda } from "../../local/lambda/lambda.ts";

/** The Lambda bundle with all it needs around it, to be run by any Node. */
export type BundleWorld = {
  readonly start: (node: string) => Promise<Lambda>;
  readonly stop: () => Promise<void>;
};

/** Starts everything the map of the V3 sample events needs: rows for its person and its machine, and a key. */
export async function startBundleWorld(): Promise<BundleWorld> {
  const { findings, plan } = checkClaimMap(readFileSync("test/maps/events-v3.claims.yaml", "utf8"));
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  const directory = await writeFunctionDirectory(plan);
  const dynamodb = await startDynamoDb();
  const person = { department: "claims", roles: ["adjuster", "reader"], clearance: 3, limits: { payout: 5000 } };
  await createTables(
    dynamodb.url,
    {
      staff: [
        {
          pk: "STAFF#5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f",
          ...person,
          since: "2024-02-29T12:00:00Z",
          legalName: "Nora Lind",
        },
      ],
      machines: [{ pk: "CLIENT#7examplem2mclient000000001", environment: "dev", contact: "on-call@example.com" }],
    },
    { staff: ["pk"], machines: ["pk"] },
  );
  const kms = createKms();
  const kmsServer = await serveKms(kms);
  const environment = {
    STAFF_TABLE: "staff",
    MACHINE_TABLE: "machines",
    CLAIMS_KEY_ARN: kms.createKey({ region: "eu-west-1" }),
    CLAIMSEAL_PLAN_SHA256: directory.manifest.planSha256,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_KMS: kmsServer.url,
  };
  const running: Lambda[] = [];
  return {
    start: async (node) => {
      const lambda = await startLambda({
        functionName: "pre-token-generation",
        directory: directory.path,
        handler: "index.handler",
        timeoutMs: 5000,
        region: "eu-west-1",
        environment,
        node,
      });
      running.push(lambda);
      return lambda;
    },
    stop: async () => {
      await Promise.all(running.map((lambda) => lambda.stop()));
      await kmsServer.stop();
      await dynamodb.stop();
      await directory.remove();
    },
  };
}

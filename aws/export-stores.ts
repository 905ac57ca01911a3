import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetResourcePolicyCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListGrantsCommand,
} from "@aws-sdk/client-kms";
import { type Answers, allPages, collectAnswers } from "./export-answers.ts";
import type { RawExport } from "./pool-export.ts";

/** Keys as the map has them, by their ARNs; tables by name. */
export type StoresToRead = {
  readonly keys: readonly { readonly arn: string; readonly region: string }[];
  readonly tables: readonly { readonly name: string; readonly region: string }[];
};

export type StoreReaders = {
  readonly keysIn: (region: string) => Pick<KMSClient, "send">;
  readonly tablesIn: (region: string) => Pick<DynamoDBClient, "send">;
};

/**
 * Reads what keys and tables are, and who may do what with them; nothing of what is in them.
 *
 * Rejects with a `DeployError`: `AWS_REFUSED` or `AWS_UNREACHABLE` where nothing can be asked at all.
 */
export async function readStores(
  { keysIn, tablesIn }: StoreReaders,
  { keys, tables }: StoresToRead,
): Promise<RawExport> {
  const answers = collectAnswers();
  const read = { keys: [] as unknown[], tables: [] as unknown[] };
  for (const { arn, region } of keys) read.keys.push(await readKey(keysIn(region), arn, answers));
  for (const table of tables) read.tables.push(await readTable(tablesIn(table.region), table, answers));
  return { ...read, notRead: answers.notRead };
}

async function readKey(kms: Pick<KMSClient, "send">, arn: string, answers: Answers): Promise<unknown> {
  const part = <T>(name: string, ask: () => Promise<T>): Promise<T | null | undefined> =>
    answers.of(`keys.${arn}.${name}`, ask);
  const metadata = await part("metadata", async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
    return KeyMetadata;
  });
  if (metadata === null) return { arn, metadata };
  const policy = await part("policy", async () => {
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" }));
    return { Policy };
  });
  const grants = await part("grants", () =>
    allPages(async (Marker: string | undefined) => {
      const { Grants, NextMarker, Truncated } = await kms.send(new ListGrantsCommand({ KeyId: arn, Marker }));
      return { items: Grants, next: Truncated === true ? NextMarker : undefined };
    }),
  );
  // KMS refuses to say it of other keys, which it cannot rotate.
  const isSymmetric = metadata === undefined || metadata.KeySpec === "SYMMETRIC_DEFAULT";
  const rotation = isSymmetric
    ? await part("rotation", () => kms.send(new GetKeyRotationStatusCommand({ KeyId: arn })))
    : undefined;
  return { arn, metadata, policy, grants, rotation };
}

async function readTable(
  dynamodb: Pick<DynamoDBClient, "send">,
  { name, region }: StoresToRead["tables"][number],
  answers: Answers,
): Promise<unknown> {
  const part = <T>(of: string, ask: () => Promise<T>): Promise<T | null | undefined> =>
    answers.of(`tables.${region}.${name}.${of}`, ask);
  const table = await part("table", async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table;
  });
  if (table === null) return { name, region, table };
  const continuousBackups = await part("continuousBackups", async () => {
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName: name }),
    );
    return ContinuousBackupsDescription;
  });
  const arn = table?.TableArn;
  const policy =
    arn === undefined
      ? undefined
      : await part("policy", async () => {
          const { Policy } = await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn: arn }));
          return { Policy };
        });
  return { name, region, table, continuousBackups, policy };
}

// The AWS Encryption SDK for each claim, with its cache of data keys, as data masking by field does it. Without its
// signatures (ECDSA P-384), which cost more than all the rest: Cognito signs the token anyway.
import {
  AlgorithmSuiteIdentifier,
  buildEncrypt,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  KmsKeyringNode,
  NodeCachingMaterialsManager,
} from "@aws-crypto/client-node";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDBClient({});
const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const claims = process.env.CLAIMS.split(" ");
const servers = process.env.SERVERS.split(" ");
const cache = getLocalCryptographicMaterialsCache(100);
const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
const managers = servers.map(
  (server, index) =>
    new NodeCachingMaterialsManager({
      backingMaterials: new KmsKeyringNode({ generatorKeyId: process.env[`KEY_${index + 1}`] }),
      cache,
      maxAge: 3_600_000,
      partition: server,
    }),
);

export const handler = async (event) => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: "staff",
      Key: { pk: { S: `STAFF#${event.request.userAttributes.sub}` } },
      ConsistentRead: true,
    }),
  );
  const added = { profession: Item.profession.S };
  await Promise.all(
    servers.flatMap((server, index) =>
      claims.map(async (claim) => {
        const encryptionContext = { aud: server, pool: event.userPoolId };
        // The cache serves messages whose length is known.
        const plaintextLength = Buffer.byteLength(Item[claim].S);
        const { result } = await encrypt(managers[index], Item[claim].S, {
          suiteId,
          encryptionContext,
          plaintextLength,
        });
        added[index === 0 ? claim : `${claim}_${server}`] = result.toString("base64");
      }),
    ),
  );
  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { claimsToAddOrOverride: added, scopesToAdd: servers.map((server) => `${server}/read`) },
    },
  };
  return event;
};

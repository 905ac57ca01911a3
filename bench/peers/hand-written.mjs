// As people write it: one `kms:Encrypt` for each claim and resource server, all at once, with the subject in the context.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { EncryptCommand, KMSClient } from "@aws-sdk/client-kms";

const dynamodb = new DynamoDBClient({});
const kms = new KMSClient({});
const claims = process.env.CLAIMS.split(" ");
const servers = process.env.SERVERS.split(" ");

export const handler = async (event) => {
  const { sub } = event.request.userAttributes;
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: "staff", Key: { pk: { S: `STAFF#${sub}` } }, ConsistentRead: true }),
  );
  const added = { profession: Item.profession.S };
  await Promise.all(
    servers.flatMap((server, index) =>
      claims.map(async (claim) => {
        const { CiphertextBlob } = await kms.send(
          new EncryptCommand({
            KeyId: process.env[`KEY_${index + 1}`],
            Plaintext: Buffer.from(Item[claim].S),
            EncryptionContext: { aud: server, pool: event.userPoolId, sub },
          }),
        );
        added[index === 0 ? claim : `${claim}_${server}`] = Buffer.from(CiphertextBlob).toString("base64");
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

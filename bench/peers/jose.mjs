// jose by hand: one JWE (`dir`, A256GCM) for each resource server, under a key that KMS unwraps once per process. The
// same key for every token, for ever: nothing here turns keys over, counts what they sealed, or binds the envelope to the pool.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { EncryptJWT } from "jose";

const dynamodb = new DynamoDBClient({});
const kms = new KMSClient({});
const claims = process.env.CLAIMS.split(" ");
const servers = process.env.SERVERS.split(" ");
let keys;

/** Imported once: jose would import raw bytes anew for each token. */
async function unwrapped(index) {
  const { Plaintext } = await kms.send(
    new DecryptCommand({
      KeyId: process.env[`KEY_${index + 1}`],
      CiphertextBlob: Buffer.from(process.env[`WRAPPED_${index + 1}`], "base64"),
    }),
  );
  return crypto.subtle.importKey("raw", Plaintext, "AES-GCM", false, ["encrypt"]);
}

export const handler = async (event) => {
  const { sub } = event.request.userAttributes;
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: "staff", Key: { pk: { S: `STAFF#${sub}` } }, ConsistentRead: true }),
  );
  keys ??= Promise.all(servers.map((_, index) => unwrapped(index)));
  const held = await keys;
  const added = { profession: Item.profession.S };
  const personal = Object.fromEntries(claims.map((claim) => [claim, Item[claim].S]));
  await Promise.all(
    servers.map(async (server, index) => {
      added[`sealed_${server.replaceAll("-", "_")}`] = await new EncryptJWT(personal)
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setSubject(sub)
        .setAudience(server)
        .setIssuedAt()
        .encrypt(held[index]);
    }),
  );
  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { claimsToAddOrOverride: added, scopesToAdd: servers.map((server) => `${server}/read`) },
    },
  };
  return event;
};

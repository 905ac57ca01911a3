// The least that seals and keeps a record: one row, one JWE by Node's own cryptography under a key that is never turned
// over, and one line that is written before the answer without ever holding up the process. No claim map, no check, no
// limit, nobody asked twice. What is above it is the price of all of these; what is in it nobody who seals gets rid of.
import { createCipheriv, randomBytes } from "node:crypto";
import { write } from "node:fs";
import { promisify } from "node:util";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";

const dynamodb = new DynamoDBClient({});
const kms = new KMSClient({});
const [server] = process.env.SERVERS.split(" ");
const claims = process.env.CLAIMS.split(" ");
const header = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString("base64url");
const toLog = promisify(write);
let key;

async function unwrapped() {
  const CiphertextBlob = Buffer.from(process.env.WRAPPED_1, "base64");
  return (await kms.send(new DecryptCommand({ KeyId: process.env.KEY_1, CiphertextBlob }))).Plaintext;
}

export const handler = async (event) => {
  const { sub } = event.request.userAttributes;
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: "staff", Key: { pk: { S: `STAFF#${sub}` } }, ConsistentRead: true }),
  );
  key ??= unwrapped();
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await key, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(header));
  const personal = Object.fromEntries(claims.map((claim) => [claim, Item[claim].S]));
  const inside = cipher.update(JSON.stringify({ sub, aud: server, iat: Math.floor(Date.now() / 1000), ...personal }));
  cipher.final();
  const jwe = [header, "", iv, inside, cipher.getAuthTag()].map((part) => Buffer.from(part).toString("base64url"));
  const added = {
    profession: Item.profession.S,
    [`sealed_${server.replaceAll("-", "_")}`]: [header, ...jwe.slice(1)].join("."),
  };
  const record = { ts: new Date().toISOString(), outcome: "issued", emitted: ["profession"], sealed: claims };
  await toLog(1, `${JSON.stringify(record)}\n`);
  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { claimsToAddOrOverride: added, scopesToAdd: [`${server}/read`] },
    },
  };
  return event;
};

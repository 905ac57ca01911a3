import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createIdentities } from "../../../local/identities/identities.ts";
import { createKms } from "../../../local/kms/kms.ts";
import { serveKms } from "../../../local/kms/server.ts";

/** Debian's own Python: another one on the path would hide the packaged boto3. */
const python = "/usr/bin/python3";
const installed = spawnSync(python, ["-c", "import boto3"]).status === 0;
const region = "eu-central-1";

test("Python's boto3 signs, seals, opens and is refused as the JavaScript client is", async (context) => {
  context.skip(!installed, "there is no boto3 for /usr/bin/python3 (Debian: python3-boto3)");
  const kms = createKms();
  const identities = createIdentities();
  const server = await serveKms(kms, { identities });
  const key = kms.createKey({ region });
  const macKey = kms.createKey({ region, spec: "HMAC_256" });
  const credentials = identities.createIdentity("arn:aws:iam::111122223333:role/python", [
    {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "kms:*", Resource: "*" },
        { Effect: "Deny", Action: "kms:DisableKey", Resource: "*" },
      ],
    },
  ]);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const args = [server.url, region, key, macKey, accessKeyId, secretAccessKey, sessionToken];
  const { stdout } = await promisify(execFile)(python, ["test/local/kms/python-client.py", ...args]);
  expect(JSON.parse(stdout)).toEqual({
    blob: 184,
    same: true,
    key,
    text: "secret",
    mac: true,
    state: "Enabled",
    refused: {
      context: "InvalidCiphertextException",
      key: "InvalidKeyUsageException",
      missing: "NotFoundException",
      policy: "AccessDeniedException",
    },
  });
  await server.stop();
});

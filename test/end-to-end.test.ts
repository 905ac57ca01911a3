// The embedded stack as a stranger uses it: started from the command line, spoken to by AWS's own clients, its tokens
// verified by aws-jwt-verify and its envelopes opened by jose. Nothing of claimseal is imported here.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type AuthFlowType,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { compactDecrypt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";

type Urls = {
  readonly dynamodb: string;
  readonly kms: string;
  readonly cognitoIdp: string;
  readonly oauth: string;
  readonly issuer: string;
  readonly lambda: string;
  readonly playground: string | null;
};

const credentials = { accessKeyId: "anybody", secretAccessKey: "anything" };
const CLIENT = "1web0000000000000000000001";
const EMAIL = "carla@clinic.example";
const PASSWORD = "A1b2c3d4!e5f6";
const BLOOD_TYPE = "AB-";

let stack: ChildProcess;
let urls: Urls;
let poolId: string;
let cognito: CognitoIdentityProviderClient;

beforeAll(async () => {
  stack = spawn(process.execPath, ["dist/cli/main.js", "dev", "--json"], { stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface({ input: stack.stdout as NonNullable<ChildProcess["stdout"]> });
  urls = await new Promise<Urls>((resolve, reject) => {
    lines.once("line", (line) => resolve(JSON.parse(line) as Urls));
    stack.once("exit", (code) => reject(new Error(`the stack ended with ${code}`)));
  });
  poolId = urls.issuer.split("/").at(-1) ?? "";
  cognito = new CognitoIdentityProviderClient({ endpoint: urls.cognitoIdp, region: "eu-central-1", credentials });
  const { User } = await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: EMAIL,
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: EMAIL },
        { Name: "name", Value: "Carla Colomb" },
        { Name: "phone_number", Value: "+4930555017" },
      ],
    }),
  );
  await cognito.send(
    new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: EMAIL, Password: PASSWORD, Permanent: true }),
  );
  const sub = User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
  const dynamodb = new DynamoDBClient({ endpoint: urls.dynamodb, region: "eu-central-1", credentials });
  await dynamodb.send(
    new PutItemCommand({
      TableName: "clinic-staff",
      Item: {
        pk: { S: `STAFF#${sub}` },
        clinicIds: { L: [{ S: "c7" }] },
        profession: { S: "physician" },
        licenceNo: { S: "DE-99887766" },
        legalName: { S: "Dr. Carla Colomb" },
        bloodType: { S: BLOOD_TYPE },
      },
    }),
  );
  dynamodb.destroy();
});

afterAll(async () => {
  cognito.destroy();
  const ended = new Promise((resolve) => stack.once("exit", resolve));
  stack.kill("SIGTERM");
  await ended;
});

async function signIn(
  flow: AuthFlowType,
  parameters: Record<string, string>,
): Promise<{ readonly access: string; readonly id: string; readonly refresh: string | undefined }> {
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({ AuthFlow: flow, ClientId: CLIENT, AuthParameters: parameters }),
  );
  return {
    access: AuthenticationResult?.AccessToken ?? "",
    id: AuthenticationResult?.IdToken ?? "",
    refresh: AuthenticationResult?.RefreshToken,
  };
}

async function verifier(
  tokenUse: "access" | "id",
): Promise<{ verifySync: (token: string) => Record<string, unknown> }> {
  const jwks = (await (await fetch(`${urls.oauth}/${poolId}/.well-known/jwks.json`)).json()) as { keys: [] };
  const made = CognitoJwtVerifier.create({ userPoolId: poolId, clientId: CLIENT, tokenUse });
  made.cacheJwks(jwks);
  return made;
}

test("a token of the embedded pool is one that aws-jwt-verify takes for Cognito's", async () => {
  const { access, id } = await signIn("USER_PASSWORD_AUTH", { USERNAME: EMAIL, PASSWORD });
  const accessClaims = (await verifier("access")).verifySync(access);
  expect(accessClaims).toMatchObject({
    iss: urls.issuer,
    client_id: CLIENT,
    token_use: "access",
    clinic_id: "c7",
    profession: "physician",
    scope: "care-api/chart.read care-api/chart.write",
    cmv: expect.stringMatching(/^clinic-eu@/),
  });
  const idClaims = (await verifier("id")).verifySync(id);
  expect(idClaims).toMatchObject({ token_use: "id", aud: CLIENT, email: EMAIL, name: "Carla Colomb", clinic_id: "c7" });
  expect(idClaims).not.toHaveProperty("phone_number");
});

test("an application may sign people in by SRP, as Amplify does where it is told nothing else", async () => {
  const parameters = { USERNAME: EMAIL, SRP_A: "2" };
  const { ChallengeName } = await cognito.send(
    new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId: CLIENT, AuthParameters: parameters }),
  );
  expect(ChallengeName).toBe("PASSWORD_VERIFIER");
});

test("nobody who sees the access token sees a private value in it", async () => {
  const { access, refresh = "" } = await signIn("USER_PASSWORD_AUTH", { USERNAME: EMAIL, PASSWORD });
  const again = await signIn("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refresh });
  for (const token of [access, again.access]) {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    for (const value of ["Carla", "Colomb", "DE-99887766", BLOOD_TYPE, EMAIL, "+4930555017"]) {
      expect(payload).not.toContain(value);
    }
  }
});

test("an envelope opens with KMS and any JOSE library, and only under its own audience and pool", async () => {
  const { access } = await signIn("USER_PASSWORD_AUTH", { USERNAME: EMAIL, PASSWORD });
  const claims = (await verifier("access")).verifySync(access);
  const [version, edk = "", jwe = ""] = String(claims["sealed_care_api"]).split("~");
  expect(version).toBe("1");
  const kms = new KMSClient({ endpoint: urls.kms, region: "eu-central-1", credentials });
  const decrypt = (audience: string, pool: string): DecryptCommand =>
    new DecryptCommand({
      CiphertextBlob: Buffer.from(edk, "base64url"),
      EncryptionContext: { "claimseal:aud": audience, "claimseal:pool": pool, "claimseal:v": "1" },
    });
  const { Plaintext = new Uint8Array() } = await kms.send(decrypt("care-api", poolId));
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, Plaintext, {
    keyManagementAlgorithms: ["A256KW"],
    contentEncryptionAlgorithms: ["A256GCM"],
  });
  expect(protectedHeader).toEqual({ alg: "A256KW", enc: "A256GCM" });
  expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({
    sub: claims["sub"],
    iat: expect.closeTo(Number(claims["iat"]), -1),
    legal_name: "Dr. Carla Colomb",
    licence_no: "DE-99887766",
    blood_type: BLOOD_TYPE,
  });
  await expect(kms.send(decrypt("billing-api", poolId))).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  await expect(kms.send(decrypt("care-api", "eu-central-1_Another01"))).rejects.toMatchObject({
    name: "InvalidCiphertextException",
  });
  kms.destroy();
});

test("a resource server whose scope the token lacks finds no envelope of its own", async () => {
  const { access } = await signIn("USER_PASSWORD_AUTH", { USERNAME: EMAIL, PASSWORD });
  expect((await verifier("access")).verifySync(access)).not.toHaveProperty("sealed_billing_api");
});

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createIdentities, type Identities } from "../../../local/identities/identities.ts";
import { IdentityError } from "../../../local/identities/identity-error.ts";
import { readAuthorization, signatureOf } from "../../../local/identities/signature.ts";
import { type Loopback, type LoopbackRequest, serveLoopback } from "../../../local/loopback.ts";

const roleArn = "arn:aws:iam::111122223333:role/app/care-reader";
const region = "eu-central-1";

let received: LoopbackRequest[];
let recorder: Loopback;
let clock: number;
let identities: Identities;

/** Writes down what clients send and answers with nothing of use. */
beforeAll(async () => {
  recorder = await serveLoopback(async (request) => {
    received.push(request);
    return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: "{}" };
  });
});
afterAll(async () => {
  await recorder.stop();
});
beforeEach(() => {
  received = [];
  clock = Date.now();
  identities = createIdentities(() => clock);
});

type Command = GenerateDataKeyCommand | DecryptCommand;

/** What the KMS client sends for a command, signed under these credentials. */
async function signed(
  credentials = identities.createIdentity(roleArn),
  command: Command = new GenerateDataKeyCommand({ KeyId: "k", KeySpec: "AES_256", EncryptionContext: { a: "b é 𝄞" } }),
): Promise<LoopbackRequest> {
  const client = new KMSClient({ endpoint: recorder.url, region, credentials, maxAttempts: 1 });
  await (command instanceof DecryptCommand ? client.send(command) : client.send(command));
  return received.at(-1)!;
}

const mismatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
  "and signing method. Consult the service documentation for details.";

describe("a request signed by the SDK", () => {
  test("tells whose it is", async () => {
    const caller = identities.verify(await signed(), "kms");
    expect(caller).toEqual({
      account: "111122223333",
      roleArn,
      sessionArn: "arn:aws:sts::111122223333:assumed-role/care-reader/local",
      policies: [],
    });
  });

  test("is known by its key among others", async () => {
    const other = identities.createIdentity("arn:aws:iam::444455556666:role/partner");
    await signed();
    expect(identities.verify(await signed(other), "kms").account).toBe("444455556666");
  });

  test("verifies for other services too", async () => {
    const credentials = identities.createIdentity(roleArn);
    const dynamo = new DynamoDBClient({ endpoint: recorder.url, region, credentials, maxAttempts: 1 });
    await dynamo.send(new ListTablesCommand({}));
    expect(identities.verify(received.at(-1)!, "dynamodb").roleArn).toBe(roleArn);
  });

  test("is taken with a path and a query of every kind", async () => {
    const credentials = identities.createIdentity(roleArn);
    const endpoint = `${recorder.url}/a%20b/c(d)?z=1&a=x%20y&a=b`;
    const client = new KMSClient({ endpoint, region, credentials, maxAttempts: 1 });
    await client.send(new GenerateDataKeyCommand({ KeyId: "k", KeySpec: "AES_256" }));
    expect(identities.verify(received.at(-1)!, "kms").roleArn).toBe(roleArn);
  });

  const changes: readonly [string, (request: LoopbackRequest) => LoopbackRequest][] = [
    ["body", (request) => ({ ...request, body: `${request.body} ` })],
    ["method", (request) => ({ ...request, method: "GET" })],
    ["path", (request) => ({ ...request, path: "/other" })],
    ["query", (request) => ({ ...request, query: new URLSearchParams("a=b") })],
    [
      "operation",
      (request) => ({ ...request, headers: { ...request.headers, "x-amz-target": "TrentService.Decrypt" } }),
    ],
    ["host", (request) => ({ ...request, headers: { ...request.headers, host: "localhost:1" } })],
    ["region", (request) => resigned(request, (header) => header.replace(region, "us-east-1"))],
    [
      "signature",
      (request) => resigned(request, (header) => header.replace(/.$/, (last) => (last === "0" ? "1" : "0"))),
    ],
    ["signature's length", (request) => resigned(request, (header) => header.slice(0, -1))],
  ];
  test.for(changes)("is refused when its %s is changed on the way", async ([, change]) => {
    const request = change(await signed());
    expect(() => identities.verify(request, "kms")).toThrow(new IdentityError("InvalidSignatureException", mismatch));
  });

  test("is refused when it was signed under another secret", async () => {
    const credentials = identities.createIdentity(roleArn);
    const request = await signed({ ...credentials, secretAccessKey: "another" });
    expect(() => identities.verify(request, "kms")).toThrow(
      expect.objectContaining({ code: "InvalidSignatureException", message: mismatch }),
    );
  });

  test.for(["accessKeyId", "sessionToken"] as const)("is refused under a %s that nobody has", async (member) => {
    const credentials = identities.createIdentity(roleArn);
    const request = await signed({ ...credentials, [member]: "another" });
    expect(() => identities.verify(request, "kms")).toThrow(
      expect.objectContaining({
        code: "UnrecognizedClientException",
        message: "The security token included in the request is invalid.",
      }),
    );
  });

  test("is refused without its session token, which is signed and therefore no secret of its own", async () => {
    const { accessKeyId, secretAccessKey } = identities.createIdentity(roleArn);
    const client = new KMSClient({ endpoint: recorder.url, region, credentials: { accessKeyId, secretAccessKey } });
    await client.send(new GenerateDataKeyCommand({ KeyId: "k", KeySpec: "AES_256" }));
    expect(() => identities.verify(received.at(-1)!, "kms")).toThrow(
      expect.objectContaining({ code: "UnrecognizedClientException" }),
    );
  });

  test("is refused for another service than it was signed for", async () => {
    const request = await signed();
    expect(() => identities.verify(request, "dynamodb")).toThrow(
      expect.objectContaining({
        code: "InvalidSignatureException",
        message: "Credential should be scoped to correct service: 'dynamodb'. ",
      }),
    );
  });

  test("is refused when a header was added that is not signed", async () => {
    const { headers, ...request } = await signed();
    expect(() => identities.verify({ ...request, headers: { ...headers, "x-amz-more": "1" } }, "kms")).toThrow(
      expect.objectContaining({
        code: "InvalidSignatureException",
        message: "'x-amz-more' must be a 'SignedHeader' in the AWS Authorization.",
      }),
    );
  });
});

describe("the time of a request", () => {
  test("may be five minutes off", async () => {
    const request = await signed();
    const sent = Date.parse(
      String(request.headers["x-amz-date"]).replace(/(....)(..)(..T..)(..)(..Z)/, "$1-$2-$3:$4:$5"),
    );
    for (const offset of [-300_000, 300_000]) {
      clock = sent + offset;
      expect(identities.verify(request, "kms").roleArn).toBe(roleArn);
    }
  });

  test("is refused once it is too old", async () => {
    const request = await signed();
    clock = Date.parse("2030-01-01T00:10:00Z");
    expect(() => identities.verify(request, "kms")).toThrow(
      new IdentityError(
        "InvalidSignatureException",
        `Signature expired: ${String(request.headers["x-amz-date"])} is now earlier than 20300101T000500Z ` +
          "(20300101T001000Z - 5 min.)",
      ),
    );
  });

  test("is refused while it is yet to come", async () => {
    const request = await signed();
    clock = Date.parse("2020-01-01T00:10:00Z");
    expect(() => identities.verify(request, "kms")).toThrow(
      new IdentityError(
        "InvalidSignatureException",
        `Signature not yet current: ${String(request.headers["x-amz-date"])} is still later than 20200101T001500Z ` +
          "(20200101T001000Z + 5 min.)",
      ),
    );
  });

  test("is refused when it is none, or not the credential's day", async () => {
    const { headers, ...request } = await signed();
    const at = (time: string) => () =>
      identities.verify({ ...request, headers: { ...headers, "x-amz-date": time } }, "kms");
    expect(at("yesterday")).toThrow(
      new IdentityError("IncompleteSignatureException", "Date must be in ISO-8601 'basic format'."),
    );
    expect(at("20200101T000000Z")).toThrow(
      new IdentityError(
        "InvalidSignatureException",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP",
      ),
    );
  });
});

describe("an Authorization header", () => {
  const incomplete: readonly [string, string][] = [
    ["Bearer x", "Authorization header requires 'Credential' parameter."],
    [
      "AWS4-HMAC-SHA256 Credential=a/b",
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term",
    ],
    [
      "AWS4-HMAC-SHA256 Credential=a/20260101/r/s/aws4_request",
      "Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      "AWS4-HMAC-SHA256 Credential=a/20260101/r/s/aws4_request, SignedHeaders=host",
      "Authorization header requires 'Signature' parameter.",
    ],
  ];
  test.for(incomplete)("%o is incomplete", ([authorization, message]) => {
    const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: { authorization }, body: "" };
    expect(() => identities.verify(request, "kms")).toThrow(new IdentityError("IncompleteSignatureException", message));
  });

  test("is asked for", () => {
    const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: "" };
    expect(() => identities.verify(request, "kms")).toThrow(
      new IdentityError("MissingAuthenticationTokenException", "Missing Authentication Token"),
    );
  });
});

// Examples that AWS publishes: the first of its SigV4 test suite, and the one that its guide works through.
test.for<readonly [string, string, string, Record<string, string>, string]>([
  [
    "get-vanilla of AWS's test suite",
    "service",
    "",
    { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" },
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  ],
  [
    "ListUsers of AWS's guide",
    "iam",
    "Version=2010-05-08&Action=ListUsers",
    {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      host: "iam.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
    },
    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  ],
])("the signature of %s is the published one", ([, service, query, headers, signature]) => {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${Object.keys(headers).join(";")}, Signature=${signature}`;
  const request = {
    method: "GET",
    path: "/",
    query: new URLSearchParams(query),
    headers: { ...headers, authorization },
    body: "",
  };
  const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  expect(signatureOf(request, readAuthorization(request), secret)).toBe(signature);
});

describe("an identity", () => {
  test("is made once for a role", () => {
    identities.createIdentity(roleArn);
    expect(() => identities.createIdentity(roleArn)).toThrow(new TypeError("there is an identity of this role"));
  });

  test("has to be made before its policies are changed", () => {
    expect(() => identities.setPolicies(roleArn, [])).toThrow(new TypeError("there is no identity of this role"));
  });

  test("has the policies that were last set", async () => {
    const statement = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" } as const;
    const credentials = identities.createIdentity(roleArn, [{ Version: "2012-10-17", Statement: statement }]);
    identities.setPolicies(roleArn, [{ Version: "2012-10-17", Statement: { ...statement, Effect: "Deny" } }]);
    const { policies } = identities.verify(await signed(credentials), "kms");
    expect(policies.flat().map(({ effect }) => effect)).toEqual(["Deny"]);
  });
});

function resigned(request: LoopbackRequest, change: (header: string) => string): LoopbackRequest {
  return { ...request, headers: { ...request.headers, authorization: change(request.headers.authorization ?? "") } };
}

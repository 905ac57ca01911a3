import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Doc } from "../deploy/doctor/a-clean-pool.ts";

/** A loopback server that answers the SDK's own requests out of an export. */
export type ShowingAws = {
  readonly url: string;
  /** Every operation that was asked for, in order: `kms:DescribeKey`. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
};

type Answer = { readonly status?: number; readonly body: unknown };

const none = (type: string): Answer => ({ status: 400, body: { __type: type, message: "somebody's own words" } });

/**
 * Shows a pool, its function, keys and tables as the services do, of an export in which nothing was cut away.
 *
 * @param refused Operations that are answered with AccessDeniedException.
 */
export async function showAws(pool: Doc, refused: readonly string[] = []): Promise<ShowingAws> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void read(request).then((input) => {
      const operation = operationOf(request);
      asked.push(operation);
      const { status = 200, body } = refused.includes(operation)
        ? none("AccessDeniedException")
        : answer(pool, operation, input, request.url ?? "");
      const type = operation.startsWith("lambda:") ? "application/json" : "application/x-amz-json-1.1";
      const error = (body as Doc)["__type"];
      if (typeof error === "string") response.setHeader("x-amzn-errortype", error);
      response.writeHead(status, { "content-type": type });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function read(request: IncomingMessage): Promise<Doc> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Doc);
}

const SERVICES: Readonly<Record<string, string>> = {
  AWSCognitoIdentityProviderService: "cognito-idp",
  TrentService: "kms",
  DynamoDB_20120810: "dynamodb",
};

function operationOf({ headers, url = "" }: IncomingMessage): string {
  const target = headers["x-amz-target"];
  if (typeof target !== "string")
    return url.includes("/policy") ? "lambda:GetPolicy" : "lambda:GetFunctionConfiguration";
  const [service = "", operation = ""] = target.split(".");
  return `${SERVICES[service]}:${operation}`;
}

function answer(pool: Doc, operation: string, input: Doc, url: string): Answer {
  const all = (part: string): readonly Doc[] => pool[part] as readonly Doc[];
  const one = (part: string, member: string, value: unknown): Doc =>
    all(part).find((each) => each[member] === value) ?? {};
  const key = one("keys", "arn", input["KeyId"]);
  const table = one("tables", "name", input["TableName"] ?? String(input["ResourceArn"]).split("/")[1]);
  switch (operation) {
    case "cognito-idp:DescribeUserPool":
      return { body: { UserPool: pool["userPool"] } };
    case "cognito-idp:ListUserPoolClients":
      return {
        body: { UserPoolClients: all("clients").map(({ ClientId, ClientName }) => ({ ClientId, ClientName })) },
      };
    case "cognito-idp:DescribeUserPoolClient":
      return { body: { UserPoolClient: one("clients", "ClientId", input["ClientId"]) } };
    case "cognito-idp:ListResourceServers":
      return { body: { ResourceServers: pool["resourceServers"] } };
    case "cognito-idp:ListIdentityProviders":
      return { body: { Providers: all("identityProviders").map(({ ProviderName }) => ({ ProviderName })) } };
    case "cognito-idp:DescribeIdentityProvider":
      return { body: { IdentityProvider: one("identityProviders", "ProviderName", input["ProviderName"]) } };
    case "lambda:GetFunctionConfiguration":
      return { body: pool["functionConfiguration"] };
    case "lambda:GetPolicy": {
      const policy = pool[url.includes("Qualifier=") ? "functionPolicy" : "unqualifiedPolicy"];
      return policy === null ? { status: 404, body: { __type: "ResourceNotFoundException" } } : { body: policy };
    }
    case "kms:DescribeKey":
      return { body: { KeyMetadata: key["metadata"] } };
    case "kms:GetKeyPolicy":
      return { body: key["policy"] };
    case "kms:GetKeyRotationStatus":
      return { body: key["rotation"] };
    case "kms:ListGrants":
      return { body: { Grants: key["grants"], Truncated: false } };
    case "dynamodb:DescribeTable":
      return { body: { Table: table["table"] } };
    case "dynamodb:DescribeContinuousBackups":
      return { body: { ContinuousBackupsDescription: table["continuousBackups"] } };
    case "dynamodb:GetResourcePolicy":
      return none("PolicyNotFoundException");
    default:
      return none("UnknownOperationException");
  }
}

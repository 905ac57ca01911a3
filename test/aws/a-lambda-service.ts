import type { Loopback, LoopbackAnswer, LoopbackRequest } from "../../local/loopback.ts";
import { serveLoopback } from "../../local/loopback.ts";

type Statement = { readonly Sid: string; readonly [member: string]: unknown };

export type LambdaService = Loopback & {
  /** What was asked, as `METHOD path?query`. */
  readonly requests: string[];
  /** Statements by the ARN they are about. */
  readonly statements: Map<string, readonly Statement[]>;
};

/** Lambda's GetPolicy, AddPermission and RemovePermission, for any function. */
export async function serveLambdaPolicies(): Promise<LambdaService> {
  const statements = new Map<string, readonly Statement[]>();
  const requests: string[] = [];
  const server = await serveLoopback(async (request) => {
    requests.push(`${request.method} ${decodeURIComponent(request.path)}?${request.query.toString()}`);
    return answer(request, statements);
  });
  return { ...server, requests, statements };
}

function answer({ method, path, query, body }: LoopbackRequest, all: LambdaService["statements"]): LoopbackAnswer {
  const [, name = "", sid] = /^\/2015-03-31\/functions\/([^/]+)\/policy(?:\/([^/]+))?$/.exec(path) ?? [];
  const qualifier = query.get("Qualifier");
  const arn = `${decodeURIComponent(name)}${qualifier === null ? "" : `:${qualifier}`}`;
  const there = all.get(arn) ?? [];
  switch (method) {
    case "GET": {
      if (there.length === 0) return refusal(404, "ResourceNotFoundException");
      return json(200, { Policy: JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: there }) });
    }
    case "POST": {
      const asked = JSON.parse(body) as { readonly [member: string]: string };
      const Sid = asked["StatementId"] ?? "";
      if (there.some((each) => each.Sid === Sid)) return refusal(409, "ResourceConflictException");
      const statement = {
        Sid,
        Effect: "Allow",
        Principal: { Service: asked["Principal"] },
        Action: asked["Action"],
        Resource: arn,
        Condition: {
          StringEquals: { "AWS:SourceAccount": asked["SourceAccount"] },
          ArnLike: { "AWS:SourceArn": asked["SourceArn"] },
        },
      };
      all.set(arn, [...there, statement]);
      return json(201, { Statement: JSON.stringify(statement) });
    }
    default: {
      const left = there.filter((each) => each.Sid !== sid);
      if (left.length === there.length) return refusal(404, "ResourceNotFoundException");
      all.set(arn, left);
      return { status: 204 };
    }
  }
}

function refusal(status: number, exception: string): LoopbackAnswer {
  return {
    ...json(status, { Type: "User", Message: "arn:aws:iam::111122223333:user/nora may not" }),
    headers: { "content-type": "application/json", "x-amzn-errortype": exception },
  };
}

function json(status: number, body: object): LoopbackAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

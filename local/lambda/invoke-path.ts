import { randomUUID } from "node:crypto";
import { type Loopback, type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "../loopback.ts";
import type { Outcome } from "./function-outcome.ts";

/** Runs one event through the function. */
export type RunEvent = (requestId: string, payload: string) => Promise<Outcome>;

/**
 * Serves Lambda's Invoke operation for one function, `RequestResponse` only. Signatures are not checked.
 *
 * Source: AWS Lambda API reference, "Invoke".
 */
export async function serveInvoke(functionArn: string, run: RunEvent, port = 0): Promise<Loopback> {
  return serveLoopback((request) => invoke(functionArn, run, request), port);
}

async function invoke(functionArn: string, run: RunEvent, request: LoopbackRequest): Promise<LoopbackAnswer> {
  const requestId = randomUUID();
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path) ?? [];
  if (name === undefined || request.method !== "POST") {
    return refusal(requestId, 404, "UnknownOperationException", "the embedded Lambda has Invoke only");
  }
  if (!isNameOf(functionArn, name)) {
    return refusal(requestId, 404, "ResourceNotFoundException", "Function not found");
  }
  const { "x-amz-invocation-type": type = "RequestResponse" } = request.headers;
  if (type !== "RequestResponse") {
    return refusal(
      requestId,
      400,
      "InvalidParameterValueException",
      "the embedded Lambda answers RequestResponse only",
    );
  }
  const payload = request.body === "" ? "{}" : request.body;
  if (!isJson(payload)) {
    return refusal(requestId, 400, "InvalidRequestContentException", "Could not parse request body into json");
  }
  const outcome = await run(requestId, payload);
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "x-amzn-requestid": requestId,
      "x-amz-executed-version": "$LATEST",
      ...(outcome.failed ? { "x-amz-function-error": "Unhandled" } : {}),
    },
    body: outcome.payload,
  };
}

/** A function goes by its name, its ARN, or the ARN without what everybody knows; each may name the version too. */
function isNameOf(functionArn: string, encoded: string): boolean {
  const [, , , , account, , name] = functionArn.split(":");
  const asked = decode(encoded).replace(/:\$LATEST$/, "");
  return [name, `${account}:function:${name}`, functionArn].includes(asked);
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function refusal(requestId: string, status: number, errorType: string, message: string): LoopbackAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId, "x-amzn-errortype": errorType },
    body: JSON.stringify({ Type: "User", Message: message }),
  };
}

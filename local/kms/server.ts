import { randomUUID } from "node:crypto";
import type { Identities } from "../identities/identities.ts";
import { IdentityError } from "../identities/identity-error.ts";
import { type Loopback, type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "../loopback.ts";
import { KmsError } from "./error.ts";
import type { Kms } from "./kms.ts";
import { type Fields, isFields } from "./members.ts";

/** Codes that are the service's fault; every other error is the caller's and has status 400. */
const serverFaults: ReadonlyMap<string, number> = new Map([
  ["KMSInternalException", 500],
  ["KeyUnavailableException", 500],
  ["DependencyTimeoutException", 503],
]);

export type KmsServerOptions = {
  readonly port?: number;
  /** Who there is. With it signatures are checked and policies decide; without it everybody may do everything. */
  readonly identities?: Identities;
};

/**
 * Serves `kms` on loopback in AWS JSON 1.1, as any KMS client speaks it. One server stands for the endpoints of every
 * region: it takes the region from the credential scope the client signed for.
 */
export async function serveKms(kms: Kms, { port = 0, identities }: KmsServerOptions = {}): Promise<Loopback> {
  return serveLoopback((request) => answer(kms, request, identities), port);
}

async function answer(kms: Kms, request: LoopbackRequest, identities: Identities | undefined): Promise<LoopbackAnswer> {
  try {
    const operation = operationOf(request);
    const region = regionOf(request);
    const caller = identities?.verify(request, "kms") ?? null;
    return reply(200, await kms.call(operation, { region, caller }, parse(request.body)));
  } catch (error) {
    if (!(error instanceof KmsError || error instanceof IdentityError)) throw error;
    const { code, message } = error;
    return reply(serverFaults.get(code) ?? 400, { __type: code, ...(message === "" ? {} : { message }) });
  }
}

function operationOf({ headers }: LoopbackRequest): string {
  const [, operation] = /^TrentService\.(\w+)$/.exec(String(headers["x-amz-target"] ?? "")) ?? [];
  if (operation === undefined) throw new KmsError("UnknownOperationException");
  return operation;
}

/** The credential scope is `<access key>/<date>/<region>/<service>/aws4_request` (AWS Signature Version 4). */
function regionOf({ headers }: LoopbackRequest): string {
  const region = /Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/kms\/aws4_request/.exec(headers.authorization ?? "")?.[1];
  if (region === undefined) throw new KmsError("MissingAuthenticationTokenException", "Missing Authentication Token");
  return region;
}

function parse(body: string): Fields {
  const value = json(body);
  if (!isFields(value)) throw new KmsError("SerializationException");
  return value;
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function reply(status: number, body: Fields): LoopbackAnswer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() },
    body: JSON.stringify(encoded(body)),
  };
}

/** The protocol's forms: bytes in base64, times in seconds. */
function encoded(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(encoded);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encoded(member)]));
}

import { randomUUID } from "node:crypto";
import { type Loopback, type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "../loopback.ts";
import { KmsError, type KmsErrorCode } from "./error.ts";
import type { KmsContext } from "./input.ts";
import type { Kms } from "./kms.ts";

type Fields = Readonly<Record<string, unknown>>;
type Operation = (kms: Kms, region: string, input: Fields) => Promise<Fields>;

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [
    "GenerateDataKey",
    async (kms, region, input) => {
      const { KeyId, KeySpec, NumberOfBytes, EncryptionContext, ...others } = input;
      refuse(others);
      return kms.generateDataKey(region, {
        KeyId: text(KeyId),
        KeySpec: text(KeySpec),
        NumberOfBytes: integer(NumberOfBytes),
        EncryptionContext: context(EncryptionContext),
      });
    },
  ],
  [
    "Decrypt",
    async (kms, region, input) => {
      const { KeyId, CiphertextBlob, EncryptionContext, EncryptionAlgorithm, ...others } = input;
      refuse(others);
      return kms.decrypt(region, {
        KeyId: text(KeyId),
        CiphertextBlob: bytes(CiphertextBlob),
        EncryptionContext: context(EncryptionContext),
        EncryptionAlgorithm: text(EncryptionAlgorithm),
      });
    },
  ],
  [
    "DescribeKey",
    async (kms, region, input) => {
      const { KeyId, ...others } = input;
      refuse(others);
      return kms.describeKey(region, { KeyId: text(KeyId) });
    },
  ],
]);

/** Codes that are the service's fault; every other error is the caller's and has status 400. */
const serverFaults: ReadonlyMap<KmsErrorCode, number> = new Map([
  ["KMSInternalException", 500],
  ["KeyUnavailableException", 500],
  ["DependencyTimeoutException", 503],
]);

/**
 * Serves `kms` on loopback in AWS JSON 1.1, as any KMS client speaks it. One server stands for the endpoints of every
 * region: it takes the region from the credential scope the client signed for. Signatures are not checked.
 */
export async function serveKms(kms: Kms, port = 0): Promise<Loopback> {
  return serveLoopback((request) => answer(kms, request), port);
}

async function answer(kms: Kms, request: LoopbackRequest): Promise<LoopbackAnswer> {
  try {
    const operation = operationOf(request);
    const region = regionOf(request);
    return reply(200, await operation(kms, region, parse(request.body)));
  } catch (error) {
    if (!(error instanceof KmsError)) throw error;
    const { code, message } = error;
    return reply(serverFaults.get(code) ?? 400, { __type: code, ...(message === "" ? {} : { message }) });
  }
}

function operationOf({ headers }: LoopbackRequest): Operation {
  const target = String(headers["x-amz-target"] ?? "");
  const operation = operations.get(target.replace(/^TrentService\./, ""));
  if (operation === undefined || !target.startsWith("TrentService.")) throw new KmsError("UnknownOperationException");
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
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encoded(member)]));
}

/** A member that were quietly ignored, `DryRun` say, would let a test pass that must not. */
function refuse(others: Fields): void {
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) {
    throw new KmsError("ValidationException", `the embedded KMS does not emulate ${stranger} here`);
  }
}

function text(value: unknown): string | undefined {
  return checked(value, (candidate) => typeof candidate === "string");
}

function integer(value: unknown): number | undefined {
  return checked(value, (candidate): candidate is number => Number.isInteger(candidate));
}

function context(value: unknown): KmsContext | undefined {
  return checked(
    value,
    (candidate): candidate is KmsContext =>
      isFields(candidate) && Object.values(candidate).every((member) => typeof member === "string"),
  );
}

function bytes(value: unknown): Uint8Array | undefined {
  const base64 = text(value);
  if (base64 === undefined) return undefined;
  const decoded = Buffer.from(base64, "base64");
  // Node reads what it can of a broken text; AWS refuses all of it.
  if (decoded.toString("base64") !== base64) throw new KmsError("SerializationException");
  return decoded;
}

function checked<T>(value: unknown, is: (candidate: unknown) => candidate is T): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (!is(value)) throw new KmsError("SerializationException");
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { createHash, createHmac } from "node:crypto";
import type { LoopbackRequest } from "../loopback.ts";
import { IdentityError } from "./identity-error.ts";

/** What the `Authorization` header of a signed request says (IAM User Guide, "AWS Signature Version 4"). */
export type Authorization = {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  /** In lower case, as signed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
};

const algorithm = "AWS4-HMAC-SHA256";

/**
 * Reads how a request says it was signed.
 *
 * @throws {IdentityError} `MissingAuthenticationTokenException`, `IncompleteSignatureException`.
 */
export function readAuthorization({ headers }: LoopbackRequest): Authorization {
  const header = headers.authorization;
  if (header === undefined)
    throw new IdentityError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const [, fields = ""] = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(header) ?? [];
  const values = new Map(
    fields.split(/\s*,\s*/).map((field) => [field.split("=")[0] ?? "", field.replace(/^[^=]*=/, "")]),
  );
  const [, accessKeyId = "", day = "", region = "", service = ""] =
    /^([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/.exec(required(values, "Credential")) ?? [];
  if (accessKeyId === "") {
    throw new IdentityError(
      "IncompleteSignatureException",
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term",
    );
  }
  const signedHeaders = required(values, "SignedHeaders").split(";");
  return { accessKeyId, day, region, service, signedHeaders, signature: required(values, "Signature") };
}

/** The signature a request should carry under `secret`. The body is always hashed: no request goes unsigned here. */
export function signatureOf(request: LoopbackRequest, authorization: Authorization, secret: string): string {
  const { day, region, service } = authorization;
  const time = String(request.headers["x-amz-date"] ?? "");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = [algorithm, time, scope, sha256(canonicalRequest(request, authorization.signedHeaders))].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

function canonicalRequest(request: LoopbackRequest, signedHeaders: readonly string[]): string {
  const { method, path, query, headers, body } = request;
  const pairs = [...query].map(([name, value]) => [encode(name), encode(value)] as const);
  const canonicalHeaders = signedHeaders.map((name) => {
    const value = headers[name] ?? "";
    return `${name}:${(typeof value === "string" ? value : value.join(",")).trim().replace(/ +/g, " ")}\n`;
  });
  return [
    method,
    // The path comes in encoded once, and AWS wants it encoded twice (everywhere but in S3).
    path.split("/").map(encode).join("/"),
    pairs
      .sort(byNameThenValue)
      .map((pair) => pair.join("="))
      .join("&"),
    canonicalHeaders.join(""),
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
}

type Pair = readonly [name: string, value: string];

function byNameThenValue([one, first]: Pair, [other, second]: Pair): number {
  if (one !== other) return one < other ? -1 : 1;
  return first < second ? -1 : 1;
}

/** Percent-encodes all but the unreserved characters of RFC 3986, section 2.3. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function required(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined || value === "") {
    throw new IdentityError("IncompleteSignatureException", `Authorization header requires '${name}' parameter.`);
  }
  return value;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

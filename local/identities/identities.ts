import { randomBytes, timingSafeEqual } from "node:crypto";
import type { LoopbackRequest } from "../loopback.ts";
import { type Caller, sessionOfRole } from "../policy/caller.ts";
import type { Policy, PolicyDocument } from "../policy/policy.ts";
import { readPolicy } from "../policy/read-policy.ts";
import { IdentityError } from "./identity-error.ts";
import { type Authorization, readAuthorization, signatureOf } from "./signature.ts";

/** Temporary credentials, in the form every AWS SDK takes. */
export type AccessKey = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
};

/** Who sent a request and what the sender's own policies say. */
export type VerifiedCaller = Caller & { readonly policies: readonly Policy[] };

/** The roles of the embedded stack, with an access key each. */
export type Identities = {
  /**
   * Adds a role, by its ARN, with its identity policies, and gives the credentials of a session of it.
   *
   * @throws {TypeError} for what is no role's ARN, or a role that there is; {PolicyError}.
   */
  readonly createIdentity: (roleArn: string, policies?: readonly PolicyDocument[]) => AccessKey;
  /** Puts other identity policies in place of a role's. */
  readonly setPolicies: (roleArn: string, policies: readonly PolicyDocument[]) => void;
  /**
   * Finds out who signed a request to `service`.
   *
   * @throws {IdentityError}
   */
  readonly verify: (request: LoopbackRequest, service: string) => VerifiedCaller;
};

type Identity = { readonly caller: Caller; readonly key: AccessKey; readonly policies: readonly Policy[] };

/** By this much a request's time may differ from the server's. */
const skewMs = 5 * 60_000;

/** A stack without roles. `now` is in milliseconds. */
export function createIdentities(now: () => number = Date.now): Identities {
  const identities = new Map<string, Identity>();
  const read = (policies: readonly PolicyDocument[]): readonly Policy[] =>
    policies.map((policy) => readPolicy(policy, "identity"));
  const ofRole = (roleArn: string): Identity | undefined =>
    [...identities.values()].find(({ caller }) => caller.roleArn === roleArn);

  return {
    createIdentity: (roleArn, policies = []) => {
      const caller = sessionOfRole(roleArn);
      if (ofRole(roleArn) !== undefined) throw new TypeError("there is an identity of this role");
      const key = newAccessKey();
      identities.set(key.accessKeyId, { caller, key, policies: read(policies) });
      return key;
    },
    setPolicies: (roleArn, policies) => {
      const identity = ofRole(roleArn);
      if (identity === undefined) throw new TypeError("there is no identity of this role");
      identities.set(identity.key.accessKeyId, { ...identity, policies: read(policies) });
    },
    verify: (request, service) => {
      const authorization = readAuthorization(request);
      const identity = identities.get(authorization.accessKeyId);
      if (identity === undefined || request.headers["x-amz-security-token"] !== identity.key.sessionToken) {
        throw new IdentityError(
          "UnrecognizedClientException",
          "The security token included in the request is invalid.",
        );
      }
      checkScope(authorization, request, service, now());
      checkSignature(authorization, request, identity.key.secretAccessKey);
      return { ...identity.caller, policies: identity.policies };
    },
  };
}

function checkScope(
  { day, service, signedHeaders }: Authorization,
  { headers }: LoopbackRequest,
  expected: string,
  now: number,
): void {
  if (service !== expected) throw invalid(`Credential should be scoped to correct service: '${expected}'. `);
  const time = String(headers["x-amz-date"] ?? "");
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(signedAt)) {
    throw new IdentityError("IncompleteSignatureException", "Date must be in ISO-8601 'basic format'.");
  }
  if (!time.startsWith(day)) {
    throw invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP");
  }
  const [earliest, latest] = [basic(now - skewMs), basic(now + skewMs)];
  if (signedAt < now - skewMs) {
    throw invalid(`Signature expired: ${time} is now earlier than ${earliest} (${basic(now)} - 5 min.)`);
  }
  if (signedAt > now + skewMs) {
    throw invalid(`Signature not yet current: ${time} is still later than ${latest} (${basic(now)} + 5 min.)`);
  }
  // What is not signed can be changed on the way, so AWS insists on the host and on every x-amz-* header.
  const unsigned = Object.keys(headers)
    .filter((name) => name === "host" || name.startsWith("x-amz-"))
    .find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) {
    throw invalid(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

function checkSignature(authorization: Authorization, request: LoopbackRequest, secret: string): void {
  const expected = Buffer.from(signatureOf(request, authorization, secret));
  const given = Buffer.from(authorization.signature);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw invalid(
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
      "and signing method. Consult the service documentation for details.",
  );
}

function newAccessKey(): AccessKey {
  return {
    accessKeyId: `ASIALOCAL${randomBytes(6).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: randomBytes(60).toString("base64"),
  };
}

/** ISO 8601's basic format, in which SigV4 writes times: 20150830T123600Z. */
function basic(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

function invalid(message: string): IdentityError {
  return new IdentityError("InvalidSignatureException", message);
}

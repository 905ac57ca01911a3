import type { LoopbackAnswer, LoopbackRequest } from "../loopback.ts";

/** Headers that the SDK and Amplify send from a browser. */
const sent = [
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "authorization",
  "cache-control",
  "content-type",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-target",
  "x-amz-user-agent",
].join(", ");

/** Headers of an answer that a page may read. */
const shown = "x-amzn-errormessage, x-amzn-errortype, x-amzn-requestid";

/** Answers a preflight; null where the request is none. */
export function preflight({ method, headers }: LoopbackRequest): LoopbackAnswer | null {
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return null;
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": sent,
      "access-control-max-age": "600",
    },
  };
}

/**
 * Lets pages of loopback origins read the answer. Cognito lets every origin; a page on the internet has no business
 * with a pool on somebody's workstation. Cookies are not among it: the sign-in page is for navigation alone.
 */
export function readableFrom({ headers }: LoopbackRequest, answer: LoopbackAnswer): LoopbackAnswer {
  const { origin } = headers;
  if (origin === undefined) return answer;
  const readable = { "access-control-allow-origin": origin, "access-control-expose-headers": shown };
  return { ...answer, headers: { ...answer.headers, ...(isLoopback(origin) ? readable : {}), vary: "origin" } };
}

function isLoopback(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(origin);
}

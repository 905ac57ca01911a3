import { CEILINGS } from "../../claims/checks/consumer-ceilings.ts";
import type { Consumer } from "../../claims/plan.ts";
import type { Ceiling } from "./messages.ts";

const MEANS: { readonly [consumer in Consumer]: string } = {
  cookie: "a browser keeps 4,096 bytes of a cookie, its name and attributes among them",
  "cloudfront-s3": "S3 takes 8 KB of headers behind CloudFront, which adds some of its own",
  "api-gateway-rest": "a REST API takes 10,240 bytes of headers in all",
  "api-gateway-http": "an HTTP API takes 10,240 bytes of headers in all",
};

/** What an access token can have on its way to services, smallest first: what the check holds maps to. */
export function ceilings(): readonly Ceiling[] {
  return Object.entries(CEILINGS)
    .map(([name, bytes]): Ceiling => ({ name, bytes, means: MEANS[name as Consumer] }))
    .toSorted((one, other) => one.bytes - other.bytes);
}

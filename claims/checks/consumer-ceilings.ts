import type { MapPath, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { Consumer } from "../plan.ts";
import { code } from "../shape/place.ts";

/**
 * The longest access token each of them lets through, in bytes: what it takes of a request's headers, less what else
 * travels there.
 * Sources: API Gateway quotas, "Total combined size of request line and header values" (10,240, for REST and HTTP
 * APIs), less 2,048; Amazon S3 API reference, "Request headers are limited to 8 KB", less 1,024 for what CloudFront
 * adds; RFC 6265, section 6.1: 4,096 for a cookie with its name and attributes, less 256.
 */
export const CEILINGS: { readonly [consumer in Consumer]: number } = {
  "api-gateway-rest": 8_192,
  "api-gateway-http": 8_192,
  "cloudfront-s3": 7_168,
  cookie: 3_840,
};

/**
 * CS605 and CS606: an access token that may grow over what stands in front of the APIs. A warning where the map says
 * what stands there, else worth knowing.
 */
export function consumerCeilings(read: ReadMap, profile: MapPath, bytes: number): readonly Finding[] {
  const declared = Object.entries(read.map.resourceServers).flatMap(([server, { consumers }]) =>
    consumers.flatMap((consumer): readonly Finding[] => {
      if (bytes <= CEILINGS[consumer]) return [];
      const path = ["resourceServers", server, "consumers"];
      const message = `the access token of profile ${code(profile.at(-1) ?? "")} can have ${bytes} bytes; ${consumer} in front of ${server} takes ${CEILINGS[consumer]}`;
      return [finding("CS605", path, read.at(path), message, "Lower the bounds, or emit less.")];
    }),
  );
  if (Object.values(read.map.resourceServers).some(({ consumers }) => consumers.length > 0)) return declared;
  const over = Object.entries(CEILINGS).filter(([, ceiling]) => bytes > ceiling);
  if (over.length === 0) return [];
  const which = over.map(([consumer, ceiling]) => `${consumer} (${ceiling})`).join(", ");
  const message = `the access token can have ${bytes} bytes, more than these take: ${which}`;
  return [
    finding(
      "CS606",
      profile,
      read.at(profile),
      message,
      "Declare the `consumers` of a resource server, and lower the bounds.",
    ),
  ];
}

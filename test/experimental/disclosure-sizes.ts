import { tokenBytes } from "../../cognito/token-size.ts";
import { decoyDigest, makeDisclosure } from "../../crypto/disclosure.ts";
import { sealedSize } from "../../crypto/envelope-size.ts";

const UUID = "00000000-0000-4000-8000-000000000000";
const NAMES = ["employer", "birthdate", "legal_name", "licence_no", "address_1", "address_2", "insurance", "ward_name"];
const VALUE = "v".repeat(24);

/** Bytes that some claims add to a token with everything else in it. */
function added(claims: { readonly [name: string]: string | readonly string[] }): number {
  const others = { sub: UUID, iss: "x".repeat(60), scope: "care-api/chart.read" };
  return tokenBytes({ ...others, ...claims }) - tokenBytes(others);
}

export type Sizes = {
  readonly claims: number;
  /** As claims of an ID token. */
  readonly plain: number;
  readonly envelope: number;
  readonly asymmetric: number;
  readonly digests: number;
  readonly disclosures: number;
  readonly shown: number;
};

/** What `count` claims of 24 bytes cost, sealed for one resource server or held by the client. */
export function sizesOf(count: number): Sizes {
  const names = NAMES.slice(0, count);
  const claims = Object.fromEntries(names.map((name) => [name, VALUE]));
  const plain = JSON.stringify({ sub: UUID, iat: 1_795_000_000, ...claims }).length;
  const place = JSON.stringify({ aud: "care-api", pool: "eu-central-1_AbCdEfGhI" }).length;
  const disclosures = names.map((name) => makeDisclosure(name, VALUE));
  return {
    claims: count,
    plain: added(claims),
    envelope: added({ sealed_care_api: "x".repeat(sealedSize("envelope", plain)) }),
    asymmetric: added({ sealed_care_api: "x".repeat(sealedSize("asymmetric", plain + place)) }),
    digests: added({ _sd: names.map(() => decoyDigest()), _sd_alg: "sha-256" }),
    disclosures: added({ sd_disclosures: disclosures }),
    shown: disclosures[0]?.length ?? 0,
  };
}

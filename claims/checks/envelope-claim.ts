/** The claim of an access token that carries the envelope for a resource server: `care-api` is `sealed_care_api`. */
export function envelopeClaim(resourceServer: string): string {
  return `sealed_${resourceServer.replaceAll("-", "_")}`;
}

/** The user pools of CLAIMSEAL_POOLS, separated by commas; none where every pool is served that may invoke the function. */
export function poolsServed(environment: { readonly [name: string]: string | undefined }): readonly string[] {
  return (environment["CLAIMSEAL_POOLS"] ?? "").split(",").flatMap((each) => each.trim() || []);
}

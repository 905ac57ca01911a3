/** Who will see a claim: an app client in its tokens, or a resource server in its envelope. */
export type Audience =
  | { readonly kind: "client"; readonly id: string }
  | { readonly kind: "resource-server"; readonly identifier: string };

/**
 * The pseudonym of a value as one audience gets it. `attribute` is where the value comes from; undefined where none can
 * be made, which makes whatever needs it unknown.
 */
export type PseudonymFor = (audience: Audience) => (attribute: string, value: string) => string | undefined;

// Who is measured beside claimseal, and how the handlers of others are bundled.

/** How anybody would bundle a function: nothing but the target is chosen. Frozen. */
export const FROZEN = { bundle: true, minify: true, platform: "node", format: "cjs", target: "node22" };

/** Handlers that somebody else would write, by what a table calls them. */
export const PEERS = {
  floor: "floor.mjs",
  bare: "bare.mjs",
  least: "least.mjs",
  "hand-written": "hand-written.mjs",
  "Encryption SDK": "encryption-sdk.mjs",
  jose: "jose.mjs",
};

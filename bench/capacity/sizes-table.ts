import { CEILINGS } from "../../claims/checks/consumer-ceilings.ts";
import { grouped, table } from "./numbers.ts";
import { prices, wrappedKeyBytes } from "./sizes.ts";

/** The generated part of `docs/explanation/size-and-cost.md`. */
export function sizesTable(): string {
  const { base, prices: parts } = prices();
  return `## The numbers

Bytes of a token as it is sent, worked out by the code that counts them at every sign-in. Cognito's own access token, of a
sign-in by password, has ${grouped(base)}.

${table(
  ["what is added", "bytes"],
  parts.map(({ what, bytes }) => [what, grouped(bytes)]),
)}

An envelope of mode \`envelope\` has ${grouped(wrappedKeyBytes())} of its bytes for the data key alone, wrapped by KMS.

What \`check\` holds the worst case against, for each thing that stands in front of an API (\`consumers\` in a map), after
room for what else travels there:

${table(
  ["consumer", "bytes of access token"],
  Object.entries(CEILINGS).map(([consumer, bytes]) => [`\`${consumer}\``, grouped(bytes)]),
)}`;
}

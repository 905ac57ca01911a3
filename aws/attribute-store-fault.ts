import { AttributesError } from "../attributes/attributes-error.ts";
import { faultOf } from "./fault.ts";

/** Refusals that are about one row, and not about the caller or the table. */
const OF_A_ROW: ReadonlySet<unknown> = new Set(["ValidationException", "ItemCollectionSizeLimitExceededException"]);

/** All that the SDK says of a client that knows no region: an error without a name of its own. */
const NO_REGION = "Region is missing";

/**
 * The `AttributesError` for a request to DynamoDB that failed, with the name of its exception. Its text stays behind: it
 * may hold a key or a value.
 */
export function storeError(table: string, error: unknown): AttributesError {
  const named = typeof error === "object" && error !== null ? (error as { readonly name?: unknown }).name : undefined;
  const name = typeof named === "string" && /^[A-Z][A-Za-z]{2,60}$/.test(named) ? named : "no name";
  if (name === "CredentialsProviderError") {
    return new AttributesError("AWS_UNREACHABLE", `table "${table}": there are no AWS credentials`);
  }
  if (error instanceof Error && error.message === NO_REGION) {
    return new AttributesError(
      "AWS_UNREACHABLE",
      `table "${table}": no region; set AWS_REGION, or the source's \`region\``,
    );
  }
  if (faultOf(error) !== "refused") {
    return new AttributesError("AWS_UNREACHABLE", `table "${table}": DynamoDB gives no answer (${name})`);
  }
  return OF_A_ROW.has(name)
    ? new AttributesError("ROW_REFUSED", `table "${table}": DynamoDB takes no such row (${name})`)
    : new AttributesError("AWS_REFUSED", `table "${table}": DynamoDB refuses (${name})`);
}

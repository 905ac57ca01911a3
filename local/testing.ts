import { fileURLToPath } from "node:url";
import { type TestStack, type TestStackOptions, testStack } from "./testing/test-stack.ts";

export { FLAWS, type Flaw } from "./testing/flaws.ts";
export type { TestIssuer } from "./testing/test-issuer.ts";
export type { KitOpenerOptions, TestKit, TestKitOptions } from "./testing/test-kit.ts";
export type { KmsState } from "./testing/test-kms.ts";
export type { TestServerOptions } from "./testing/test-servers.ts";
export type { TestPerson, TestStack, TestStackOptions } from "./testing/test-stack.ts";
export { TEST_CLIENT_ID, TEST_SUB, type TestToken } from "./testing/test-token.ts";
export {
  createTestKit,
  createTestOpener,
  type MintOptions,
  mintTestToken,
  type TestOpenerOptions,
} from "./testing/unit-tests.ts";

/**
 * Starts DynamoDB, KMS, the trigger and a user pool for one claim map, on loopback.
 *
 * ```ts
 * const stack = await startTestStack({ map: "clinic-eu.claims.yaml" });
 * const { accessToken } = await stack.signIn("anna@clinic.example");
 * const auth = await createOpener(stack.openerOptions("care-api")).open(accessToken);
 * ```
 *
 * @throws {LocalError} what is missing: `dynalite` or `jose`, with the command that installs it, or a table.
 * @throws {Error} with the findings of a map that has errors.
 */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  // A bundle to CommonJS leaves a module without an address.
  const here: string | undefined = import.meta.url;
  const built = here?.endsWith(".ts") ? "../dist/local/" : "./";
  const file = here === undefined ? "" : fileURLToPath(new URL(`${built}testing/stack-process.js`, here));
  return testStack(file, options);
}

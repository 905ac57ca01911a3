// What `require("claimseal/testing")` gives: as `testing.ts`, but it is CommonJS that says where the stack's process is.
import { join } from "node:path";
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

/** As in `testing.ts`. The process is the one of the other build, since dynalite and jose are not for `require`. */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  return testStack(join(__dirname, "../../local/testing/stack-process.js"), options);
}

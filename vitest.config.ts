import { defineConfig, type ViteUserConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

/**
 * Tests that leave nothing behind, in modules, environment or clock, and so may share what they import, which is half of
 * their time. `npx vitest run --sequence.shuffle.files` shows whether one counts on another.
 */
const STATELESS = [
  "test/{attributes,aws,claims,cli,cognito,crypto,deploy,experimental,resource-server,triggers}/**/*.test.ts",
  "test/local/{map-tests,playground}/**/*.test.ts",
];

/** Faults take their time; `CLAIMSEAL_FAULTS=all` runs them too. */
const WAITING = process.env["CLAIMSEAL_FAULTS"] === "all" ? [] : ["test/faults/{dynamodb,kms,reader,runtime}.test.ts"];

/** What needs a browser; `CLAIMSEAL_BROWSER=all` runs it. */
const SEEN = process.env["CLAIMSEAL_BROWSER"] === "all" ? [] : ["test/**/*.browser.test.ts"];

const config: ViteUserConfig = defineConfig({
  resolve: { alias: [{ find: /^fast-check$/, replacement: `${import.meta.dirname}/test/seeded-fast-check.ts` }] },
  test: {
    projects: [
      { extends: true, test: { name: "stateless", include: STATELESS, isolate: false } },
      {
        extends: true,
        test: { name: "whole", include: ["test/**/*.test.ts"], exclude: [...STATELESS, ...WAITING, ...SEEN] },
      },
    ],
    reporters: ["default", new ClosingLine()],
    // Much of the suite waits for child processes; leaving a core free, as is the default, wastes it.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The SDK announces its own Node support plan on stderr; it is no news to a test run.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  },
});

export default config;

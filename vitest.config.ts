import { defineConfig, type ViteUserConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
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

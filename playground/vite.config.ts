import { defineConfig, type UserConfig } from "vite";

/** Every file beside the page, by relative addresses: it is served below a path that nobody can guess. */
const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: "public",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/playground",
    emptyOutDir: true,
    target: "es2023",
    // Colours are `light-dark()`: one theme follows `color-scheme`, as these and newer browsers do by themselves.
    cssTarget: ["chrome125", "firefox128", "safari17.5"],
    // The policy of the page lets nothing in that stands in a file as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    reportCompressedSize: false,
  },
});

export default config;

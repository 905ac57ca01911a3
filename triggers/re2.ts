/** The pattern engine, bundled by itself (`re2.mjs`): only functions whose plan has patterns carry it. */
export { compilePattern } from "../claims/evaluate/re2-pattern.ts";

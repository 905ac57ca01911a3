/** The pattern engine, bundled by itself (`re2.mjs`): only functions whose plan has patterns carry it. */
export { compilePattern } from "../claims/re2-pattern.ts";

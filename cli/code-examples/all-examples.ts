import type { CodeExample, CodeExamples } from "./code-example.ts";
import { TYPE_EXAMPLES } from "./expressions.ts";
import { FEDERATION_EXAMPLES } from "./federation.ts";
import { NAME_EXAMPLES } from "./names.ts";
import { PRIVACY_EXAMPLES } from "./privacy.ts";
import { PROFILE_EXAMPLES } from "./profiles.ts";
import { SHAPE_EXAMPLES } from "./shape.ts";
import { SOURCE_EXAMPLES } from "./sources.ts";
import { TRUST_AND_SIZE_EXAMPLES } from "./trust-and-size.ts";

/** An example for every code of `check`. */
export const EXAMPLES: CodeExamples = Object.fromEntries(
  Object.entries({
    ...SHAPE_EXAMPLES,
    ...NAME_EXAMPLES,
    ...TYPE_EXAMPLES,
    ...PRIVACY_EXAMPLES,
    ...TRUST_AND_SIZE_EXAMPLES,
    ...PROFILE_EXAMPLES,
    ...SOURCE_EXAMPLES,
    ...FEDERATION_EXAMPLES,
  }).map(([code, { broken, mended, ...rest }]): readonly [string, CodeExample] => [
    code,
    { ...rest, broken: broken.trim(), mended: mended.trim() },
  ]),
);

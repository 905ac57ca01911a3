import type { Plan } from "../claims/plan.ts";
import { logicalId } from "./logical-id.ts";
import type { Statement } from "./policy-document.ts";

/**
 * What asking a map's chained functions takes: for each its own statement, on exactly the function, alias or version that
 * the map names. A source that no profile reads gets none.
 */
export function invokeStatements({ sources, profiles }: Plan): readonly Statement[] {
  const waves = profiles.flatMap(({ reads }) => reads);
  const functions = new Map<string, string[]>();
  for (const [name, source] of Object.entries(sources)) {
    if (source.kind !== "chain" || !waves.some((wave) => Object.hasOwn(wave, name))) continue;
    functions.set(source.function, [...(functions.get(source.function) ?? []), name]);
  }
  return [...functions].map(([arn, names]) => ({
    Sid: `Invoke${names.map(logicalId).join("And")}`,
    Effect: "Allow",
    Action: ["lambda:InvokeFunction"],
    Resource: arn,
  }));
}

import type { Scenario } from "./scenario.mjs";

export function checkedBytes(
  contender: {
    readonly name: string;
    readonly scenario: Scenario;
    readonly keys: readonly { readonly arn: string; readonly wrapped?: string }[];
    readonly urls: { readonly kmsUrl: string };
  },
  answer: unknown,
): Promise<number | null>;

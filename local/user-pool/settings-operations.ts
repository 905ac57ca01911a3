import type { Fields } from "../../cognito/own-fields.ts";
import type { UserPool } from "./user-pool.ts";

/** DescribeUserPool. */
export function describeUserPool({ settings }: UserPool): object {
  return { UserPool: settings.describe() };
}

/** UpdateUserPool. */
export function updateUserPool({ settings }: UserPool, input: Fields): object {
  settings.update(input);
  return {};
}

export type Scenario = {
  readonly map: string;
  readonly tables: { readonly [name: string]: readonly unknown[] };
  readonly names: readonly string[];
  readonly serverNames: readonly string[];
  readonly personal: { readonly [claim: string]: string };
  readonly mode: string;
};
export const event: object;
export function scenario(wanted?: { readonly claims?: number; readonly servers?: number }): Scenario;

export type Results = { readonly [part: string]: unknown };
export type Figure = { readonly median: number; readonly q1?: number; readonly q3?: number };
export type Goal = {
  readonly id: string;
  readonly what: string;
  readonly part: string;
  readonly atMost: number;
  readonly figure: (results: Results) => Figure | null;
};
export type Standing = {
  readonly goal: Goal;
  readonly figure: Figure | null;
  readonly state: "reached" | "missed" | "not measured";
};
export const GOALS: readonly Goal[];
export function standing(results: Results, goals?: readonly Goal[]): readonly Standing[];

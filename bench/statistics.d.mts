export type Spread = { readonly median: number; readonly q1: number; readonly q3: number };
export function median(figures: readonly number[]): number;
export function quantile(figures: readonly number[], share: number): number;
export function spread(figures: readonly number[]): Spread;
export function ratios(figures: readonly number[], floor: readonly number[]): Spread;
export function exponent(points: readonly { readonly size: number; readonly cost: number }[]): number;
export function rounded(figure: number, digits?: number): number;

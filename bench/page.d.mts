export const BEGIN: string;
export const END: string;
export function withGenerated(page: string, generated: string): string;
export function pageOf(kept: { readonly [part: string]: { readonly figures: unknown } }): string;
export function number(value: number | null | undefined): string;

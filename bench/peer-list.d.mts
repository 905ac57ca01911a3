export const FROZEN: { readonly [flag: string]: unknown };
export const PEERS: { readonly [name: string]: string };

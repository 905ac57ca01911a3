import type { IncomingHttpHeaders } from "node:http";

/** A cookie of the sign-in page: for no script, and for no form that another site sends. */
export function cookie(name: string, value: string): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`;
}

/** Takes a cookie away. */
export function clearedCookie(name: string): string {
  return `${cookie(name, "")}; Max-Age=0`;
}

/** A cookie's value; empty where there is none, or one that we cannot have set. */
export function readCookie({ cookie: header = "" }: IncomingHttpHeaders, name: string): string {
  const pairs = header.split(";").map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : "";
}

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Why a request is turned away: a status, and a text that repeats nothing of it. */
export type TurnedAway = { readonly status: 403 | 404 | 405 | 415; readonly error: string };

/** What is looked at before anything else of a request is. */
export type Guard = {
  /** The path behind the token; null for every other one, which is as good as not there. */
  readonly pathWithin: (path: string) => string | null;
  /** Undefined for a request that may pass. */
  readonly turnedAway: (method: string, headers: IncomingHttpHeaders) => TurnedAway | undefined;
};

/**
 * Lets in who knows the token, under a loopback name, and takes posts from the page itself alone: another site in the
 * same browser can send requests here, also under a name of its own that it lets point to 127.0.0.1.
 */
export function guard(token: string, port: () => number): Guard {
  // Browsers leave out the port that HTTP has by itself.
  const hosts = (): readonly string[] =>
    ["127.0.0.1", "localhost"].map((name) => (port() === 80 ? name : `${name}:${port()}`));
  return {
    pathWithin: (path) => {
      const [, given = "", ...rest] = path.split("/");
      return isSame(given, token) ? rest.join("/") : null;
    },
    turnedAway: (method, headers) => {
      const { host = "", origin, "sec-fetch-site": site, "sec-fetch-mode": mode, "content-type": type = "" } = headers;
      if (!hosts().includes(host)) return { status: 403, error: "this server answers to loopback names only" };
      // Browsers say where a request comes from; `none` is somebody's own doing. A link may lead here from anywhere.
      const isLink = method === "GET" && mode === "navigate";
      if (site !== undefined && site !== "same-origin" && site !== "none" && !isLink) {
        return { status: 403, error: "this request comes from another site" };
      }
      if (method === "GET" || method === "HEAD") return undefined;
      if (method !== "POST") return { status: 405, error: "GET, HEAD and POST are all there is" };
      if (origin !== `http://${host}`) return { status: 403, error: "this request comes from another site" };
      return /^application\/json(\s*;|$)/i.test(type)
        ? undefined
        : { status: 415, error: "the body must be application/json" };
    },
  };
}

/** Compares in a time that says nothing of where two texts differ, or how long they are. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

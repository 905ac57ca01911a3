import { request } from "node:http";
import { pipeline } from "node:stream";

/**
 * A middleware that hands requests on to servers on this machine, so that the browser knows one origin: no CORS, and one
 * certificate to trust. The host stays as the browser wrote it; the sign-in page compares it with the form's origin.
 *
 * @param routes Gives, for a path, the URL it goes to; null for what is the page's own, undefined for what is not there
 * yet.
 */
export function forward(routes) {
  return (incoming, outgoing, next) => {
    const target = routes(incoming.url);
    if (target === null) next();
    else if (target === undefined) answerStarting(outgoing);
    else handOn(target, incoming, outgoing);
  };
}

function handOn(target, incoming, outgoing) {
  const onward = request(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    // Where either end goes away in the middle of it, the other must hear of it.
    pipeline(answer, outgoing, () => {});
  });
  outgoing.on("close", () => onward.destroy());
  onward.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy();
    else answerStarting(outgoing);
  });
  incoming.pipe(onward);
}

/** What there is to say while the pool and the APIs start. */
export function answerStarting(outgoing) {
  outgoing.writeHead(503, { "content-type": "application/json", "cache-control": "no-store" });
  outgoing.end('{"error":"STARTING"}');
}

/**
 * Where each path leads: to the APIs and the pool's API by its first part, to the sign-in page by the paths it has on AWS.
 *
 * @param servers Their URLs; null while they start.
 */
export function routesTo(servers) {
  const prefixes = { "/care-api": "care", "/billing-api": "billing", "/cognito-idp": "pool" };
  return (url) => {
    if (/^\/(oauth2\/\w+|login|logout)(\?|$)/.test(url)) return servers === null ? undefined : servers.pool + url;
    const prefix = Object.keys(prefixes).find((each) => url === each || url.startsWith(`${each}/`));
    if (prefix === undefined) return null;
    return servers === null ? undefined : servers[prefixes[prefix]] + (url.slice(prefix.length) || "/");
  };
}

import { request } from "node:http";

/**
 * A middleware that hands requests on to servers on this machine, so that the browser knows one origin: no CORS, and one
 * certificate to trust. The host stays as the browser wrote it; the sign-in page compares it with the form's origin.
 *
 * @param routes Gives, for a path, the URL it goes to; null for what is the page's own.
 */
export function forward(routes) {
  return (incoming, outgoing, next) => {
    const target = routes(incoming.url);
    if (target === null) {
      next();
      return;
    }
    const onward = request(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(503, { "content-type": "application/json" }).end('{"error":"STARTING"}');
    });
    incoming.pipe(onward);
  };
}

/** Where each path leads: the APIs and the pool's API by their first part, the sign-in page by the paths it has on AWS. */
export function routesTo({ care, billing, pool }) {
  const prefixes = { "/care-api": care, "/billing-api": billing, "/cognito-idp": pool };
  return (url) => {
    if (/^\/(oauth2\/|login\b|logout\b)/.test(url)) return pool + url;
    const prefix = Object.keys(prefixes).find((each) => url === each || url.startsWith(`${each}/`));
    return prefix === undefined ? null : prefixes[prefix] + (url.slice(prefix.length) || "/");
  };
}

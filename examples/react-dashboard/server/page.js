import { once } from "node:events";
import { createServer } from "node:https";
import { fileURLToPath } from "node:url";
import { createServer as createVite } from "vite";
import { answerStarting, forward } from "./forward.js";
import { portTaken } from "./start-error.js";

/**
 * Tokens lie in the page's storage, so what runs in the page matters most: scripts of its own, and connections to its own
 * origin. The headers belong to the page wherever it is served from.
 */
const PAGE_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    // Vite's own client waits in a worker for a server that is gone.
    "worker-src 'self' blob:",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Serves the page over HTTPS on localhost, through Vite, with the APIs and the pool behind the same origin.
 *
 * @param routes As `forward` takes them.
 * @param config What the page has to know before it starts, asked for at each load; null where nobody knows yet.
 * @throws {StartError} `PORT_TAKEN`.
 */
export async function servePage({ port, certificate, routes, config }) {
  const server = createServer(certificate);
  const vite = await createVite({
    root: fileURLToPath(new URL("..", import.meta.url)),
    logLevel: "warn",
    server: { middlewareMode: true, hmr: { server } },
  });
  const handOn = forward(routes);
  server.on("request", (incoming, outgoing) => {
    handOn(incoming, outgoing, () => {
      for (const [name, value] of Object.entries(PAGE_HEADERS)) outgoing.setHeader(name, value);
      if (incoming.url === "/config.json") answerConfig(outgoing, config());
      else vite.middlewares(incoming, outgoing);
    });
  });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    await vite.close();
    throw portTaken(error, "--port");
  }
  return {
    /** Has open pages load again. */
    reload: () => vite.ws.send({ type: "full-reload" }),
    stop: async () => {
      await vite.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerConfig(outgoing, config) {
  if (config === null) return answerStarting(outgoing);
  outgoing.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  outgoing.end(JSON.stringify(config));
}

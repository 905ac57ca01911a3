// Everything the dashboard needs, on this machine, until Ctrl-C: npm start
import { relative } from "node:path";
import { MAP_FILES, startApis, startPool } from "./server/backend.js";
import { makeCertificate } from "./server/certificate.js";
import { routesTo } from "./server/forward.js";
import { HELP, readOptions } from "./server/options.js";
import { servePage } from "./server/page.js";
import { StartError } from "./server/start-error.js";
import { watchMap } from "./server/watch-map.js";

const say = (text) => process.stderr.write(`${text}\n`);
const print = (text) => process.stdout.write(`${text}\n`);

// The SDK announces its own plans for Node versions; whoever tries a dashboard can do nothing about them.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

async function main() {
  const { map, ports, json, help } = readOptions(process.argv.slice(2));
  if (help) return print(HELP);
  let isStopping = false;
  const stopped = new Promise((resolve) => {
    const stop = () => {
      isStopping = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
  });
  const origin = `https://localhost:${ports.page}`;
  say("starting the page, a user pool, its trigger, tables, keys and two APIs ...");
  // What runs behind the page; null until it does.
  let behind = null;
  const page = await servePage({
    port: ports.page,
    certificate: await makeCertificate(),
    routes: (url) => routesTo(behind && { ...behind.apis.urls, pool: behind.pool.urls.oauth })(url),
    config: () => behind && { userPoolId: behind.pool.userPoolId, userPoolClientId: behind.pool.clients[0].id },
  });
  const show = async (pool) => {
    try {
      behind = { pool, apis: await startApis(pool, ports) };
    } catch (error) {
      await pool.stop();
      throw error;
    }
    page.reload();
    print(json ? JSON.stringify({ url: origin, people: pool.people }) : told(map, origin, behind));
  };
  const hide = async () => {
    const { pool, apis } = behind ?? {};
    behind = null;
    await apis?.stop();
    await pool?.stop();
  };
  let watching;
  try {
    await show(await startPool(map, origin));
    watching = watchMap(map, MAP_FILES, async (file) => {
      say(`${file} was saved: starting anew ...`);
      // The next one is started before the last one ends: a map with a mistake in it leaves everything as it is.
      const next = await startPool(map, origin).catch(({ message }) => {
        if (!isStopping) say(`${message}\nwhat was running still is`);
        return null;
      });
      if (next === null) return;
      if (isStopping) return next.stop();
      await hide();
      await show(next);
    });
    await Promise.race([stopped, watching.failed]);
    say("stopping ...");
  } catch (error) {
    // A terminal's Ctrl-C reaches the pool's process too, so one that was about to start comes to nothing.
    if (!isStopping || !(error instanceof StartError)) throw error;
  } finally {
    // What is about to start ends too, or nothing would ever stop it.
    await watching?.end();
    await page.stop();
    await hide();
  }
}

function told(map, origin, { pool, apis }) {
  const folder = relative(process.cwd(), map) || ".";
  return [
    `the dashboard: ${origin}/`,
    "  its certificate is of this run; the browser asks once whether you trust it",
    `  care-api is at ${apis.urls.care}, billing-api at ${apis.urls.billing}`,
    "",
    "who can sign in, for this run:",
    ...pool.people.map(({ email, password }) => `  ${email}  password ${password}`),
    "",
    `save ${folder}/${MAP_FILES[0]} or its rows, and the pool starts anew; stop with Ctrl-C`,
  ].join("\n");
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  say(error.message);
  process.exitCode = error.exit;
}

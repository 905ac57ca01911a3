// Everything the dashboard needs, on this machine, until Ctrl-C: npm start
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { MAP_FILES, startApis, startPool } from "./server/backend.js";
import { makeCertificate } from "./server/certificate.js";
import { routesTo } from "./server/forward.js";
import { HELP, readOptions, StartError } from "./server/options.js";
import { servePage } from "./server/page.js";

const say = (text) => process.stderr.write(`${text}\n`);
const print = (text) => process.stdout.write(`${text}\n`);

// The SDK announces its own plans for Node versions; whoever tries a dashboard can do nothing about them.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

async function main() {
  const { ports, json, help } = readOptions(process.argv.slice(2));
  if (help) return print(HELP);
  const stopped = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
  });
  const origin = `https://localhost:${ports.page}`;
  say("starting a user pool, its trigger, tables, keys, two APIs and the page ...");
  let pool = await startPool(origin);
  let apis;
  let page;
  let watcher;
  const stop = async () => {
    watcher?.close();
    await page?.stop();
    await apis?.stop();
    await pool.stop();
  };
  try {
    apis = await startApis(pool, ports);
    page = await servePage({
      port: ports.page,
      certificate: await makeCertificate(),
      routes: (url) => routesTo({ ...apis.urls, pool: pool.urls.oauth })(url),
      config: () => ({ userPoolId: pool.userPoolId, userPoolClientId: pool.clients[0].id }),
    });
    const ready = () => print(json ? JSON.stringify({ url: origin, people: pool.people }) : told(origin, pool, apis));
    // The next one is started before the last one ends: a map with a mistake in it leaves everything as it is.
    watcher = watchMap(async () => {
      const next = await startPool(origin);
      await apis.stop();
      await pool.stop();
      pool = next;
      apis = await startApis(pool, ports);
      page.reload();
      ready();
    });
    ready();
    await stopped;
    say("stopping ...");
  } finally {
    await stop();
  }
}

function told(origin, { people }, { urls }) {
  return [
    `the dashboard: ${origin}/`,
    "  its certificate is of this run; the browser asks once whether you trust it",
    `  care-api is at ${urls.care}, billing-api at ${urls.billing}`,
    "",
    "who can sign in, for this run:",
    ...people.map(({ email, password }) => `  ${email}  password ${password}`),
    "",
    "save map/dashboard.claims.yaml or its rows, and the pool starts anew; stop with Ctrl-C",
  ].join("\n");
}

/** Runs `restart` when a file of the map is saved, one at a time; editors save in several steps, so a little later. */
function watchMap(restart) {
  const names = MAP_FILES.map((path) => basename(path));
  let running = Promise.resolve();
  let timer;
  return watch(dirname(MAP_FILES[0]), (_event, file) => {
    if (!names.includes(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      say(`${file} was saved: starting anew ...`);
      running = running.then(restart).catch((error) => say(`${error.message}\nthe last one keeps running`));
    }, 200);
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  say(error.message);
  process.exitCode = error.exit;
}

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { StartError } from "./start-error.js";

export const HELP = `Runs the dashboard on this machine: a user pool, its trigger, tables and keys, two APIs, and the page.

USAGE npm start -- [OPTIONS]

OPTIONS

  --map=<FOLDER>         with the claim map, its rows and its people (default: map)
  --port=<PORT>          of the page (default: 5173)
  --care-port=<PORT>     of care-api (default: a free one)
  --billing-port=<PORT>  of billing-api (default: a free one)
  --json                 prints a line of JSON at each start, and nothing else on standard output
  --help

Stop with Ctrl-C. Exit codes: 0 stopped, 2 usage, 3 something is missing or taken.`;

/** @throws {StartError} `USAGE`. */
export function readOptions(argv) {
  const port = { type: "string" };
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        map: { type: "string", default: fileURLToPath(new URL("../map", import.meta.url)) },
        port: { ...port, default: "5173" },
        "care-port": { ...port, default: "0" },
        "billing-port": { ...port, default: "0" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new StartError("USAGE", 2, `${error.message.split("\n", 1)[0]}; npm start -- --help lists the options`);
  }
  const ports = {
    page: portOf("--port", values.port, 1),
    care: portOf("--care-port", values["care-port"], 0),
    billing: portOf("--billing-port", values["billing-port"], 0),
  };
  const [twice] = Object.values(ports).filter((each, at, all) => each !== 0 && all.indexOf(each) !== at);
  if (twice !== undefined) throw new StartError("USAGE", 2, `port ${twice} is asked for twice`);
  return { ports, map: resolve(values.map), json: values.json, help: values.help };
}

/** The page's own port has to be known before: the pool sends people back to it, and to no other. */
function portOf(option, text, least) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= least && port <= 65_535) return port;
  throw new StartError("USAGE", 2, `${option}: expected a number from ${least} to 65535`);
}

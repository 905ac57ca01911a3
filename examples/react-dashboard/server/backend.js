import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startServices, startStack } from "../../apis/local.js";
import { StartError } from "./options.js";
import { portTaken } from "./page.js";

const pathOf = (name) => fileURLToPath(new URL(`../map/${name}`, import.meta.url));

/** The files that say what the tokens hold, and of whom. */
export const MAP_FILES = ["dashboard.claims.yaml", "dashboard.tables.json", "dashboard.dev.json"].map(pathOf);

const [map, tables, setupFile] = MAP_FILES;

/**
 * Starts the stack of the dashboard's map.
 *
 * @param origin Where the page is: the pool sends people back there.
 * @throws {StartError} `MAP_UNUSABLE`, with what is wrong with the map, its rows or its setup.
 */
export async function startPool(origin) {
  try {
    return await startStack({ map, tables, setup: setupFor(origin, await readFile(setupFile, "utf8")) });
  } catch (error) {
    throw new StartError("MAP_UNUSABLE", 3, error.message);
  }
}

/**
 * Starts the APIs.
 *
 * @throws {StartError} `PORT_TAKEN`.
 */
export async function startApis(stack, ports) {
  try {
    return await startServices(stack, ports);
  } catch (error) {
    throw portTaken(error, error.port === ports.care ? "--care-port" : "--billing-port");
  }
}

/**
 * The setup for this run. Its client gets a new id each time, as its pool is a new one: what a browser has kept of the
 * last one's sign-ins is then nobody's.
 */
function setupFor(origin, text) {
  const setup = JSON.parse(text);
  const [client] = setup.clients;
  const id = `1dashboard${randomBytes(8).toString("hex")}`;
  return {
    ...setup,
    environment: { ...setup.environment, DASHBOARD_CLIENT: id },
    clients: [{ ...client, id, callbackUrls: [`${origin}/`], logoutUrls: [`${origin}/`] }],
  };
}

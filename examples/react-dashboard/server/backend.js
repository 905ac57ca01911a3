import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startServices, startStack } from "../../apis/local.js";
import { portTaken, StartError } from "./start-error.js";

/** The files that say what the tokens hold, and of whom. */
export const MAP_FILES = ["dashboard.claims.yaml", "dashboard.tables.json", "dashboard.dev.json"];

/**
 * Starts the stack of the dashboard's map.
 *
 * @param folder Where its files are.
 * @param origin Where the page is: the pool sends people back there.
 * @throws {StartError} `MAP_UNUSABLE`, with what is wrong with the map, its rows or its setup.
 */
export async function startPool(folder, origin) {
  const [map, tables, setupFile] = MAP_FILES.map((name) => join(folder, name));
  try {
    return await startStack({ map, tables, setup: setupFor(origin, await readJson(setupFile)) });
  } catch (error) {
    throw new StartError("MAP_UNUSABLE", 3, error.message);
  }
}

async function readJson(path) {
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`${path}: not valid JSON`);
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
function setupFor(origin, setup) {
  const [client] = setup.clients ?? [];
  const id = `1dashboard${randomBytes(8).toString("hex")}`;
  return {
    ...setup,
    environment: { ...setup.environment, DASHBOARD_CLIENT: id },
    clients: [{ ...client, id, callbackUrls: [`${origin}/`], logoutUrls: [`${origin}/`] }],
  };
}

import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runtimeError } from "./runtime-error.ts";

// As in `runtime-client.ts`.
const { existsSync } = process.getBuiltinModule("node:fs");

export type FunctionHandler = (event: unknown, context: object) => unknown;

/** Where Lambda's Node runtime looks, in this order. */
const extensions: readonly string[] = [".js", ".mjs", ".cjs"];

/** Loads `<directories>/<module>.<export>` from `root`; whatever the module itself throws is passed on as it is. */
export async function loadHandler(root: string, handler: string): Promise<FunctionHandler> {
  const [, module, path] = /^([^.]+)\.(.+)$/.exec(basename(handler)) ?? [];
  if (module === undefined || path === undefined) throw runtimeError("Runtime.MalformedHandlerName", "Bad handler");
  const found = exportAt(await importModule(join(root, dirname(handler)), module), path.split("."));
  if (typeof found !== "function") {
    const problem = found === undefined || found === null ? "undefined or not exported" : "not a function";
    throw runtimeError("Runtime.HandlerNotFound", `${handler} is ${problem}`);
  }
  if (found.length > 2) {
    // The nodejs24.x runtime no longer takes them, so nothing that is to be deployed there should run here.
    throw runtimeError("Runtime.CallbackHandlerDeprecated", `${handler} takes a callback; return a promise instead`);
  }
  return found as FunctionHandler;
}

async function importModule(directory: string, module: string): Promise<object> {
  const file = extensions.map((extension) => join(directory, module + extension)).find((path) => existsSync(path));
  if (file === undefined) throw runtimeError("Runtime.ImportModuleError", `Error: Cannot find module '${module}'`);
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError("Runtime.UserCodeSyntaxError", String(error));
    throw error;
  }
}

/** Also looks into the default export: CommonJS modules are one, whatever names Node could find in them. */
function exportAt(module: object, path: readonly string[]): unknown {
  const fallback = "default" in module ? module.default : undefined;
  return valueAt(module, path) ?? valueAt(fallback, path);
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let here = root;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

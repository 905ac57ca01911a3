import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** One file of the page, as it is served. */
export type PageFile = { readonly type: string; readonly bytes: Buffer };

/** By path from the page's folder, `/` between names. Nothing else is served. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Whoever adds a kind of file to the page adds its type here. */
const TYPES: { readonly [extension: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** Where the built page is; the same folder from `local/playground/` and from `dist/local/playground/`. */
const BUILT: string = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/playground/" : "../../playground/", import.meta.url),
);

/** Reads the page once; what is put beside its files later is not served. Empty where it was not built. */
export function readPageFiles(folder: string = BUILT): PageFiles {
  if (!existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    paths.flatMap((path) => {
      const type = TYPES[extname(path)];
      const name = path.replaceAll("\\", "/");
      return type === undefined ? [] : [[name, { type, bytes: readFileSync(`${folder}/${path}`) }] as const];
    }),
  );
}

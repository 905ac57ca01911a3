import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = readdirSync("playground", { recursive: true, encoding: "utf8" }).map((file) => `playground/${file}`);
const scripts = files.filter((file) => /\.tsx?$/.test(file));
const textOf = (file: string): string => readFileSync(file, "utf8");

test("the page makes text nodes and elements, and never reads a text as HTML or as a script", () => {
  const risky =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\b|new Function|javascript:/;
  expect(scripts.length).toBeGreaterThan(30);
  expect(scripts.filter((file) => risky.test(textOf(file)))).toEqual([]);
});

test("the page has no script, style or handler in its HTML, and nothing in it has an address of its own", () => {
  const html = textOf("playground/index.html");
  expect(html.match(/<script(?![^>]* src="\.\/)|<style|\sstyle=|\son\w+=/g)).toBeNull();
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
  expect(addresses.every((address) => address?.startsWith("./"))).toBe(true);
  const pictures = files
    .filter((file) => file.endsWith(".css"))
    .flatMap((file) => textOf(file).match(/url\([^)]*\)/g) ?? []);
  expect(pictures).toEqual([]);
  const elsewhere = scripts.flatMap((file) => textOf(file).match(/https?:\/\/[^\s"'`]+/g) ?? []);
  expect(elsewhere).toEqual([]);
});

test("the page knows its server by the types of what goes between them, and nothing else of the project", () => {
  const imports = scripts.flatMap((file) =>
    [...textOf(file).matchAll(/^(import(?: type)?)[^;]*? from "([^"]+)";/gms)].map(([, how, from = ""]) => ({
      file,
      how,
      from,
    })),
  );
  const strangers = imports.filter(({ file, how, from }) => {
    if (!from.startsWith(".")) return !/^(preact(\/hooks)?|vite|@codemirror\/[a-z-]+|@lezer\/highlight)$/.test(from);
    const depth = file.split("/").length - 2;
    const isOutside = from.startsWith("../".repeat(depth + 1));
    return isOutside && !(how === "import type" && from.endsWith("local/playground/messages.ts"));
  });
  expect(imports.length).toBeGreaterThan(80);
  expect(strangers).toEqual([]);
});

/** Lightness of a colour as WCAG 2.2 has it, 0 to 1. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const colours = new Map(
  [...textOf("playground/look/colours.css").matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }] as const,
  ),
);

/** What is written in which colour on which ground. */
const PAIRS: readonly (readonly [ink: string, ...grounds: readonly string[]])[] = [
  ["ink", "ground", "card", "field", "line-active", "traced", "row", "selection", "bad-ground"],
  ["quiet", "ground", "card", "field", "row", "traced", "bad-ground", "warn-ground", "good-ground"],
  ["faint", "field", "line-active"],
  ["accent", "card", "row"],
  ["on-accent", "accent"],
  ["bad", "card", "bad-ground"],
  ["warn", "card", "warn-ground"],
  ["good", "card", "good-ground"],
  ...["open", "pii", "sensitive", "sealed", "cognito"].map((kind) => [kind, `${kind}-ground`] as const),
  ["sealed", "row", "card", "traced"],
  ...["code-key", "code-text", "code-value"].map((code) => [code, "field", "line-active", "traced"] as const),
];

test("texts have a contrast of 4.5 with what they stand on, in light and in dark", () => {
  const low = PAIRS.flatMap(([ink, ...grounds]) =>
    grounds.flatMap((ground) =>
      (["light", "dark"] as const)
        .map((theme) => [theme, ink, ground, contrast(of(ink, theme), of(ground, theme))] as const)
        .filter(([, , , ratio]) => !(ratio >= 4.5)),
    ),
  );
  expect(low).toEqual([]);
});

test("what is drawn and not written has a contrast of 3", () => {
  for (const theme of ["light", "dark"] as const) {
    for (const ground of ["card", "ground", "field"]) {
      expect(contrast(of("focus", theme), of(ground, theme))).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(of("edge-strong", theme), of("card", theme))).toBeGreaterThanOrEqual(3);
  }
});

function of(name: string, theme: "light" | "dark"): string {
  const colour = colours.get(name);
  if (colour === undefined) throw new Error(`there is no colour ${name}`);
  return colour[theme];
}

/** An element of a document that is well-formed. */
export type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
};

/** Characters of XML 1.0, section 2.2. */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#10": "\n" };

/**
 * Reads XML of the simplest kind: a declaration, elements, attributes in double quotes, text. Everything else (comments,
 * sections, instructions, other entities), and everything that is not well-formed, throws.
 */
export function readXml(text: string): Element {
  if (!CHARACTERS.test(text)) throw new Error("a character that XML does not have");
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!text.startsWith(declaration)) throw new Error("no declaration");
  const [root, end] = element(text, declaration.length);
  if (end !== text.length) throw new Error("something after the root");
  return root;
}

function element(text: string, from: number): [Element, number] {
  const [tag, name = "", written = "", empty] =
    sticky(/<([A-Za-z][\w-]*)((?: [A-Za-z][\w-]*="[^"<]*")*)(\/)?>/y, text, from) ?? fail("a tag", text, from);
  const pairs = [...written.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, read(value)]);
  const attributes = Object.fromEntries(pairs) as Record<string, string>;
  if (Object.keys(attributes).length !== pairs.length) throw new Error("an attribute twice");
  const children: (Element | string)[] = [];
  let at = from + tag.length;
  if (empty) return [{ name, attributes, children }, at];
  while (!text.startsWith("</", at)) {
    const [characters = ""] = sticky(/[^<]+/y, text, at) ?? [];
    if (characters.includes("]]>")) throw new Error("]]> in text");
    if (characters !== "") children.push(read(characters));
    else {
      const [child, end] = element(text, at);
      children.push(child);
      at = end;
    }
    at += characters.length;
  }
  if (!text.startsWith(`</${name}>`, at)) fail(`</${name}>`, text, at);
  return [{ name, attributes, children }, at + name.length + 3];
}

function read(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (_, name: string) => ENTITIES[name] ?? fail("an entity", text, 0));
}

function sticky(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

function fail(expected: string, text: string, at: number): never {
  throw new Error(`expected ${expected} at ${JSON.stringify(text.slice(at, at + 40))}`);
}

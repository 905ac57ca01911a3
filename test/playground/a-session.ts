import { mkdirSync } from "node:fs";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Start } from "../../local/playground/messages.ts";

/** Somebody in front of the playground, and everything that went wrong unseen. */
export type Session = {
  readonly page: Page;
  /** The map's editor, and those beside it. */
  readonly editor: (label: string) => Locator;
  readonly pane: (title: string) => Locator;
  /** Puts a text in place of the one in an editor, as if it were pasted. */
  readonly write: (label: string, text: string) => Promise<void>;
  /** Waits until the newest run says this. */
  readonly says: (what: RegExp) => Promise<void>;
  /** A computed style of the first element that a selector finds. */
  readonly style: (selector: string, property: string) => Promise<string>;
  readonly picture: (name: string) => Promise<void>;
  /** Closes the page; fails where the console said anything, or anybody but this machine was asked. */
  readonly end: () => Promise<void>;
};

/** Where pictures of the page are kept, for people to look at. */
const PICTURES = ".pictures/playground";

/** What a page may ask for besides its own server: nothing but what it made itself, to be downloaded. */
const OWN = /^(?:data|blob):/;

export async function openSession(browser: Browser, url: string, given: BrowserContextOptions = {}): Promise<Session> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...given });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const heard: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(`thrown: ${error.message}`));
  page.on("dialog", (dialog) => heard.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(url);
  // The first page of a server waits for all of it to wake up.
  await page.locator(".outcome").waitFor({ timeout: 45_000 });
  const editor = (label: string): Locator => page.locator(`.cm-content[aria-label^="${label}"]`);
  return {
    page,
    editor,
    pane: (title) => page.locator(".pane", { has: page.getByRole("heading", { name: title, exact: true }) }),
    write: async (label, text) => {
      await editor(label).focus();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(text);
    },
    says: async (what) => {
      await page.locator(".outcome", { hasText: what }).waitFor();
    },
    style: (selector, property) =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`),
    picture: async (name) => {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: `${PICTURES}/${name}.png` });
    },
    end: async () => {
      await context.close();
      const { host } = new URL(url);
      const strangers = asked.filter((each) => !OWN.test(each) && new URL(each).host !== host);
      expect({ heard, strangers }).toEqual({ heard: [], strangers: [] });
    },
  };
}

/** What the server has, as the page got it. */
export async function startOf(url: string): Promise<Start> {
  return (await (await fetch(`${url}api/start`)).json()) as Start;
}

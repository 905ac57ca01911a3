import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureMap } from "./measure.ts";
import { capacityPage } from "./page.ts";
import { type Day, simulateDay } from "./simulate-day.ts";
import { sizesTable } from "./sizes-table.ts";
import { MEANINGS, TRAFFIC, type Traffic } from "./traffic.ts";
import { EXAMPLE, PLAYED, SIZES, workOut } from "./work-out.ts";

const HELP = `node bench/capacity/run.mjs [--users NUMBER[,NUMBER]] [--set NAME=NUMBER]... [--play]
node bench/capacity/run.mjs --write

Works out calls, quotas and money for a number of users, and prints them as Markdown.

  --users   how many; ${SIZES.join(", ")} if not given
  --set     another number for what is assumed:
${Object.entries(MEANINGS)
  .map(([name, meaning]) => `              ${name.padEnd(18)} ${meaning}: ${TRAFFIC[name as keyof Traffic]}`)
  .join("\n")}
  --play    plays a day of each size through as well, up to 100,000 users; takes half a minute
  --write   plays the days of the pages, and writes docs/reference/capacity.md and the table of
            docs/explanation/size-and-cost.md; takes no other option`;

/** Where a page begins to be generated. */
export const MARK = "<!-- generated: `node bench/capacity/run.mjs --write` writes it anew -->";

/** What was played for the pages. */
export const PLAYED_FILE = "bench/capacity/played.json";

class Usage extends Error {
  override readonly name = "Usage";
}

function trafficWith(settings: readonly string[]): Traffic {
  const given = settings.map((setting) => {
    const [name = "", text = ""] = setting.split("=");
    const value = Number(text);
    if (!Object.hasOwn(TRAFFIC, name)) throw new Usage(`--set: there is no ${name}`);
    if (text === "" || !(Number.isFinite(value) && value > 0))
      throw new Usage(`--set ${name}: must be a number above 0`);
    if (name === "activeShare" && value > 1) throw new Usage("--set activeShare: must be 1 at most");
    return [name, value] as const;
  });
  return { ...TRAFFIC, ...Object.fromEntries(given) };
}

function usersOf(text: string | undefined): readonly number[] {
  if (text === undefined) return SIZES;
  const users = text.split(",").map(Number);
  if (users.every((each) => Number.isInteger(each) && each > 0 && each <= 1e9)) return users;
  throw new Usage("--users: whole numbers, from 1 to 1000000000");
}

function rewrite(file: string, generated: string): void {
  const [written = ""] = readFileSync(file, "utf8").split(MARK);
  writeFileSync(file, `${written}${MARK}\n\n${generated}\n`);
}

/** Runs the command and gives its exit code: 0, or 2 for options that it does not take. */
export async function capacityCommand(args: readonly string[], print: (text: string) => void): Promise<number> {
  try {
    print(await answer(args));
    return 0;
  } catch (error) {
    const isUsage = error instanceof Usage || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
    if (!isUsage) throw error;
    print(`${(error as Error).message}\n--help says what it takes`);
    return 2;
  }
}

async function answer(args: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: "string" },
      set: { type: "string", multiple: true, default: [] },
      play: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return HELP;
  const sizes = usersOf(values.users);
  const traffic = trafficWith(values.set);
  if (values.write && (values.users !== undefined || values.set.length > 0)) {
    throw new Usage("--write: the pages have the sizes and numbers that are in the code");
  }
  const measured = await measureMap(EXAMPLE);
  const mostPlayed = Math.max(...PLAYED);
  const played: Day[] = [];
  for (const users of values.play || values.write ? sizes.filter((each) => each <= mostPlayed) : []) {
    played.push(await simulateDay(users, measured, traffic));
  }
  const page = capacityPage(await workOut(sizes, traffic, measured, played));
  if (!values.write) return page;
  const sizesText = sizesTable();
  writeFileSync(PLAYED_FILE, `${JSON.stringify(played, null, 2)}\n`);
  rewrite("docs/reference/capacity.md", page);
  rewrite("docs/explanation/size-and-cost.md", sizesText);
  return "docs/reference/capacity.md and docs/explanation/size-and-cost.md are written";
}

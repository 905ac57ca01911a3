import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { randomFrom } from "../../../test/canary/random.ts";
import { type Reporting, reporting } from "../report.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { drawPeople, type Person } from "./people.ts";
import type { FromServices, ToServices } from "./services.ts";
import { type Subjects, startSubjects } from "./subjects.ts";
import { figuresOf, problemsOf, type Sample, type Soaked } from "./verdict.ts";

const HELP = `The deployed bundle in processes of its own, under steady traffic and random faults.

  node tools/verify/soak.mjs --seconds 60

  --seconds N    how long (60)
  --rate N       events a second (200)
  --processes N  how many the function has; each takes one event at a time (4)
  --seed N       whose sign-ins, and when (1)

Needs \`npm run build\`. Ends with 1 where something is not as it is promised; memory is held to its slope from
twenty minutes on.`;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "200" },
    processes: { type: "string", default: "4" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});

type Settings = {
  readonly seconds: number;
  readonly rate: number;
  readonly processes: number;
  readonly seed: number;
};

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PEOPLE = 2_000;
const SAMPLE_EVERY_MS = 5_000;
/** Events that wait at most before the machine is taken to be too slow. */
const MOST_OPEN = 4_000;

if (values.help) console.log(HELP);
else {
  const settings = {
    seconds: Number(values.seconds),
    rate: Number(values.rate),
    processes: Number(values.processes),
    seed: Number(values.seed),
  };
  process.exitCode = await soak(settings);
}

async function soak(settings: Settings): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "claimseal-soak-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const { progress, result } = reporting();
  build(folder);
  const people = drawPeople(settings.seed, PEOPLE);
  const services = fork(fileURLToPath(new URL("services.mjs", import.meta.url)), {
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  const ledger = openLedger();
  const samples: Sample[] = [];
  const begun = { at: Number.NaN };
  const at = (): number => (performance.now() - begun.at) / 1000;
  const subjects = await startSubjects({
    program: join(ROOT, "tools/verify/soak/function.mjs"),
    folder,
    environment: { ...(await environmentOf(services, people)), ...(await digestIn(folder)) },
    processes: settings.processes,
    answered: ledger.answered,
    printed: ledger.printed,
    sampled: (sample) => samples.push({ at: at(), ...sample }),
  });
  const served = { requests: 0, faults: 0 };
  services.on("message", (message: FromServices) => {
    if (message.kind === "counts") Object.assign(served, { requests: message.requests, faults: message.faults });
  });
  begun.at = performance.now();
  tell(services, { kind: "begin" });
  const timers = [
    setInterval(subjects.sample, SAMPLE_EVERY_MS),
    setInterval(() => {
      if (process.send) progress(Math.min(1, at() / settings.seconds));
      else show(at(), settings, ledger);
    }, SAMPLE_EVERY_MS),
  ];
  await traffic(settings, people, subjects, ledger, at);
  for (const timer of timers) clearInterval(timer);
  await lastSample(subjects, samples, settings);
  const soaked: Soaked = { ...settings, counts: ledger.counts(), samples, ...served, hasEnded: subjects.isGone() };
  subjects.stop();
  services.kill("SIGKILL");
  return told(soaked, result);
}

/** As its owner would. */
function build(folder: string): void {
  const map = join(ROOT, "tools/verify/soak/soak.claims.yaml");
  const { status } = spawnSync(process.execPath, [join(ROOT, "dist/cli/main.js"), "build", map, "--out", folder], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error("claimseal build failed; npm run build comes first");
}

async function digestIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as { readonly planSha256: string };
  return { CLAIMSEAL_PLAN_SHA256: manifest.planSha256 };
}

async function environmentOf(
  services: ChildProcess,
  people: readonly Person[],
): Promise<Readonly<Record<string, string>>> {
  tell(services, { kind: "rows", rows: people.flatMap(({ rows }) => rows) });
  const [message] = (await once(services, "message")) as [FromServices];
  if (message.kind !== "ready") throw new Error("the services did not start");
  return message.environment;
}

function tell(services: ChildProcess, message: ToServices): void {
  services.send(message);
}

/** Sends what is due, whether what was sent before is answered or not; then waits for the last answers. */
async function traffic(
  { seconds, rate, seed }: Settings,
  people: readonly Person[],
  { invoke, isGone }: Subjects,
  ledger: Ledger,
  at: () => number,
): Promise<void> {
  const random = randomFrom(seed, 2);
  for (let sent = 0; at() < seconds && !isGone() && ledger.open() < MOST_OPEN; await pause(10)) {
    for (; sent < at() * rate; sent += 1) {
      const person = random.pick(people);
      const id = `00000000-0000-4000-8000-${sent.toString(16).padStart(12, "0")}`;
      ledger.sent(id, person);
      invoke(id, person.event);
    }
  }
  for (let waited = 0; ledger.open() > 0 && waited < 300 && !isGone(); waited += 1) await pause(100);
}

async function lastSample(
  { sample, isGone }: Subjects,
  samples: readonly Sample[],
  { processes }: Settings,
): Promise<void> {
  const wanted = samples.length + processes;
  sample();
  while (samples.length < wanted && !isGone()) await pause(10);
}

function show(at: number, { seconds }: Settings, ledger: Ledger): void {
  console.log(`${Math.round(at)} of ${seconds} s, ${ledger.counts().events} events, ${ledger.open()} under way`);
}

function told(soaked: Soaked, result: Reporting["result"]): number {
  const [figures, problems] = [figuresOf(soaked), problemsOf(soaked)];
  if (process.send) result(figures, problems);
  for (const [name, figure] of Object.entries(figures)) console.log(`${name.padEnd(12)} ${Number(figure.toFixed(3))}`);
  for (const problem of problems) console.log(`NOT AS PROMISED: ${problem}`);
  console.log(problems.length === 0 ? "as promised" : `${problems.length} promises broken`);
  return problems.length === 0 ? 0 : 1;
}

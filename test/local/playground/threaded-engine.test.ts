import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { Asked } from "../../../local/playground/asked.ts";
import { threadedEngine } from "../../../local/playground/threaded-engine.ts";
import { asked } from "./examples-to-play.ts";

const FAKE = fileURLToPath(new URL("./a-fake-thread.mjs", import.meta.url));
const waiting = new AbortController().signal;
const run = (map: string): Asked => ({ what: "run", body: { map, event: "", rows: "", setting: "", faults: {} } });

const engine = threadedEngine({}, [run("warm")], 300, FAKE);
afterAll(() => engine.stop());

test("requests are answered in their order, by a thread that was warmed up", async () => {
  const answers = await Promise.all(["one", "two"].map((map) => engine.ask(run(map), waiting)));
  expect(answers).toEqual(["one", "two"].map((map) => ({ answer: { asked: map, warmUp: 1 } })));
});

test("what takes too long is ended, and the next request has a new thread", async () => {
  const [late, next] = await Promise.all([engine.ask(run("never"), waiting), engine.ask(run("next"), waiting)]);
  expect({ late, next }).toMatchObject({ late: { none: "late" }, next: { answer: { asked: "next" } } });
});

test.for(["end", "throw"])("a thread that breaks (%s) is no end of the playground", async (how) => {
  expect(await engine.ask(run(how), waiting)).toEqual({ none: "broken" });
  expect(await engine.ask(run("next"), waiting)).toMatchObject({ answer: { asked: "next" } });
});

test("a thread that is never ready is ended as well", async () => {
  const stuck = threadedEngine({}, [], 300, FAKE, 50);
  expect(await stuck.ask(run("one"), waiting)).toEqual({ none: "late" });
  await stuck.stop();
});

test("a request whose asker is gone by its turn is left out", async () => {
  const gone = new AbortController();
  const first = engine.ask(run("first"), waiting);
  const second = engine.ask(run("never"), gone.signal);
  gone.abort();
  expect(await Promise.all([first, second])).toMatchObject([{ answer: { asked: "first" } }, { none: "gone" }]);
});

test("the built thread answers as the engine does, and after the end nobody is answered", async () => {
  const real = threadedEngine({}, [], 60_000);
  const request: Asked = { what: "run", body: asked("depot-tenant", "who helps out elsewhere assigns nothing") };
  expect(await real.ask(request, waiting)).toMatchObject({
    answer: { outcome: { state: "issued" }, profile: "dispatcher" },
  });
  await real.stop();
  expect(await real.ask(request, waiting)).toEqual({ none: "gone" });
});

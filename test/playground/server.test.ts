import { afterEach, expect, test, vi } from "vitest";
import { ServerError, server } from "../../playground/state/server.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A server in place of the one the page came from; notes what it was asked. */
function answering(answer: () => Response): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string, { method = "GET", body }: { method?: string; body?: string }) => {
    asked.push(`${method} ${address} ${body ?? ""}`);
    return answer();
  });
  return asked;
}

test("each question goes to its own address, below the one of the page", async () => {
  const asked = answering(() => Response.json({}));
  await server.start();
  await server.runTests({ example: "clinic", map: "" });
  expect(asked).toEqual(["GET api/start ", 'POST api/run-tests {"example":"clinic","map":""}']);
});

test("a server that refuses says why, and one that is gone or talks of something else is gone", async () => {
  const endings = [
    () => Response.json({ error: "this took too long and was ended" }, { status: 503 }),
    () => Response.json({}, { status: 500 }),
    () => new Response("<html>", { status: 200 }),
    () => {
      throw new TypeError("fetch failed");
    },
  ];
  const errors: unknown[] = [];
  for (const ending of endings) {
    answering(ending);
    await server.start().catch((error: unknown) => errors.push(error));
  }
  expect(errors).toEqual([
    new ServerError("refused", "this took too long and was ended"),
    new ServerError("refused", "it answered 500"),
    new ServerError("gone", "the server does not answer"),
    new ServerError("gone", "the server does not answer"),
  ]);
  expect(errors.map((error) => (error as ServerError).kind)).toEqual(["refused", "refused", "gone", "gone"]);
});

import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { dynamoSending, kmsSending, type Sending, type Traffic } from "../../aws/sending.ts";
import { type FakeTime, fakeTime, settled } from "./fake-time.ts";

const never = new AbortController().signal;

const refused = Object.assign(new Error("refused"), { $fault: "client", $metadata: { httpStatusCode: 400 } });
const throttled = Object.assign(new Error("throttled"), { name: "ThrottlingException" });
const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" });
const lost = Object.assign(new Error("lost"), { name: "InternalServerError" });

/** One copy of a request, to be ended by a test. */
type Copy = {
  readonly signal: AbortSignal;
  readonly at: number;
  readonly answer: (text?: string) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
};

type Sends = { readonly send: (signal: AbortSignal) => Promise<string>; readonly copies: Copy[] };

/** Requests whose every copy a test ends. */
function commanded(time: FakeTime): Sends {
  const copies: Copy[] = [];
  const send = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      const answer = (text = `answer ${copies.indexOf(copy) + 1}`) => {
        resolve(text);
        return settled();
      };
      const fail = (error: Error) => {
        reject(error);
        return settled();
      };
      const copy: Copy = { signal, at: time.now().steady, answer, fail };
      copies.push(copy);
    });
  return { send, copies };
}

/** Requests that end at once, one after the other as told, and well after that. */
function scripted(...faults: readonly Error[]): { readonly send: () => Promise<string>; readonly sends: () => number } {
  let sends = 0;
  return {
    send: async () => {
      sends += 1;
      const fault = faults[sends - 1];
      if (fault !== undefined) throw fault;
      return "answer";
    },
    sends: () => sends,
  };
}

function fakes(make: typeof dynamoSending = dynamoSending, random: () => number = () => 1) {
  const time = fakeTime();
  const sending = make({ ...time, random });
  const request = (send: (signal: AbortSignal) => Promise<string>, to = "table", signal = never, mostSends?: number) =>
    sending.request(to, send, signal, mostSends);
  return { time, sending, request, ...commanded(time) };
}

/** The same, after the first request of all, which also makes the connection and is given longer. */
async function warmed(): Promise<ReturnType<typeof fakes>> {
  const made = fakes();
  await made.request(async () => "first");
  return made;
}

const nothing: Traffic = { sends: 0, retries: 0, hedges: 0, throttled: 0, denied: 0, failed: 0, skipped: 0 };
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** So many requests, each answered after so long. */
async function answered(sending: Sending, time: FakeTime, ms: number, times: number, to = "table"): Promise<void> {
  for (let each = 0; each < times; each += 1) {
    const { send, copies } = commanded(time);
    const outcome = sending.request(to, send, never);
    await time.pass(ms);
    await copies[0]?.answer();
    await outcome;
  }
}

/** So many requests that fail, none of which is sent twice. */
async function failing(sending: Sending, error: Error, times: number): Promise<void> {
  for (let each = 0; each < times; each += 1) {
    await failure(sending.request("table", () => Promise.reject(error), never, 1));
  }
}

describe("a request", () => {
  test("that is answered is sent once, with one timer, and leaves nothing behind", async () => {
    const { time, sending, request, send, copies } = fakes();
    const { signal } = new AbortController();
    const outcome = request(send, "table", signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await copies[0]?.answer();
    expect(await outcome).toBe("answer 1");
    expect([time.timersSet(), time.timers()]).toEqual([1, 0]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(copies[0]?.signal.aborted).toBe(false);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 1 });
  });

  test("is sent three times at most, and the last fault is the one reported", async () => {
    const { time, sending, request } = fakes();
    const last = Object.assign(new Error("last"), { name: "InternalServerError" });
    const { send, sends } = scripted(lost, lost, last);
    const outcome = failure(request(send));
    await time.pass(75);
    expect(await outcome).toBe(last);
    expect(sends()).toBe(3);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 3, retries: 2, failed: 3 });
  });

  test("is sent no more often than is said", async () => {
    const { time, request } = fakes();
    const { send, sends } = scripted(lost, lost, lost);
    const outcome = failure(request(send, "table", never, 2));
    await time.pass(75);
    expect(await outcome).toBe(lost);
    expect(sends()).toBe(2);
  });

  test("pauses by chance up to 25 and then 50 ms", async () => {
    const draws = [0.4, 0.9];
    const { time, request, send, copies } = fakes(dynamoSending, () => draws.shift() ?? 0);
    const outcome = request(send);
    await copies[0]?.fail(lost);
    await time.pass(10);
    await copies[1]?.fail(lost);
    await time.pass(45);
    await copies[2]?.answer();
    expect(await outcome).toBe("answer 3");
    expect(copies.map(({ at }) => at)).toEqual([0, 10, 55]);
  });

  test("that is refused is not sent again", async () => {
    const { request, sending } = fakes();
    const { send, sends } = scripted(refused);
    expect(await failure(request(send))).toBe(refused);
    expect(sends()).toBe(1);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 1, denied: 1 });
  });

  test("whose kept connection was dead is sent again at once, but only once at once", async () => {
    const { time, request, send, copies } = fakes();
    const outcome = request(send);
    await copies[0]?.fail(reset);
    await copies[1]?.fail(reset);
    await time.pass(25);
    await copies[2]?.answer();
    expect(await outcome).toBe("answer 3");
    expect(copies.map(({ at }) => at)).toEqual([0, 0, 25]);
  });

  test("that is throttled is held up once, for 50 ms at most", async () => {
    const { time, request, sending } = fakes();
    const { send, sends } = scripted(throttled, throttled);
    const outcome = failure(request(send));
    await time.pass(50);
    expect(await outcome).toBe(throttled);
    expect(sends()).toBe(2);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 2, retries: 1, throttled: 2 });
  });

  test.for([
    ["after a pause", [lost, throttled]],
    ["before another fault", [throttled, lost]],
  ] as const)("that is throttled %s is not held up further", async ([, faults]) => {
    const { time, request } = fakes();
    const { send, sends } = scripted(...faults);
    const outcome = failure(request(send));
    await time.pass(50);
    expect(await outcome).toBe(faults[1]);
    expect(sends()).toBe(2);
  });

  test("that throws before anything is sent fails like one that rejects", async () => {
    const { request } = fakes();
    const thrown = (): never => {
      throw refused;
    };
    expect(await failure(request(thrown))).toBe(refused);
  });

  test("that is not answered within the limit of a send is sent again, up to three times", async () => {
    const { time, sending, request, send, copies } = fakes(kmsSending);
    const outcome = failure(request(send));
    await time.pass(3_000);
    expect(await outcome).toMatchObject({ name: "TimeoutError", message: "no answer in time" });
    expect(copies.map(({ at, signal }) => [at, signal.aborted])).toEqual([
      [0, true],
      [825, true],
      [1_675, true],
    ]);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 3, retries: 2, failed: 3 });
    expect(time.timers()).toBe(0);
  });

  test("that was given up and ends all the same is nobody's business", async () => {
    const { time, request, send, copies } = fakes(kmsSending);
    const outcome = failure(request(send, "table", never, 1));
    await time.pass(800);
    expect(await outcome).toMatchObject({ name: "TimeoutError" });
    await copies[0]?.fail(new Error("late"));
  });
});

describe("a second copy", () => {
  test("is sent where there is no answer after 50 ms; the first answer counts, and the other copy is called off", async () => {
    const { time, sending, request, send, copies } = await warmed();
    const outcome = request(send);
    await time.pass(49);
    expect(copies).toHaveLength(1);
    await time.pass(1);
    expect(copies).toHaveLength(2);
    await copies[1]?.answer();
    expect(await outcome).toBe("answer 2");
    expect(copies.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await copies[0]?.fail(lost);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 3, hedges: 1 });
    expect(time.timers()).toBe(0);
  });

  test("of the very first request is sent after 200 ms: it makes the connection too", async () => {
    const { time, request, send, copies } = fakes();
    const outcome = request(send);
    await time.pass(199);
    expect(copies).toHaveLength(1);
    await time.pass(1);
    expect(copies).toHaveLength(2);
    await copies[1]?.answer();
    expect(await outcome).toBe("answer 2");
  });

  test("is called off where the first answers after all", async () => {
    const { time, request, send, copies } = await warmed();
    const outcome = request(send);
    await time.pass(60);
    await copies[0]?.answer();
    expect(await outcome).toBe("answer 1");
    expect(copies.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  });

  test.for([lost, reset, throttled, refused])("that fails leaves the request to the first (%s)", async (fault) => {
    const { time, request, send, copies } = await warmed();
    const outcome = request(send);
    await time.pass(50);
    await copies[1]?.fail(fault);
    await time.pass(200);
    expect(copies).toHaveLength(2);
    await copies[0]?.answer();
    expect(await outcome).toBe("answer 1");
  });

  test("goes on where the first fails", async () => {
    const { time, request, send, copies } = await warmed();
    const outcome = request(send);
    await time.pass(50);
    await copies[0]?.fail(lost);
    await copies[1]?.answer();
    expect(await outcome).toBe("answer 2");
    expect(copies).toHaveLength(2);
  });

  test("counts as one of three", async () => {
    const { time, sending, request, send, copies } = await warmed();
    const outcome = failure(request(send));
    await time.pass(2_000);
    expect(await outcome).toMatchObject({ name: "TimeoutError" });
    expect(copies.map(({ at }) => at)).toEqual([0, 50, 425]);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 4, retries: 1, hedges: 1, failed: 3 });
  });

  test("is the last send of a request that may be sent twice, and is not sent of one that may be sent once", async () => {
    const { time, request, send, copies } = await warmed();
    const twice = failure(request(send, "table", never, 2));
    await time.pass(1_000);
    await twice;
    expect(copies.map(({ at }) => at)).toEqual([0, 50]);
    const once = failure(request(send, "table", never, 1));
    await time.pass(400);
    await once;
    expect(copies).toHaveLength(3);
  });

  test("of a request that is refused says nothing else: it is not sent again", async () => {
    const { time, request, send, copies } = await warmed();
    const outcome = failure(request(send));
    await time.pass(50);
    await copies[0]?.fail(refused);
    await copies[1]?.fail(lost);
    expect(await outcome).toBe(refused);
    await time.pass(100);
    expect(copies).toHaveLength(2);
  });

  test("is sent once most answers would have come, as measured", async () => {
    const { time, sending, request, send, copies } = fakes();
    await answered(sending, time, 40, 50);
    const outcome = request(send);
    await time.pass(39);
    expect(copies).toHaveLength(1);
    await time.pass(1);
    expect(copies).toHaveLength(2);
    await copies[0]?.answer();
    await outcome;
  });

  test("is measured for each dependency by itself", async () => {
    const { time, sending, request, send, copies } = await warmed();
    await answered(sending, time, 40, 50, "another table");
    const outcome = request(send);
    await time.pass(49);
    expect(copies).toHaveLength(1);
    await time.pass(1);
    expect(copies).toHaveLength(2);
    await copies[0]?.answer();
    await outcome;
  });

  test("is no use where everything is slow: hedging stops by itself", async () => {
    const { time, sending } = fakes();
    await answered(sending, time, 300, 50);
    const { hedges } = sending.traffic();
    expect(hedges).toBe(50);
    await answered(sending, time, 300, 200);
    expect(sending.traffic().hedges).toBe(hedges);
  });

  test("that answers makes answers look neither faster nor slower than they are", async () => {
    const time = fakeTime();
    // Timers come a little late. Every fourth request is slow, and its second copy is answered at once.
    const sending = dynamoSending({ ...time, after: (ms, run) => time.after(ms + 1, run) });
    for (let each = 0; each < 320; each += 1) {
      const { send, copies } = commanded(time);
      const outcome = sending.request("table", send, never);
      await time.pass(each % 4 === 0 ? 52 : 1);
      await copies.at(-1)?.answer();
      await time.pass(300);
      await copies[0]?.answer();
      await outcome;
    }
    const { send, copies } = commanded(time);
    const outcome = sending.request("table", send, never);
    await time.pass(50);
    expect(copies).toHaveLength(1);
    await time.pass(1);
    expect(copies).toHaveLength(2);
    await copies[0]?.answer();
    await outcome;
  });

  test("is not sent within ten seconds of a throttled send", async () => {
    const { time, sending, request, send, copies } = fakes();
    await failing(sending, throttled, 1);
    await time.pass(9_900);
    const soon = request(send);
    await time.pass(60);
    expect(copies).toHaveLength(1);
    await copies[0]?.answer();
    await soon;
    await time.pass(100);
    const later = request(send);
    await time.pass(60);
    expect(copies).toHaveLength(3);
    await copies[1]?.answer();
    await later;
  });

  test("is not sent for an answer that may be there already, by a process that was held up", async () => {
    const time = fakeTime();
    // Timers come late, as they do where something else keeps the event loop busy.
    const sending = dynamoSending({ ...time, after: (ms, run) => time.after(ms + 500, run) });
    const { send, copies } = commanded(time);
    const outcome = sending.request("table", send, never);
    await time.pass(600);
    expect(copies).toHaveLength(1);
    await copies[0]?.answer();
    expect(await outcome).toBe("answer 1");
  });

  test("is never sent to KMS", async () => {
    const { time, sending, request, send, copies } = fakes(kmsSending);
    const outcome = request(send);
    await time.pass(799);
    expect(copies).toHaveLength(1);
    await copies[0]?.answer();
    await outcome;
    expect(sending.traffic()).toEqual({ ...nothing, sends: 1 });
  });
});

describe("while a dependency fails", () => {
  test("nothing is sent after twenty failures, but one request a second; the first that is answered ends that", async () => {
    const { time, sending, request } = fakes();
    await failing(sending, lost, 20);
    const { send, sends } = scripted(lost);
    expect(await failure(request(send))).toMatchObject({
      name: "NotSent",
      message: "too many requests before it had just failed",
    });
    expect(sends()).toBe(0);
    expect(sending.traffic()).toEqual({ ...nothing, sends: 20, failed: 20, skipped: 1 });
    await time.pass(1_000);
    expect(await failure(request(send))).toBe(lost);
    expect(sends()).toBe(1);
    await time.pass(1_000);
    expect(await request(send)).toBe("answer");
    expect(await request(send)).toBe("answer");
    expect(sending.traffic()).toEqual({ ...nothing, sends: 23, failed: 21, skipped: 1 });
  });

  test("a request that is let through is sent once: neither hedged nor repeated", async () => {
    const { time, sending, request, send, copies } = fakes();
    await failing(sending, lost, 20);
    await time.pass(1_000);
    const outcome = failure(request(send));
    await time.pass(1_000);
    expect(await outcome).toMatchObject({ name: "TimeoutError" });
    expect(copies).toHaveLength(1);
  });

  test("a request that is being held up when the others have failed is not sent again", async () => {
    const { time, sending, request } = fakes();
    const { send, sends } = scripted(lost, lost);
    const outcome = failure(request(send));
    await settled();
    await failing(sending, lost, 19);
    await time.pass(25);
    expect(await outcome).toBe(lost);
    expect(sends()).toBe(1);
  });

  test("the others are asked as ever", async () => {
    const { sending, request } = fakes();
    await failing(sending, lost, 20);
    expect(await request(scripted().send, "another table")).toBe("answer");
  });

  test.for([refused, throttled])("an answer of its own is none of these failures (%s)", async (fault) => {
    const { sending, request } = fakes();
    await failing(sending, fault, 100);
    expect(await request(scripted().send)).toBe("answer");
  });

  test("copies that were called off are none of them either", async () => {
    const { time, sending, request } = await warmed();
    for (let each = 0; each < 40; each += 1) {
      const { send, copies } = commanded(time);
      const outcome = sending.request("table", send, never);
      await time.pass(50);
      await copies[1]?.answer();
      await outcome;
    }
    await failing(sending, lost, 19);
    expect(await request(scripted().send)).toBe("answer");
  });

  test("an outage comes down to one send per request, and a dependency beside it is still sent to again", async () => {
    const { time, sending, request } = fakes(kmsSending, () => 0);
    // So seldom that the breaker does not open.
    const sends: number[] = [];
    for (let each = 0; each < 1_100; each += 1) {
      const before = sending.traffic().sends;
      const outcome = failure(request(() => Promise.reject(lost)));
      await time.pass(4_000);
      await outcome;
      sends.push(sending.traffic().sends - before);
    }
    expect(sends.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => 3));
    expect(sends.slice(50, 1_000)).toEqual(Array.from({ length: 950 }, () => 1));
    expect(sending.traffic().retries).toBe(200);
    const { send } = scripted(lost);
    const outcome = request(send, "another table");
    await time.pass(0);
    expect(await outcome).toBe("answer");
  });
});

describe("the caller's deadline", () => {
  const late = new Error("late");

  test("that has passed already means that nothing is sent", async () => {
    const { request, send, copies, sending } = fakes();
    expect(await failure(request(send, "table", AbortSignal.abort(late)))).toBe(late);
    expect(copies).toHaveLength(0);
    expect(sending.traffic()).toEqual(nothing);
  });

  test("calls off every copy at once, whether they listen or not", async () => {
    const { time, request, send, copies } = await warmed();
    const deadline = new AbortController();
    const outcome = failure(request(send, "table", deadline.signal));
    await time.pass(60);
    deadline.abort(late);
    expect(await outcome).toBe(late);
    expect(copies.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(time.timers()).toBe(0);
    await copies[0]?.fail(new Error("later still"));
  });

  test("ends a pause, and nothing more is sent", async () => {
    const { time, request, send, copies } = fakes();
    const deadline = new AbortController();
    const outcome = failure(request(send, "table", deadline.signal));
    await copies[0]?.fail(lost);
    deadline.abort(late);
    expect(await outcome).toBe(late);
    expect(time.timers()).toBe(0);
    expect(copies).toHaveLength(1);
  });

  test.for([
    [199, 0],
    [200, 1],
  ])("after %i ms makes %i failures of a send that had 400", async ([ms = 0, failed]) => {
    const { time, sending, request, send } = fakes();
    const deadline = new AbortController();
    const outcome = failure(request(send, "table", deadline.signal, 1));
    await time.pass(ms);
    deadline.abort(late);
    await outcome;
    expect(sending.traffic().failed).toBe(failed);
  });

  test("is listened to once, however many requests share it", async () => {
    const { request, send } = fakes();
    const deadline = new AbortController();
    const outcomes = Array.from({ length: 30 }, () => failure(request(send, "table", deadline.signal)));
    expect(getEventListeners(deadline.signal, "abort")).toHaveLength(1);
    deadline.abort(late);
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set([late]));
    expect(getEventListeners(deadline.signal, "abort")).toEqual([]);
  });
});

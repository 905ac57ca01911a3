import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { pseudonymRootOnce } from "../../crypto/pseudonym-root.ts";

const never = new AbortController().signal;
const denied = (): CryptoError => new CryptoError("KEY_ACCESS_DENIED", "KMS refuses the key: DisabledException");

type Call = {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly succeed: (root?: KeyObject) => void;
  readonly fail: (error: Error) => void;
};

/** A loader whose every request a test decides. */
function commanded() {
  const clock = { wall: 1_000_000, steady: 0 };
  const calls: Call[] = [];
  const load = pseudonymRootOnce(
    (key, signal) =>
      new Promise((resolve, reject) => {
        const succeed = (root = createSecretKey(randomBytes(32))) => resolve(root);
        calls.push({ key, signal, succeed, fail: reject });
      }),
    undefined,
    () => ({ ...clock }),
  );
  return { load, calls, clock };
}

describe("the root", () => {
  test("is asked for once, however many wait and however long it serves", async () => {
    const { load, calls, clock } = commanded();
    const waiting = [load("key", never), load("key", never)];
    calls[0]?.succeed();
    const [first, second] = await Promise.all(waiting);
    clock.wall += 1e9;
    expect(second).toBe(first);
    expect(await load("key", never)).toBe(first);
    expect(calls.map(({ key }) => key)).toEqual(["key"]);
  });

  test("of another key is another request", async () => {
    const { load, calls } = commanded();
    const waiting = [load("one", never), load("other", never)];
    for (const call of calls) call.succeed();
    const [one, other] = await Promise.all(waiting);
    expect(calls.map(({ key }) => key)).toEqual(["one", "other"]);
    expect(other).not.toBe(one);
  });

  test("that could not be had is asked for again the next time", async () => {
    const { load, calls } = commanded();
    const refused = load("key", never);
    calls[0]?.fail(denied());
    await expect(refused).rejects.toEqual(denied());
    const again = load("key", never);
    calls[1]?.succeed();
    expect((await again).symmetricKeySize).toBe(32);
    expect(calls).toHaveLength(2);
  });

  test("is not asked for again because one caller gave up", async () => {
    const { load, calls } = commanded();
    const caller = new AbortController();
    const [hasty, patient] = [load("key", caller.signal), load("key", never)];
    caller.abort();
    await expect(hasty).rejects.toEqual(
      new CryptoError("KEY_UNAVAILABLE", "the pseudonyms' root did not arrive before the caller's deadline"),
    );
    expect(calls[0]?.signal.aborted).toBe(false);
    calls[0]?.succeed();
    expect((await patient).symmetricKeySize).toBe(32);
    expect(calls).toHaveLength(1);
  });

  test("is asked for anew after a freeze in the middle of a request, whose late end changes nothing", async () => {
    const { load, calls, clock } = commanded();
    const frozen = load("key", never);
    clock.wall += 1_399;
    void load("key", never).catch(() => {});
    expect(calls).toHaveLength(1);
    clock.wall += 1;
    const thawed = load("key", never);
    expect(calls).toHaveLength(2);
    calls[1]?.succeed();
    const root = await thawed;
    calls[0]?.fail(denied());
    await expect(frozen).rejects.toMatchObject({ code: "KEY_ACCESS_DENIED" });
    expect(await load("key", never)).toBe(root);
    expect(calls).toHaveLength(2);
  });
});

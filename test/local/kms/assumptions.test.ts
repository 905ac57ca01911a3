import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KMS_ASSUMPTIONS } from "../../../local/kms/assumptions.ts";

const rooms = ["identities", "kms", "policy"].map((room) => new URL(`../../../local/${room}/`, import.meta.url));

test("every assumption about KMS is named where the code rests on it, and every name is an assumption", () => {
  const named = rooms.flatMap((room) =>
    readdirSync(room).flatMap((file) => [
      ...readFileSync(new URL(file, room), "utf8").matchAll(/Assumed: ([a-z-]+)\./g),
    ]),
  );
  const ids = KMS_ASSUMPTIONS.map(({ id }) => id);
  expect([...new Set(named.map(([, id = ""]) => id))].toSorted()).toEqual(ids);
  expect(ids).toEqual([...new Set(ids)].toSorted());
});

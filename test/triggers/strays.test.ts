import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { quietStrays } from "../../triggers/strays.ts";

test("what nobody caught is counted, and nobody else is told", () => {
  const process = new EventEmitter();
  const printed: unknown[] = [];
  for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, (error) => printed.push(error));
  const strays = quietStrays(process);
  expect(strays()).toBe(0);
  process.emit("unhandledRejection", new Error("nora@example.com"));
  process.emit("uncaughtException", new Error("nora@example.com"));
  expect([strays(), printed]).toEqual([2, []]);
});

test("other events of the process are left alone", () => {
  const process = new EventEmitter();
  let told = 0;
  process.on("beforeExit", () => {
    told += 1;
  });
  quietStrays(process);
  process.emit("beforeExit");
  expect(told).toBe(1);
});

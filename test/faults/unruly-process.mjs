// Loaded ahead of the bundle into a process that is to misbehave: `order.ts` writes what it does, and when.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.env["CLAIMSEAL_ORDERS"];
writeFileSync(`${file}.pid`, String(process.pid));
const orders = () => JSON.parse(readFileSync(file, "utf8"));

const wall = Date.now;
const steady = performance.now.bind(performance);
Date.now = () => wall() + orders().wallMs;
Object.defineProperty(performance, "now", { value: () => steady() + orders().steadyMs });

let { fit: last } = orders();
setInterval(() => {
  const { fit, busyMs, hoards } = orders();
  if (fit === last) return;
  last = fit;
  for (const end = steady() + busyMs; steady() < end; );
  for (const hoard = []; hoards; ) hoard.push(Array.from({ length: 100_000 }, Math.random));
}, 5).unref();

// Checks one claim map in a process of its own, so many times, and prints how long each took and what memory it came to.
import { checkClaimMap } from "../dist/claims/check.js";
import { mapOf } from "./large-map.mjs";
import { median } from "./statistics.mjs";

const [claims, times] = process.argv.slice(2).map(Number);
const text = mapOf(claims);
const { plan, findings } = checkClaimMap(text);
if (plan === null) throw new Error(JSON.stringify(findings.filter(({ level }) => level === "error").slice(0, 3)));
const compiled = Object.values(plan.profiles).flatMap((profile) => Object.keys(profile.claims ?? {})).length;
const ms = [];
for (let time = 0; time < times; time += 1) {
  const start = performance.now();
  checkClaimMap(text);
  ms.push(performance.now() - start);
}
console.log(
  JSON.stringify({
    claims,
    compiled,
    bytes: text.length,
    ms: median(ms),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);

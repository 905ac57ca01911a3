// Checking: time and memory of maps from ten to two thousand claims, each size in processes of its own, in turn.
import { fileURLToPath } from "node:url";
import { jsonOf } from "../json-of.mjs";
import { exponent, median, rounded } from "../statistics.mjs";

const SIZES = [10, 30, 100, 300, 1000, 2000];
const worker = fileURLToPath(new URL("../check-worker.mjs", import.meta.url));

export async function run({ quick, say }) {
  const sizes = quick ? SIZES.slice(0, 3) : SIZES;
  const rounds = quick ? 1 : 3;
  const held = sizes.map((claims) => ({ claims, ms: [], peak: [], bytes: 0 }));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of held) {
      say(`${one.claims} claims, round ${round + 1} of ${rounds}`);
      // Half a second or so of each: what is small is warmed up by as many.
      const times = quick ? 2 : Math.max(3, Math.ceil(1000 / one.claims));
      const { ms, peakBytes, bytes } = await jsonOf(worker, [String(one.claims), String(times)]);
      one.ms.push(ms);
      one.peak.push(peakBytes);
      one.bytes = bytes;
    }
  }
  const points = held.map(({ claims, ms, peak, bytes }) => ({
    size: claims,
    mapBytes: bytes,
    ms: rounded(median(ms)),
    peakMiB: rounded(median(peak) / 2 ** 20, 3),
  }));
  return {
    points,
    exponents: {
      time: rounded(exponent(points.map(({ size, ms }) => ({ size, cost: ms }))), 3),
      memory: rounded(exponent(points.map(({ size, peakMiB }) => ({ size, cost: peakMiB }))), 3),
    },
  };
}

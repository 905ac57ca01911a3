// KMS calls of a fleet of services that open tokens of mode `envelope`, by the caches that the package ships, under a
// clock of the benchmark's own. Nothing is encrypted: a data key is a number here.
import { dataKeyCache } from "../../dist/crypto/data-key-cache.js";
import { unwrapCache } from "../../dist/crypto/unwrap-cache.js";
import { rounded } from "../statistics.mjs";

const FLEETS = [1, 4, 16, 64];

/** Openings a second, and for how many seconds they are told of: long enough for many a key to be turned over. */
const TRAFFIC = [
  { perSecond: 0.1, seconds: 86_400 },
  { perSecond: 1, seconds: 21_600 },
  { perSecond: 10, seconds: 7_200 },
];

/** A token lives for an hour, and issuers turn their keys over once an hour: what is told is of the hours after the first. */
const HOUR_S = 3_600;

export async function run({ quick, say }) {
  const rows = [];
  for (const readers of FLEETS) {
    for (const { perSecond, seconds } of quick ? TRAFFIC.slice(0, 2) : TRAFFIC) {
      say(`${readers} services, ${perSecond} openings a second`);
      rows.push({ readers, perSecond, ...(await simulated(readers, perSecond, quick ? seconds / 10 : seconds)) });
    }
  }
  return { rows };
}

/** One function issues for four services, each of which opens by chance a token that is up to an hour old. */
async function simulated(readers, perSecond, seconds) {
  const random = numbers(readers * 1000 + perSecond);
  const time = { ms: 0 };
  const clock = () => ({ wall: time.ms, steady: time.ms });
  const calls = { generate: 0, decrypt: 0 };
  const signal = new AbortController().signal;
  const context = { "claimseal:aud": "server", "claimseal:pool": "pool", "claimseal:v": "1" };
  const issuers = Array.from({ length: Math.ceil(readers / 4) }, () =>
    dataKeyCache(
      async () => {
        calls.generate += 1;
        return { key: null, wrapped: Uint8Array.of(calls.generate >> 16, calls.generate >> 8, calls.generate) };
      },
      {},
      clock,
      random,
    ),
  );
  const services = Array.from({ length: readers }, () =>
    unwrapCache(
      async () => {
        calls.decrypt += 1;
        return null;
      },
      {},
      clock,
    ),
  );
  const total = Math.ceil((HOUR_S + seconds) * perSecond);
  /** Blobs of tokens that are still good, by when they were issued. */
  const issued = [];
  let before = null;
  let told = 0;
  for (let index = 0; index < total; index += 1) {
    time.ms = (index / perSecond) * 1000;
    // Each token is opened once on average, at a moment by chance within its hour: traffic is what counts here.
    const issuer = issuers[Math.floor(random() * issuers.length)];
    const { wrapped } = await issuer("key", context, signal);
    issued.push({ at: time.ms, wrapped });
    const oldest = Math.max(0, issued.length - Math.ceil(perSecond * HOUR_S));
    const token = issued[oldest + Math.floor(random() * (issued.length - oldest))];
    const service = services[Math.floor(random() * services.length)];
    if (before === null && time.ms >= HOUR_S * 1000) before = { ...calls };
    await service(["key"], context, token.wrapped, signal);
    if (before !== null) told += 1;
  }
  return {
    issuers: issuers.length,
    told,
    decryptPer1000: rounded(((calls.decrypt - before.decrypt) / told) * 1000, 3),
    generatePer1000: rounded(((calls.generate - before.generate) / told) * 1000, 3),
  };
}

/** The same chance in every run (mulberry32). */
function numbers(seed) {
  let state = Math.floor(seed * 7919) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

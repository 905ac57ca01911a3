import { DAY_MS, HOUR_MS, HOURS, type Traffic, tokensPerDay } from "./traffic.ts";

/**
 * When tokens are issued in one day, in milliseconds from midnight, in order: each active user signs in once, at a time
 * drawn by the hours of the day, and refreshes until done. What would come after midnight comes in the morning of the
 * same day, so that one day stands for any.
 */
export function arrivalsOfADay(users: number, traffic: Traffic, random: () => number): Float64Array {
  const active = Math.round(users * traffic.activeShare);
  const tokens = tokensPerDay(traffic);
  const times = new Float64Array(active * tokens);
  for (let user = 0; user < active; user += 1) {
    const start = timeOfDay(random);
    for (let token = 0; token < tokens; token += 1) {
      times[user * tokens + token] = (start + token * traffic.tokenMinutes * 60_000) % DAY_MS;
    }
  }
  return times.sort();
}

const SUM = HOURS.reduce((before, each) => before + each, 0);

function timeOfDay(random: () => number): number {
  let left = random() * SUM;
  for (const [hour, weight] of HOURS.entries()) {
    if (left < weight) return hour * HOUR_MS + random() * HOUR_MS;
    left -= weight;
  }
  return DAY_MS - 1;
}

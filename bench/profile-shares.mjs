// Reads V8's CPU profiles: who of a bundle had the processor.
import { rounded } from "./statistics.mjs";

const ROOMS = /^(triggers|aws|claims|cognito|crypto)\//;

/** For each line of an unminified bundle the file it came from, as esbuild's comments have it. */
export function partsOf(bundle) {
  let part = "";
  return bundle.split("\n").map((line) => {
    const [, file] = /^\s*\/\/ ([\w@.][\w@./+-]*\.(?:[cm]?[jt]s|json))$/.exec(line) ?? [];
    if (file !== undefined) part = file.replace(/^.*node_modules\//, "");
    return part;
  });
}

/**
 * Shares of the time in which the processor had work, the largest first. Node's own code counts for whoever of the bundle
 * called it; what nobody did is told as Node's.
 */
export function sharesOf(profile, bundleName, parts) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const spent = new Map();
  for (const [index, id] of profile.samples.entries()) {
    spent.set(id, (spent.get(id) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
  const byPart = new Map();
  for (const [id, time] of spent) {
    const part = partOf(id, nodes, parents, bundleName, parts);
    if (part !== null) byPart.set(part, (byPart.get(part) ?? 0) + time);
  }
  const total = [...byPart.values()].reduce((sum, time) => sum + time, 0);
  const list = (entries, most) =>
    [...entries]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, time]) => ({ name, share: rounded(time / total, 3) }));
  const byRoom = new Map();
  for (const [part, time] of byPart) {
    const room = roomOf(part);
    byRoom.set(room, (byRoom.get(room) ?? 0) + time);
  }
  const ours = [...byPart].filter(([part]) => ROOMS.test(part));
  return { rooms: list(byRoom, 12), ours: list(ours, 8) };
}

function partOf(id, nodes, parents, bundleName, parts) {
  const { functionName } = nodes.get(id).callFrame;
  if (functionName === "(idle)") return null;
  if (functionName === "(garbage collector)") return "V8: garbage";
  if (functionName === "(program)" || functionName === "(root)") return "V8: everything else";
  if (functionName === "writev") return "Node: writing to the connection";
  for (let at = id; at !== undefined; at = parents.get(at)) {
    const { url, lineNumber } = nodes.get(at).callFrame;
    if (url.endsWith(`/${bundleName}`)) return parts[lineNumber] || "Node: everything else";
  }
  return "Node: everything else";
}

function roomOf(part) {
  const [, room] = ROOMS.exec(part) ?? [];
  if (room !== undefined) return `\`${room}/\``;
  return part.startsWith("@") || part.startsWith("tslib") ? "the AWS SDK" : part;
}

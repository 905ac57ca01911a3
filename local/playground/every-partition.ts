import { fillPartition } from "../../claims/gather/partition.ts";
import type { Plan } from "../../claims/plan.ts";

/** What a table's or a key's name comes to in every partition, each once; itself where there is none. */
export function inEveryPartition({ partition }: Plan, name: string): readonly string[] {
  const partitions = Object.values(partition?.values ?? { "": {} });
  return [...new Set(partitions.map((texts) => fillPartition(name, (each) => texts[each] ?? "")))];
}

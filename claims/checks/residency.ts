import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { KnownValue, KnownValues } from "../language/known-values.ts";
import { anyOf } from "../shape/place.ts";
import type { CompiledClaim } from "./compiled-profile.ts";
import { flowsInto } from "./flow.ts";

/** CS405: every region a value is sealed in, in every partition, must be one its source allows. */
export function residency(read: ReadMap, known: KnownValues, claim: CompiledClaim): readonly Finding[] {
  const { resourceServers, sources, partition } = read.map;
  const flows = [claim.value, claim.when].flatMap((each) => (each ? flowsInto(read, known, each) : []));
  const bySource = new Map(flows.flatMap((flow) => sourcesOf(flow.value).map((source) => [source, flow] as const)));
  return claim.written.sealFor.flatMap((server, index) => {
    const seal = resourceServers[server]?.seal;
    if (seal === undefined) return [];
    const regions = regionsOf(seal, partition?.values ?? {});
    return [...bySource].flatMap(([source, { way }]) => {
      const allowed = sources[source]?.residency;
      const outside = allowed === undefined ? undefined : regions.find(({ region }) => !allowed.includes(region ?? ""));
      if (allowed === undefined || outside === undefined) return [];
      const place = [...claim.path, "sealFor", String(index)];
      const where = `${outside.region ?? "no region stated"}${outside.of === null ? "" : `, partition ${outside.of}`}`;
      const message = `sealed where its source does not allow it: ${way} -> envelope for ${server} (${where})`;
      const fix = `State \`seal: { region }\` of ${server} as ${anyOf(allowed)}.`;
      return [finding("CS405", place, read.at(place), message, fix)];
    });
  });
}

/** Where a value comes from; a tenant is one of the values it is worked out from. */
function sourcesOf({ reference, key }: KnownValue): readonly string[] {
  return reference[0] === "tenant" ? key.flatMap(sourcesOf) : [reference[0]];
}

type Region = { readonly region: string | undefined; readonly of: string | null };

/** The regions a key can be in: one, or one for each value of the partition. */
function regionsOf(
  { key, region }: { readonly key: string; readonly region?: string },
  partitions: { readonly [value: string]: { readonly [name: string]: string } },
): readonly Region[] {
  if (!/\{partition\./.test(key + (region ?? ""))) return [{ region: region ?? regionOfKey(key), of: null }];
  return Object.entries(partitions).map(([value, texts]) => {
    const fill = (text: string): string =>
      text.replace(/\{partition\.(\w+)\}/g, (_, name: string) => texts[name] ?? "");
    return { region: region === undefined ? regionOfKey(fill(key)) : fill(region), of: value };
  });
}

function regionOfKey(key: string): string | undefined {
  return /^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1];
}

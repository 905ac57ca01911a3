import type { MapPath, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { fillPartition } from "../gather/partition.ts";
import { KMS_KEY, REGION, TABLE } from "../shape/forms.ts";
import { code } from "../shape/place.ts";
import type { Form } from "../shape/shape.ts";
import { VARIABLE } from "../shape/walk-text.ts";
import { offerForm } from "../shape/wording.ts";

/** A text with `{partition.NAME}` in it and what it has to be once that is filled in. */
type Partitioned = { readonly text: string; readonly path: MapPath; readonly form: Form };

/**
 * CS106: what a partition's texts come to in the places that hold them. A table or key that cannot exist would refuse
 * everybody of that partition, at their sign-in. What a variable holds is known at start alone.
 */
export function partitionForms(read: ReadMap): readonly Finding[] {
  const places = partitionedTexts(read);
  return Object.entries(read.map.partition?.values ?? {}).flatMap(([value, texts]) =>
    Object.entries(texts).flatMap(([name, own]) => {
      const path = ["partition", value, name];
      if (VARIABLE.test(own)) return [];
      for (const { text, path: at, form } of places) {
        if (!text.includes(`{partition.${name}}`)) continue;
        const filled = fillPartition(text, (each) => texts[each] ?? `{partition.${each}}`);
        if (/\$\{env:|\{partition\./.test(filled) || form.pattern.test(filled)) continue;
        const message = `${code(at.join("."))} comes to ${code(filled)} here, which is not ${form.is}`;
        return [finding("CS106", path, read.at(path), message, offerForm(form, true))];
      }
      return [];
    }),
  );
}

function partitionedTexts({ map: { sources, resourceServers } }: ReadMap): readonly Partitioned[] {
  return [
    ...Object.entries(sources).flatMap(([name, { dynamodb }]) =>
      dynamodb === undefined
        ? []
        : [
            { text: dynamodb.table, path: ["sources", name, "dynamodb", "table"], form: TABLE },
            { text: dynamodb.region ?? "", path: ["sources", name, "dynamodb", "region"], form: REGION },
          ],
    ),
    ...Object.entries(resourceServers).flatMap(([name, { seal }]) =>
      seal === undefined
        ? []
        : [
            { text: seal.key, path: ["resourceServers", name, "seal", "key"], form: KMS_KEY },
            { text: seal.region ?? "", path: ["resourceServers", name, "seal", "region"], form: REGION },
          ],
    ),
  ];
}

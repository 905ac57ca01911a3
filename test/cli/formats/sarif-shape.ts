const text = { type: "string", minLength: 1 } as const;
const object = (required: readonly string[], properties: object): object => ({
  type: "object",
  required,
  additionalProperties: false,
  properties,
});
const list = (items: object): object => ({ type: "array", items });
const message = object(["text"], { text, markdown: text });
const level = { enum: ["none", "note", "warning", "error"] };

/**
 * The part of SARIF 2.1.0 that `check` writes, as a JSON Schema: names, kinds and mandatory members by the standard's
 * sections 3.13 to 3.52; members that are not here are not written.
 */
export const SARIF_SHAPE: object = object(["$schema", "version", "runs"], {
  $schema: { const: "https://json.schemastore.org/sarif-2.1.0.json" },
  version: { const: "2.1.0" },
  runs: list(
    object(["tool", "results"], {
      tool: object(["driver"], {
        driver: object(["name", "version", "rules"], {
          name: text,
          version: text,
          rules: {
            ...list(
              object(["id"], {
                id: text,
                shortDescription: message,
                fullDescription: message,
                help: message,
                defaultConfiguration: object([], { level }),
              }),
            ),
            uniqueItems: true,
          },
        }),
      }),
      columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
      results: list(
        object(["ruleId", "message"], {
          ruleId: text,
          ruleIndex: { type: "integer", minimum: 0 },
          level,
          message: object(["text"], { text }),
          locations: list(
            object(["physicalLocation"], {
              physicalLocation: object(["artifactLocation"], {
                artifactLocation: object(["uri"], { uri: { type: "string", format: "uri-reference" } }),
                region: object(["startLine"], {
                  startLine: { type: "integer", minimum: 1 },
                  startColumn: { type: "integer", minimum: 1 },
                }),
              }),
            }),
          ),
          partialFingerprints: { type: "object", additionalProperties: text },
        }),
      ),
    }),
  ),
});

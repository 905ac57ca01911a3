import type { EnvelopeAnatomy } from "../tokens/envelope-anatomy.ts";
import type { InspectedClaim, Inspection } from "../tokens/inspect-token.ts";
import { visible } from "./visible.ts";

const KINDS: { readonly [token in Inspection["token"]]: string } = {
  access: "access token",
  id: "ID token",
  unknown: "token of no known kind",
};

const WRITERS: { readonly [by in InspectedClaim["by"]]: string } = {
  cognito: "Cognito",
  attribute: "user pool",
  claimseal: "claimseal",
  trigger: "trigger",
};

/** An inspection for people. */
export function inspectionReport({ token, bytes, claims, findings }: Inspection): string {
  const hasClasses = claims.some((claim) => claim.class !== null);
  const rows = [
    ["bytes", "claim", "by", ...(hasClasses ? ["class"] : []), "value"],
    ...claims.map((claim) => [
      String(claim.bytes),
      visible(claim.name),
      WRITERS[claim.by],
      ...(hasClasses ? [claim.class ?? ""] : []),
      valueText(claim),
    ]),
  ];
  return [
    `${KINDS[token]}, ${bytes} bytes. Nothing was verified, nothing was opened.`,
    "",
    ...columns(rows),
    ...(findings.length > 0 ? [""] : []),
    ...findings.map(
      ({ level, claim, message }) => `${level}: ${claim === null ? "" : `${visible(claim)} `}${visible(message)}`,
    ),
  ].join("\n");
}

function valueText({ name, shape, value, envelope, holds }: InspectedClaim): string {
  if (envelope) {
    const inside = holds && holds.length > 0 ? `; holds ${holds.join(", ")}` : "";
    return `${"problem" in envelope ? "no envelope" : envelopeText(envelope)}${inside}`;
  }
  if (value === undefined) return shape;
  const isTime = ["exp", "iat", "auth_time"].includes(name) && typeof value === "number" && Math.abs(value) < 8e12;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return visible(isTime ? new Date(value * 1000).toISOString() : text).replaceAll("\n", " ");
}

function envelopeText({ version, mode, wrappedKeyBytes, keyId, plaintextBytes }: EnvelopeAnatomy): string {
  const { least, most } = plaintextBytes;
  return [
    `sealed, version ${version}, mode ${mode}`,
    ...(wrappedKeyBytes === null ? [] : [`wrapped key ${wrappedKeyBytes} bytes`]),
    ...(keyId === null ? [] : [`for key ${keyId}`]),
    `plaintext ${least === 1 ? "up" : least} to ${most} bytes`,
  ].join(", ");
}

/** Left-aligned, but for the first column, which holds numbers; the last may be as long as it is. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        if (column === 0) return cell.padStart(widths[0] ?? 0);
        return column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
      })
      .join("  "),
  );
}

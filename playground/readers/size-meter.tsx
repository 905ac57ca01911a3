import type { Ceiling, Token } from "../../local/playground/messages.ts";
import { counted } from "./shown-value.ts";

type SizeMeter = { readonly token: Token; readonly ceilings: readonly Ceiling[] };

/** How large a token is, beside what it may be: the map's own limit and the ceilings on its way. */
export function SizeMeter({ token: { bytes, limit, most }, ceilings }: SizeMeter) {
  const known = [{ name: "the map's limit", bytes: limit, means: "what `limits` allows" }, ...ceilings].toSorted(
    (one, other) => one.bytes - other.bytes,
  );
  const scale = Math.max(bytes.all, ...known.map((ceiling) => ceiling.bytes));
  const share = (part: number): string => `${((part / scale) * 100).toFixed(2)}%`;
  const passed = known.filter((ceiling) => bytes.all > ceiling.bytes);
  return (
    <div class="size">
      <p class="size-said">
        <strong>{counted(bytes.all)} bytes</strong> of {counted(limit)}
        {most !== null && <span class="quiet">, at most {counted(most)} for anybody</span>}
      </p>
      <div class={`size-bar${passed.length > 0 ? " over" : ""}`} aria-hidden="true">
        <span class="size-part header" style={{ width: share(bytes.header) }} />
        <span class="size-part payload" style={{ width: share(bytes.payload) }} />
        <span class="size-part signature" style={{ width: share(bytes.signature) }} />
        {known.map((ceiling) => (
          <span key={ceiling.name} class="size-mark" style={{ left: share(ceiling.bytes) }} />
        ))}
      </div>
      {passed.length > 0 && <p class="size-over">larger than {passed.map(({ name }) => name).join(", ")}</p>}
      <details class="more">
        <summary>What it is made of, and what it must pass</summary>
        <dl class="facts">
          <div>
            <dt>header, payload, signature</dt>
            <dd>{[bytes.header, bytes.payload, bytes.signature].map(counted).join(" + ")}</dd>
          </div>
          {known.map(({ name, bytes: ceiling, means }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {counted(ceiling)} <span class="quiet">{means}</span>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}

import type { Ceiling, Token } from "../../local/playground/messages.ts";
import { counted } from "./shown-value.ts";

type Sized = { readonly token: Token; readonly ceilings: readonly Ceiling[] };

/** The map's own limit and the ceilings on the way, smallest first. */
function ceilingsOf({ token: { limit }, ceilings }: Sized): readonly Ceiling[] {
  const own = { name: "the map's limit", bytes: limit, means: "what `limits` of the map allows" };
  return [own, ...ceilings].toSorted((one, other) => one.bytes - other.bytes);
}

/** How large a token is, beside what it may be: the map's own limit and the ceilings on its way. */
export function SizeMeter(sized: Sized) {
  const { bytes, limit } = sized.token;
  const known = ceilingsOf(sized);
  const scale = Math.max(bytes.all, ...known.map((ceiling) => ceiling.bytes));
  const share = (part: number): string => `${((part / scale) * 100).toFixed(2)}%`;
  const passed = known.filter((ceiling) => bytes.all > ceiling.bytes);
  return (
    <div class="size">
      <p class="size-said">
        <strong>{counted(bytes.all)} bytes</strong> of {counted(limit)}
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
    </div>
  );
}

/** The same in figures: what a token is made of, and what it must pass. */
export function SizeFacts(sized: Sized) {
  const { bytes: parts, most } = sized.token;
  const { header, payload, signature } = parts;
  return (
    <dl class="facts">
      <div>
        <dt>header, payload, signature</dt>
        <dd>{[header, payload, signature].map(counted).join(" + ")} bytes</dd>
      </div>
      {most !== null && (
        <div>
          <dt>the most it can have, for anybody</dt>
          <dd>{counted(most)} bytes</dd>
        </div>
      )}
      {ceilingsOf(sized).map(({ name, bytes, means }) => (
        <div key={name}>
          <dt>
            {name}: {counted(bytes)} bytes
          </dt>
          <dd>{means}</dd>
        </div>
      ))}
    </dl>
  );
}

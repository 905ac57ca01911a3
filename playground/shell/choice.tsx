type Choice<Value extends string> = {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly title: string }[];
  readonly chosen: Value | null;
  readonly isDisabled?: boolean;
  readonly choose: (value: Value) => void;
};

/** One of a few, all in sight: radio buttons, so arrow keys choose. */
export function Choice<Value extends string>({
  legend,
  name,
  options,
  chosen,
  isDisabled = false,
  choose,
}: Choice<Value>) {
  return (
    <fieldset class="choice" disabled={isDisabled}>
      <legend>{legend}</legend>
      <div class="choice-row">
        {options.map(({ value, title }) => (
          <label key={value}>
            <input type="radio" name={name} checked={value === chosen} onChange={() => choose(value)} />
            <span>{title}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

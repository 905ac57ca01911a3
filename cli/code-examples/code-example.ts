/** A mistake and how it is mended, each as the lines that differ from the sound map. */
export type CodeExample = {
  readonly broken: string;
  readonly mended: string;
  /** Codes that the mistake cannot be made without. */
  readonly also?: readonly string[];
};

/** Examples by the code they trigger. */
export type CodeExamples = Readonly<Record<string, CodeExample>>;

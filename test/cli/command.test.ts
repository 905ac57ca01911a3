import { expect, test } from "vitest";
import { type Command, given } from "../../cli/command.ts";
import { CliError } from "../../cli/io.ts";

const command: Command = {
  name: "paint",
  description: "Paints",
  args: { colour: { type: "enum", options: ["red", "blue"], description: "the colour" } },
  examples: [["claimseal paint", "paints"]],
  run: async () => 0,
};

test("a flag of a list may be left out where it has no default, and is of the list where it is given", () => {
  expect(given(command, []).text("colour")).toBeUndefined();
  expect(given(command, ["--colour", "blue"]).text("colour")).toBe("blue");
  expect(() => given(command, ["--colour", "green"])).toThrow(new CliError(2, "--colour is one of red, blue"));
});

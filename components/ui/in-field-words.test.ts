import { expect, test } from "vitest";
import { allowPrivateLabel, inFieldWords } from "./in-field-words";

test("a field that the API names is called what its box says", () => {
  const said = inFieldWords("The address 127.0.0.1 may not be used without allowPrivateNetwork");
  expect(said).toBe(`The address 127.0.0.1 may not be used without “${allowPrivateLabel}”`);
  expect(inFieldWords("Nothing listens there")).toBe("Nothing listens there");
});

import { expect, test } from "vitest";
import { sourceWords } from "./source-words";

test.each([
  ["broker:main", "Broker main"],
  ["broker:a:b", "Broker a:b"],
  ["queue:StockService", "Queue of StockService"],
  ["events", "Events over HTTP"],
  ["something new", "something new"],
])("%s is said as %s", (source, words) => {
  expect(sourceWords(source)).toBe(words);
});

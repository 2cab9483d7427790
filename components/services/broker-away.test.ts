import { expect, test } from "vitest";
import { brokerAway } from "./broker-away";

const at = (state: "connected" | "connecting" | "down" | "off") => [
  { name: "other", health: { state: "down" as const } },
  { name: "main", health: { state } },
];
const shipping = { transport: { kind: "nats", broker: "main" } } as const;

test("a service waits for its broker while that is down or switched off", () => {
  expect(brokerAway(shipping, at("down"))).toBe("main");
  expect(brokerAway(shipping, at("off"))).toBe("main");
});

test("a broker that is there, or is only being connected to, is not away, nor is another's", () => {
  expect(brokerAway(shipping, at("connected"))).toBeNull();
  expect(brokerAway(shipping, at("connecting"))).toBeNull();
  expect(brokerAway({ transport: { kind: "queue" } }, at("down"))).toBeNull();
});

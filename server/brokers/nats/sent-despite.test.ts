import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { sentDespite } from "./sent-despite";

const refusal = (err_code: number) => new JetStreamApiError({ code: 503, err_code, description: "no" });

test.each([
  ["what a lone server could not store is not stored", refusal(10_077), false, "not_stored"],
  ["what one of a cluster could not store others may have", refusal(10_077), true, "in_doubt"],
  ["what JetStream refuses is not stored, in a cluster neither", refusal(10_060), true, "not_stored"],
  ["what a stream finds too large it never takes", refusal(10_054), true, "too_large"],
  ["what was not answered in time is in doubt", new errors.TimeoutError(), false, "in_doubt"],
  ["what could not leave is not stored", new errors.ClosedConnectionError(), false, "not_stored"],
])("%s", (_, error, isCluster, sent) => {
  expect(sentDespite(error, isCluster)).toBe(sent);
});

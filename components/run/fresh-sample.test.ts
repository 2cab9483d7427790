import { expect, test } from "vitest";
import { freshSample } from "./fresh-sample";

const document = { saga: "Order", steps: [], sample: { order_id: "ORD-10482", n: 1 }, businessKey: "${data.order_id}" };

test("the business key's last digits are drawn anew, the rest stays", () => {
  expect(freshSample(document, 0.5)).toEqual({ order_id: "ORD-50000", n: 1 });
  expect(freshSample(document, 0.00071)).toEqual({ order_id: "ORD-00071", n: 1 });
});

test("what tells the runs of a choreography apart is drawn anew as well", () => {
  const sample = { order_id: "ORD-1042", channel: "driven" };
  const correlation = '${event.data.channel == "shop" ? null : event.data.order_id}';
  expect(freshSample({ saga: "Order", steps: [], sample, correlation }, 0.5)).toEqual({
    ...sample,
    order_id: "ORD-5000",
  });
});

test("without a sample the data of a choreography begin with what tells its runs apart, to be filled in", () => {
  expect(freshSample({ saga: "Parcel", steps: [], correlation: "${event.data.id}" }, 0.5)).toEqual({ id: "" });
  expect(freshSample({ saga: "Parcel", steps: [], correlation: "${event.data.a + event.subject}" }, 0.5)).toEqual({});
  const either = "${has(event.data.a) ? event.data.a : event.data.b}";
  expect(freshSample({ saga: "Parcel", steps: [], correlation: either }, 0.5)).toEqual({});
});

test("a sample whose key is no plain text field with digits stays as it is", () => {
  expect(freshSample({ ...document, sample: { order_id: 7 } }, 0.5)).toEqual({ order_id: 7 });
  expect(freshSample({ ...document, sample: { order_id: "first" } }, 0.5)).toEqual({ order_id: "first" });
  expect(freshSample({ ...document, businessKey: "${data.a + data.b}" }, 0.5)).toBe(document.sample);
  expect(freshSample({ saga: "Order", steps: [] }, 0.5)).toEqual({});
});

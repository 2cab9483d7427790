/** Small definitions for tests of the server. */
export function orderSaga(type = "Order") {
  return {
    saga: type,
    title: "An order",
    input: {
      type: "object",
      required: ["order_id"],
      properties: { order_id: { type: "string" }, amount: { type: "number", minimum: 0 } },
    },
    businessKey: "${data.order_id}",
    exposure: "${has(data.amount) ? data.amount : 0}",
    steps: [
      {
        id: "reserve",
        action: { command: "StockService.Reserve", retry: { attempts: 1 } },
        compensation: { command: "StockService.Release", retry: { attempts: 1 } },
      },
      {
        id: "pay",
        class: "compensable",
        action: { command: "PayService.Charge", retry: { attempts: 1 } },
        compensation: { command: "PayService.Refund", retry: { attempts: 1 } },
      },
    ],
  };
}

let count = 0;

/** An order that no other test has: its number is what people look for. */
export function newOrder() {
  count += 1;
  return {
    order_id: `ORD-${Date.now().toString(36).toUpperCase()}-${count}`,
    customer_id: "CUS-2207",
    items: [{ sku: "CHAIR-OAK", quantity: 1, price: 129.5 }],
    payment_method: "card",
    shipping_address: {
      name: "Ada Byron",
      street: "12 St James's Square",
      postal_code: "SW1Y 4JH",
      city: "London",
      country: "GB",
    },
    total_amount: 129.5,
  };
}

/** What the shop sells. Plenty of everything, save the clock, which is always sold out. */
export const products = [
  { sku: "CHAIR-OAK", name: "Chair, oak", priceCents: 12_950, onHand: 10_000_000 },
  { sku: "LAMP-BRASS", name: "Lamp, brass", priceCents: 8900, onHand: 10_000_000 },
  { sku: "TABLE-OAK", name: "Table, oak", priceCents: 64_000, onHand: 10_000_000 },
  { sku: "RUG-WOOL", name: "Rug, wool", priceCents: 21_500, onHand: 10_000_000 },
  { sku: "CLOCK-WALL", name: "Wall clock (sold out)", priceCents: 8400, onHand: 0 },
] as const;

/** Sold out here, and at every supplier as well. */
export const soldOut: ReadonlySet<string> = new Set(
  products.filter(({ onHand }) => onHand === 0).map(({ sku }) => sku),
);

/** What the shop sells. Plenty of everything, save the vase, which is always sold out. */
export const products = [
  { sku: "MUG-BLUE", name: "Mug, blue", priceCents: 1450, onHand: 10_000_000 },
  { sku: "TEAPOT-1L", name: "Teapot, 1 litre", priceCents: 5900, onHand: 10_000_000 },
  { sku: "TEA-EARL-GREY", name: "Earl Grey, 250 g", priceCents: 1250, onHand: 10_000_000 },
  { sku: "LAMP-DESK", name: "Desk lamp", priceCents: 12_900, onHand: 10_000_000 },
  { sku: "VASE-RED", name: "Vase, red (sold out)", priceCents: 8400, onHand: 0 },
] as const;

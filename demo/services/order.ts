/** Takes orders for the bus, and says how they ended. Nobody sends it commands: it lives by events alone. */
export const orderService = {};

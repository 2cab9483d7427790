/** Which services take their commands over what, where there is such a thing; the others are called over HTTP. */
export const pulledServices: ReadonlySet<string> = new Set(["NotificationService"]);
export const natsServices: ReadonlySet<string> = new Set(["ShippingService"]);
export const amqpServices: ReadonlySet<string> = new Set(["SupplierService"]);

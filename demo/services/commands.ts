import type { ShopCommand } from "../command";
import { accountingService } from "./accounting";
import { budgetService } from "./budget";
import { inventoryService } from "./inventory";
import { notificationService } from "./notification";
import { orderService } from "./order";
import { paymentService } from "./payment";
import { shippingService } from "./shipping";
import { supplierService } from "./supplier";
import { carService, flightService, hotelService, ticketService } from "./travel";

/** Every participant of the shop and what it takes, at `/{service}/{command}`. */
const services: Readonly<Record<string, Readonly<Record<string, ShopCommand>>>> = {
  InventoryService: inventoryService,
  PaymentService: paymentService,
  ShippingService: shippingService,
  NotificationService: notificationService,
  FlightService: flightService,
  HotelService: hotelService,
  CarService: carService,
  TicketService: ticketService,
  BudgetService: budgetService,
  SupplierService: supplierService,
  AccountingService: accountingService,
  OrderService: orderService,
};

export const serviceNames: readonly string[] = Object.keys(services);

export function commandsOf(service: string): Readonly<Record<string, ShopCommand>> {
  return services[service] ?? {};
}

export type CommandName = { readonly service: string; readonly command: string };

export const commandNames: readonly CommandName[] = Object.entries(services).flatMap(([service, commands]) =>
  Object.keys(commands).map((command) => ({ service, command })),
);

export function commandOf(service: string, command: string): ShopCommand | null {
  const commands = Object.hasOwn(services, service) ? services[service] : undefined;
  return commands && Object.hasOwn(commands, command) ? (commands[command] ?? null) : null;
}

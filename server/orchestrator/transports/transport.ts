import type { InvokeCommand, Outcome } from "@/engine";
import type { ServiceRegistration } from "../services";

/** How a command reaches a service. `accepted`: the reply comes later, the attempt stays open (F6). Never rejects. */
export interface Transport {
  call(command: InvokeCommand, service: ServiceRegistration, signal: AbortSignal): Promise<Outcome | "accepted">;
  close(): Promise<void>;
}

import type { BrokerRegistration, Trouble } from "../registration";
import { connectAmqp } from "./connect";
import { troubleOf } from "./trouble";

/** What keeps a link from standing, or null. Makes nothing at the broker. */
export async function checkAmqp(registration: BrokerRegistration, timeoutMs: number): Promise<Trouble | null> {
  const inTime = AbortSignal.timeout(timeoutMs);
  try {
    const connection = await connectAmqp(registration, inTime);
    await connection.close();
    return null;
  } catch (error) {
    return troubleOf(inTime.aborted ? inTime.reason : error, registration);
  }
}

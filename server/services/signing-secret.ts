import type { Deps } from "../deps";
import { open, serviceSecretContext } from "../secrets";

/** A service's signing secret; null: it has none, or none that opens, and then nothing counts as signed by it. */
export async function signingSecretOf({ prisma, env, log }: Deps, name: string): Promise<string | null> {
  const row = await prisma.service.findUnique({ where: { name }, select: { secret: true } });
  if (!row?.secret) return null;
  try {
    return open(env.secretKey, serviceSecretContext(name), row.secret);
  } catch (error) {
    log.error({ err: error, service: name }, "A signing secret does not open");
    return null;
  }
}

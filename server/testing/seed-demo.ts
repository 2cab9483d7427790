import { seedDemo } from "../demo/seed";
import type { TestApi } from "./api";

type Seed = Omit<Parameters<typeof seedDemo>[0], "prisma" | "secretKey">;

/** Puts the demo's services and sagas there, as a first start does. */
export function seedForTest({ deps }: TestApi, seed: Seed): Promise<number> {
  return seedDemo({ prisma: deps.prisma, secretKey: deps.env.secretKey, ...seed });
}

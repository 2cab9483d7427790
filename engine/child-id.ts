import { deriveId } from "./derive-id";

/** A child run's id follows from parent, step and generation, so that starting it twice starts one (U8). */
export function childIdOf(run: string, step: string, generation: number): string {
  return deriveId(`child:${run}:${step}:${generation}`, run);
}

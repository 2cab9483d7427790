/** At most 20 messages a second and room. */
export const frameMs = 50;

/** Calls `send` at most every `frameMs`: at once when it has been quiet, else when the frame is over. */
export type Pace = { readonly poke: () => void; readonly stop: () => void };

export function createPace(send: () => void | Promise<void>): Pace {
  let timer: NodeJS.Timeout | null = null;
  let again = false;
  const run = async () => {
    again = false;
    timer = setTimeout(() => {
      timer = null;
      if (again) void run();
    }, frameMs);
    await send();
  };
  return {
    poke() {
      again = true;
      if (!timer) void run();
    },
    stop() {
      again = false;
      if (timer) clearTimeout(timer);
    },
  };
}

/** Where the time comes from. `now` is the wall clock; `monotonic` never goes back, for durations. Milliseconds. */
export interface Clock {
  now(): number;
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

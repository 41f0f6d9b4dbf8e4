/** What can limit a measurement, by the name that reports give it, and the rule by which it is found. */
export const LIMITS = {
  none: 'everything that was due at a fixed rate was answered',
  generator:
    'all the frames that the generator can make came through, or its process was busy for at least 0.9 of a core',
  director:
    'its process was busy for at least 0.9 of a core; or no frame was lost, and sending was slower than the generator can',
  server: 'the busiest server process was busy for at least 0.9 of a core',
  machine: 'no role was that busy, but all cores together were busy for 0.95 of the time',
  wire: 'none of these: packets waited for queues, other hosts or the client’s own turns',
} as const;

export type Limit = keyof typeof LIMITS;

export function isLimit(name: string): name is Limit {
  return Object.hasOwn(LIMITS, name);
}

/** What is rewritten in one request and in its reply, field by field. */
import type { Hop, Session } from '../result.ts';
import { type ColumnOf, type Table, tableOf } from '../table.ts';

interface Pair {
  /** `request, into the director` */
  readonly headings: readonly [before: string, after: string];
  readonly before: Hop;
  readonly after: Hop;
}

const FIELDS: readonly (readonly [name: string, value: (hop: Hop) => string])[] = [
  ['source', ({ source }) => source],
  ['destination', ({ destination }) => destination],
  ['outer header', ({ outer }) => (outer ? `${outer.source} → ${outer.destination}` : 'none')],
  ['TTL', ({ ttl }) => String(ttl)],
  ['source MAC', ({ sourceMac }) => sourceMac],
  ['destination MAC', ({ destinationMac }) => destinationMac],
];

/** Before the director and after it; of replies that pass it by, as they were sent and as they arrived. Undefined where no path was seen. */
export function rewritesTable({ path, topology }: Pick<Session, 'path' | 'topology'>): Table | undefined {
  const directors = topology.hosts.filter(({ role }) => role === 'director').map(({ name }) => name);
  const pairs = (['request', 'reply'] as const).flatMap((kind) => pairOf(kind, path[kind], directors) ?? []);
  if (pairs.length === 0) return undefined;
  return tableOf<(typeof FIELDS)[number]>(
    [
      { heading: 'field', cell: ([name]) => name },
      ...pairs.flatMap(({ headings, before, after }): ColumnOf<(typeof FIELDS)[number]>[] => [
        { heading: headings[0], cell: ([, value]) => value(before) },
        {
          heading: headings[1],
          cell: ([, value]) => ({
            text: value(after),
            ...(value(before) !== value(after) && { emphasis: 'changed' }),
          }),
        },
      ]),
    ],
    FIELDS,
  );
}

function pairOf(kind: string, hops: readonly Hop[], directors: readonly string[]): Pair | undefined {
  const atDirector = hops.filter(({ host }) => directors.includes(host));
  const passes = atDirector.length > 1;
  const seen = passes ? atDirector : hops;
  const [before] = seen;
  const after = seen.at(-1);
  if (before === undefined || after === undefined || before === after) return undefined;
  const headings = passes
    ? ([`${kind}, into the director`, `${kind}, out of it`] as const)
    : ([`${kind}, sent by ${before.host}`, `${kind}, at ${after.host}`] as const);
  return { headings, before, after };
}

import type { Hop, Session } from '../result.ts';
import { type Cell, type ColumnOf, type OnPage, type Table, tableOf } from '../table.ts';

/** What the page says besides. */
export interface HopsOnPage {
  readonly stepOf: (hop: Hop) => OnPage['step'];
  readonly hrefOf: (file: string) => string;
}

/** What a packet said at every hop. What is not what it was at the hop before is marked as changed. */
export function hopsTable(hops: readonly Hop[], page?: HopsOnPage): Table {
  const column = (heading: string, value: (hop: Hop) => string): ColumnOf<Hop> => ({
    heading,
    cell: (hop, row): Cell => {
      const before = hops[row - 1];
      const isChanged = before !== undefined && value(before) !== value(hop);
      return { text: value(hop), ...(isChanged && { emphasis: 'changed' }) };
    },
  });
  return tableOf<Hop>(
    [
      { heading: 'seen at', cell: (hop) => whereCell(hop, page?.stepOf(hop)) },
      column('source', ({ source }) => source),
      column('destination', ({ destination }) => destination),
      column('outer header', ({ outer }) => (outer ? `${outer.source} → ${outer.destination}` : 'none')),
      { ...column('TTL', ({ ttl }) => String(ttl)), align: 'right' },
      column('source MAC', ({ sourceMac }) => sourceMac),
      column('destination MAC', ({ destinationMac }) => destinationMac),
      ...(page ? [frameColumn(page)] : []),
    ],
    hops,
  );
}

function whereCell({ host, interface: port, direction }: Hop, step: OnPage['step']): Cell {
  const text = `${host} ${port} ${direction === 'in' ? '→ in' : 'out →'}`;
  return { text, ...(step && { onPage: { step } }) };
}

function frameColumn({ hrefOf }: HopsOnPage): ColumnOf<Hop> {
  return {
    heading: 'packet',
    cell: ({ packet }) => ({ text: `frame ${packet.frame}`, href: hrefOf(packet.capture) }),
  };
}

interface Port {
  readonly host: string;
  readonly role: string;
  readonly name: string;
  readonly segment?: string;
  readonly addresses: readonly string[];
  readonly mac?: string;
}

/** Every interface of a lab with its addresses; loopback where it has some. */
export function interfacesTable({ topology }: Pick<Session, 'topology'>): Table {
  const ports = topology.hosts.flatMap(({ name: host, role, interfaces, loopback }): Port[] => [
    ...interfaces.map(({ name, switch: segment, addresses, mac }) => ({
      host,
      role,
      name,
      segment,
      addresses,
      mac,
    })),
    ...(loopback.length > 0 ? [{ host, role, name: 'lo', addresses: loopback }] : []),
  ]);
  return tableOf<Port>(
    [
      { heading: 'interface', cell: ({ host, name }) => `${host} ${name}` },
      { heading: 'role', cell: ({ role }) => role },
      { heading: 'segment', cell: ({ segment }) => segment },
      { heading: 'addresses', cell: ({ addresses }) => addresses.join(', ') },
      { heading: 'MAC', isCode: true, cell: ({ mac }) => mac },
    ],
    ports,
  );
}

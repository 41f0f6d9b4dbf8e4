/** What may be different about a frame. */
import { ACK, FIN, PSH, RST, SYN } from '../../../lab/frames/index.ts';
import type { Case, Drawn, Random } from './frames.ts';
import { HANDED_BACK_MARK } from './marks.ts';

export interface Change {
  readonly name: string;
  readonly fields?: (plain: Drawn, random: Random) => Partial<Drawn>;
  readonly mark?: number;
  readonly make: (
    plain: Drawn,
    protocol: 'tcp' | 'udp',
    random: Random,
  ) => { readonly frame?: (frame: Uint8Array) => Uint8Array; readonly expected: Case['expected'] };
}

export const PLAIN = { frame: undefined, expected: 'taken' } as const;
const asCore: Change['make'] = () => ({ expected: 'as the core' });
/** A segment's flags mean nothing to UDP. */
const endsIfTcp: Change['make'] = (_plain, protocol) => ({ expected: protocol === 'tcp' ? 'ends' : 'taken' });

function patched(
  name: string,
  at: number,
  value: (old: number, random: Random) => number,
  expected: Case['expected'] = 'as the core',
): Change {
  return {
    name,
    make: (_plain, _protocol, random) => ({
      frame: (frame) => {
        const copy = frame.slice();
        copy[at] = value(copy[at] as number, random) & 255;
        return copy;
      },
      expected,
    }),
  };
}

export const CHANGES: readonly Change[] = [
  { name: 'SYN', fields: () => ({ flags: SYN }), make: endsIfTcp },
  { name: 'SYN of a closed mind', fields: () => ({ flags: SYN | ACK }), make: endsIfTcp },
  { name: 'FIN', fields: () => ({ flags: FIN | ACK }), make: endsIfTcp },
  { name: 'RST', fields: () => ({ flags: RST | ACK }), make: endsIfTcp },
  { name: 'no flags', fields: () => ({ flags: 0 }), make: endsIfTcp },
  { name: 'no ACK', fields: () => ({ flags: PSH }), make: endsIfTcp },
  { name: 'TTL 1', fields: () => ({ ttl: 1 }), make: asCore },
  { name: 'TTL 0', fields: () => ({ ttl: 0 }), make: asCore },
  {
    name: 'first fragment',
    fields: () => ({ moreFragments: true, dontFragment: false }),
    make: () => ({ expected: 'ends' }),
  },
  {
    name: 'last fragment',
    fields: () => ({ offsetBytes: 64, dontFragment: false }),
    make: () => ({ expected: 'left' }),
  },
  {
    name: 'options of IP',
    fields: () => ({ ipOptions: [1, 1, 0xfe, 0xfe] }),
    make: () => ({ expected: 'ends' }),
  },
  {
    name: 'wrong transport checksum',
    fields: (_plain, random) => ({ checksum: 1 + (random() % 65_535) }),
    make: () => ({ expected: 'taken' }),
  },
  { name: 'transport checksum 0', fields: () => ({ checksum: 0 }), make: asCore },
  { name: 'transport checksum ffff', fields: () => ({ checksum: 0xffff }), make: asCore },
  {
    name: 'as large as the link',
    fields: ({ options }) => ({ payload: new Uint8Array(1460 - options.length) }),
    make: asCore,
  },
  {
    name: 'larger by one',
    fields: ({ options }) => ({ payload: new Uint8Array(1461 - options.length) }),
    make: asCore,
  },
  {
    name: 'as large as in a tunnel',
    fields: ({ options }) => ({ payload: new Uint8Array(1440 - options.length) }),
    make: asCore,
  },
  {
    name: 'too large for a tunnel',
    fields: ({ options }) => ({ payload: new Uint8Array(1441 - options.length) }),
    make: asCore,
  },
  {
    name: 'padded',
    make: () => ({ frame: (frame) => Uint8Array.from([...frame, ...new Uint8Array(18)]), expected: 'taken' }),
  },
  { name: 'cut short', make: () => ({ frame: (frame) => frame.slice(0, -1), expected: 'as the core' }) },
  patched('another first byte of the station', 0, (old) => old ^ 4),
  patched('another middle byte of the station', 3, (old) => old ^ 4),
  patched('another last byte of the station', 5, (old) => old ^ 4),
  patched('another kind of frame', 12, (old) => old ^ 0x80),
  patched('another IP version', 14, (old) => old ^ 0x20),
  patched('a shorter header', 14, (old) => old - 1),
  patched('wrong header checksum', 24, (old, random) => old + 1 + (random() % 254)),
  patched('another protocol', 23, () => 132),
  { name: 'handed back', mark: HANDED_BACK_MARK, make: () => ({ expected: 'left' }) },
];

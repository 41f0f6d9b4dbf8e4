import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../reports/html/drawing/box.ts';
import { type Layout, layOut } from '../../reports/html/drawing/layout.ts';
import { type Point, routesOf } from '../../reports/html/drawing/routes.ts';
import { SEGMENT_HEADER } from '../../reports/html/drawing/segments.ts';
import { type Step, stepsOf } from '../../reports/html/drawing/steps.ts';
import type { SessionTopology } from '../../reports/result.ts';
import { pathOf, topologyOf } from './labs.ts';
import { sessionOf } from './results.ts';

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** A straight piece as a rectangle without width; touching an edge is not overlapping. */
function piece(from: Point, to: Point): Rectangle {
  const edge = 0.001;
  return {
    x: Math.min(from.x, to.x) + edge,
    y: Math.min(from.y, to.y),
    width: Math.max(0, Math.abs(from.x - to.x) - 2 * edge),
    height: Math.abs(from.y - to.y),
  };
}

/** A piece with the room that a numbered badge on it takes. */
function thick({ x, y, width, height }: Rectangle): Rectangle {
  const by = height > 0 ? 0 : 9;
  const across = height > 0 ? 9 : 0;
  return { x: x - across, y: y - by, width: width + 2 * across, height: height + 2 * by };
}

function headers({ segments }: Layout): Rectangle[] {
  return segments.map(({ x, y, width, height, header }) => ({
    x,
    y: header === 'top' ? y : y + height - SEGMENT_HEADER,
    width,
    height: SEGMENT_HEADER,
  }));
}

function expectNoOverlap(topology: SessionTopology, steps: readonly Step[]): void {
  const layout = layOut(topology, steps);
  const things: Rectangle[] = [...layout.boxes, ...layout.segments];
  for (const [index, thing] of things.entries()) {
    expect(thing.x).toBeGreaterThanOrEqual(0);
    expect(thing.y).toBeGreaterThanOrEqual(0);
    expect(thing.x + thing.width).toBeLessThanOrEqual(layout.width);
    expect(thing.y + thing.height).toBeLessThanOrEqual(layout.height);
    for (const other of things.slice(index + 1)) expect(overlap(thing, other)).toBe(false);
  }
  for (const box of layout.boxes) {
    for (const row of box.rows) {
      expect(row.top + row.height).toBeLessThanOrEqual(box.height);
      for (const { text } of row.addresses) expect(box.addressX + textWidth(text)).toBeLessThan(box.width);
    }
  }
  const cables = layout.ports.flatMap(({ x, y, side, ...port }) => {
    const segment = layout.segments.find(({ name }) => name === port.switch);
    if (!segment) return [];
    return [piece({ x, y }, { x: side === 'right' ? segment.x : segment.x + segment.width, y })];
  });
  const lines = routesOf(layout, steps).flatMap(({ points }) =>
    points.slice(1).map((to, index) => piece(points[index]!, to)),
  );
  for (const line of [...cables, ...lines]) {
    for (const text of [...headers(layout), ...layout.boxes]) expect(overlap(line, text)).toBe(false);
  }
}

const modes = ['nat', 'dr', 'tun'] as const;

describe('a drawing', () => {
  it('overlaps nothing, for any mode, number of servers and server on the path', () => {
    const lab = fc
      .integer({ min: 1, max: 200 })
      .chain((servers) => fc.tuple(fc.constantFrom(...modes), fc.constant(servers), fc.nat(servers - 1)));
    fc.assert(
      fc.property(lab, ([mode, servers, onPath]) => {
        const topology = topologyOf(mode, servers);
        expectNoOverlap(topology, stepsOf({ topology, path: pathOf(mode, onPath) }).steps);
      }),
    );
  });

  it('overlaps nothing, for any topology and any steps', () => {
    fc.assert(
      fc.property(anyLab, ({ topology, steps }) => {
        expectNoOverlap(topology, steps);
      }),
      { numRuns: 300 },
    );
  });

  it('shows every host, or counts those that it does not show', () => {
    fc.assert(
      fc.property(fc.constantFrom(...modes), fc.integer({ min: 1, max: 200 }), (mode, servers) => {
        const { boxes } = layOut(topologyOf(mode, servers), []);
        const drawn = boxes.filter(({ host }) => host.role === 'server');
        expect(drawn.reduce((sum, { host }) => sum + (host.stands ?? 1), 0)).toBe(servers);
        expect(drawn.length).toBeLessThanOrEqual(7);
      }),
    );
  });

  it('shows the server on the path, however many there are', () => {
    const topology = topologyOf('dr', 200);
    const { boxes } = layOut(topology, stepsOf({ topology, path: pathOf('dr', 120) }).steps);
    expect(boxes.map(({ host }) => host.name)).toContain('rs121');
    expect(boxes.map(({ host }) => host.name)).toContain('+ 194 more');
  });

  it('puts the client left, the servers right of the director in NAT, and the store last', () => {
    const { boxes } = layOut(topologyOf('nat'), []);
    const x = (name: string) => boxes.find(({ host }) => host.name === name)!.x;
    expect([x('client'), x('director'), x('rs1'), x('store')]).toEqual(
      [x('client'), x('director'), x('rs1'), x('store')].sort((a, b) => a - b),
    );
  });

  it('marks the VIP wherever it is held', () => {
    const holders = layOut(topologyOf('dr'), []).boxes.filter(({ rows }) =>
      rows.some(({ addresses }) => addresses.some(({ isVip }) => isVip)),
    );
    expect(holders.map(({ host }) => host.name).sort()).toEqual(['director', 'rs1', 'rs2', 'rs3']);
  });

  it('draws the ways of all three modes side by side, without lines that cross', () => {
    const lab = fc.tuple(fc.constantFrom(...modes), fc.nat(5));
    fc.assert(
      fc.property(lab, ([mode, onPath]) => {
        const session = sessionOf({ mode, servers: 6, onPath });
        const { steps } = stepsOf(session);
        const routes = routesOf(layOut(session.topology, steps), steps);
        expect(routes).toHaveLength(steps.length);
        const lines = routes.map(({ points }) =>
          points.slice(1).map((to, index) => thick(piece(points[index]!, to))),
        );
        for (const [index, line] of lines.entries()) {
          for (const other of lines.slice(index + 1).flat()) {
            expect(line.some((part) => overlap(part, other))).toBe(false);
          }
        }
      }),
    );
  });
});

describe('steps of a path', () => {
  const named = (steps: readonly Step[]) =>
    steps.map(({ number, kind, from, to }) => `${number} ${kind} ${from?.host ?? '?'} ${to?.host ?? '?'}`);

  it('go from interface to interface over one segment', () => {
    expect(named(stepsOf(sessionOf({ mode: 'dr' })).steps)).toEqual([
      '1 request client router',
      '2 request router director',
      '3 request director rs1',
      '4 reply rs1 router',
      '5 reply router client',
    ]);
  });

  it('know where the packet is in an outer header', () => {
    const { steps } = stepsOf(sessionOf({ mode: 'tun' }));
    expect(steps.map(({ tunnelled }) => tunnelled)).toEqual([false, false, true, true, false, false]);
  });

  it('keep an end open that no capture saw', () => {
    const topology = topologyOf('nat');
    const { request, reply } = pathOf('nat');
    const { steps } = stepsOf({ topology, path: { request: request.slice(1, 3), reply: reply.slice(1) } });
    expect(named(steps)).toEqual([
      '1 request ? director',
      '2 request director ?',
      '3 reply ? director',
      '4 reply director client',
    ]);
  });

  it('leave out an interface that is on no segment, which stays in the table', () => {
    const topology = topologyOf('tun');
    const { request } = pathOf('tun');
    const decapsulated = { ...request.at(-1)!, interface: 'tunl0' };
    const { steps, stepOf } = stepsOf({ topology, path: { request: [...request, decapsulated], reply: [] } });
    expect(steps).toHaveLength(4);
    expect(stepOf.has(decapsulated)).toBe(false);
  });
});

/** Hosts plugged into segments at random, and steps between any two interfaces of a segment. */
const anyLab = fc
  .record({
    segments: fc.integer({ min: 1, max: 4 }),
    hosts: fc.array(
      fc.record({
        role: fc.constantFrom('client', 'router', 'director', 'server', 'store'),
        plugs: fc.array(fc.nat(3), { maxLength: 4 }),
        name: fc.string({ maxLength: 60 }),
        addresses: fc.array(fc.constantFrom('10.0.0.1/24', 'fd00:1:2:3:4:5:6:7/128', '漢字'), {
          maxLength: 3,
        }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 7 }),
  })
  .map(({ segments, hosts, picks }) => {
    const topology: SessionTopology = {
      title: 'any',
      vip: '10.0.0.1',
      cip: '',
      dip: '',
      switches: Array.from({ length: segments }, (_, index) => ({
        name: `s${index}`,
        label: 'any',
        subnet: '',
      })),
      hosts: hosts.map(({ role, plugs, name, addresses }, index) => ({
        name: `${index}${name}`,
        role,
        loopback: addresses.slice(1),
        interfaces: plugs.map((plug, port) => ({
          name: `eth${port}`,
          switch: `s${plug % segments}`,
          mac: '',
          addresses: addresses.slice(0, port),
        })),
      })),
    };
    const steps = picks.flatMap(([at, a, b], index): Step[] => {
      const name = `s${at % segments}`;
      const ends = topology.hosts.flatMap((host) =>
        host.interfaces
          .filter((item) => item.switch === name)
          .map((item) => ({ host: host.name, interface: item.name })),
      );
      const from = ends[a % ends.length];
      const to = ends[b % ends.length];
      if (!from || !to || from === to) return [];
      return [
        { number: index + 1, kind: a % 2 ? 'request' : 'reply', switch: name, from, to, tunnelled: false },
      ];
    });
    return { topology, steps };
  });

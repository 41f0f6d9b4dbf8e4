import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IpLayer } from '../../../../lab/captures/ip-layer.ts';
import { identityOf, isReply, isRequest, match } from '../../../../scenarios/kit/session/flows.ts';
import { DATAGRAM, decoded, SYN, TUNNELLED } from '../../../lab/captures/sample-frames.ts';
import { packetOf } from '../../fixtures/packet-bytes.ts';
import { converse, isSegment, sceneOf } from '../../fixtures/wire.ts';

const SCENE = sceneOf('nat');

/** Packets that are known by a letter and told apart by their frame number. */
function packets(letters: string) {
  return [...letters].map((letter, i) => Object.assign(decoded(SYN), { frame: i + 1, letter }));
}

const byLetter = (packet: object) => (packet as { letter: string }).letter;
const lettersOf = (of: readonly object[]) => of.map(byLetter).join('');

describe('finding packets again on another link', () => {
  it('tells what was lost and what came from nowhere', () => {
    const { pairs, lost, surplus } = match(packets('abcd'), packets('xbda'), byLetter);
    expect(lettersOf(pairs.map(({ before }) => before))).toBe('abd');
    expect(pairs.every(({ before, after }) => byLetter(before) === byLetter(after))).toBe(true);
    expect(lettersOf(lost)).toBe('c');
    expect(lettersOf(surplus)).toBe('x');
  });

  it('pairs alike packets in order, and counts those beyond', () => {
    const { pairs, lost, surplus } = match(packets('aaab'), packets('baa'), byLetter);
    expect(pairs.map(({ before, after }) => [before.frame, after.frame])).toEqual([
      [1, 2],
      [2, 3],
      [4, 1],
    ]);
    expect(lost.map(({ frame }) => frame)).toEqual([3]);
    expect(surplus).toEqual([]);
    expect(match(packets('a'), packets('aa'), byLetter).surplus.map(({ frame }) => frame)).toEqual([2]);
  });

  it('accounts for every packet once', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (before, after) => {
        const { pairs, lost, surplus } = match(packets(before), packets(after), byLetter);
        expect(pairs.length + lost.length).toBe(before.length);
        expect(pairs.length + surplus.length).toBe(after.length);
        expect(
          new Set([...pairs.map(({ after: one }) => one.frame), ...surplus.map(({ frame }) => frame)]).size,
        ).toBe(after.length);
        const left = new Set(lost.map(byLetter));
        expect(surplus.some((one) => left.has(byLetter(one)))).toBe(false);
      }),
    );
  });
});

describe('the identity of a packet', () => {
  it('is the same on every hop of its way, whatever is rewritten', () => {
    for (const mode of ['nat', 'dr', 'tun'] as const) {
      const [first, ...others] = converse(sceneOf(mode))
        .filter(({ content }) => isSegment(content) && content.flags === 2 && content.sourcePort === 40_000)
        .map(({ content }) => {
          const ip = IpLayer.at(packetOf(content as never), 0) as IpLayer;
          return identityOf(ip, ip.source, ip.sourcePort);
        });
      expect(others.length).toBeGreaterThan(0);
      for (const one of others) expect(one).toBe(first);
    }
  });

  it('tells two packets of one connection apart', () => {
    const identities = converse(SCENE)
      .filter(({ from }) => from === 'client eth0')
      .map(({ content }) => IpLayer.at(packetOf(content as never), 0) as IpLayer)
      .map((ip) => identityOf(ip, ip.source, ip.sourcePort));
    expect(new Set(identities).size).toBe(identities.length);
  });
});

describe('which packets belong to the services', () => {
  const dr = sceneOf('dr').service;

  it('knows requests and replies by both addresses and the service’s port', () => {
    expect(isRequest(dr, decoded(SYN).ip)).toBe(true);
    expect(isRequest(dr, decoded(DATAGRAM).ip)).toBe(true);
    expect(isReply(dr, decoded(SYN).ip)).toBe(false);
    expect(isRequest(dr, undefined)).toBe(false);
  });

  it('does not take a tunnel packet for the request inside', () => {
    expect(isRequest(dr, decoded(TUNNELLED).ip)).toBe(false);
    expect(isRequest(dr, decoded(TUNNELLED).inner)).toBe(true);
  });

  it('does not take the port of another protocol for the service’s', () => {
    const swapped = converse(sceneOf('dr')).find(({ content }) => content.kind === 'udp');
    const toHttpPort = { ...(swapped!.content as object), destinationPort: 80 };
    expect(isRequest(dr, IpLayer.at(packetOf(toHttpPort as never), 0) as IpLayer)).toBe(false);
  });
});

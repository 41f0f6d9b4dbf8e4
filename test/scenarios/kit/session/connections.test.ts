import { describe, expect, it } from 'vitest';
import { ALL_MODES } from '../../../../lab/modes.ts';
import { connectionsOf } from '../../../../scenarios/kit/session/connections.ts';
import { evidenceOf } from '../../fixtures/evidence.ts';
import { type Conversation, converse, requestHops, sceneOf, type Transmission } from '../../fixtures/wire.ts';

const SYN_FLAG = 2;
const ACK_FLAG = 16;

describe.each(ALL_MODES)('connections as servers saw them, %s', (mode) => {
  const scene = sceneOf(mode);
  const observed = (transmissions: readonly Transmission[]) => {
    const { connections, strays } = connectionsOf(evidenceOf(scene, { transmissions }));
    return {
      connections: connections.map(({ opening, server }) => [
        opening.payload!.protocol,
        opening.payload!.sourcePort,
        server,
      ]),
      strays: strays.map(({ packet, home }) => [packet.place.host, home]),
    };
  };
  const send = (server: number, packet: { sequence: number; flags: number; id: number }) =>
    requestHops(
      scene,
      { kind: 'tcp', clientPort: 40_000, server },
      { kind: 'tcp', ttl: 64, tos: 0, dontFragment: true, acknowledgement: 0, payload: '', ...packet },
    );

  it('are in the order in which they began, over all servers', () => {
    const order: Conversation[] = [
      { kind: 'tcp', clientPort: 40_007, server: 2 },
      { kind: 'udp', clientPort: 40_007, server: 0 },
      { kind: 'tcp', clientPort: 40_001, server: 1 },
    ];
    expect(observed(converse(scene, order))).toEqual({
      connections: [
        [6, 40_007, 'rs3'],
        [17, 40_007, 'rs1'],
        [6, 40_001, 'rs2'],
      ],
      strays: [],
    });
  });

  it('are one if the SYN was sent again', () => {
    const syn = { sequence: 5, flags: SYN_FLAG };
    const again = [...send(0, { ...syn, id: 1 }), ...send(0, { ...syn, id: 2 })];
    expect(observed(again)).toEqual({ connections: [[6, 40_000, 'rs1']], strays: [] });
  });

  it('are two if a port is used again, perhaps on another server', () => {
    const reuse = [
      ...send(0, { sequence: 5, flags: SYN_FLAG, id: 1 }),
      ...send(1, { sequence: 900, flags: SYN_FLAG, id: 2 }),
      ...send(1, { sequence: 901, flags: ACK_FLAG, id: 3 }),
    ];
    expect(observed(reuse)).toEqual({
      connections: [
        [6, 40_000, 'rs1'],
        [6, 40_000, 'rs2'],
      ],
      strays: [],
    });
  });

  it('have strays if a packet, or a SYN sent again, reaches another server', () => {
    const strayed = [
      ...send(0, { sequence: 5, flags: SYN_FLAG, id: 1 }),
      ...send(1, { sequence: 5, flags: SYN_FLAG, id: 2 }),
      ...send(2, { sequence: 6, flags: ACK_FLAG, id: 3 }),
      ...send(0, { sequence: 6, flags: ACK_FLAG, id: 4 }),
    ];
    expect(observed(strayed)).toEqual({
      connections: [[6, 40_000, 'rs1']],
      strays: [
        ['rs2', 'rs1'],
        ['rs3', 'rs1'],
      ],
    });
  });

  it('do not come of what a switch brings past a server', () => {
    const [last] = send(0, { sequence: 5, flags: SYN_FLAG, id: 1 }).slice(-1);
    const flooded: Transmission = { ...last!, to: 'rs2 eth0', destinationMac: '02:00:0a:00:02:0b' };
    expect(observed([flooded])).toEqual({ connections: [], strays: [] });
  });
});

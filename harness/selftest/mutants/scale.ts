/** Mistakes that show with large numbers only. */
import type { Mutant } from '../mutant.ts';

export const scale: readonly Mutant[] = [
  {
    id: 'wrr-weight-16-bits',
    sentence: 'wrr takes weights for 16-bit numbers: 65536 counts as 0.',
    file: 'schedulers/weights.ts',
    before: 'highest = Math.max(highest, weight);',
    after: 'highest = Math.max(highest, weight & 0xffff);',
    expected: 'scheduler/wrr/weights',
  },
  {
    id: 'servers-256',
    sentence: 'Servers are numbered in 8 bits: the 257th one’s connections are the first one’s.',
    file: 'connections/table.ts',
    before: 'this.destination = new Int32Array(memory, take(4), capacity);',
    after: 'this.destination = new Uint8Array(memory, take(4), capacity) as unknown as Int32Array;',
    expected: 'scale/connections',
  },
  {
    id: 'list-second-page-of-connections',
    sentence: 'ipvsadm -Lc shows the first 20,000 connections only.',
    file: 'connections/row-index.ts',
    before: 'next: bucket < buckets ? bucket : undefined',
    after: 'next: undefined',
    expected: 'scale/connections',
  },
  {
    id: 'service-key-collides',
    sentence: 'The keys of a TCP and a UDP service collide for some ports, such as 80 and 1616 of TCP.',
    file: 'services/service-index.ts',
    before: 'return (protocol << 16) | port;',
    after: 'return (protocol << 8) | port;',
    expected: 'local/other-protocol',
  },
  {
    id: 'server-port-of-first',
    sentence: 'NAT takes the port of every server from the first one that was ever chosen.',
    file: 'connections/opener.ts',
    before: '    const serverPort = destination.port || packet.destinationPort;\n',
    after:
      '    const shared = globalThis as { firstPort?: number };\n    shared.firstPort ||= destination.port;\n    const serverPort = (destination.port && (shared.firstPort as number)) || packet.destinationPort;\n',
    expected: 'request/service-ports',
  },
  {
    id: 'memory-never-given-back',
    sentence: 'Memory that many connections took is never given back.',
    file: 'connections/row-pool.ts',
    before: '      return chunk * CHUNK_ROWS;\n',
    after: '      return -1;\n',
    expected: 'scale/connections',
  },
];

/** Types for the package `pcap-parser`, which brings none. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';
  import type { Readable } from 'node:stream';

  export interface GlobalHeader {
    readonly linkLayerType: number;
    readonly snapshotLength: number;
  }

  export interface Packet {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  export interface Parser
    extends EventEmitter<{ globalHeader: [GlobalHeader]; packet: [Packet]; error: [Error]; end: [] }> {}

  const pcapParser: { parse(input: Readable | string): Parser };
  export default pcapParser;
}

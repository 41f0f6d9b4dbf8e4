/** Traffic counters of a server, a service, and the director as a whole. */
export class Statistics {
  /** Connections created by scheduling. */
  connections = 0;
  inPackets = 0;
  outPackets = 0;
  /** Bytes of IP datagrams, link layer and outer headers not counted. */
  inBytes = 0;
  outBytes = 0;

  countIn(bytes: number): void {
    this.inPackets++;
    this.inBytes += bytes;
  }

  countOut(bytes: number): void {
    this.outPackets++;
    this.outBytes += bytes;
  }
}

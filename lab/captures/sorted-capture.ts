/** One interface’s capture, ARP apart from IPv4. Decoded when it is first looked at: most of a play’s never are. */
import type { CapturedFrame, InterfaceCapture } from '../memory/index.ts';
import { DecodedPacket } from './decoded-packet.ts';

interface Decoded {
  readonly packets: readonly DecodedPacket[];
  readonly sent: readonly DecodedPacket[];
  readonly received: readonly DecodedPacket[];
  readonly arp: readonly DecodedPacket[];
}

export class SortedCapture {
  readonly host: string;
  readonly port: string;
  readonly #frames: readonly CapturedFrame[];
  readonly #file: string;
  readonly #epochMs: number;
  #decoded: Decoded | undefined;

  /**
   * @param file The pcap that it is or will be in.
   * @param epochMs What its time 0 is, in milliseconds since the epoch.
   */
  constructor(capture: InterfaceCapture, file: string, epochMs: number) {
    this.host = capture.host;
    this.port = capture.interface;
    this.#frames = capture.frames;
    this.#file = file;
    this.#epochMs = epochMs;
  }

  get packets(): readonly DecodedPacket[] {
    return this.#sorted.packets;
  }

  get sent(): readonly DecodedPacket[] {
    return this.#sorted.sent;
  }

  get received(): readonly DecodedPacket[] {
    return this.#sorted.received;
  }

  get arp(): readonly DecodedPacket[] {
    return this.#sorted.arp;
  }

  get #sorted(): Decoded {
    this.#decoded ??= this.#decode();
    return this.#decoded;
  }

  #decode(): Decoded {
    const place = { host: this.host, interface: this.port, file: this.#file };
    const packets: DecodedPacket[] = [];
    const sent: DecodedPacket[] = [];
    const received: DecodedPacket[] = [];
    const arp: DecodedPacket[] = [];
    this.#frames.forEach(({ timeMs, direction, frame }, i) => {
      const packet = new DecodedPacket(place, i + 1, (this.#epochMs + timeMs) / 1000, frame);
      if (packet.arp !== undefined) {
        arp.push(packet);
        return;
      }
      packets.push(packet);
      (direction === 'sent' ? sent : received).push(packet);
    });
    return { packets, sent, received, arp };
  }
}

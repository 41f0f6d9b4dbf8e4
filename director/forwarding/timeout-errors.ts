/** Tells senders of packets that waited in vain: for a neighbour's address, or for the rest of their fragments. */

import { HOST_UNREACHABLE, type IcmpErrors, REASSEMBLY_TIME_EXCEEDED } from '../icmp/errors.ts';
import type { TunnelErrors } from '../icmp/tunnel-errors.ts';
import type { WaitingFrame } from '../network/neighbour.ts';
import { Packet } from '../packet.ts';
import type { DirectorState } from '../state.ts';
import { ETHERNET_HEADER_BYTES } from '../wire/ethernet.ts';
import { decrementTtl } from '../wire/ipv4.ts';
import type { IcmpRelay } from './icmp-relay.ts';

export class TimeoutErrors {
  readonly #state: DirectorState;
  readonly #errors: IcmpErrors;
  readonly #relay: IcmpRelay;
  readonly #tunnelErrors: TunnelErrors;
  readonly #packet = new Packet();

  constructor(state: DirectorState, errors: IcmpErrors, relay: IcmpRelay, tunnelErrors: TunnelErrors) {
    this.#state = state;
    this.#errors = errors;
    this.#relay = relay;
    this.#tunnelErrors = tunnelErrors;
  }

  /** Nobody has the address that a packet was for: its sender gets "host unreachable", where it is not this machine itself. */
  unreachable(waited: WaitingFrame, nowMs: number): void {
    this.#state.countDrop('no ARP reply from the next hop');
    const packet = this.#packet;
    packet.set(waited.bytes, 0, waited.length, 0);
    packet.parseIp(ETHERNET_HEADER_BYTES);
    if (this.#state.routes.isLocal(packet.source)) {
      this.#tunnelErrors.undeliverable(packet);
      return;
    }
    const message = this.#errors.build(packet, HOST_UNREACHABLE, undefined, nowMs);
    if (message === undefined) return;
    this.#relay.towardsClient(message);
    this.#errors.send(message, nowMs);
  }

  /** The rest of a datagram never came: the sender of its first fragment is told. */
  incomplete(first: Packet, nowMs: number): void {
    this.#state.countDrop('fragment reassembly timed out');
    const isLocal = this.#state.routes.isLocal(first.destination);
    // One that was to be forwarded had lost a hop before it waited.
    if (!isLocal) decrementTtl(first.bytes, first.ip);
    this.#errors.answer(first, REASSEMBLY_TIME_EXCEEDED, isLocal ? first.destination : undefined, nowMs);
  }
}

/** How long a connection may be silent in each state, and what `--set tcp tcpfin udp` changes of it. */
import { TCP_STATE, TCP_TIMEOUTS_MS } from './tcp-states.ts';

/** A new connection has this long until its first state is set, by the packet that made it. */
export const INITIAL_TIMEOUT_MS = 3_000;
/** An entry that may not go yet when its time is up stays this long, and keeps this as its timeout. */
export const DEFERRED_TIMEOUT_MS = 60_000;

export class Timeouts {
  /** By TCP state. */
  readonly tcpMs: number[] = [...TCP_TIMEOUTS_MS];
  udpMs = 300_000;

  /** Takes over the values of `ipvsadm --set`, in milliseconds; 0 keeps the present one. */
  set(tcpMs: number, tcpFinMs: number, udpMs: number): void {
    if (tcpMs !== 0) this.tcpMs[TCP_STATE.established] = tcpMs;
    if (tcpFinMs !== 0) this.tcpMs[TCP_STATE.finWait] = tcpFinMs;
    if (udpMs !== 0) this.udpMs = udpMs;
  }
}

/**
 * How often the director answers with an ICMP error, as the kernel limits itself (net.ipv4.icmp_msgs_per_sec,
 * icmp_msgs_burst, icmp_ratelimit): 1000 a second with a burst of 50 in all, 1 a second with a burst of 6 to one address.
 */
const GLOBAL_PER_SECOND = 1000;
const GLOBAL_BURST = 50;
const DEFAULT_PEER_INTERVAL_MS = 1000;
const PEER_BURST = 6;
/** Addresses remembered; the memory starts anew past that. */
const PEERS = 65_536;

export class IcmpLimits {
  #globalCredit = GLOBAL_BURST;
  #globalAtMs = 0;
  /** Time up to which an address has used its credit. */
  readonly #peers = new Map<number, number>();
  readonly #peerIntervalMs: number;

  /** @param peerIntervalMs net.ipv4.icmp_ratelimit: time between errors to one address; 0 for no limit to one. */
  constructor(peerIntervalMs = DEFAULT_PEER_INTERVAL_MS) {
    this.#peerIntervalMs = peerIntervalMs;
  }

  /** True if an error may be sent to this address now; it is counted then. */
  allow(address: number, nowMs: number): boolean {
    // Whole milliseconds, as the kernel counts whole ticks: sums of fractions may come out a trifle too late.
    const wholeMs = Math.floor(nowMs);
    const earned = ((wholeMs - this.#globalAtMs) * GLOBAL_PER_SECOND) / 1000;
    this.#globalCredit = Math.min(GLOBAL_BURST, this.#globalCredit + Math.max(0, earned));
    this.#globalAtMs = wholeMs;
    if (this.#globalCredit < 1) return false;
    this.#globalCredit--;
    const usedUpTo = Math.max(
      this.#peers.get(address) ?? Number.NEGATIVE_INFINITY,
      wholeMs - PEER_BURST * this.#peerIntervalMs,
    );
    if (usedUpTo + this.#peerIntervalMs > wholeMs) return false;
    if (this.#peers.size >= PEERS) this.#peers.clear();
    this.#peers.set(address, usedUpTo + this.#peerIntervalMs);
    return true;
  }
}

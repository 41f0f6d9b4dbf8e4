/**
 * Firewall marks, as netfilter would put them on packets before they reach the director: each rule marks what goes to
 * an address, and of several that match the last one counts. What is marked is taken in like a packet for the machine
 * itself, whoever's address it carries.
 */
import type { Packet } from '../packet.ts';
import { parseIpv4, prefixMask } from '../wire/addresses.ts';
import { PROTOCOL, TRANSPORT_PROTOCOLS } from '../wire/ipv4.ts';
import { RuleError } from './rule-error.ts';

export interface MarkRule {
  /** Signed 32-bit integer. */
  readonly address: number;
  readonly prefixLength: number;
  /** IP protocol number; 0 for every one. */
  readonly protocol: number;
  /** Destination port; 0 for every one. */
  readonly port: number;
  /** Signed 32-bit integer; 0 takes an earlier rule's mark away. */
  readonly mark: number;
}

export class Marks {
  #rules: readonly MarkRule[] = [];

  get rules(): readonly MarkRule[] {
    return this.#rules;
  }

  /** Adds a rule; one that matches exactly the same packets gives way to it. */
  set(rule: MarkRule): void {
    this.#rules = [...this.#rules.filter((known) => !matchesTheSame(known, rule)), rule];
  }

  /** The mark of a packet, 0 for none: netfilter's, unless a rule of the director's own says otherwise. */
  of(packet: Packet): number {
    let { mark } = packet;
    for (let i = 0; i < this.#rules.length; i++) {
      const rule = this.#rules[i] as MarkRule;
      if (
        isWithin(packet.destination, rule) &&
        (rule.protocol === 0 || rule.protocol === packet.protocol) &&
        (rule.port === 0 || rule.port === packet.destinationPort)
      ) {
        mark = rule.mark;
      }
    }
    return mark;
  }

  /** True for packets that are taken in because of a mark: those that have one, and ICMP to where they go. */
  takesIn(packet: Packet): boolean {
    if (this.#rules.length === 0) return packet.mark !== 0;
    if (packet.protocol !== PROTOCOL.icmp) return this.of(packet) !== 0;
    return this.cover(packet.destination);
  }

  /** True if packets to an address may be marked. */
  cover(address: number): boolean {
    return this.#rules.some((rule) => rule.mark !== 0 && isWithin(address, rule));
  }
}

function isWithin(address: number, rule: MarkRule): boolean {
  return ((address ^ rule.address) & prefixMask(rule.prefixLength)) === 0;
}

function matchesTheSame(a: MarkRule, b: MarkRule): boolean {
  return (
    a.prefixLength === b.prefixLength &&
    isWithin(a.address, b) &&
    a.protocol === b.protocol &&
    a.port === b.port
  );
}

/** A rule as `lvs-lab director mark --dst ADDR[/n] --dport P --set N` gives it. */
export interface MarkWords {
  /** `ADDR` or `ADDR/n`. */
  readonly dst: string;
  /** `tcp`, `udp` or `sctp`; every protocol if absent. */
  readonly proto?: string | undefined;
  /** Every port if absent. */
  readonly dport?: string | undefined;
  /** 0 to 4294967295; 0 marks nothing. */
  readonly set: string;
}

const MAX_MARK = 4_294_967_295;

/** @throws RuleError where the words make no mark rule. */
export function parseMark({ dst, proto, dport, set }: MarkWords): MarkRule {
  const [addressText = '', lengthText = '32'] = dst.split('/');
  const address = parseIpv4(addressText);
  if (address === undefined)
    throw new RuleError(`invalid destination "${dst}": expected ADDRESS or ADDRESS/n`);
  const name = TRANSPORT_PROTOCOLS.find((known) => known === proto);
  if (proto !== undefined && name === undefined)
    throw new RuleError(`invalid protocol "${proto}": expected tcp, udp or sctp`);
  return {
    address,
    prefixLength: integer(lengthText, 'prefix length', 0, 32),
    protocol: name === undefined ? 0 : PROTOCOL[name],
    port: dport === undefined ? 0 : integer(dport, 'port', 1, 65_535),
    mark: integer(set, 'mark', 0, MAX_MARK) | 0,
  };
}

function integer(text: string, what: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new RuleError(`invalid ${what} "${text}": expected ${least} to ${most}`);
  }
  return value;
}

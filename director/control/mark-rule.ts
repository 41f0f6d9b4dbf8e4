/** Reads what `lvs-lab director mark --dst ADDR[/n] --dport P --set N` says. */
import type { MarkRule } from '../services/marks.ts';
import { RuleError } from '../services/rule-error.ts';
import { type Ipv4Address, parseIpv4 } from '../wire/addresses.ts';
import { PROTOCOL } from '../wire/ipv4.ts';

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
const PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: PROTOCOL.tcp,
  udp: PROTOCOL.udp,
  sctp: PROTOCOL.sctp,
};

/** @throws RuleError where the words make no mark rule. */
export function parseMark({ dst, proto, dport, set }: MarkWords): MarkRule {
  const [addressText = '', lengthText = '32'] = dst.split('/');
  const address: Ipv4Address | undefined = parseIpv4(addressText);
  if (address === undefined)
    throw new RuleError(`illegal destination "${dst}": expected ADDRESS or ADDRESS/n`);
  const protocol = proto === undefined ? 0 : PROTOCOLS[proto];
  if (protocol === undefined) throw new RuleError(`illegal protocol "${proto}": expected tcp, udp or sctp`);
  return {
    address,
    prefixLength: integer(lengthText, 'prefix length', 0, 32),
    protocol,
    port: dport === undefined ? 0 : integer(dport, 'port', 1, 65_535),
    mark: integer(set, 'mark', 0, MAX_MARK) | 0,
  };
}

function integer(text: string, what: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new RuleError(`illegal ${what} "${text}": expected ${least} to ${most}`);
  }
  return value;
}

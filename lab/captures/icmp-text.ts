/** What an ICMP message says, in words. */
import { hexNumber } from './hexadecimal.ts';
import type { IpLayer } from './ip-layer.ts';

const NAMES: Readonly<Record<string, string>> = {
  '0': 'echo reply',
  '3 0': 'network unreachable',
  '3 1': 'host unreachable',
  '3 2': 'protocol unreachable',
  '3 3': 'port unreachable',
  '3 4': 'fragmentation needed',
  '3 5': 'source route failed',
  '3 6': 'network unknown',
  '3 7': 'host unknown',
  '3 9': 'network prohibited',
  '3 10': 'host prohibited',
  '3 13': 'communication prohibited',
  '4': 'source quench',
  '5': 'redirect',
  '8': 'echo request',
  '11 0': 'time exceeded in transit',
  '11 1': 'time exceeded in reassembly',
  '12': 'parameter problem',
};

/** For example `fragmentation needed, MTU 1480`. @param ip One that holds an ICMP message. */
export function icmpText(ip: IpLayer): string {
  const { icmpType: type = 0, icmpCode: code = 0 } = ip;
  const name = NAMES[`${type} ${code}`] ?? NAMES[String(type)] ?? `type ${type} code ${code}`;
  if (type === 3 && code === 4) return `${name}, MTU ${ip.icmpMtu}`;
  return type === 0 || type === 8 ? `${name} ${hexNumber(ip.icmpRest, 8)}` : name;
}

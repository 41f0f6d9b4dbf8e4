/** What of a machine's own packets a director takes before they are sent: as its rules where the stack's packets leave say. */
import type { Core, Packet } from '../../director/index.ts';

type Claims = Core['state']['claims'];

const ICMP = 1;
const WITH_PORTS: readonly number[] = [6, 17, 132];
const MORE_FRAGMENTS_AND_OFFSET = 0x3f_ff;

/** What clients here ask of virtual services, and what real servers here send. */
export function isTaken(claims: Claims, packet: Packet): boolean {
  const { protocol, source, sourcePort, destination, destinationPort, bytes, ip } = packet;
  const fragment = (((bytes[ip + 6] as number) << 8) | (bytes[ip + 7] as number)) & MORE_FRAGMENTS_AND_OFFSET;
  if (fragment !== 0) {
    return (
      claims.localServerAddresses.has(String(source)) || claims.virtualAddresses.has(String(destination))
    );
  }
  if (protocol === ICMP) return claims.localServerAddresses.has(String(source));
  if (!WITH_PORTS.includes(protocol)) return false;
  return (
    meets(protocol, destination, destinationPort, claims.virtual.list, claims.virtualRanges.list) ||
    meets(protocol, source, sourcePort, claims.localServers.list, claims.localServerRanges.list)
  );
}

function meets(
  protocol: number,
  address: number,
  port: number,
  endpoints: Claims['virtual']['list'],
  ranges: Claims['virtualRanges']['list'],
): boolean {
  return (
    endpoints.some((one) => one.protocol === protocol && one.address === address && one.port === port) ||
    ranges.some(
      (range) =>
        (range.protocol === 0 || range.protocol === protocol) &&
        ((address ^ range.address) & (range.prefixLength === 0 ? 0 : -1 << (32 - range.prefixLength))) ===
          0 &&
        port >= range.firstPort &&
        port <= range.lastPort,
    )
  );
}

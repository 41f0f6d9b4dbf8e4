/** Which connections the programs know how to deal with. */
import { METHOD_MASK, ONE_PACKET } from '../connections/flags.ts';
import { TCP_STATE } from '../connections/tcp-states.ts';
import type { NextHop } from '../network/next-hop.ts';
import { METHOD, TUNNEL_TYPE } from '../services/forwarding-method.ts';
import type { DirectorState } from '../state.ts';
import { ETHERNET_HEADER_BYTES } from '../wire/ethernet.ts';
import { PROTOCOL } from '../wire/ipv4.ts';

/** Whether the connection, its server and the link that its packets leave by are such. */
export function mayBeForwarded(
  { connections, services, settings }: DirectorState,
  row: number,
  { port }: NextHop,
): boolean {
  const { table } = connections;
  const flags = table.flags[row] as number;
  if ((flags & ONE_PACKET) !== 0) return false;
  const protocol = table.protocol[row];
  const isEstablished = protocol === PROTOCOL.tcp && table.state[row] === TCP_STATE.established;
  if (!isEstablished && protocol !== PROTOCOL.udp) return false;
  const method = flags & METHOD_MASK;
  if (method === METHOD.tunnel) {
    const tunnel = services.destination(table.destination[row] as number)?.tunnel;
    if (tunnel?.type !== TUNNEL_TYPE.ipip || settings.pmtu_disc === 0) return false;
  } else if (method !== METHOD.masquerade && method !== METHOD.route) return false;
  return port.linkHeaderBytes === ETHERNET_HEADER_BYTES;
}

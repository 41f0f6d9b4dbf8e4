/** Every case that is played packet by packet, in the order in which it is judged and shown. */
import type { PacketCase } from '../../harness/packets/packet-case.ts';
import { connectionCases } from './connection-cases.ts';
import { checksums } from './packets/checksums.ts';
import { conversations } from './packets/conversations.ts';
import { echoCases } from './packets/echo.ts';
import { fragmentCases } from './packets/fragments.ts';
import { icmpErrors } from './packets/icmp-errors.ts';
import { icmpTunnel } from './packets/icmp-tunnel.ts';
import { ipOptions } from './packets/ip-options.ts';
import { localDelivery } from './packets/local-delivery.ts';
import { manyPackets } from './packets/many-packets.ts';
import { mtu } from './packets/mtu.ts';
import { neighbours } from './packets/neighbours.ts';
import { noServer } from './packets/no-server.ts';
import { otherRequests } from './packets/other-requests.ts';
import { otherTunnels } from './packets/other-tunnels.ts';
import { outerHeader } from './packets/outer-header.ts';
import { replyFields } from './packets/reply-fields.ts';
import { requestFields } from './packets/request-fields.ts';
import { requestTransport } from './packets/request-transport.ts';
import { routing } from './packets/routing.ts';
import { ttl } from './packets/ttl.ts';

export const packetCases: readonly PacketCase[] = [
  ...requestFields,
  ...requestTransport,
  ...checksums,
  ...ipOptions,
  ...otherRequests,
  ...replyFields,
  ...manyPackets,
  ...ttl,
  ...mtu,
  ...outerHeader,
  ...otherTunnels,
  ...fragmentCases,
  ...icmpErrors,
  ...icmpTunnel,
  ...echoCases,
  ...localDelivery,
  ...noServer,
  ...neighbours,
  ...routing,
  ...conversations,
  ...connectionCases,
];

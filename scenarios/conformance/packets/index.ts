/** Cases about what happens to packets, theme by theme. */
import type { PacketCase } from '../../../harness/packets/packet-case.ts';
import { checksums } from './checksums.ts';
import { conversations } from './conversations.ts';
import { echoCases } from './echo.ts';
import { fragmentCases } from './fragments.ts';
import { icmpErrors } from './icmp-errors.ts';
import { icmpTunnel } from './icmp-tunnel.ts';
import { ipOptions } from './ip-options.ts';
import { localDelivery } from './local-delivery.ts';
import { manyPackets } from './many-packets.ts';
import { mtu } from './mtu.ts';
import { neighbours } from './neighbours.ts';
import { noServer } from './no-server.ts';
import { otherRequests } from './other-requests.ts';
import { otherTunnels } from './other-tunnels.ts';
import { outerHeader } from './outer-header.ts';
import { replyFields } from './reply-fields.ts';
import { requestFields } from './request-fields.ts';
import { requestTransport } from './request-transport.ts';
import { routing } from './routing.ts';
import { ttl } from './ttl.ts';

export const wireCases: readonly PacketCase[] = [
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
];

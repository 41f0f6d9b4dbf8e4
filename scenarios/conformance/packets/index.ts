/** Cases about what happens to packets, theme by theme. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { anyOptions } from './any-options.ts';
import { arpCases } from './arp.ts';
import { replyChecksums, requestChecksums } from './checksums.ts';
import { conversations } from './conversations.ts';
import { directServers } from './direct-servers.ts';
import { echoCases } from './echo.ts';
import { forgotten } from './forgotten.ts';
import { fragmentLimits } from './fragment-limits.ts';
import { fragmentCases } from './fragments.ts';
import { greCases } from './gre.ts';
import { gueCases } from './gue.ts';
import { icmpFromClients } from './icmp-from-clients.ts';
import { icmpFromServers } from './icmp-from-servers.ts';
import { icmpTunnel } from './icmp-tunnel.ts';
import { ipOptions, replyOptions } from './ip-options.ts';
import { ipsecCases } from './ipsec.ts';
import { localDelivery } from './local-delivery.ts';
import { manyReplies, manyRequests } from './many-packets.ts';
import { mergedPackets } from './merged.ts';
import { mtu } from './mtu.ts';
import { mtuCut } from './mtu-cut.ts';
import { mtuReplies } from './mtu-replies.ts';
import { neighbours } from './neighbours.ts';
import { noServer } from './no-server.ts';
import { otherRequests } from './other-requests.ts';
import { outerFields } from './outer-fields.ts';
import { outerHeader } from './outer-header.ts';
import { ownMachine } from './own-machine.ts';
import { replyConditions } from './reply-conditions.ts';
import { replyFields } from './reply-fields.ts';
import { requestFields } from './request-fields.ts';
import { requestTransport } from './request-transport.ts';
import { routing } from './routing.ts';
import { sctpCases } from './sctp.ts';
import { serversAndPorts } from './servers-and-ports.ts';
import { ttl } from './ttl.ts';

export const forwardingCases: readonly PacketCase[] = [
  ...requestFields,
  ...requestTransport,
  ...requestChecksums,
  ...ipOptions,
  ...anyOptions,
  ...serversAndPorts,
  ...otherRequests,
  ...manyRequests,
  ...sctpCases,
  ...ipsecCases,
  ...replyFields,
  ...replyChecksums,
  ...replyOptions,
  ...replyConditions,
  ...manyReplies,
  ...ttl,
  ...mtu,
  ...mtuCut,
  ...mtuReplies,
  ...outerFields,
  ...outerHeader,
  ...greCases,
  ...gueCases,
  ...fragmentCases,
  ...fragmentLimits,
  ...icmpFromServers,
  ...icmpFromClients,
  ...icmpTunnel,
  ...echoCases,
  ...localDelivery,
  ...ownMachine,
  ...mergedPackets,
  ...noServer,
  ...neighbours,
  ...forgotten,
  ...arpCases,
  ...routing,
  ...conversations,
  ...directServers,
];

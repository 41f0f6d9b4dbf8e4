/** Cases of several subjects that stand at the end of the catalogue, so that the others keep their places. */
import type { PacketCase } from '../kit/packet-case.ts';
import { daemons } from './commands/daemons.ts';
import { exitCodes } from './commands/exit-codes.ts';
import { ipv6Netmasks } from './commands/ipv6-netmasks.ts';
import { largeNumbers } from './commands/large-numbers.ts';
import { legalOptions } from './commands/legal-options.ts';
import { longNames } from './commands/long-names.ts';
import { manyLines } from './commands/many-lines.ts';
import { names } from './commands/names.ts';
import { numbers } from './commands/numbers.ts';
import { optionOrder } from './commands/option-order.ts';
import { order } from './commands/order.ts';
import { restored } from './commands/restored.ts';
import { spellings } from './commands/spellings.ts';
import { unsorted } from './commands/unsorted.ts';
import { anyOrderRemembering } from './connections/any-order.ts';
import { automaticDefences } from './connections/automatic-defences.ts';
import { droppedTemplates } from './connections/dropped-templates.ts';
import { expiryMoments } from './connections/expiry-moments.ts';
import { flushedAmongOthers } from './connections/flushed-among-others.ts';
import { idleFlows } from './connections/idle-flows.ts';
import { lifetimes } from './connections/lifetimes.ts';
import { nothingLeft } from './connections/nothing-left.ts';
import { tableRoom } from './connections/table-room.ts';
import { takenOver } from './connections/taken-over.ts';
import { controlCases } from './control/index.ts';
import { anyLength } from './packets/any-length.ts';
import { optionsLeftAlone } from './packets/any-options.ts';
import { ftpWithoutServers, repliesOfAnyService } from './packets/any-service.ts';
import { bypass } from './packets/bypass.ts';
import { cacheBypass } from './packets/cache-bypass.ts';
import { countedLosses } from './packets/counted-losses.ts';
import { fallback } from './packets/fallback.ts';
import { fragmentsApart } from './packets/fragments-apart.ts';
import { icmpOtherQuotes } from './packets/icmp-other-quotes.ts';
import { quotedInPart } from './packets/icmp-tunnel.ts';
import { icmpTunnelTypes } from './packets/icmp-tunnel-types.ts';
import { largestDatagrams } from './packets/largest.ts';
import { limitedAnew, limits } from './packets/limits.ts';
import { machineRoutes } from './packets/machine-routes.ts';
import { neighbourConfirmed } from './packets/neighbour-confirmed.ts';
import { neighbourLinks } from './packets/neighbour-links.ts';
import { neighbourTable } from './packets/neighbour-table.ts';
import { ownClientsKept } from './packets/own-clients-kept.ts';
import { ownErrors } from './packets/own-errors.ts';
import { pastReplies } from './packets/past-replies.ts';
import { pathMtus } from './packets/path-mtu.ts';
import { repliesToNobody } from './packets/replies-to-nobody.ts';
import { routesBySource } from './packets/routes-by-source.ts';
import { apart } from './persistence/apart.ts';
import { claimedPackets } from './rules/claimed-packets.ts';
import { netfilterMarks } from './rules/netfilter-marks.ts';
import { serviceAnew } from './rules/service-anew.ts';
import { settingDefaults } from './rules/setting-defaults.ts';
import { settingRanges } from './rules/setting-ranges.ts';
import { withoutScheduler } from './rules/without-scheduler.ts';
import { scaleCases } from './scale/index.ts';
import { everyBucket } from './schedulers/every-bucket.ts';
import { keptAddress } from './schedulers/kept-address.ts';
import { largeWeights } from './schedulers/large-weights.ts';
import { localityTrimmed } from './schedulers/locality-trimmed.ts';
import { mhRevived } from './schedulers/mh-revived.ts';
import { onlyOne } from './schedulers/only-one.ts';

export const laterCases: readonly PacketCase[] = [
  ...largeWeights,
  ...mhRevived,
  ...apart,
  ...lifetimes,
  ...limits,
  ...scaleCases,
  ...icmpTunnelTypes,
  ...nothingLeft,
  ...icmpOtherQuotes,
  ...onlyOne,
  ...spellings,
  ...restored,
  ...order,
  fallback,
  ...anyOrderRemembering,
  ...keptAddress,
  ...automaticDefences,
  ...flushedAmongOthers,
  ...everyBucket,
  limitedAnew,
  ...names,
  ...unsorted,
  ...exitCodes,
  ownErrors,
  ...takenOver,
  ...settingRanges,
  ...localityTrimmed,
  ...neighbourTable,
  ...neighbourConfirmed,
  repliesOfAnyService,
  anyLength,
  ...repliesToNobody,
  ftpWithoutServers,
  optionsLeftAlone,
  quotedInPart,
  ...droppedTemplates,
  ...numbers,
  ...legalOptions,
  ...manyLines,
  ...machineRoutes,
  ...routesBySource,
  ...pathMtus,
  ...largeNumbers,
  ...daemons,
  ...controlCases,
  ...neighbourLinks,
  ...largestDatagrams,
  ...countedLosses,
  ...optionOrder,
  ...ipv6Netmasks,
  cacheBypass,
  ...longNames,
  ...settingDefaults,
  ...expiryMoments,
  ...withoutScheduler,
  ...serviceAnew,
  ...ownClientsKept,
  ...fragmentsApart,
  ...bypass,
  ...pastReplies,
  ...netfilterMarks,
  ...idleFlows,
  ...claimedPackets,
  ...tableRoom,
];

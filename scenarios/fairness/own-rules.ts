/** A user's own rules, as `ipvsadm-save -n` writes them, as situations: each virtual service is one. */
import {
  applyRules,
  Core,
  type Destination,
  formatIpv4,
  PROTOCOL,
  parseRules,
  protocolName,
  RuleError,
  SERVICE_FLAG,
  schedulerFlagsText,
  type VirtualService,
} from '../../director/index.ts';
import { ALL_MODES, MODES, type Mode } from '../../lab/modes.ts';
import { kernel } from '../kit/requirement.ts';
import { ALL_SCHEDULERS } from '../models/schedulers.ts';
import { MOST_CHOSEN_SERVERS } from './chosen-servers.ts';
import type { PlannedService } from './plan/plan.ts';
import type { Contender, MappedRule } from './scenario.ts';
import { type OwnService, ownService } from './situations/own-service.ts';
import { plainList } from './words.ts';

export interface OwnRules {
  /** In the order of the rules. */
  readonly scenarios: readonly ReturnType<typeof ownService>[];
  /** Those of the services’ forwarding methods. */
  readonly modes: readonly Mode[];
  /** Services that cannot be played and why, a sentence each. */
  readonly skipped: readonly string[];
}

/** Persistence must outlast the run, or a client that comes again is a new one. */
const LEAST_PERSISTENCE_SECONDS = 300;
/** Bits of a destination’s method that say how packets reach it. */
const METHOD_MASK = 7;

/**
 * @param name Of the text, for messages.
 * @throws RuleError for what is no rule, with the number of its line, and where no service can be played.
 */
export function readOwnRules(text: string, name: string): OwnRules {
  const { state } = new Core({ sink: { send: () => undefined }, random: () => 0, maxConnections: 4096 });
  applyRules(state, parseRules(text, name));
  const services = [...state.services.everything()].map((service) => ({
    service,
    reason: whyNotPlayed(service),
  }));
  const skipped = services.flatMap(({ service, reason }) =>
    reason === undefined ? [] : [`${serviceText(service)} of ${name} is not played: ${reason}.`],
  );
  const scenarios = services.flatMap(({ service, reason }) =>
    reason === undefined ? [ownService(described(service))] : [],
  );
  if (scenarios.length === 0) {
    throw new RuleError([`${name}: there is no virtual service that can be played`, ...skipped].join('\n  '));
  }
  const modes = ALL_MODES.filter((mode) => scenarios.some(({ onlyIn }) => onlyIn === mode));
  return { scenarios, modes, skipped };
}

/** What stands against playing a service, as the end of a sentence. */
function whyNotPlayed(service: VirtualService): string | undefined {
  const { destinations, flags, mark, port, protocol } = service;
  const modes = modesOf(destinations);
  if (service.ipv6 !== undefined) return 'it is an IPv6 service, and only IPv4 is balanced';
  if (mark === 0 && protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp)
    return `of ${protocolName(protocol).toUpperCase()} no traffic is played`;
  if (mark === 0 && port === 0) return 'it is for every port, and clients here ask for one';
  if ((flags & SERVICE_FLAG.onePacket) !== 0)
    return 'one-packet scheduling leaves no connections that could be followed';
  if (!ALL_SCHEDULERS.some((name) => name === service.scheduler.name)) return 'it has no scheduler';
  if (destinations.some(({ ipv6 }) => ipv6 !== undefined)) return 'a real server has an IPv6 address';
  if (destinations.length === 0) return 'it has no real server';
  if (destinations.length > MOST_CHOSEN_SERVERS)
    return `it has ${destinations.length} real servers, and ${MOST_CHOSEN_SERVERS} is the most`;
  if (destinations.every(({ weight }) => weight === 0)) return 'all of its real servers have weight 0';
  if (modes.includes(undefined)) return 'a real server is on the director itself';
  if (modes.length > 1) {
    const labels = modes.map((mode) => MODES[mode as Mode].label);
    return `its real servers are reached by ${plainList(labels)}, and a network here has one forwarding method`;
  }
  return undefined;
}

/** Undefined stands for a method that is no mode of the lab. */
function modesOf(destinations: readonly Destination[]): (Mode | undefined)[] {
  return [
    ...new Set(
      destinations.map(({ method }) =>
        ALL_MODES.find((mode) => MODES[mode].method === (method & METHOD_MASK)),
      ),
    ),
  ];
}

function described(service: VirtualService): OwnService {
  // The director’s list begins with the one that was added last.
  const servers = service.destinations.toReversed();
  const scheduler = service.scheduler.name;
  const flags = schedulerFlagsText(service.flags, scheduler);
  const contender: Contender = {
    name: flags === '' ? scheduler : flags.replaceAll(',', '+'),
    scheduler,
    ...(flags !== '' && { flags }),
  };
  const seconds = service.persistenceMs / 1000;
  const planned: PlannedService = {
    scheduler,
    ...(flags !== '' && { flags }),
    weights: servers.map(({ weight }) => weight),
    protocol: service.mark === 0 && service.protocol === PROTOCOL.udp ? 'udp' : 'tcp',
    reachedBy: service.mark === 0 ? 'address' : 'mark',
    ...(service.persistent && {
      persistence: {
        seconds: Math.max(seconds, LEAST_PERSISTENCE_SECONDS),
        netmask: formatIpv4(service.netmask),
      },
    }),
  };
  return {
    name: serviceText(service).toLowerCase().replace(' ', '-'),
    mode: modesOf(servers)[0] as Mode,
    contender,
    planned,
    yours: {
      service: serviceText(service),
      servers: servers.map(({ address, port }) => `${formatIpv4(address)}:${port}`),
      otherwise: playedOtherwise(service, seconds),
    },
    source: kernel('schedulers, §2'),
  };
}

function playedOtherwise(service: VirtualService, seconds: number): MappedRule[] {
  const limited = service.destinations.some(({ upperThreshold }) => upperThreshold > 0);
  return [
    ...(service.persistent && seconds < LEAST_PERSISTENCE_SECONDS
      ? [
          {
            yours: `persistence of ${seconds} s`,
            lab: `persistence of ${LEAST_PERSISTENCE_SECONDS} s, which outlasts the run`,
          },
        ]
      : []),
    ...(service.engine === undefined || service.engine === ''
      ? []
      : [{ yours: `persistence engine ${service.engine}`, lab: 'persistence by address' }]),
    ...(limited ? [{ yours: 'thresholds (-x, -y)', lab: 'none' }] : []),
  ];
}

/** `TCP 192.0.2.10:80`, `FWM 7` */
function serviceText({ mark, protocol, address, port, ipv6 }: VirtualService): string {
  if (mark !== 0) return `FWM ${mark >>> 0}`;
  const name = protocolName(protocol).toUpperCase();
  return ipv6 === undefined ? `${name} ${formatIpv4(address)}:${port}` : `${name} [${ipv6}]:${port}`;
}

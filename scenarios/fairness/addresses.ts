/** Where a fairness run's services and servers are in each mode, and the rules that set them up. */
import type { Topology } from '../../lab/index.ts';
import { MODES, type Mode } from '../../lab/modes.ts';
import type { PlannedService, RuleChange } from './plan/plan.ts';

/**
 * mh makes its table from the sum of a server's address and port. The servers' addresses are 256 higher in TUN's network
 * than in the others', so ports that are 256 lower give the same table, and with it the same decisions, in all modes.
 */
const FIRST_PORT: Readonly<Record<Mode, number>> = { nat: 8256, dr: 8256, tun: 8000 };
/** Services that a run can set up one after another, each on ports of its own. */
export const MOST_SERVICES = 200;

export interface ServicePlace {
  readonly mode: Mode;
  readonly vip: string;
  /** Of the service, and of its servers: the same, so that all modes are alike. */
  readonly port: number;
  /** Firewall mark, for services that are reached by one. */
  readonly mark: number;
  /** Addresses of the servers in turn. */
  readonly rips: readonly string[];
}

/** @param number Of the service: 0, 1, 2, … Two services of one run never share a port. */
export function placeOf(
  mode: Mode,
  number: number,
  { vip, realServers }: Pick<Topology, 'vip' | 'realServers'>,
): ServicePlace {
  if (number >= MOST_SERVICES) throw new RangeError(`a run has room for ${MOST_SERVICES} services`);
  return {
    mode,
    vip,
    port: FIRST_PORT[mode] + number,
    mark: number + 1,
    rips: realServers.map(({ rip }) => rip),
  };
}

/** Ports of all services that a run may have: FIRST-LAST. */
export function servedPorts(mode: Mode): string {
  return `${FIRST_PORT[mode]}-${FIRST_PORT[mode] + MOST_SERVICES - 1}`;
}

/** Lines of `ipvsadm -R` that set the service up. */
export function setUpRules(service: PlannedService, place: ServicePlace): string[] {
  const { scheduler, flags, persistence, weights } = service;
  const options = [
    `-s ${scheduler}`,
    ...(persistence === undefined ? [] : [`-p ${persistence.seconds} -M ${persistence.netmask}`]),
    ...(flags === undefined ? [] : [`-b ${flags}`]),
  ];
  return [
    `-A ${serviceWords(service, place)} ${options.join(' ')}`,
    ...weights.map((weight, server) => addRule(service, place, server, weight)),
  ];
}

/** The line of `ipvsadm -R` that makes a change. */
export function changeRule(service: PlannedService, place: ServicePlace, step: RuleChange): string {
  const words = serviceWords(service, place);
  if (step.do === 'add') return addRule(service, place, step.server, step.weight);
  if (step.do === 'remove') return `-d ${words} -r ${serverWords(service, place, step.server)}`;
  const server = serverWords(service, place, step.server);
  return `-e ${words} -r ${server} ${MODES[place.mode].ipvsadmOption} -w ${step.weight}`;
}

/** How the director's state names the service. */
export function nameOf(service: PlannedService, { vip, port, mark }: ServicePlace): string {
  return service.reachedBy === 'mark' ? String(mark) : `${vip}:${port}`;
}

/** How the director's state names a server. */
export function serverWords(service: PlannedService, place: ServicePlace, server: number): string {
  return `${place.rips[server]}:${serverPort(service, place)}`;
}

/** A service by mark keeps the port that the client asked for, which its servers’ port 0 says. */
export function serverPort(
  { reachedBy }: Pick<PlannedService, 'reachedBy'>,
  { port }: Pick<ServicePlace, 'port'>,
): number {
  return reachedBy === 'mark' ? 0 : port;
}

function addRule(service: PlannedService, place: ServicePlace, server: number, weight: number): string {
  const words = serviceWords(service, place);
  const method = MODES[place.mode].ipvsadmOption;
  return `-a ${words} -r ${serverWords(service, place, server)} ${method} -w ${weight}`;
}

function serviceWords({ reachedBy, protocol }: PlannedService, { vip, port, mark }: ServicePlace): string {
  if (reachedBy === 'mark') return `-f ${mark}`;
  return `${protocol === 'udp' ? '-u' : '-t'} ${vip}:${port}`;
}

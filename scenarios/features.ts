/**
 * What a director can do: the only list of features. A director declares those that it has; what a case needs is one of
 * them too. One that is not declared must be refused when it is asked for.
 */
import { ALL_MODES, MODES, type Mode } from '../lab/modes.ts';
import { ALL_SCHEDULERS } from './models/schedulers.ts';

/** Such as `mode/nat`, `scheduler/rr`, `persistence`. */
export type FeatureName = string;

interface Feature {
  /** What a director does that has it. */
  readonly what: string;
  /** Core: without it a director is no layer-4 load balancer. */
  readonly level: 'core' | 'extended';
}

/** What cases need beside modes, protocols and schedulers. */
const ABILITIES = {
  'end-to-end': {
    what: 'the packets of clients reach the servers: same connection, same client’s address',
    level: 'core',
  },
  'one-sided': {
    what: 'goes on with a TCP connection of which it has seen the client’s half only',
    level: 'extended',
  },
  edits: { what: 'rules change while it runs, and connections go on', level: 'core' },
  icmp: { what: 'ICMP messages to, from and about balanced connections', level: 'extended' },
  fragments: { what: 'fragments of balanced packets', level: 'extended' },
  persistence: { what: 'a client stays with its server (-p)', level: 'extended' },
  marks: { what: 'services by firewall mark (-f)', level: 'extended' },
  'one-packet': { what: 'each datagram is scheduled for itself (-o)', level: 'extended' },
  thresholds: { what: 'limits of connections for each server (-x, -y)', level: 'extended' },
  'tunnel/gue': { what: 'tunnels in UDP (--tun-type gue)', level: 'extended' },
  'tunnel/gre': { what: 'tunnels in GRE (--tun-type gre)', level: 'extended' },
  lists: { what: 'prints its services and servers as ipvsadm -Ln does', level: 'extended' },
  connections: { what: 'prints its connections as ipvsadm -Lnc does', level: 'extended' },
  counters: { what: 'counts packets, bytes and connections of services and servers', level: 'extended' },
  settings: { what: 'the settings of net.ipv4.vs', level: 'extended' },
  commands: { what: 'prints, saves, sets and refuses with every option as ipvsadm does', level: 'extended' },
  refusals: { what: 'refuses the rules that ipvsadm refuses, in its words', level: 'extended' },
  ipvs: {
    what: 'deals with what it cannot forward, and with the ends of connections, as IPVS does',
    level: 'extended',
  },
  'virtual-time': { what: 'its clock can be set, so that hours pass at once', level: 'extended' },
} as const satisfies Record<string, Feature>;

export type Ability = keyof typeof ABILITIES;
export const ALL_ABILITIES = Object.keys(ABILITIES) as readonly Ability[];

const PROTOCOLS = { tcp: 'core', udp: 'core', sctp: 'extended', ipsec: 'extended' } as const;
export type FeatureProtocol = keyof typeof PROTOCOLS;
export const ALL_FEATURE_PROTOCOLS = Object.keys(PROTOCOLS) as readonly FeatureProtocol[];

const FAMILIES = { ipv4: 'core', ipv6: 'extended' } as const;
export type Family = keyof typeof FAMILIES;
export const ALL_FAMILIES = Object.keys(FAMILIES) as readonly Family[];

/** `exact`: each decision is IPVS’s own. `policy`: the rule is kept, from any start and with any tie. */
export type Choice = 'exact' | 'policy';

/** What a director says of itself. */
export interface Declared {
  readonly modes: readonly Mode[];
  readonly families: readonly Family[];
  readonly protocols: readonly FeatureProtocol[];
  readonly schedulers: Readonly<Record<string, Choice>>;
  readonly abilities: readonly Ability[];
}

/** The one of cases that are about something else. */
const USUAL_SCHEDULER = 'rr';

export const FEATURES: ReadonlyMap<FeatureName, Feature> = new Map<FeatureName, Feature>([
  ...ALL_MODES.map((mode) => entry(`mode/${mode}`, `forwards by ${MODES[mode].label}`, 'core')),
  ...ALL_FAMILIES.map((name) => entry(`family/${name}`, name.replace('ip', 'IP'), FAMILIES[name])),
  ...ALL_FEATURE_PROTOCOLS.map((name) => entry(`protocol/${name}`, name.toUpperCase(), PROTOCOLS[name])),
  ...ALL_SCHEDULERS.map((name) =>
    entry(`scheduler/${name}`, `the scheduler ${name}`, name === USUAL_SCHEDULER ? 'core' : 'extended'),
  ),
  ...ALL_SCHEDULERS.map((name) =>
    entry(`order/${name}`, `each decision of ${name} is IPVS’s own`, 'extended'),
  ),
  ...Object.entries(ABILITIES),
]);

function entry(name: FeatureName, what: string, level: Feature['level']): [FeatureName, Feature] {
  return [name, { what, level }];
}

/** The names of all that is declared. */
export function featuresOf({
  modes,
  families,
  protocols,
  schedulers,
  abilities,
}: Declared): Set<FeatureName> {
  return new Set([
    ...modes.map((mode) => `mode/${mode}`),
    ...families.map((family) => `family/${family}`),
    ...protocols.map((protocol) => `protocol/${protocol}`),
    ...Object.keys(schedulers).map((name) => `scheduler/${name}`),
    ...Object.entries(schedulers).flatMap(([name, choice]) => (choice === 'exact' ? [`order/${name}`] : [])),
    ...abilities,
  ]);
}

/** Beginning of the names of cases that are about ipvsadm itself. */
export const COMMANDS_OWN = 'commands/';

/** Beginnings of the names of cases that are about what IPVS does where the RFCs leave it open. */
export const IPVS_OWN: readonly string[] = [
  'deleted/',
  'icmp/not-passed-on',
  'icmp/unknown-connection',
  'icmp/wrong-checksum',
  'local/',
  'neighbour/',
  'no-server/',
  'reply/truncated',
  'request/record-route',
  'reply/record-route',
  'reuse/',
  'route/',
  'source-port/',
  'states/',
  'timeout/',
];

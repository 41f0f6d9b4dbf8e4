/** Captures of a site made by hand: frames of `lab/frames`, put down at the hosts that see them. No network is built. */
import { sitesOf } from '../../../harness/diagnosis/captured-sites.ts';
import { type HostFacts, readFacts } from '../../../harness/diagnosis/host-facts.ts';
import { type Diagnosis, diagnosisOf } from '../../../harness/diagnosis/report/diagnosis.ts';
import { withoutDuplicates } from '../../../harness/diagnosis/view/duplicates.ts';
import { DecodedPacket, type SeenAs } from '../../../lab/captures/decoded-packet.ts';
import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import {
  ACK,
  arpAnswer,
  arpQuestion,
  ethernetFrame,
  IPIP,
  ipFrame,
  ipPacket,
  PSH,
  RST,
  readArp,
  readEthernet,
  SYN,
  type TcpFields,
  tcpPacket,
  udpPacket,
} from '../../../lab/frames/index.ts';

export const VIP = '10.0.1.100';
export const CLIENT = '10.0.1.2';
export const DIP = '10.0.2.1';
export const RS1 = '10.0.2.11';
export const RS2 = '10.0.2.12';

export const MAC = {
  client: '02:00:00:00:00:c1',
  director: '02:00:00:00:00:d1',
  inside: '02:00:00:00:00:d2',
  rs1: '02:00:00:00:00:11',
  rs2: '02:00:00:00:00:12',
  router: '02:00:00:00:00:fe',
} as const;

export const NAT_RULES = `-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r ${RS1}:8080 -m\n-a -t ${VIP}:80 -r ${RS2}:8080 -m\n`;
export const DR_RULES = `-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r ${RS1} -g\n-a -t ${VIP}:80 -r ${RS2} -g\n`;
export const TUN_RULES = `-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r ${RS1} -i\n-a -t ${VIP}:80 -r ${RS2} -i\n`;

export const AT_RS1 = RS1;

export class CapturedSite {
  readonly #frames = new Map<string, { time: number; frame: Uint8Array; seen: Partial<SeenAs> }[]>();
  readonly #facts = new Map<string, HostFacts>();
  readonly #clockAhead: Readonly<Record<string, number>>;
  #now = 1_700_000_000;
  #id = 1;

  /** @param clockAhead Seconds by host. */
  constructor(clockAhead: Readonly<Record<string, number>> = {}) {
    this.#clockAhead = clockAhead;
  }

  /** A frame as some hosts see it, one after the other, a little later than the last one. */
  at(hosts: readonly string[], frame: Uint8Array, seen: Partial<SeenAs> = {}): this {
    for (const host of hosts) {
      this.#now += 0.0001;
      const time = this.#now + (this.#clockAhead[host] ?? 0);
      this.#frames.set(host, [...(this.#frames.get(host) ?? []), { time, frame, seen }]);
    }
    return this;
  }

  wait(seconds: number): this {
    this.#now += seconds;
    return this;
  }

  /** A host that was captured, though nothing passed it. */
  listening(host: string): this {
    this.#frames.set(host, this.#frames.get(host) ?? []);
    return this;
  }

  facts(host: string, facts: FactsOf): this {
    this.#facts.set(host, factsOf(facts));
    return this;
  }

  tcp(hosts: readonly string[], hop: Hop, fields: Partial<TcpFields> = {}): this {
    return this.at(hosts, this.tcpFrame(hop, fields));
  }

  /** The same packet at every host: an identification of its own. */
  tcpFrame({ from, to, macs, ttl = 64 }: Hop, fields: Partial<TcpFields> = {}): Uint8Array {
    const [source, sourcePort] = endOf(from);
    const [destination, destinationPort] = endOf(to);
    const ip = { source, destination, id: this.#id++, dontFragment: true, ttl };
    return ipFrame(...macs, tcpPacket(ip, { flags: SYN, ...fields, sourcePort, destinationPort }));
  }

  udp(hosts: readonly string[], { from, to, macs }: Hop): this {
    const [source, sourcePort] = endOf(from);
    const [destination, destinationPort] = endOf(to);
    const ip = { source, destination, id: this.#id++ };
    return this.at(
      hosts,
      ipFrame(...macs, udpPacket(ip, { sourcePort, destinationPort, payload: new Uint8Array(20) })),
    );
  }

  /** A packet within another one to a real server. */
  tunnelled(hosts: readonly string[], hop: Hop, rip: string, fields: Partial<TcpFields> = {}): this {
    const inner = readEthernet(this.tcpFrame(hop, fields)).payload;
    return this.at(
      hosts,
      ipFrame(...hop.macs, ipPacket({ source: DIP, destination: rip, id: this.#id++ }, IPIP, inner)),
    );
  }

  asks(hosts: readonly string[], mac: string, sender: string, target: string): this {
    return this.at(hosts, arpQuestion(mac, sender, target));
  }

  answers(hosts: readonly string[], mac: string, address: string, toMac: string, to: string): this {
    const question = readArp(readEthernet(arpQuestion(toMac, to, address)).payload);
    return this.at(hosts, arpAnswer(question, mac));
  }

  captures(): OpenedCapture[] {
    return [...this.#frames].map(([host, frames]) => {
      const place = { host, interface: '', file: `${host}.pcap` };
      const packets = frames.map(
        ({ time, frame, seen }, i) =>
          new DecodedPacket(place, i + 1, time, frame, {
            wireBytes: frame.length,
            isSnapped: false,
            vlans: [],
            ...seen,
          }),
      );
      return { ...place, packets, endsEarly: false };
    });
  }

  /** @param captures Those that are given, where not all are. */
  diagnosis(rules: string, captures: readonly OpenedCapture[] = this.captures()): Diagnosis {
    const unique = withoutDuplicates(captures);
    const sites = sitesOf({ rules, rulesName: 'rules', captures: unique.captures, facts: this.#facts });
    return diagnosisOf(sites, unique.captures, unique.remarks);
  }

  ids(rules: string): string[] {
    return this.diagnosis(rules).found.map(({ id, host }) => `${id} ${host}`);
  }
}

export interface Hop {
  /** `10.0.1.2:40000` */
  readonly from: string;
  readonly to: string;
  /** Source and destination. */
  readonly macs: readonly [string, string];
  readonly ttl?: number;
}

function endOf(text: string): [string, number] {
  const [address = '', port = '0'] = text.split(':');
  return [address, Number(port)];
}

export interface FactsOf {
  /** By interface: `10.0.2.11/24`. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly macs?: Readonly<Record<string, string>>;
  /** `default via 10.0.2.1 dev eth0`, `10.0.2.0/24 dev eth0` */
  readonly routes?: readonly string[];
  /** By name after `net.ipv4.` */
  readonly settings?: Readonly<Record<string, number>>;
}

export function factsOf({ addresses, macs = {}, routes = [], settings = {} }: FactsOf): HostFacts {
  const links = Object.entries(addresses).map(([ifname, own]) => ({
    ifname,
    flags: ['UP'],
    link_type: ifname === 'lo' ? 'loopback' : ifname.startsWith('tunl') ? 'ipip' : 'ether',
    ...(macs[ifname] !== undefined && { address: macs[ifname] }),
    mtu: 1500,
    addr_info: own.map((text) => ({
      family: 'inet',
      local: text.split('/')[0],
      prefixlen: Number(text.split('/')[1] ?? 32),
    })),
  }));
  const table = routes.map((text) => {
    const [dst, ...words] = text.split(' ');
    const after = (word: string) =>
      words.includes(word) ? { [word === 'via' ? 'gateway' : word]: words[words.indexOf(word) + 1] } : {};
    return { dst, ...after('via'), ...after('dev') };
  });
  const lines = Object.entries(settings).map(([name, value]) => `net.ipv4.${name} = ${value}`);
  return readFacts([JSON.stringify(links), JSON.stringify(table), ...lines].join('\n'), 'facts');
}

/** Hosts of a healthy NAT connection, and where its packets go. */
export function natConnection(site: CapturedSite, port = 40_000, rip = RS1): CapturedSite {
  const [server, mac] = [rip, rip === RS1 ? MAC.rs1 : MAC.rs2];
  const request = (flags: number, more: Partial<TcpFields> = {}) =>
    site
      .tcp(
        ['client', 'director'],
        { from: `${CLIENT}:${port}`, to: `${VIP}:80`, macs: [MAC.client, MAC.director] },
        { flags, ...more },
      )
      .tcp(
        ['director', server],
        { from: `${CLIENT}:${port}`, to: `${rip}:8080`, macs: [MAC.inside, mac] },
        { flags, ...more },
      );
  const reply = (flags: number, more: Partial<TcpFields> = {}) =>
    site
      .tcp(
        [server, 'director'],
        { from: `${rip}:8080`, to: `${CLIENT}:${port}`, macs: [mac, MAC.inside] },
        { flags, ...more },
      )
      .tcp(
        ['director', 'client'],
        { from: `${VIP}:80`, to: `${CLIENT}:${port}`, macs: [MAC.director, MAC.client] },
        { flags, ...more },
      );
  request(SYN);
  reply(SYN | ACK, { sequence: 5000, acknowledgement: 1001 });
  request(ACK, { sequence: 1001, acknowledgement: 5001 });
  request(PSH | ACK, { sequence: 1001, acknowledgement: 5001, payload: new Uint8Array(100) });
  reply(PSH | ACK, { sequence: 5001, acknowledgement: 1101, payload: new Uint8Array(400) });
  return site;
}

/** A SYN of NAT that reaches the server, as often as said, a second apart. */
export function natRequests(site: CapturedSite, times: number, port = 40_000, client = CLIENT): CapturedSite {
  for (let i = 0; i < times; i++) {
    site
      .tcp(['client', 'director'], {
        from: `${client}:${port}`,
        to: `${VIP}:80`,
        macs: [MAC.client, MAC.director],
      })
      .tcp(['director', RS1], { from: `${client}:${port}`, to: `${RS1}:8080`, macs: [MAC.inside, MAC.rs1] })
      .wait(1);
  }
  return site;
}

/** A SYN of DR that reaches the server. */
export function drRequests(site: CapturedSite, times: number, client = CLIENT, port = 40_000): CapturedSite {
  for (let i = 0; i < times; i++) {
    const hop = { from: `${client}:${port}`, to: `${VIP}:80` };
    site
      .tcp(['client', 'director'], { ...hop, macs: [MAC.client, MAC.director] })
      .tcp(['director', RS1], { ...hop, macs: [MAC.director, MAC.rs1], ttl: 63 })
      .wait(1);
  }
  return site;
}

/** A DR connection that works: the server answers the client past the director. */
export function drConnection(site: CapturedSite, client = CLIENT, port = 41_000): CapturedSite {
  drRequests(site, 1, client, port);
  const hop = { from: `${client}:${port}`, to: `${VIP}:80` };
  return site
    .tcp(
      [RS1, 'client'],
      { from: `${VIP}:80`, to: `${client}:${port}`, macs: [MAC.rs1, MAC.client] },
      { flags: SYN | ACK, sequence: 5000, acknowledgement: 1001 },
    )
    .tcp(
      ['client', 'director'],
      { ...hop, macs: [MAC.client, MAC.director] },
      { flags: ACK, sequence: 1001, acknowledgement: 5001 },
    )
    .tcp(
      ['director', RS1],
      { ...hop, macs: [MAC.director, MAC.rs1], ttl: 63 },
      { flags: ACK, sequence: 1001, acknowledgement: 5001 },
    );
}

export { ACK, ethernetFrame, PSH, RST, SYN };

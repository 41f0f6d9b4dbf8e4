import { describe, expect, it } from 'vitest';
import { icmpError, ipFrame, readEthernet } from '../../../lab/frames/index.ts';
import {
  ACK,
  CapturedSite,
  CLIENT,
  DIP,
  DR_RULES,
  drConnection,
  drRequests,
  MAC,
  PSH,
  RS1,
  RST,
  SYN,
  TUN_RULES,
  VIP,
} from './captured-site.ts';

const QUIET = {
  'conf.all.arp_ignore': 1,
  'conf.all.arp_announce': 2,
  'conf.all.rp_filter': 0,
  'conf.eth0.rp_filter': 0,
};
const ROUTES = ['10.0.2.0/24 dev eth0', 'default via 10.0.2.254 dev eth0'];
const server = (
  lo: readonly string[],
  settings: Readonly<Record<string, number>> = {},
  routes: readonly string[] = ROUTES,
) => ({
  addresses: { lo: ['127.0.0.1/8', ...lo], eth0: [`${RS1}/24`] },
  macs: { eth0: MAC.rs1 },
  routes,
  settings: { ...QUIET, ...settings },
});
const SYN_ACK = { flags: SYN | ACK, sequence: 5000, acknowledgement: 1001 };
const REPLY = { from: `${VIP}:80`, to: `${CLIENT}:40000` };

describe('DR', () => {
  it('that works is called healthy, from every point and from all of them', () => {
    const site = drConnection(new CapturedSite());
    const all = site.captures();
    for (const given of [all, ...all.map((one) => [one])]) {
      expect(site.diagnosis(DR_RULES, given)).toMatchObject({ verdict: 'healthy', found: [] });
    }
  });

  describe('with a server that says nothing', () => {
    const silent = () => drRequests(new CapturedSite(), 3);

    it('says what it may be where nobody asked the host', () => {
      const [found] = silent().diagnosis(DR_RULES).found;
      expect(found).toMatchObject({ id: 'silent-server', host: RS1 });
      expect(found?.message).toMatch(/the VIP is not there, reverse path filtering drops them or a firewall/);
      expect(found?.message).toContain('--facts');
    });

    it('names the VIP that is missing, and only that', () => {
      expect(silent().facts(RS1, server([])).ids(DR_RULES)).toEqual([`vip-missing ${RS1}`]);
    });

    it('names the VIP that is missing without facts, where the server routes the request back', () => {
      const site = new CapturedSite();
      const hop = { from: `${CLIENT}:40000`, to: `${VIP}:80` };
      for (let i = 0; i < 2; i++) {
        const into = site.tcpFrame({ ...hop, macs: [MAC.director, MAC.rs1], ttl: 63 });
        const back = ipFrame(MAC.rs1, MAC.director, readEthernet(into).payload.slice());
        back[14 + 8] = 62;
        // RFC 1141: a TTL lower by one makes the checksum higher by 0x0100.
        back[14 + 10] = (back[14 + 10] as number) + 1;
        site.at([RS1], into).at([RS1], back).wait(1);
      }
      site.tcp([RS1], { from: `${RS1}:22`, to: '10.0.2.9:5000', macs: [MAC.rs1, MAC.client] });
      const [found] = site.diagnosis(DR_RULES).found;
      expect(found).toMatchObject({ id: 'vip-missing', host: RS1 });
      expect(found?.message).toContain('routed on');
    });

    it('names a prefix that makes the client local', () => {
      const site = drRequests(new CapturedSite(), 3, '10.0.1.2').facts(RS1, server([`${VIP}/24`]));
      const [found] = site.diagnosis(DR_RULES).found;
      expect(found).toMatchObject({ id: 'vip-prefix', host: RS1 });
      expect(found?.message).toContain(`${VIP}/24 on lo`);
    });

    it('does not name a prefix that leaves the client out', () => {
      const site = drRequests(new CapturedSite(), 3, '192.0.2.7').facts(RS1, server([`${VIP}/24`]));
      expect(site.ids(DR_RULES)).toEqual([`silent-server ${RS1}`]);
    });

    it('does not name a strict filter that lets the requests pass: they come the way that leads back', () => {
      const site = silent().facts(
        RS1,
        server([`${VIP}/32`], { 'conf.all.rp_filter': 1, 'conf.eth0.rp_filter': 1 }),
      );
      const [found] = site.diagnosis(DR_RULES).found;
      expect(found?.id).toBe('silent-server');
      expect(found?.message).not.toMatch(/VIP is not there|reverse path/);
      expect(found?.message).toContain('a firewall on it drops them');
    });

    it('names a strict filter where the way back leads by another interface', () => {
      const facts = server([`${VIP}/32`], { 'conf.all.rp_filter': 1 }, [
        '10.0.2.0/24 dev eth0',
        'default via 10.9.0.1 dev eth1',
      ]);
      expect(silent().facts(RS1, facts).ids(DR_RULES)).toEqual([`rp-filter ${RS1}`]);
    });

    it('names the route that is missing', () => {
      const facts = server([`${VIP}/32`], {}, ['10.0.2.0/24 dev eth0']);
      expect(silent().facts(RS1, facts).ids(DR_RULES)).toEqual([`no-route ${RS1}`]);
    });

    it('names the gateway that does not answer ARP', () => {
      const site = silent();
      for (let i = 0; i < 3; i++) site.asks([RS1], MAC.rs1, RS1, '10.0.2.254').wait(1);
      const [found] = site.facts(RS1, server([`${VIP}/32`])).diagnosis(DR_RULES).found;
      expect(found).toMatchObject({ id: 'arp-unanswered', host: RS1 });
      expect(found?.message).toContain('10.0.2.254, its gateway');
    });

    it('names a netmask that is too wide: it looks for the client itself', () => {
      const site = silent();
      for (let i = 0; i < 3; i++) site.asks([RS1], MAC.rs1, RS1, CLIENT).wait(1);
      expect(site.diagnosis(DR_RULES).found[0]?.message).toContain('its netmask is too wide');
    });
  });

  it('with one silent server among connections that work names that server only', () => {
    const site = drConnection(new CapturedSite(), '10.0.1.3');
    for (let i = 0; i < 3; i++) {
      const hop = { from: `${CLIENT}:40009`, to: `${VIP}:80` };
      site.tcp(['director'], { ...hop, macs: [MAC.client, MAC.director] });
      site.tcp(['director', '10.0.2.12'], { ...hop, macs: [MAC.director, MAC.rs2] }).wait(1);
    }
    expect(site.ids(DR_RULES)).toEqual(['silent-server 10.0.2.12']);
  });

  it('with a capture of one direction is not called silent: the client acknowledges what it gets', () => {
    const site = drRequests(new CapturedSite(), 1).tcp(
      [RS1],
      { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: [MAC.director, MAC.rs1] },
      { flags: ACK, sequence: 1001, acknowledgement: 5001 },
    );
    const given = site.captures().filter(({ host }) => host === RS1);
    const { verdict, remarks } = site.diagnosis(DR_RULES, given);
    expect(verdict).toBe('healthy');
    expect(remarks.join()).toContain('in one direction');
  });

  it('with replies that go to the director is named', () => {
    const site = drRequests(new CapturedSite(), 2).tcp(
      [RS1],
      { ...REPLY, macs: [MAC.rs1, MAC.director] },
      SYN_ACK,
    );
    expect(site.ids(DR_RULES)).toEqual([`reply-through-director ${RS1}`]);
  });

  it('with replies that a firewall on their way drops is named', () => {
    const site = new CapturedSite();
    for (let i = 0; i < 3; i++) {
      drRequests(site, 1).tcp([RS1], { ...REPLY, macs: [MAC.rs1, MAC.router] }, SYN_ACK);
    }
    const [found, ...more] = site.diagnosis(DR_RULES).found;
    expect(found).toMatchObject({ id: 'replies-lost', host: RS1 });
    expect(found?.message).toContain('stateful firewall');
    expect(more).toEqual([]);
  });

  it('with a server that answers ARP for the VIP is named, and with two machines that do', () => {
    const claim = (site: CapturedSite, mac: string) => site.answers(['client'], mac, VIP, MAC.client, CLIENT);
    const byServer = claim(claim(drConnection(new CapturedSite()), MAC.director), MAC.rs1);
    byServer.tcp([RS1], { from: `${RS1}:22`, to: '10.0.2.9:5000', macs: [MAC.rs1, MAC.client] });
    expect(byServer.ids(DR_RULES)).toEqual([`vip-announced ${RS1}`]);

    const stranger = claim(
      claim(claim(drConnection(new CapturedSite()), MAC.director).wait(2), MAC.router).wait(2),
      MAC.director,
    );
    expect(stranger.ids(DR_RULES)).toEqual(['vip-claimed-twice director']);
    const failover = claim(claim(drConnection(new CapturedSite()), MAC.router).wait(5), MAC.director);
    expect(failover.ids(DR_RULES)).toEqual([]);
  });

  it('with a VIP on an interface that answers ARP is named by facts, unless the server was asked and kept quiet', () => {
    const facts = {
      ...server([]),
      addresses: { lo: ['127.0.0.1/8'], eth0: [`${RS1}/24`, `${VIP}/32`] },
    };
    expect(drConnection(new CapturedSite()).facts(RS1, facts).ids(DR_RULES)).toEqual([
      `vip-announced ${RS1}`,
    ]);
    const asked = drConnection(new CapturedSite()).asks([RS1], MAC.client, CLIENT, VIP);
    expect(asked.facts(RS1, facts).ids(DR_RULES)).toEqual([]);
  });

  it('of UDP with replies from the server’s own address is named', () => {
    const rules = DR_RULES.replaceAll('-t', '-u');
    const site = new CapturedSite();
    for (let i = 0; i < 2; i++) {
      site.udp([RS1], { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: [MAC.director, MAC.rs1] });
      site.udp([RS1], { from: `${RS1}:80`, to: `${CLIENT}:40000`, macs: [MAC.rs1, MAC.router] }).wait(1);
    }
    const [found] = site.diagnosis(rules).found;
    expect(found).toMatchObject({ id: 'reply-source', host: RS1 });
    expect(found?.message).toContain(`from ${RS1}`);
  });

  it('of UDP seen on the director alone is not judged: replies do not pass it', () => {
    const site = new CapturedSite();
    site.udp(['director'], { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: [MAC.client, MAC.director] });
    site.udp(['director'], { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: [MAC.director, MAC.rs1] });
    const { verdict, missing } = site.diagnosis(DR_RULES.replaceAll('-t', '-u'));
    expect(verdict).toBe('not judged');
    expect(missing[0]).toContain(`real server ${RS1}`);
  });

  it('whose requests do not arrive is named, and not where the server’s capture is of another time', () => {
    const lose = (site: CapturedSite) => {
      site.answers(['director', RS1], MAC.rs1, RS1, MAC.director, DIP);
      for (let i = 0; i < 2; i++) {
        const hop = { from: `${CLIENT}:40000`, to: `${VIP}:80` };
        site.tcp(['director'], { ...hop, macs: [MAC.client, MAC.director] });
        site.tcp(['director'], { ...hop, macs: [MAC.director, MAC.rs1] }).wait(1);
      }
      return site;
    };
    const during = lose(new CapturedSite()).asks([RS1], MAC.rs1, RS1, '10.0.2.254');
    expect(during.ids(DR_RULES)).toEqual([`requests-lost ${RS1}`]);
    const before = lose(new CapturedSite({ [RS1]: -3600 }));
    expect(before.ids(DR_RULES)).toEqual([`unanswered ${RS1}`]);
  });

  it('with packets of one size that nobody acknowledges is named', () => {
    const site = drConnection(new CapturedSite());
    for (let i = 0; i < 4; i++) {
      site
        .tcp(
          [RS1],
          { from: `${VIP}:80`, to: `${CLIENT}:41000`, macs: [MAC.rs1, MAC.router] },
          { flags: ACK | PSH, sequence: 5001, acknowledgement: 1001, payload: new Uint8Array(1448) },
        )
        .wait(1);
    }
    const [found] = site.diagnosis(DR_RULES).found;
    expect(found).toMatchObject({ id: 'mtu-black-hole', host: RS1 });
    expect(found?.message).toContain('1,488 bytes');
  });
});

describe('TUN', () => {
  const REQUEST = { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: [MAC.director, MAC.rs1] as const };

  it('with a server that does not take off the outer header is named', () => {
    const site = new CapturedSite().tunnelled(['director', RS1], REQUEST, RS1);
    const about = site.captures()[0]!.packets[0]!.ipBytes;
    site.at(
      ['director', RS1],
      ipFrame(
        MAC.rs1,
        MAC.director,
        icmpError({ source: RS1, destination: DIP }, { type: 3, code: 2 }, about),
      ),
    );
    expect(site.ids(TUN_RULES)).toEqual([`tun-no-decapsulation ${RS1}`]);
  });

  it('with a filter on the tunnel device is named, and a filter elsewhere is not', () => {
    const facts = (tunnel: number) => ({
      addresses: { lo: ['127.0.0.1/8'], eth0: [`${RS1}/24`], tunl0: [`${VIP}/32`] },
      macs: { eth0: MAC.rs1 },
      routes: ROUTES,
      settings: { ...QUIET, 'conf.eth0.rp_filter': 1, 'conf.tunl0.rp_filter': tunnel },
    });
    const silent = () =>
      new CapturedSite().tunnelled([RS1], REQUEST, RS1).wait(1).tunnelled([RS1], REQUEST, RS1);
    expect(silent().facts(RS1, facts(1)).ids(TUN_RULES)).toEqual([`rp-filter ${RS1}`]);
    const [found] = silent().facts(RS1, facts(0)).diagnosis(TUN_RULES).found;
    expect(found?.id).toBe('silent-server');
    expect(found?.message).not.toMatch(/reverse path|tunnel device/);
  });
});

describe('a refusal', () => {
  it('by the server of DR is told by its RST', () => {
    const site = drRequests(new CapturedSite(), 1).tcp(
      [RS1],
      { ...REPLY, macs: [MAC.rs1, MAC.client] },
      { flags: RST | ACK, sequence: 0, acknowledgement: 1001 },
    );
    expect(site.diagnosis(DR_RULES).found[0]?.message).toContain(`nothing listens on ${VIP}:80 there`);
  });

  it('by the director itself is told as its own', () => {
    const site = new CapturedSite();
    for (let i = 0; i < 2; i++) {
      site.tcp(['director'], { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: [MAC.client, MAC.director] });
      site
        .tcp(
          ['director'],
          { ...REPLY, macs: [MAC.director, MAC.client] },
          { flags: RST | ACK, sequence: 0, acknowledgement: 1001 },
        )
        .wait(1);
    }
    const [found] = site.diagnosis(DR_RULES).found;
    expect(found).toMatchObject({ id: 'not-forwarded', host: 'director' });
    expect(found?.message).toContain('it refuses them itself');
  });
});

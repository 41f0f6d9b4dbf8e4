import { describe, expect, it } from 'vitest';
import { icmpError, ipFrame, readEthernet } from '../../../lab/frames/index.ts';
import {
  ACK,
  CapturedSite,
  CLIENT,
  DIP,
  MAC,
  NAT_RULES,
  natConnection,
  natRequests,
  RS1,
  RS2,
  RST,
  SYN,
  VIP,
} from './captured-site.ts';

const REPLY = { from: `${RS1}:8080`, to: `${CLIENT}:40000` };
const SYN_ACK = { flags: SYN | ACK, sequence: 5000, acknowledgement: 1001 };
const SERVER = { addresses: { lo: ['127.0.0.1/8'], eth0: [`${RS1}/24`] }, macs: { eth0: MAC.rs1 } };
const ON_LINK = '10.0.2.0/24 dev eth0';

describe('NAT', () => {
  it('that works is called healthy, from every point and from all of them', () => {
    const site = natConnection(natConnection(new CapturedSite()), 40_001, RS2);
    const all = site.captures();
    for (const given of [all, ...all.map((one) => [one])]) {
      const { verdict, found, lookedAt } = site.diagnosis(NAT_RULES, given);
      expect(found).toEqual([]);
      expect(verdict).toBe('healthy');
      expect(lookedAt.answered).toBe(lookedAt.connections);
    }
    expect(site.diagnosis(NAT_RULES).lookedAt).toMatchObject({ connections: 2, requests: 6, replies: 4 });
  });

  it('is not called healthy by the director’s side of the servers where nothing comes back', () => {
    const site = natRequests(new CapturedSite(), 3);
    const director = site.captures().filter(({ host }) => host === 'director');
    const { verdict, found } = site.diagnosis(NAT_RULES, director);
    expect(verdict).toBe('misconfigured');
    expect(found.map(({ id }) => id)).toEqual(['unanswered']);
    expect(found[0]?.message).toContain(`left for ${RS1}, and what becomes of them there was not captured`);
  });

  it('whose server has another gateway is named, with the route that the facts show', () => {
    const site = natRequests(new CapturedSite(), 2).tcp(
      [RS1],
      { ...REPLY, macs: [MAC.rs1, MAC.router] },
      SYN_ACK,
    );
    expect(site.ids(NAT_RULES)).toEqual([`nat-gateway ${RS1}`]);
    site.facts(RS1, { ...SERVER, routes: [ON_LINK, 'default via 10.0.2.254 dev eth0'] });
    const [found] = site.diagnosis(NAT_RULES).found;
    expect(found?.message).toContain('Its route to the client goes by 10.0.2.254.');
    expect(found?.findings[0]?.packet).toMatchObject({ host: RS1, capture: `${RS1}.pcap` });
  });

  it('whose director sent an ICMP redirect is told so', () => {
    const site = natRequests(new CapturedSite(), 1);
    const about = readEthernet(site.tcpFrame({ ...REPLY, macs: [MAC.rs1, MAC.inside] }, SYN_ACK)).payload;
    const redirect = icmpError({ source: DIP, destination: RS1 }, { type: 5, code: 1 }, about);
    site.at([RS1], ipFrame(MAC.inside, MAC.rs1, redirect));
    site.tcp([RS1], { ...REPLY, macs: [MAC.rs1, MAC.router] }, SYN_ACK);
    const [found] = site.diagnosis(NAT_RULES).found;
    expect(found?.id).toBe('nat-gateway');
    expect(found?.message).toContain('ICMP redirect');
    expect(found?.cure.join('\n')).toContain('accept_redirects=0');
  });

  it('in one subnet is named: by facts, and by ARP without them', () => {
    const client = '10.0.2.2';
    const build = () => {
      const site = new CapturedSite();
      for (let i = 0; i < 2; i++) {
        natRequests(site, 1, 40_000, client)
          .asks([RS1], MAC.rs1, RS1, client)
          .answers([RS1], MAC.client, client, MAC.rs1, RS1)
          .tcp(
            [RS1, 'client'],
            { from: `${RS1}:8080`, to: `${client}:40000`, macs: [MAC.rs1, MAC.client] },
            SYN_ACK,
          )
          .tcp(
            ['client', RS1],
            { from: `${client}:40000`, to: `${RS1}:8080`, macs: [MAC.client, MAC.rs1] },
            { flags: RST, sequence: 1001 },
          );
      }
      return site;
    };
    expect(build().ids(NAT_RULES)).toEqual([`nat-same-subnet ${RS1}`]);
    const told = build().facts(RS1, { ...SERVER, routes: [ON_LINK, `default via ${DIP} dev eth0`] });
    const [found] = told.diagnosis(NAT_RULES).found;
    expect(found?.message).toContain('past the director');
    expect(found?.cure).toContain('ip route del 10.0.2.0/24 dev eth0');
    const fromClient = build();
    const ofClient = fromClient.captures().filter(({ host }) => host === 'client');
    expect(fromClient.diagnosis(NAT_RULES, ofClient).found.map(({ host }) => host)).toEqual([RS1]);
  });

  it('whose server has no way back is named by its facts', () => {
    const site = natRequests(new CapturedSite(), 2).facts(RS1, { ...SERVER, routes: [ON_LINK] });
    const [found] = site.diagnosis(NAT_RULES).found;
    expect(found?.message).toContain('has no route to the client 10.0.1.2 and no default route');
  });

  describe('with replies that reach the director and end there', () => {
    const ended = () =>
      natRequests(new CapturedSite(), 2).tcp(
        [RS1, 'director'],
        { ...REPLY, macs: [MAC.rs1, MAC.inside] },
        SYN_ACK,
      );
    const director = (forward: number) => ({
      addresses: { eth0: ['10.0.1.1/24', `${VIP}/32`], eth1: [`${DIP}/24`] },
      macs: { eth0: MAC.director, eth1: MAC.inside },
      settings: { ip_forward: forward },
    });

    it('names ip_forward where it is off, or not known', () => {
      expect(ended().ids(NAT_RULES)).toEqual(['ip-forward-off director']);
      const [found] = ended().facts('director', director(0)).diagnosis(NAT_RULES).found;
      expect(found?.message).toContain('ip_forward is 0');
    });

    it('does not where the facts exclude it', () => {
      expect(ended().facts('director', director(1)).ids(NAT_RULES)).toEqual([
        'replies-end-at-director director',
      ]);
    });

    it('names nothing of that where the clients’ side was not captured', () => {
      const site = new CapturedSite();
      site.tcp(['director'], { from: `${CLIENT}:40000`, to: `${RS1}:8080`, macs: [MAC.inside, MAC.rs1] });
      site.tcp(['director'], { ...REPLY, macs: [MAC.rs1, MAC.inside] }, SYN_ACK);
      expect(site.diagnosis(NAT_RULES)).toMatchObject({ verdict: 'not judged', found: [] });
    });
  });

  it('with a server that is not there names it by the ARP requests that nobody answers', () => {
    const site = new CapturedSite();
    for (let i = 0; i < 3; i++) {
      site
        .tcp(['director'], { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: [MAC.client, MAC.director] })
        .asks(['director'], MAC.inside, DIP, RS1)
        .wait(1);
    }
    site.facts('director', {
      addresses: { eth0: ['10.0.1.1/24', `${VIP}/32`], eth1: [`${DIP}/24`] },
      macs: { eth0: MAC.director, eth1: MAC.inside },
    });
    expect(site.ids(NAT_RULES)).toContain(`arp-unanswered ${RS1}`);
  });

  it('with a port that nobody listens on is told from a firewall that drops, and from one that rejects', () => {
    const refusal = { flags: RST | ACK, sequence: 0, acknowledgement: 1001 };
    const closed = natRequests(new CapturedSite(), 1)
      .tcp([RS1, 'director'], { ...REPLY, macs: [MAC.rs1, MAC.inside] }, refusal)
      .tcp(
        ['director'],
        { from: `${VIP}:80`, to: `${CLIENT}:40000`, macs: [MAC.director, MAC.client] },
        refusal,
      );
    const [found] = closed.diagnosis(NAT_RULES).found;
    expect(found).toMatchObject({ id: 'refused', host: RS1 });
    expect(found?.message).toContain(`nothing listens on ${RS1}:8080`);

    const dropping = natRequests(new CapturedSite(), 3);
    expect(dropping.ids(NAT_RULES)).toEqual([`unanswered ${RS1}`]);

    const rejecting = natRequests(new CapturedSite(), 1);
    const about = readEthernet(
      rejecting.tcpFrame({ from: `${CLIENT}:40000`, to: `${RS1}:8080`, macs: [MAC.inside, MAC.rs1] }),
    ).payload;
    rejecting.at(
      [RS1],
      ipFrame(
        MAC.rs1,
        MAC.inside,
        icmpError({ source: RS1, destination: CLIENT }, { type: 3, code: 3 }, about),
      ),
    );
    expect(rejecting.diagnosis(NAT_RULES).found[0]?.message).toContain('a firewall there rejects them');
  });

  it('with a program that resets what it accepts is named', () => {
    const site = natRequests(new CapturedSite(), 1)
      .tcp([RS1], { ...REPLY, macs: [MAC.rs1, MAC.inside] }, SYN_ACK)
      .tcp(
        [RS1],
        { from: `${CLIENT}:40000`, to: `${RS1}:8080`, macs: [MAC.inside, MAC.rs1] },
        { flags: ACK, sequence: 1001, acknowledgement: 5001 },
      )
      .tcp([RS1], { ...REPLY, macs: [MAC.rs1, MAC.inside] }, { flags: RST | ACK, sequence: 5001 });
    expect(site.ids(NAT_RULES)).toEqual([`server-resets ${RS1}`]);
  });

  it('whose connections arrive in the middle is named', () => {
    const site = new CapturedSite()
      .tcp(
        [RS1],
        { from: `${CLIENT}:40000`, to: `${RS1}:8080`, macs: [MAC.inside, MAC.rs1] },
        { flags: ACK, sequence: 77, acknowledgement: 88 },
      )
      .tcp([RS1], { ...REPLY, macs: [MAC.rs1, MAC.inside] }, { flags: RST, sequence: 88 });
    expect(site.ids(NAT_RULES)).toEqual([`middle-of-connection ${RS1}`]);
  });

  it('of which only health checks were captured is not judged', () => {
    const site = new CapturedSite().asks([RS1], MAC.inside, DIP, RS1);
    for (const port of [50_000, 50_001]) {
      site.tcp([RS1], { from: `${DIP}:${port}`, to: `${RS1}:8080`, macs: [MAC.inside, MAC.rs1] });
      site.tcp([RS1], { from: `${RS1}:8080`, to: `${DIP}:${port}`, macs: [MAC.rs1, MAC.inside] }, SYN_ACK);
    }
    const { verdict, missing } = site.diagnosis(NAT_RULES);
    expect(verdict).toBe('not judged');
    expect(missing[0]).toContain('health checks');
  });

  it('of every port of a VIP is judged by what the client asked for', () => {
    const rules = `-A -t ${VIP}:0 -s rr -p 300\n-a -t ${VIP}:0 -r ${RS1} -m\n`;
    const site = new CapturedSite();
    const macs = [MAC.inside, MAC.rs1] as const;
    site.tcp([RS1], { from: `${CLIENT}:40000`, to: `${RS1}:443`, macs });
    site.tcp([RS1], { from: `${RS1}:443`, to: `${CLIENT}:40000`, macs: [MAC.rs1, MAC.inside] }, SYN_ACK);
    site.tcp(
      [RS1],
      { from: `${CLIENT}:40000`, to: `${RS1}:443`, macs },
      { flags: ACK, sequence: 1001, acknowledgement: 5001 },
    );
    expect(site.diagnosis(rules)).toMatchObject({
      verdict: 'healthy',
      lookedAt: { connections: 1, answered: 1 },
    });
  });
});

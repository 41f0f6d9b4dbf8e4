/** What captures do that says nothing about the site: duplicates, clocks, offloads, other traffic. */
import { describe, expect, it } from 'vitest';
import { sitesOf } from '../../../harness/diagnosis/captured-sites.ts';
import { diagnosisOf } from '../../../harness/diagnosis/report/diagnosis.ts';
import { servicesLeftOut } from '../../../harness/diagnosis/rules.ts';
import { addressOf } from '../../../lab/captures/format.ts';
import { ACK, PSH } from '../../../lab/frames/index.ts';
import {
  CapturedSite,
  CLIENT,
  DR_RULES,
  drConnection,
  MAC,
  NAT_RULES,
  natConnection,
  RS1,
  VIP,
} from './captured-site.ts';

describe('captures', () => {
  it('of a service by firewall mark are judged once it is said what its clients ask for', () => {
    const rules = '-A -f 7 -s rr\n-a -f 7 -r 10.0.2.11 -g\n';
    expect(servicesLeftOut(rules, 'rules')).toEqual([expect.stringContaining('--mark 7=tcp/ADDRESS:PORT')]);
    const marks = new Map([[7, [{ protocol: 6, address: addressOf(VIP), port: 80 }]]]);
    const captures = drConnection(new CapturedSite()).captures();
    const sites = sitesOf({ rules, rulesName: 'rules', captures, facts: new Map(), marks });
    expect(servicesLeftOut(rules, 'rules', marks)).toEqual([]);
    expect(diagnosisOf(sites, captures)).toMatchObject({
      verdict: 'healthy',
      lookedAt: { services: [`TCP ${VIP}:80`] },
    });
  });

  it('given twice count once', () => {
    const site = natConnection(new CapturedSite());
    const once = site.diagnosis(NAT_RULES);
    const twice = site.diagnosis(NAT_RULES, [...site.captures(), ...site.captures()]);
    expect(twice).toMatchObject({
      verdict: 'healthy',
      lookedAt: { requests: once.lookedAt.requests, replies: 2 },
    });
    expect(twice.remarks.join()).toContain('stand there a second time');
    expect(once.remarks).toEqual([]);
  });

  it('that hold each packet twice count it once, and a retransmission still counts', () => {
    const site = new CapturedSite();
    const frame = site.tcpFrame({
      from: `${CLIENT}:40000`,
      to: `${VIP}:80`,
      macs: [MAC.client, MAC.director],
    });
    site.at(['director', 'director'], frame).wait(1).at(['director', 'director'], frame);
    expect(site.diagnosis(NAT_RULES).lookedAt.points[0]?.requests).toBe(2);
  });

  it('of clocks that differ are not taken for loss, and the difference is said', () => {
    const site = natConnection(new CapturedSite({ [RS1]: -75.5 }));
    const { verdict, found, remarks } = site.diagnosis(NAT_RULES);
    expect([verdict, found]).toEqual(['healthy', []]);
    expect(remarks).toEqual([
      expect.stringMatching(/clock of 10\.0\.2\.11 is about 7[56] s behind that of director/),
    ]);
  });

  it('of two hosts with the same packets at the same times are doubted', () => {
    const site = natConnection(new CapturedSite());
    const [director] = site.captures().filter(({ host }) => host === 'director');
    const wrong = { ...director!, host: RS1, file: 'wrong.pcap' };
    expect(site.diagnosis(NAT_RULES, [director!, wrong]).remarks.join()).toContain(
      'most likely the wrong file',
    );
  });

  it('of nothing, or of other traffic, are not judged', () => {
    const empty = new CapturedSite().listening('director').diagnosis(NAT_RULES);
    expect(empty).toMatchObject({ verdict: 'not judged', lookedAt: { requests: 0, connections: 0 } });
    expect(empty.missing[0]).toContain('they are empty');
    const other = new CapturedSite().tcp(['director'], {
      from: '10.9.9.9:1000',
      to: '10.8.8.8:22',
      macs: [MAC.client, MAC.director],
    });
    expect(other.diagnosis(NAT_RULES).missing[0]).toContain('10.8.8.8:22');
    const port = new CapturedSite().tcp(['director'], {
      from: `${CLIENT}:1000`,
      to: `${VIP}:81`,
      macs: [MAC.client, MAC.director],
    });
    expect(port.diagnosis(NAT_RULES).remarks.join()).toContain(
      `TCP ${VIP}:81, for which the rules have no virtual service`,
    );
  });

  it('with partial checksums and merged segments on a host are healthy, with a remark', () => {
    const site = natConnection(new CapturedSite());
    const hop = { from: `${RS1}:8080`, to: `${CLIENT}:40000`, macs: [MAC.rs1, MAC.inside] as const };
    const fields = { flags: PSH | ACK, sequence: 5401, acknowledgement: 1101, payload: new Uint8Array(4000) };
    // The folded sum of the pseudo header, which is what Linux leaves for the network card.
    const words = [0x0a00, 0x020b, 0x0a00, 0x0102, 6, 4020];
    const checksum = words.reduce((sum, word) => (sum + word > 0xffff ? sum + word - 0xffff : sum + word), 0);
    site.tcp([RS1], hop, { ...fields, checksum });
    const { verdict, remarks } = site.diagnosis(NAT_RULES);
    expect(verdict).toBe('healthy');
    expect(remarks.join('\n')).toMatch(/Checksums of 1 packet at 10\.0\.2\.11 were not judged/);
    expect(remarks.join('\n')).toMatch(/1 frame at 10\.0\.2\.11 is larger than the link’s MTU/);
  });

  it('without MAC addresses, as of a tunnel device, are judged by the rest', () => {
    const unknown = ['00:00:00:00:00:00', '00:00:00:00:00:00'] as const;
    const site = new CapturedSite();
    site.tcp([RS1], { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: unknown });
    site.tcp(
      [RS1],
      { from: `${VIP}:80`, to: `${CLIENT}:40000`, macs: unknown },
      { flags: ACK | 2, acknowledgement: 1001 },
    );
    site.tcp(
      [RS1],
      { from: `${CLIENT}:40000`, to: `${VIP}:80`, macs: unknown },
      { flags: ACK, sequence: 1001 },
    );
    expect(site.diagnosis(DR_RULES)).toMatchObject({ verdict: 'healthy', found: [] });
  });

  it('of a site with two modes on one VIP are judged for each', () => {
    const rules = `${NAT_RULES}-a -t ${VIP}:80 -r 10.0.2.13 -g\n`;
    const site = natConnection(new CapturedSite());
    expect(site.diagnosis(rules)).toMatchObject({ verdict: 'healthy', found: [] });
    expect(drConnection(new CapturedSite()).diagnosis(rules).found).toEqual([]);
  });
});

/** Clients and real servers on the director's own machine, marks by netfilter, and what the firewall there does not see. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeAsRoot } from '../../root.ts';
import { CIP, type DirectorLab, directorLab, VIP } from './director-lab.ts';

const BIN = fileURLToPath(new URL('../../../bin', import.meta.url));
const DIP = '10.0.1.1';
const DATAGRAMS = 5;

/** Answers with a name and the address that it sees. */
const SERVER = `
require('node:http').createServer((request, response) => {
  response.end(JSON.stringify({ server: 'own', client: request.socket.remoteAddress.replace('::ffff:', ''), bytes: 0 }));
}).listen(9090, '0.0.0.0', () => console.log('ready'));`;

describeAsRoot('the director’s own machine', () => {
  let net: DirectorLab;
  beforeAll(async () => {
    net = await directorLab();
    await net.start([]);
    await net.director.start('own-server', process.execPath, ['-e', SERVER], { ready: /^ready/m });
  });
  afterAll(() => net[Symbol.asyncDispose]());
  beforeEach(async () => {
    await net.control.reset();
    await net.director.run('nft', ['delete', 'table', 'ip', 'site'], { reject: false });
  });

  const answer = async (from: DirectorLab['client'], to: string) => {
    const { stdout, exitCode } = await from.run('curl', ['-sS', '-m', '5', `http://${to}/`], {
      reject: false,
    });
    return exitCode === 0 ? (JSON.parse(stdout) as { server: string; client: string }) : `curl ${exitCode}`;
  };
  const status = async () => (await net.director.run(join(BIN, 'lvs-lab'), ['director', 'status'])).stdout;

  it('has a NAT server, for clients elsewhere and for clients here', async () => {
    await net.control.apply(`-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r ${DIP}:9090 -m\n`);
    expect(await answer(net.client, VIP)).toMatchObject({ server: 'own', client: CIP });
    expect(await answer(net.director, VIP)).toMatchObject({ server: 'own', client: VIP });
    // Whoever asks it directly gets its own answer.
    expect(await answer(net.client, `${DIP}:9090`)).toMatchObject({ server: 'own', client: CIP });
    expect(await status()).not.toMatch(/warning/);
  });

  it('has clients of servers elsewhere, and still reaches these directly', async () => {
    await net.control.apply(`-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r 10.0.2.11:8080 -m\n`);
    expect(await answer(net.director, VIP)).toMatchObject({ server: 'rs1' });
    const fromDip = await net.director.run('curl', ['-sS', '-m', '5', '--interface', DIP, `http://${VIP}/`]);
    expect(JSON.parse(fromDip.stdout)).toMatchObject({ server: 'rs1' });
    expect(await answer(net.director, '10.0.2.11:8080')).toMatchObject({ server: 'rs1' });
    expect((await net.control.snapshot()).totals).toMatchObject({ connections: 2 });
  });

  it('serves its own clients at 127.0.0.1 by NAT, and everybody there without rewriting, as ldirectord’s fallback does', async () => {
    await net.control.apply(`-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r 127.0.0.1:9090 -m\n`);
    expect(await answer(net.director, VIP)).toMatchObject({ server: 'own' });
    expect(await answer(net.client, VIP)).toBe('curl 28');
    expect(await status()).toMatch(/warning .*127\.0\.0\.1:9090/);
    await net.control.apply(`-A -t ${VIP}:9090 -s rr\n-a -t ${VIP}:9090 -r 127.0.0.1:9090 -g\n`);
    expect(await answer(net.client, `${VIP}:9090`)).toMatchObject({ server: 'own', client: CIP });
  });

  it('takes the marks that netfilter gives, those of several ports by one rule included', async () => {
    await net.director.run('nft', ['-f', '-'], {
      input: `table ip site {
        chain prerouting { type filter hook prerouting priority mangle; ip daddr ${VIP} tcp dport { 8080, 8081 } meta mark set 7; }
      }`,
    });
    await net.control.apply('-A -f 7 -s rr\n-a -f 7 -r 10.0.2.11:0 -m\n-a -f 7 -r 10.0.2.12:0 -m\n');
    const servers = [await answer(net.client, `${VIP}:8080`), await answer(net.client, `${VIP}:8080`)];
    expect(servers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ server: 'rs1' }),
        expect.objectContaining({ server: 'rs2' }),
      ]),
    );
    // No server listens there, which is said by one of them and not by the director.
    expect(await answer(net.client, `${VIP}:8081`)).toBe('curl 7');
    expect((await net.control.snapshot()).totals).toMatchObject({ connections: 3 });
  });

  it('forwards each packet of a marked flow once', async () => {
    await net.director.run('nft', ['-f', '-'], {
      input: `table ip site {
        chain prerouting { type filter hook prerouting priority mangle; ip daddr ${VIP} udp dport 8080 meta mark set 7; }
      }`,
    });
    await net.control.apply('-A -f 7 -s rr\n-a -f 7 -r 10.0.2.11:0 -m\n');
    const sender = `const socket = require('node:dgram').createSocket('udp4');
      socket.bind(5000, () => socket.send('hello', 8080, '${VIP}', () => socket.close()));`;
    for (let i = 0; i < DATAGRAMS; i++) {
      await net.client.run(process.execPath, ['-e', sender]);
      await net.control.settle();
    }
    expect((await net.control.snapshot()).totals).toMatchObject({ connections: 1, inPackets: DATAGRAMS });
  });

  it('says which chains of its firewall packets of virtual services pass by', async () => {
    await net.control.apply(`-A -t ${VIP}:80 -s rr\n-a -t ${VIP}:80 -r 10.0.2.11:8080 -m\n`);
    expect(await status()).not.toMatch(/warning/);
    await net.director.run('nft', ['-f', '-'], {
      input: `table ip site {
        chain guard { type filter hook input priority 0; tcp dport 22 accept; }
        chain source { type nat hook postrouting priority 100; oifname "eth1" masquerade; }
      }`,
    });
    const said = await status();
    expect(said).toMatch(/warning .*INPUT chains.* \(table ip site, chain guard\)/);
    expect(said).toMatch(/warning .*POSTROUTING chains.* \(table ip site, chain source\)/);
  });
});

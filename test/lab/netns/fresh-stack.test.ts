import { expect, it } from 'vitest';
import { arpQuestion, readArp, readEthernet } from '../../../lab/frames/index.ts';
import { bringUp, topologies, withBareHosts } from '../../../lab/index.ts';
import { FreshStack } from '../../../lab/netns/fresh-stack.ts';
import { namespacesOf } from '../../../lab/netns/processes.ts';
import type { TappedFrame } from '../../../lab/netns/tap.ts';
import { Taps } from '../../../lab/netns/taps.ts';
import { until } from '../../../lab/netns/until.ts';
import { describeAsRoot } from '../../root.ts';
import { temporaryRunDirectory } from '../fixtures/traces.ts';

const CLIENT = { mac: '02:00:0a:00:01:02', ip: '10.0.1.2' };

/** A network in which only the director is a real host, whose stack can be made anew; and every frame that is seen in it. */
async function network() {
  const directory = await temporaryRunDirectory();
  const topology = withBareHosts(topologies.nat({ servers: 1 }), ['director']);
  const lab = await bringUp(topology, { runDirectory: directory.path });
  const seen: TappedFrame[] = [];
  const taps = Taps.open(lab, (frame) => seen.push(frame));
  const stack = new FreshStack(lab.host('director'));
  const answers = async () => {
    seen.length = 0;
    taps.send('client', 'eth0', arpQuestion(CLIENT.mac, CLIENT.ip, topology.vip));
    const find = () => seen.find(({ host, outgoing }) => host === 'client' && !outgoing);
    const answer = await until(find, { limitMs: 10_000 });
    return readArp(readEthernet(answer!.bytes).payload)?.senderMac;
  };
  const said = async (...words: string[]) => (await stack.run(words)).stdout.trim();
  return {
    ...{ lab, topology, stack, answers, said },
    async [Symbol.asyncDispose]() {
      taps[Symbol.dispose]();
      await lab[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const FORWARDING = ['cat', '/proc/sys/net/ipv4/ip_forward'];

describeAsRoot('a fresh stack', () => {
  it('is the host’s own at first, and answers with the same address each time that it is made anew', async () => {
    await using net = await network();
    const { mac } = net.lab.host('director').spec.interfaces[0]!;
    expect(await net.answers()).toBe(mac);
    for (let times = 0; times < 3; times++) {
      await net.stack.renew();
      expect(await net.answers()).toBe(mac);
    }
  });

  it('has forgotten settings, rules and neighbours, and is set up as the topology says', async () => {
    await using net = await network();
    const routes = await net.said('ip', 'route');
    for (let times = 0; times < 2; times++) {
      await net.stack.set('net.ipv4.ip_forward', 0);
      await net.stack.run(['nft', 'add table ip forgotten']);
      await net.stack.run(['ip', 'neigh', 'add', '10.0.1.9', 'lladdr', CLIENT.mac, 'dev', 'eth0']);
      expect(await net.said(...FORWARDING)).toBe('0');
      expect(await net.said('nft', 'list', 'tables')).toContain('forgotten');
      await net.stack.renew();
      expect(await net.said(...FORWARDING)).toBe('1');
      expect(await net.said('nft', 'list', 'tables')).toBe('');
      expect(await net.said('ip', 'neigh', 'show', '10.0.1.9')).toBe('');
      expect((await net.said('ip', 'route')).split('\n').toSorted()).toEqual(routes.split('\n').toSorted());
    }
  });

  it('leaves no namespace but the last one, which goes with the lab', async () => {
    const net = await network();
    const prefix = net.lab.fabric.replace(/fabric$/, '');
    const count = async () => (await namespacesOf({ prefix })).length;
    const before = await count();
    await net.stack.renew();
    await net.stack.renew();
    expect(await count()).toBe(before + 1);
    await net[Symbol.asyncDispose]();
    expect(await count()).toBe(0);
  });

  it('says what was refused', async () => {
    await using net = await network();
    await expect(net.stack.set('net.ipv4.no_such_setting', 1)).rejects.toThrow(
      /net.ipv4.no_such_setting cannot be set to 1: .*no_such_setting/,
    );
  });
});

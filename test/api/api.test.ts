/** The example of `docs/api.md`, as it stands there, and what each expectation says where it does not hold. */
import { expect, it } from 'vitest';
import { bench, director, expectFlow, lab } from '../../api/index.ts';
import '../../api/vitest.ts';
import type { Mode } from '../../lab/index.ts';
import { temporaryRunDirectory } from '../lab/fixtures/traces.ts';
import { describeAsRoot } from '../root.ts';

const WAY_BACK: Readonly<Record<Mode, 'director' | undefined>> = {
  nat: 'director',
  dr: undefined,
  tun: undefined,
};

describeAsRoot('a test of somebody’s own', () => {
  it.each(['nat', 'dr', 'tun'] as const)('follows connections through a director by %s', async (mode) => {
    await using network = await lab(mode, { servers: 2 });
    await using balancer = await director(network);
    const asked: string[] = [];
    const flows = await network.flows(async () => {
      for (let i = 0; i < 4; i++) asked.push(await network.request());
    });
    expect(asked.toSorted()).toEqual(['rs1', 'rs1', 'rs2', 'rs2']);
    expect(flows.map(({ server }) => server)).toEqual(asked);
    for (const flow of flows) {
      expect(flow).toReachServer();
      expect(flow).toBeRewrittenAs(mode);
      for (const other of ['nat', 'dr', 'tun'] as const)
        if (other !== mode) expect(flow).not.toBeRewrittenAs(other);
      if (WAY_BACK[mode] === undefined) expectFlow(flow).toReturnDirectly();
      else expectFlow(flow).toReturnThrough(WAY_BACK[mode]);
    }
    const [flow] = flows;
    expect(() => expectFlow(flow).toReachServer('rs9')).toThrow(
      /expected tcp 10\.0\.1\.2:\d+ > \S+:80 to reach rs9, but it reached rs\d\n {2}request\n {4}client eth0 out: /,
    );
    expect(() =>
      expectFlow(flow)[WAY_BACK[mode] === undefined ? 'toReturnThrough' : 'toReturnDirectly']('director'),
    ).toThrow(/but it was seen at rs\d, /);

    await balancer.apply(
      `-d -t ${network.vip}:80 -r ${network.topology.realServers[0]!.rip}:${network.serverPort}`,
    );
    await expect(balancer.apply('-A -t nonsense')).rejects.toThrow();
    const [after] = await network.flows(() => network.request());
    expect(after).toReachServer('rs2');
    expect((await balancer.snapshot()).services[0]!.servers).toHaveLength(1);
  });

  it('tells a flow that nobody answered', async () => {
    await using network = await lab('dr', { servers: 1 });
    const [flow] = await network.flows(() => network.request({ timeoutMs: 200 }).catch(() => undefined));
    expect(flow).not.toReachServer();
    expect(() => expectFlow(flow).toReturnDirectly()).toThrow(/no server answered/);
    expect(() => expectFlow(undefined)).toThrow(/the client began none/);
  });

  it('runs a bench and has its result, also of a run that tested nothing', async () => {
    await using out = await temporaryRunDirectory();
    const options = {
      outDirectory: out.path,
      modes: ['dr'] as const,
      args: ['--servers', '1', '--duration', '300ms'],
    };
    const good = await bench({ ...options, grep: ['dr/reply/source'] });
    expect(good.exitCode).toBe(0);
    const nothing = await bench({ ...options, grep: ['nothing'] });
    expect(nothing.exitCode).toBe(5);
    expect(nothing.result.verdict.status).toBe('untrusted');
    expect(nothing.result.run.id).not.toBe(good.result.run.id);
    await expect(bench({ ...options, args: ['--profile', 'none'] })).rejects.toThrow(
      /exit code 2: .*profile/,
    );
  });
});

/** A release test of a director, written with lvs-lab in Vitest. Run it as root: `npx vitest run`. */
import { director, lab } from 'lvs-lab';
import 'lvs-lab/vitest';
import { expect, it } from 'vitest';

it('shares connections out among the servers, which answer directly', async () => {
  await using network = await lab('dr', { servers: 2 });
  await using balancer = await director(network, {
    rules: network.rules({ scheduler: 'wrr', weights: [1, 3] }),
  });

  const flows = await network.flows(async () => {
    for (let i = 0; i < 4; i++) await network.request();
  });

  expect(flows.filter(({ server }) => server === 'rs2')).toHaveLength(3);
  for (const flow of flows) {
    expect(flow).toReachServer();
    expect(flow).toBeRewrittenAs('dr');
    expect(flow).toReturnDirectly();
  }
  expect((await balancer.snapshot()).totals.connections).toBe(4);
}, 60_000);

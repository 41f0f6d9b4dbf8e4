import { expect, it } from 'vitest';
import { ImageWriter } from '../../director/handover/image-writer.ts';
import { SharedMemory } from '../../director/handover/shared-memory.ts';
import { imageOf, restoreState } from '../../director/state-image.ts';
import { NETWORK } from '../../harness/replay/network.ts';
import { VirtualDirector } from '../../lab/memory/virtual-director.ts';

const address = (i: number) => `10.99.${i >> 8}.${i & 255}`;
const service = (i: number) => [
  `-A -t ${address(i)}:80 -s wrr`,
  `-a -t ${address(i)}:80 -r 10.0.2.11 -m`,
  `-a -t ${address(i)}:80 -r 10.0.2.12 -m`,
];

it('has the rules of few services as soon as they have changed', () => {
  const memory = SharedMemory.create('test');
  const { core } = new VirtualDirector({ network: NETWORK });
  expect(memory.images.read()).toBeUndefined();
  core.state.settings.sloppy_tcp = 1;
  const images = new ImageWriter(memory.images, () => memory.now(), expect.unreachable);
  images.rulesChanged(core.state);
  expect(memory.images.read()).toEqual(JSON.parse(JSON.stringify(imageOf(core.state))));
});

it('has an image that can be gone on from, whatever has changed while it was made, and then the rules as they are', () => {
  const memory = SharedMemory.create('test');
  const director = new VirtualDirector({ network: NETWORK });
  director.rules(...Array.from({ length: 2_000 }, (_, i) => service(i)).flat());
  const { state } = director.core;
  const images = new ImageWriter(memory.images, () => memory.now(), expect.unreachable);
  // It is left to the ticks, however many changes there are.
  for (let change = 0; change < 500; change++) images.rulesChanged(state);
  expect(memory.images.read()).toBeUndefined();
  director.rules(
    `-D -t ${address(0)}:80`,
    `-d -t ${address(1)}:80 -r 10.0.2.11`,
    `-D -t ${address(1_999)}:80`,
  );
  director.rules(...service(2_000));
  images.rulesChanged(state);
  while (!memory.images.read()) images.tick(state);
  const successor = new VirtualDirector({ network: NETWORK });
  restoreState(successor.core.state, memory.images.read()!, 0);
  const ids = Array.from(successor.core.state.services.everything(), ({ destinations }) =>
    destinations.map(({ id }) => id),
  ).flat();
  const { parked } = successor.core.state.services.image();
  ids.push(...parked.servers.map(({ destination }) => destination.id));
  expect(new Set(ids).size).toBe(ids.length);

  const wanted = JSON.parse(JSON.stringify(imageOf(state)));
  const isThere = () => memory.images.read()?.services.services.length === wanted.services.services.length;
  while (!isThere()) images.tick(state);
  expect(memory.images.read()).toEqual(wanted);
});

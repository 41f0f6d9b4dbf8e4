/** The kernel's own IPVS, in a guest: Debian's kernel and ipvsadm in QEMU, in the director's place. */

import { Guest } from '../../../lab/guest/guest.ts';
import { guestImage } from '../../../lab/guest/image.ts';
import { USUAL_KERNEL } from '../../../lab/guest/packages.ts';
import { QEMU } from '../../../lab/guest/qemu.ts';
import type { Lab } from '../../../lab/index.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import {
  ALL_ABILITIES,
  ALL_FAMILIES,
  ALL_FEATURE_PROTOCOLS,
  type Declared,
} from '../../../scenarios/features.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';
import { findCommand } from '../../environment/system-path.ts';
import type { DirectorUnderTest, RunningDirector } from '../director-under-test.ts';
import { guestDirector, NOT_BUILT } from './guest-director.ts';

const DECLARED: Declared = {
  modes: ALL_MODES,
  families: ALL_FAMILIES,
  protocols: ALL_FEATURE_PROTOCOLS,
  schedulers: Object.fromEntries(
    ALL_SCHEDULERS.filter((name) => name !== NOT_BUILT).map((name) => [name, 'exact']),
  ),
  abilities: ALL_ABILITIES.filter((ability) => ability !== 'virtual-time'),
};

export const ipvs: DirectorUnderTest = {
  name: 'ipvs',
  isReference: false,
  isOwn: false,
  isGuest: true,
  description: `The kernel's own IPVS, in a guest: ${USUAL_KERNEL} of this machine's Debian`,
  kind: 'balancer',
  modes: ALL_MODES,
  protocols: ['tcp', 'udp'],
  declared: DECLARED,
  quietMs: 0,
  unavailable: async () => {
    if (process.arch !== 'x64')
      return `the guest's packages are for x64, and this machine is ${process.arch}`;
    const missing = [QEMU, 'apt-get', 'apt-cache', 'dpkg-deb'].find(
      (name) => findCommand(name) === undefined,
    );
    if (missing === undefined) return undefined;
    return missing === QEMU
      ? `${QEMU} is not installed (package qemu-system-x86)`
      : `there is no ${missing} here`;
  },
  start,
};

/** One image for all guests of this process. */
let image: ReturnType<typeof guestImage> | undefined;

async function start(
  lab: Lab,
  rules: readonly string[],
  _seed: number,
  hostName = 'director',
): Promise<RunningDirector> {
  image ??= guestImage(USUAL_KERNEL);
  const guest = await Guest.boot(lab.host(hostName), await image);
  const running = guestDirector(guest);
  try {
    await running.apply(rules);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

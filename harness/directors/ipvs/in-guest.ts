/** The IPVS of a kernel of Debian's, in a guest: QEMU in the director's place. */
import { Guest } from '../../../lab/guest/guest.ts';
import { type GuestImage, guestImage } from '../../../lab/guest/image.ts';
import { OwnPrograms } from '../../../lab/guest/own-programs.ts';
import { inNamespace, onWires } from '../../../lab/guest/place.ts';
import { hasKvm, QEMU } from '../../../lab/guest/qemu.ts';
import { ALL_MODES } from '../../../lab/modes.ts';
import { ALL_SCHEDULERS } from '../../../scenarios/models/schedulers.ts';
import { counted } from '../../../statistics/number-text.ts';
import { findCommand } from '../../environment/system-path.ts';
import type { DirectorUnderTest, WiredDirector } from '../director-under-test.ts';
import { declaredBut } from './declared.ts';
import { kernelDirector } from './kernel-director.ts';
import { differencesOf, readKernelLedger } from './known-differences.ts';

const PAGES = '/run/pages';

/** Each scheduler is a module. */
function notBuiltIn({ modules }: Pick<GuestImage, 'modules'>): string[] {
  return ALL_SCHEDULERS.filter((name) => !modules.includes(`ip_vs_${name}`));
}

/** IPVS of the kernel that this package of Debian holds, or stands for. Until that is there it is taken to have all schedulers. */
export function ipvsInGuest(kernelPackage: string, declared = declaredBut([])): DirectorUnderTest {
  /** One image for all guests of this process. */
  let image: ReturnType<typeof guestImage> | undefined;
  const theImage = () => {
    image ??= guestImage(kernelPackage);
    return image;
  };
  return {
    name: 'ipvs',
    isReference: false,
    isOwn: false,
    isGuest: true,
    description: `The kernel's own IPVS, in a guest: ${kernelPackage} of this machine's Debian`,
    kind: 'balancer',
    modes: ALL_MODES,
    protocols: ['tcp', 'udp'],
    declared,
    quietMs: 0,
    setsClock: true,
    isEmulated: !hasKvm(),
    withKernel: (other) => ipvsInGuest(other),
    asFound: async () => {
      const { release, ...found } = await theImage();
      return {
        ...ipvsInGuest(kernelPackage, declaredBut(notBuiltIn(found))),
        version: `${release}, in a guest${hasKvm() ? ' under KVM' : ', emulated'}`,
      };
    },
    knownDifferences: async () => differencesOf(await readKernelLedger(), (await theImage()).release),
    unavailable,
    startOnWires: async (spec, runDirectory) => {
      const image = await theImage();
      const guest = await Guest.boot(onWires(spec, runDirectory), image);
      return { running: guestDirector(guest, notBuiltIn(image)), wires: guest };
    },
    start: async (lab, rules, _seed, hostName = 'director') => {
      const image = await theImage();
      const guest = await Guest.boot(await inNamespace(lab.host(hostName)), image);
      const running = guestDirector(guest, notBuiltIn(image));
      try {
        await running.apply(rules);
      } catch (error) {
        await running.stop();
        throw error;
      }
      return running;
    },
  };
}

function guestDirector(guest: Guest, notBuilt: readonly string[]): WiredDirector['running'] {
  const { machine, ...running } = kernelDirector(guest, { ipvsadm: 'ipvsadm', notBuilt });
  let listensOn: number | undefined;
  const listen = async (port: number) => {
    listensOn = port;
    const page = `mkdir -p ${PAGES} && echo '{"server":"director"}' >${PAGES}/index.html`;
    await guest.done(`${page} && busybox httpd -p ${port} -h ${PAGES}`);
  };
  let programs: OwnPrograms | undefined;
  return {
    ...running,
    reset: async () => {
      await programs?.end();
      programs = undefined;
      await running.reset();
      if (listensOn !== undefined) await listen(listensOn);
    },
    ownPrograms: async () => {
      programs = await OwnPrograms.begin(guest);
      return programs;
    },
    listen,
    freeze: (isFrozen) => guest.signal(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    settle: () => guest.settle(),
    lateness: () =>
      guest.lateMoments === 0
        ? undefined
        : `its guest’s timers were late ${counted(guest.lateMoments, 'time')}`,
    machine: { ...machine, passTime: (ms, bystanders) => guest.passTime(ms, bystanders) },
    ended: guest.ended,
    stop: () => guest.stop(),
  };
}

async function unavailable(): Promise<string | undefined> {
  if (process.arch !== 'x64') return `the guest's packages are for x64, and this machine is ${process.arch}`;
  const missing = [QEMU, 'xz', 'apt-get', 'apt-cache', 'dpkg-deb'].find(
    (name) => findCommand(name) === undefined,
  );
  if (missing === undefined) return undefined;
  return missing === QEMU
    ? `${QEMU} is not installed (package qemu-system-x86; lvs-lab setup --for guest)`
    : `there is no ${missing} here`;
}

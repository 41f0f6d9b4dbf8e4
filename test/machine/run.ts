/**
 * Runs a command of this project on a machine whose kernel has IPVS, whatever this machine's kernel has: a kernel of Debian's in QEMU,
 * with the programs of this machine and this checkout on its disk. Everything of it is made without root.
 *
 *     node test/machine/run.ts bin/lvs-lab conformance --director ipvs --grep nat/request/ttl
 *
 * Prints what the command prints, and ends with its exit code. It needs mke2fs (e2fsprogs) beside what a guest needs.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cpioArchive } from '../../lab/guest/cpio.ts';
import { modulesOf } from '../../lab/guest/kernel-modules.ts';
import { packagesOf, USUAL_KERNEL, unpack } from '../../lab/guest/packages.ts';
import { hasKvm, QEMU } from '../../lab/guest/qemu.ts';
import { BUSYBOX, makeDisk } from './disk.ts';

/** Node needs most of it. */
const MEMORY_MIB = 2_048;
const FIRST_MODULES = ['virtio_pci', 'virtio_blk', 'ext4'];
const EXIT = /^exit code (\d+)\r?$/m;

const FIRST_PROGRAM = (modules: readonly string[]) => `#!/${BUSYBOX} sh
for module in ${modules.join(' ')}; do /${BUSYBOX} insmod /$module.ko; done
/${BUSYBOX} mount -t devtmpfs dev /dev
/${BUSYBOX} mount -t ext4 /dev/vda /disk
exec /${BUSYBOX} switch_root /disk /start
`;

const [, , ...command] = process.argv;
if (command.length === 0) throw new Error('Which command? Such as: bin/lvs-lab conformance --director ipvs');

const folder = await mkdtemp(join(tmpdir(), 'lvs-lab-machine-'));
try {
  process.exitCode = await runIn(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function runIn(folder: string): Promise<number> {
  const packages = await packagesOf(process.env.LVS_LAB_KERNEL ?? USUAL_KERNEL);
  const root = join(folder, 'packages');
  await unpack(packages, folder, root);
  const release = packages.kernel.slice('linux-image-'.length);
  const disk = await makeDisk({ folder, packages: root, release, command });
  const initramfs = join(folder, 'initramfs');
  await writeFile(initramfs, await firstFileSystem(root, release));
  const words = [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
    ...(hasKvm() ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', 'Westmere']),
    ...['-machine', 'pc', '-smp', '2', '-m', String(MEMORY_MIB)],
    ...['-kernel', join(root, 'boot', `vmlinuz-${release}`), '-initrd', initramfs],
    ...[
      '-append',
      'console=ttyS0 quiet loglevel=2 no_timer_check panic=-1 mitigations=off random.trust_cpu=1 norandmaps',
    ],
    ...['-drive', `file=${disk},format=raw,if=virtio,cache=unsafe`],
  ];
  const machine = execa(QEMU, words, { stdin: 'ignore', stdout: ['inherit', 'pipe'], stderr: 'inherit' });
  const { stdout } = await machine;
  return Number(EXIT.exec(stdout)?.[1] ?? 1);
}

async function firstFileSystem(root: string, release: string): Promise<Buffer> {
  const modules = await modulesOf(join(root, 'lib', 'modules', release), (name) =>
    FIRST_MODULES.includes(name),
  );
  return cpioArchive([
    ...['bin', 'dev', 'disk'].map((path) => ({ path, kind: 'folder' }) as const),
    { path: 'dev/console', kind: 'device', major: 5, minor: 1 },
    { path: BUSYBOX, kind: 'file', bytes: await readFile(join(root, BUSYBOX)), isProgram: true },
    {
      path: 'init',
      kind: 'file',
      bytes: Buffer.from(FIRST_PROGRAM(modules.map(({ name }) => name))),
      isProgram: true,
    },
    ...modules.map(({ name, bytes }) => ({ path: `${name}.ko`, kind: 'file', bytes }) as const),
  ]);
}

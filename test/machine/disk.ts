/** The disk of a machine that runs this project: this machine's programs, this checkout, and a kernel's modules. */
import { chmod, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { findCommand } from '../../harness/environment/system-path.ts';

export const BUSYBOX = 'bin/busybox';

/** What the bench runs, and what it may run. */
const PROGRAMS = [
  ...[
    'sh',
    'ip',
    'nft',
    'ethtool',
    'sysctl',
    'tcpdump',
    'unshare',
    'setpriv',
    'curl',
    'redis-server',
    'redis-cli',
  ],
  ...[
    'env',
    'cat',
    'sleep',
    'true',
    'readlink',
    'dirname',
    'mkdir',
    'rm',
    'ln',
    'ls',
    'id',
    'timeout',
    'nproc',
  ],
];
/** Of busybox: what loads modules for the kernel, and what the machine starts and ends with. */
const APPLETS = ['modprobe', 'mount', 'poweroff', 'dmesg', 'uname', 'grep', 'sed'];
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
const PROJECT = 'lvs-lab';
const SIZE = '2G';

interface DiskParts {
  /** Where it is made. */
  readonly folder: string;
  /** Where Debian's packages are unpacked. */
  readonly packages: string;
  /** Of the kernel. */
  readonly release: string;
  readonly command: readonly string[];
}

/** Resolves with its file. */
export async function makeDisk({ folder, packages, release, command }: DiskParts): Promise<string> {
  const root = join(folder, 'root');
  for (const path of ['bin', 'sbin', 'lib64', LIBRARIES].map((one) => one.replace(/^(bin|sbin)/, 'usr/$1'))) {
    await mkdir(join(root, path), { recursive: true });
  }
  for (const path of ['dev', 'proc', 'sys', 'run', 'tmp', 'etc', 'root', 'var/log', 'var/lib']) {
    await mkdir(join(root, path), { recursive: true });
  }
  for (const name of ['bin', 'sbin', 'lib']) await symlink(`usr/${name}`, join(root, name));
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  await copyPrograms(root, packages);
  await cp(join(packages, 'lib/modules'), join(root, 'usr/lib/modules'), { recursive: true });
  await execa(join(packages, BUSYBOX), ['depmod', '-b', root, release]);
  await copyProject(root);
  await writeFile(join(root, 'start'), startScript(command));
  await chmod(join(root, 'start'), 0o755);
  const disk = join(folder, 'disk');
  await execa('mke2fs', ['-q', '-t', 'ext4', '-E', 'root_owner=0:0', '-d', root, disk, SIZE], {
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  return disk;
}

async function copyPrograms(root: string, packages: string): Promise<void> {
  const own = PROGRAMS.flatMap((name) => findCommand(name) ?? []);
  const node = process.execPath;
  const files = new Set<string>();
  for (const file of [...own, node, join(packages, 'sbin/ipvsadm')]) {
    const { stdout } = await execa('ldd', [file], { reject: false });
    for (const [found] of stdout.matchAll(/\/\S+\.so[.\d]*/g)) files.add(found);
  }
  for (const file of files) {
    const to = file.startsWith('/lib64/') ? 'lib64' : LIBRARIES;
    await cp(file, join(root, to, basename(file)), { dereference: true });
  }
  for (const file of own) await cp(file, join(root, 'usr/bin', basename(file)), { dereference: true });
  await cp(join(packages, 'sbin/ipvsadm'), join(root, 'usr/sbin/ipvsadm'));
  await cp(join(packages, BUSYBOX), join(root, 'usr', BUSYBOX));
  for (const name of APPLETS) await symlink(`/${BUSYBOX}`, join(root, 'usr/sbin', name));
}

/** What is in the checkout, with what npm has installed in it. */
async function copyProject(root: string): Promise<void> {
  const { stdout } = await execa('git', ['ls-files', '-co', '--exclude-standard']);
  const to = join(root, PROJECT);
  for (const folder of new Set(stdout.split('\n').map((file) => join(to, dirname(file))))) {
    await mkdir(folder, { recursive: true });
  }
  await execa('cp', ['--parents', '-P', ...stdout.split('\n'), to]);
  await execa('cp', ['-a', 'node_modules', to]);
  if ((await readdir(to)).length === 0) throw new Error('This checkout has no files.');
}

const startScript = (command: readonly string[]) => `#!/bin/sh
export PATH=/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
mkdir -p /dev/shm /dev/net /sys/fs/bpf
ip link set lo up
cd /${PROJECT}
export PATH=/${PROJECT}/node_modules/.bin:$PATH
# Not to a terminal, which the console would be.
{ ${command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}; echo "exit code $?"; } 2>&1 | cat
poweroff -f
`;
